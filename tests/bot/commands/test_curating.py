"""`coach curate`: what leads answer themselves is kept, listed, found by `coach ask` and taken away again."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.coach_home import Home, Outcome, coach_home
from tests.bot.commands.test_partnering import PLAN

ADD = ("curate", "add", "--question", "Who chairs the board?", "--answer", "Amara [does].\n\nUntil May.")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = coach_home(tmp_path, monkeypatch, [("trust.md", "# Trust\n\nTrust grows when promises are kept.\n")])
    home.write("partnership.yaml", PLAN)
    assert home.run("partnership", "apply", "partnership.yaml").status == 0
    return home


def fine(outcome: Outcome) -> str:
    assert (outcome.status, outcome.err) == (0, "")
    return outcome.out


def listed(home: Home) -> Any:
    return json.loads(fine(home.run("curate", "list", "--json")))


def test_an_answer_is_kept_and_listed(home: Home) -> None:
    assert listed(home) == []
    assert "No curated answer yet" in fine(home.run("curate", "list"))
    assert "the whole partnership" in fine(home.run(*ADD, "--also", "Whose chair is it?", "--also", "Who leads?"))
    (item,) = listed(home)
    assert (item["question"], item["also"]) == ("Who chairs the board?", ["Whose chair is it?", "Who leads?"])
    assert (item["answer"], item["organisations"]) == ("Amara [does].\n\nUntil May.", [])
    shown = fine(home.run("curate", "list", "--partnership", "harbour"))
    assert item["id"] in shown
    assert "Amara [does]." in shown


def test_it_answers_those_who_may_see_it(home: Home) -> None:
    fine(home.run(*ADD, "--for", "council"))
    own = json.loads(fine(home.run("ask", "who chairs the board", "--as", "council", "--json")))
    assert (own["answered"], own["reason"], own["citations"]) == (True, "curated", [])
    assert own["text"].startswith("Answer from your leads: Amara [does]. Until May. ")
    for eyes in (("--as", "housing"), ("--partnership", "harbour"), ()):
        other = json.loads(fine(home.run("ask", "who chairs the board", *eyes, "--json")))
        assert other["reason"] != "curated"
        assert "Amara" not in other["text"]


def test_one_is_removed(home: Home) -> None:
    fine(home.run(*ADD))
    (item,) = listed(home)
    fine(home.run("curate", "remove", item["id"]))
    assert listed(home) == []
    gone = home.run("curate", "remove", item["id"])
    assert (gone.status, gone.out) == (2, "")
    assert "`coach curate list`" in gone.err


def test_a_question_has_one_answer_for_the_same_people(home: Home) -> None:
    fine(home.run(*ADD, "--for", "council"))
    for more in ((), ("--for", "council"), ("--for", "council", "--for", "housing")):
        again = home.run(
            "curate", "add", "--question", "Who?", "--also", "WHO CHAIRS the board", "--answer", "X", *more
        )
        assert again.status == 2
        assert "answers that already" in again.err
    fine(home.run(*ADD, "--for", "housing"))
    assert len(listed(home)) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--question", " ? ", "--answer", "X"), "needs words"),
        (("--question", "x" * 501, "--answer", "X"), "500 characters"),
        (("--question", "Who?", "--also", "", "--answer", "X"), "needs words"),
        (("--question", "Who?", "--answer", " "), "The answer needs words"),
        (("--question", "Who?", "--answer", "x" * 2001), "2,000 characters"),
        (("--question", "Who?", "--answer", "X", "--for", "police"), "“police” is not an organisation of Harbour"),
        (("--question", "Who?", "--answer", "X", "--partnership", "quay"), "There is no partnership “quay”"),
    ],
)
def test_what_we_foresaw_is_a_sentence(home: Home, arguments: tuple[str, ...], says: str) -> None:
    outcome = home.run("curate", "add", *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert says in outcome.err
    assert listed(home) == []
