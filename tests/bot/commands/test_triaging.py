"""`coach triage`: one line each for a program, figures without texts for whoever measures, no line stops the rest."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.commands import triaging
from knowledge.triage.judging import Judgement
from tests.bot.coach_home import Home, Outcome, coach_home

SAID = "I was told to keep quiet"
JUDGED = {
    SAID: Judgement(intent="sensitive"),
    "Why?": Judgement(intent="question", factors=("trust", "power", "money"), confidence=0.75),
}
WHY = {"intent": "question", "factor": "trust", "factors": ["trust", "power", "money"], "confidence": 0.75}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(triaging, "_triage", lambda _settings: JUDGED.__getitem__)
    return coach_home(tmp_path, monkeypatch, [])


def lines(outcome: Outcome) -> list[Any]:
    assert outcome.err == ""
    return [json.loads(line) for line in outcome.out.splitlines()]


def cases(home: Home, items: Sequence[object]) -> None:
    home.write("in.jsonl", "\n".join(map(json.dumps, items)))


def test_one_message_for_a_program(home: Home) -> None:
    assert lines(home.run("triage", "Why?", "--json")) == [{"id": None, **WHY}]


def test_one_message_for_a_person(home: Home) -> None:
    outcome = home.run("triage", "Why?")
    assert outcome.status == 0
    assert "question (75%)" in outcome.out
    assert "Trust and relationships" in outcome.out


def test_no_message_is_refused(home: Home) -> None:
    outcome = home.run("triage")
    assert (outcome.status, outcome.out) == (2, "")
    assert "no message" in outcome.err


def test_a_batch_is_judged_line_by_line_in_order(home: Home) -> None:
    cases(home, [{"id": 7, "text": "Why?", "more": 1}, {"text": SAID}])
    outcome = home.run("triage", "--batch", "in.jsonl", "--json")
    assert outcome.status == 0
    assert lines(outcome) == [
        {"id": 7, **WHY},
        {"id": None, "intent": "sensitive", "factor": None, "factors": [], "confidence": 1.0},
    ]


def test_a_bad_line_gets_a_line_that_says_why(home: Home) -> None:
    home.write("in.jsonl", 'not JSON\n\n{"id": "2"}\n{"id": "3", "text": "Why?"}\n{"id": NaN, "text": "Why?"}\n')
    outcome = home.run("triage", "--batch", "in.jsonl", "--json")
    found = lines(outcome)
    assert outcome.status == 1
    assert [(each.get("line"), each["id"], "error" in each) for each in found] == [
        (1, None, True),
        (3, "2", True),
        (None, "3", False),
        (5, None, True),
    ]
    assert "Line 3 has no text in it" in found[1]["error"]


def test_a_line_with_an_error_of_its_own_is_judged_like_any(home: Home) -> None:
    home.write("in.jsonl", '{"id": "1", "text": "Why?", "error": "elsewhere"}\n')
    outcome = home.run("triage", "--batch", "in.jsonl", "--json")
    assert outcome.status == 0
    assert [(each["id"], "error" in each) for each in lines(outcome)] == [("1", False)]


def test_a_batch_for_a_person_shows_no_text(home: Home) -> None:
    cases(home, [{"id": "a", "text": SAID}, {"id": "b", "text": "Why?"}])
    outcome = home.run("triage", "--batch", "in.jsonl")
    assert outcome.out.splitlines() == ["a: sensitive (100%) ", "b: question (75%) trust, power, money"]


def test_a_file_that_is_not_there_is_refused(home: Home) -> None:
    outcome = home.run("triage", "--batch", "none.jsonl", "--json")
    assert (outcome.status, outcome.out) == (2, "")
    assert "none.jsonl cannot be read" in outcome.err


def test_an_evaluation_prints_figures_and_no_text(home: Home) -> None:
    cases(
        home,
        [
            {"id": "1", "text": "Why?", "intent": "barrier", "factor": "power"},
            {"id": "2", "text": SAID, "intent": "sensitive", "factor": ""},
        ],
    )
    (found,) = lines(home.run("triage", "--evaluate", "in.jsonl", "--json"))
    assert (found["intent accuracy"], found["factor first"], found["factor in three"]) == (0.5, 0, 1)
    assert found["sensitive recall"] == 1
    assert found["confusion"]["barrier"]["question"] == 1
    shown = home.run("triage", "--evaluate", "in.jsonl").out
    assert "intent accuracy" in shown
    assert "0.500" in shown
    assert SAID not in shown


@pytest.mark.parametrize(
    "case",
    [
        {"id": "1", "text": "Why?"},
        {"id": "1", "text": "Why?", "intent": "opinion"},
        {"id": "1", "text": "Why?", "intent": "barrier", "factor": "weather"},
        {"id": "1", "intent": "barrier"},
    ],
)
def test_what_is_no_case_is_refused_with_its_line(home: Home, case: object) -> None:
    cases(home, [{"id": "0", "text": "Why?", "intent": "question"}, case])
    outcome = home.run("triage", "--evaluate", "in.jsonl")
    assert (outcome.status, outcome.out) == (2, "")
    assert "line 2 is not a case" in outcome.err
