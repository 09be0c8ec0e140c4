"""Training on a handful of phrases: what was learned is used, and it is the same every time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.triage import weights
from knowledge.triage.features import features
from knowledge.triage.judging import SENSITIVE, Triage, judgement_json
from knowledge.triage.phrases import Phrase
from knowledge.triage.training import _from, _kinds, train
from knowledge.triage.weights import Weights, alarm_scores, load, nearness, to_bytes
from tests.knowledge.triage.fakes import PHRASES, FakeTokens


@pytest.fixture(scope="module")
def learned() -> Weights:
    return train(PHRASES, FakeTokens())


def test_the_same_phrases_give_the_same_file(learned: Weights) -> None:
    assert to_bytes(learned) == to_bytes(train(PHRASES, FakeTokens()))


def test_other_phrases_or_another_embedder_are_told_apart(learned: Weights) -> None:
    other = FakeTokens()
    other.name = "fake:2"
    assert len({learned.made_from, train(PHRASES[:-7], FakeTokens()).made_from, train(PHRASES, other).made_from}) == 3


def test_a_file_gives_back_what_was_written(learned: Weights, tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(to_bytes(learned))
    found = load(path)
    assert (found.made_from, found.intents, found.factors) == (learned.made_from, learned.intents, learned.factors)
    assert found.alarm_at == pytest.approx(learned.alarm_at)
    assert np.allclose(found.intent, learned.intent, atol=1e-2)
    assert np.array_equal(found.known, learned.known)
    assert found.known_unit == pytest.approx(learned.known_unit)
    assert np.allclose(found.near, learned.near, atol=1e-2)
    assert np.array_equal(found.centre, learned.centre)
    assert SENSITIVE not in found.intents


@pytest.mark.parametrize(
    ("text", "intent", "factor"),
    [
        ("nobody will pay for the training post", "barrier", "money"),
        ("they promised a plan and broke their word", "barrier", "trust"),
        ("how do others run a panel well?", "question", None),
        ("show my panel settings", "command", None),
        ("thanks for the plan, bye", "smalltalk", None),
    ],
)
def test_what_is_like_a_phrase_is_judged_like_it(learned: Weights, text: str, intent: str, factor: str | None) -> None:
    judgement = Triage(FakeTokens(), lambda: learned)(text)
    assert judgement.intent == intent
    assert len(judgement.factors) == 3
    assert factor in (None, judgement.factors[0])
    assert 0 < judgement.confidence <= 1


def test_what_is_sensitive_has_no_factor(learned: Weights) -> None:
    judgement = Triage(FakeTokens(), lambda: learned)("he hurt me at the plan and I am frightened")
    shown = judgement_json(judgement)
    assert (shown["intent"], shown["factor"], shown["factors"]) == ("sensitive", None, [])


def test_one_sensitive_sentence_at_the_end_of_a_long_message_is_enough(learned: Weights) -> None:
    long = "nobody will pay for the new post. " * 20
    triage = Triage(FakeTokens(), lambda: learned)
    assert not triage(long).sensitive
    assert triage(long + "he hurt me at the visit and I am frightened.").sensitive


def test_files_of_one_kind_share_a_column() -> None:
    sources = ("sensitive_self.yaml", "sensitive_self_2.yaml", "sensitive_wrong.yaml")
    said = [replace(PHRASES[6], source=source) for source in sources]
    assert said[0].intent == SENSITIVE
    assert _kinds([*said, PHRASES[0]]).tolist() == [[1, 1, -1], [1, 1, -1], [1, -1, 1], [-1, -1, -1]]


def test_files_are_known_by_how_their_names_begin() -> None:
    said = [replace(PHRASES[0], source=source) for source in ("everyday_2.yaml", "lookalikes_2.yaml", "welsh.yaml")]
    assert _from(said, ("everyday", "welsh")).tolist() == [True, False, True]


@pytest.mark.parametrize(("source", "intent"), [("lookalikes_2.yaml", "barrier"), ("reflection_1.yaml", "reflection")])
def test_look_alikes_teach_no_intent(source: str, intent: str) -> None:
    said = [
        Phrase(text=f"nobody will pay for the {thing}", intent="reflection", factor=None, source=source, group=thing)
        for thing in ("fair", "fare", "fete", "fence", "float", "fridge", "flag", "farm", "film", "fan", "fern", "fig")
    ]
    learned = train([*PHRASES, *said], FakeTokens())
    assert Triage(FakeTokens(), lambda: learned)("nobody will pay for the fence").intent == intent


def test_look_alikes_teach_the_alarm(learned: Weights) -> None:
    text = "he hurt me at the fete and I am frightened"
    said = [replace(PHRASES[0], text=text, source="lookalikes_2.yaml", group=f"fete {at}") for at in range(6)]

    def alarm(weights: Weights) -> float:
        return float(alarm_scores(weights.alarm_columns(features(FakeTokens(), [text], weights.centre)))[0])

    assert alarm(train([*PHRASES, *said], FakeTokens())) < alarm(learned) - 0.5


def test_nearness_is_greatest_for_the_phrase_itself() -> None:
    known = np.eye(3, dtype=np.float32)
    near = nearness(np.array([[1, 0, 0]], np.float32), known)[0]
    assert near[0] > near[1] == near[2] > 0


def test_known_phrases_are_weighed_some_at_a_time_as_they_would_be_at_once(
    learned: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = features(FakeTokens(), ["he hurt me at the plan", "thanks for the plan"], learned.centre)
    at_once = learned.alarm_columns(rows)
    monkeypatch.setattr(weights, "_AT_ONCE", 4)
    assert len(learned.known) % 4 != 0
    assert learned.alarm_columns(rows) == pytest.approx(at_once, abs=1e-4)
    assert learned.alarm_columns(rows) != pytest.approx(rows @ learned.alarm, abs=1e-4)


def test_the_safety_net_overrules_what_was_learned(learned: Weights) -> None:
    never = Triage(FakeTokens(), lambda: replace(learned, alarm_at=1e9))
    assert never("I want to kill myself").sensitive
    assert not never("he hurt me at the visit and I am frightened").sensitive


def test_nothing_typed_is_a_question_that_nobody_is_sure_of(learned: Weights) -> None:
    assert Triage(FakeTokens(), lambda: learned)(" \n").confidence == 0
