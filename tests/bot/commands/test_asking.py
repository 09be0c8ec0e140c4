"""`coach ask`: one answer for a person, one line each for a program, and no line stops the rest."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.commands import asking
from bot.desks.library import View
from bot.domain.errors import CoachError, ServerUnreachable
from tests.bot.coach_home import Home, Outcome, coach_home

GOOD = '{"id": "1", "question": "How do we build trust?"}'
CITATION = {
    "n": 1, "document": "a.md", "title": "A [bold]title", "author": "Ada", "year": 2024, "section": "Trust > First",
    "quote": "Trust grows.", "start_line": 3, "end_line": 4,
}  # fmt: skip
ANSWER = {
    "answered": True,
    "reason": "answered",
    "text": "Trust grows. [1]",
    "sentences": [{"text": "Trust grows.", "citations": [1]}],
    "citations": [CITATION],
    "retrieved": [],
    "elapsed_ms": 1.0,
}


@dataclass
class FakeDesk:
    """Answers everything alike, and remembers what it was asked."""

    asked: list[tuple[str, View]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=lambda: dict(ANSWER))
    fails: CoachError | None = None

    async def ask(self, question: str, view: View) -> dict[str, Any]:
        self.asked.append((question, view))
        if self.fails:
            raise self.fails
        return self.answer

    async def catalogue(self) -> dict[str, Any]:
        return {}

    async def refresh(self) -> dict[str, Any]:
        return {}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return coach_home(tmp_path, monkeypatch, [])


@pytest.fixture
def desk(home: Home, monkeypatch: pytest.MonkeyPatch) -> FakeDesk:
    desk = FakeDesk()

    @asynccontextmanager
    async def opened(_settings: object) -> AsyncIterator[FakeDesk]:
        yield desk

    monkeypatch.setattr(asking, "open_desk", opened)
    return desk


def lines(outcome: Outcome, status: int = 0) -> list[Any]:
    assert (outcome.status, outcome.err) == (status, "")
    return [json.loads(line) for line in outcome.out.splitlines()]


def batch(home: Home, text: str | bytes, *more: str, status: int = 0) -> list[Any]:
    home.write("in.jsonl", text)
    return lines(home.run("ask", "--batch", "in.jsonl", "--json", *more), status)


def test_a_batch_is_answered_line_by_line_in_order(home: Home, desk: FakeDesk) -> None:
    text = "".join(f'{{"id": {number}, "question": "Question {number}?"}}\n' for number in (3, 1, 2))
    answers = batch(home, text)
    assert answers == [{"id": number, **ANSWER} for number in (3, 1, 2)]
    assert [question for question, _ in desk.asked] == ["Question 3?", "Question 1?", "Question 2?"]


@pytest.mark.parametrize(
    ("line", "known", "says"),
    [
        ("not JSON", None, "is not JSON"),
        ('{"id": "7", "question": ', None, "is not JSON"),
        ("[" * 100_000, None, "is not JSON"),
        ('{"id": "7", "question": "a\\ud800b"}', None, "is not JSON"),
        ('{"id": NaN, "question": "Why?"}', None, "is not JSON"),
        ('{"id": 1e999, "question": "Why?"}', None, "is not JSON"),
        ('{"id": ' + "9" * 5000 + ', "question": "Why?"}', None, "is not JSON"),
        ('{"id": "7"}', "7", "has no question"),
        ('{"id": "7", "question": null}', "7", "has no question"),
        ('{"id": "7", "question": ["Why?"]}', "7", "has no question"),
        ('"How do we build trust?"', None, "has no question"),
        ("[]", None, "has no question"),
        ("null", None, "has no question"),
    ],
)
def test_a_bad_line_gives_an_error_line_and_not_a_stop(
    home: Home, desk: FakeDesk, line: str, known: str | None, says: str
) -> None:
    before, wrong, after = batch(home, f"{GOOD}\n{line}\n{GOOD}\n", status=1)
    assert before == after == {"id": "1", **ANSWER}
    assert (wrong["line"], wrong["id"]) == (2, known)
    assert says in wrong["error"]
    assert "Each line must be like" in wrong["error"]


def test_bytes_that_are_no_text_do_not_stop_the_batch(home: Home, desk: FakeDesk) -> None:
    text = GOOD.encode() + b"\n\xff\xfe\x00\n" + GOOD.replace("trust", "tr").encode() + b"\n"
    answers = batch(home, text, status=1)
    assert [("error" in each) for each in answers] == [False, True, False]


@pytest.mark.parametrize("text", ["", "\n\n  \n", "\ufeff", "\r\n"])
def test_an_empty_file_has_no_answers(home: Home, desk: FakeDesk, text: str) -> None:
    assert batch(home, text) == []


@pytest.mark.parametrize("text", [f"\ufeff{GOOD}\n", f"{GOOD}\r\n", GOOD, f"\n\n{GOOD}\n\n", f"  {GOOD}  "])
def test_byte_order_marks_and_line_ends_of_other_systems_are_taken(home: Home, desk: FakeDesk, text: str) -> None:
    assert batch(home, text) == [{"id": "1", **ANSWER}]


def test_a_line_separator_inside_a_question_does_not_part_it(home: Home, desk: FakeDesk) -> None:
    assert len(batch(home, '{"id": "1", "question": "One\u2028two\x85three?"}')) == 1
    assert desk.asked[0][0] == "One\u2028two\x85three?"


def test_a_very_long_question_is_handed_on_whole(home: Home, desk: FakeDesk) -> None:
    batch(home, json.dumps({"id": "1", "question": "why " * 25_000}))
    assert len(desk.asked[0][0]) == 100_000


@pytest.mark.parametrize("known", ["", None, 7, 1.5, True, ["a", 1], {"a": {}}, "é\U0001f600"])
def test_an_id_comes_back_as_it_was(home: Home, desk: FakeDesk, known: object) -> None:
    assert batch(home, json.dumps({"id": known, "question": "Why?"}))[0]["id"] == known


def test_a_line_without_an_id_is_answered(home: Home, desk: FakeDesk) -> None:
    assert batch(home, '{"question": "Why?"}') == [{"id": None, **ANSWER}]


def test_input_is_read_from_the_pipe(home: Home, desk: FakeDesk) -> None:
    answers = lines(home.run("ask", "--batch", "-", "--json", typed=f"{GOOD}\n".encode()))
    assert answers == [{"id": "1", **ANSWER}]


@pytest.mark.parametrize("name", ["missing.jsonl", "library"])
def test_a_batch_that_cannot_be_read_is_a_sentence(home: Home, desk: FakeDesk, name: str) -> None:
    outcome = home.run("ask", "--batch", name, "--json")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"coach: {name} cannot be read (")
    assert outcome.err.endswith("Name a file of JSON lines, or - for input.\n")


def test_whose_eyes_a_batch_is_asked_with(home: Home, desk: FakeDesk) -> None:
    batch(home, GOOD, "--partnership", "harbour", "--as", "council")
    assert desk.asked[0][1] == View(partnership="harbour", organisation="council")


def test_a_server_that_goes_away_is_a_sentence(home: Home, desk: FakeDesk) -> None:
    desk.fails = ServerUnreachable("The coach went away. Start it again.")
    home.write("in.jsonl", GOOD)
    outcome = home.run("ask", "--batch", "in.jsonl", "--json")
    assert (outcome.status, outcome.err) == (2, "coach: The coach went away. Start it again.\n")


def test_one_question_as_json(home: Home, desk: FakeDesk) -> None:
    assert lines(home.run("ask", "How do we build trust?", "--json")) == [{"id": None, **ANSWER}]


def test_one_question_for_a_person(home: Home, desk: FakeDesk) -> None:
    outcome = home.run("ask", "How do we build trust?")
    shown = " ".join(outcome.out.split())
    assert "Trust grows. [1]" in shown
    assert "[1] Ada, 2024: A [bold]title · Trust > First (a.md, line 3)" in shown


def test_a_page_is_called_a_page(home: Home, desk: FakeDesk) -> None:
    paged = {key: value for key, value in CITATION.items() if not key.endswith("_line")}
    desk.answer = {**ANSWER, "citations": [{**paged, "author": "", "section": "", "start_page": 3, "end_page": 3}]}
    assert "(a.md, page 3)" in " ".join(home.run("ask", "Why?").out.split())


def test_a_refusal_for_a_person_says_why(home: Home, desk: FakeDesk) -> None:
    desk.answer = {**ANSWER, "answered": False, "reason": "nothing-found", "text": "Nothing [b]speaks[/b] to it."}
    assert " ".join(home.run("ask", "Why?").out.split()) == "Nothing [b]speaks[/b] to it."


def test_bytes_from_the_shell_that_are_no_text_are_asked_about_all_the_same(home: Home, desk: FakeDesk) -> None:
    assert home.run("ask", "trust \udcff?").status == 0
    assert desk.asked[0][0] == "trust ??"


def test_no_question_is_a_sentence(home: Home, desk: FakeDesk) -> None:
    outcome = home.run("ask")
    assert outcome.status == 2
    assert outcome.err == (
        "coach: There is no question. Write it in quotation marks after `coach ask`, or use --batch FILE.\n"
    )
