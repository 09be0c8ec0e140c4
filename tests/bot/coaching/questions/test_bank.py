"""Questions in a file: laid over the coach's own, and each mistake told in a sentence with the id."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from bot.coaching.questions.bank import QuestionFileError, entries_of, read
from bot.coaching.questions.rules import problems
from bot.coaching.questions.sources import Work, shelf
from bot.domain.partnership import FACTORS

ENTRY: Mapping[str, Any] = {
    "id": "trust-1",
    "factor": "trust",
    "question": "Whom do you trust?",
    "follow_up": {"when": "If nobody", "ask": "What would help?"},
    "source": {"author": "Ada Byron", "year": 2019, "section": "1"},
    "suits": "everyone",
    "depth": "noticing",
}
WELSH = {"question": "Ym mhwy yr ydych yn ymddiried?", "follow_up": {"when": "Os neb", "ask": "Beth fyddai'n helpu?"}}
KNOWN = shelf([Work(names=("Ada Byron with Charles Babbage",), year=2019)]).holds


def laid(*entries: Mapping[str, Any], below: tuple[Mapping[str, Any], ...] = (ENTRY,), alone: bool = False) -> Any:
    text = yaml.safe_dump({"alone": alone, "questions": [dict(each) for each in entries]})
    return entries_of(text, "own.yaml", below)


def faults(change: Mapping[str, Any]) -> list[str]:
    """What is wrong with an entry that has this change, in its shape and then by the rules of a single question."""
    questions, broken = read([{**ENTRY, **change}])
    found = [*broken, *problems(questions, KNOWN)]
    return [each.sentence for each in found if each.id == ENTRY["id"]]


def test_a_file_adds_edits_retires_and_translates() -> None:
    other = {**ENTRY, "id": "risk-1", "factor": "risk"}
    new = {**ENTRY, "id": "ours-1"}
    edit, retire = {"id": "trust-1", "question": "Who trusts you?", "cy": WELSH}, {"id": "risk-1", "retired": True}
    entries = laid(edit, retire, new, below=(ENTRY, other))
    (edited, retired, added), broken = read(entries)
    assert broken == []
    assert (edited.text, edited.follow_up.ask, edited.wordings["cy"].text) == (
        "Who trusts you?", "What would help?", WELSH["question"]
    )  # fmt: skip
    assert (retired.id, retired.retired, added.id, added.retired) == ("risk-1", True, "ours-1", False)


def test_a_file_may_stand_alone() -> None:
    assert [each["id"] for each in laid({**ENTRY, "id": "ours-1"}, alone=True)] == ["ours-1"]


def test_an_id_that_is_there_twice_is_told() -> None:
    questions, _ = read(laid({**ENTRY, "id": "ours-1"}, {**ENTRY, "id": "ours-1"}))
    assert "ours-1" in [each.id for each in problems(questions, KNOWN) if "2 times" in each.sentence]


@pytest.mark.parametrize("text", ["", "- a", "questions: 3", "questions: [a]", "questions: [", "factors: []"])
def test_what_is_no_list_of_questions_is_refused(text: str) -> None:
    with pytest.raises(QuestionFileError, match=r"own\.yaml"):
        entries_of(text, "own.yaml")


def test_a_good_one_has_no_fault() -> None:
    assert faults({}) == []
    assert faults({"cy": WELSH}) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"question": "What is " + "so " * 28 + "good?"}, "has 31 words"),
        ({"question": "Do you trust us?"}, "yes or no"),
        ({"question": "Can’t we trust each other?"}, "yes or no"),
        ({"question": "Whom do you trust? Why?"}, "one question mark"),
        ({"question": "Tell us whom you trust."}, "one question mark"),
        ({"question": "Which organisational interdependencies predominate?"}, "reads at grade"),
        ({"question": ""}, "needs “question” with text"),
        ({"follow_up": {"when": "If nobody", "ask": "What " + "now " * 26 + "then?"}}, "follow-up has 28 words"),
        ({"follow_up": {"when": "If nobody", "ask": "Is it so?"}}, "follow-up can be answered"),
        ({"follow_up": {"when": "Nobody", "ask": "What then?"}}, "does not begin with If"),
        ({"follow_up": {"when": "If nobody"}}, "needs “follow_up.ask” with text"),
        ({"follow_up": "If nobody: what then?"}, "needs “follow_up” with keys"),
        ({"source": {"author": "Ada Byron", "year": 2020, "section": "1"}}, "Ada Byron 2020"),
        ({"source": {"author": "Adam", "year": 2019, "section": "1"}}, "Adam 2019"),
        ({"source": {"author": "Ada Byron", "year": "2019", "section": "1"}}, "needs “source.year” with a whole"),
        ({"factor": "hope"}, "factor is “hope”"),
        ({"suits": "all"}, "suits is “all”"),
        ({"depth": "deep"}, "depth is “deep”"),
        ({"retired": "no"}, "neither true nor false"),
        ({"retierd": True}, "“retierd”, which means nothing"),
        ({"cy": "Pwy?"}, "“cy” is not a translation"),
        ({"cy": {**WELSH, "question": "Pwy? Pam?"}}, "question in cy is not one question"),
        ({"cy": {**WELSH, "follow_up": {"when": "Os neb"}}}, "needs “cy.follow_up.ask”"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_one_sentence(change: Mapping[str, Any], told: str) -> None:
    (sentence,) = faults(change)
    assert told in sentence


def test_an_id_is_a_slug_and_has_to_be_there() -> None:
    (wrong,) = (each for each in problems(read([{**ENTRY, "id": "Trust 1"}])[0], KNOWN) if each.id)
    (nameless,) = read([{**ENTRY, "id": ""}])[1]
    assert "small letters" in wrong.sentence
    assert (nameless.id, "no id" in nameless.sentence) == ("entry 1", True)


def test_a_retired_question_need_not_keep_the_rules() -> None:
    assert faults({"question": "Do you trust us?", "retired": True}) == []


def test_a_thin_bank_is_told_factor_by_factor() -> None:
    told = [each.sentence for each in problems(read([ENTRY])[0], KNOWN) if each.id == ""]
    assert len(told) == 2 * len(FACTORS)
    assert "The factor trust has too few questions: 1 of 8." in told
    assert "The factor trust has no question of these kinds: acting, front line, lead, relating." in told
