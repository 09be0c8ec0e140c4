"""`coach similar`: one line each for a program, a table for a person, no line stops the rest."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from bot.cli_barriers import add_barrier_commands
from bot.commands import similar
from knowledge.embedding import WeightsError
from knowledge.similar_weights import Weights
from tests.bot.coach_home import Home, Outcome, coach_home
from tests.fake_embedder import DIMENSIONS, FakeEmbedder

LOG = [
    {"id": "B-1", "text": "nobody signs the sharing agreement", "owner": "us"},
    {"id": 2, "text": "the bus is late"},
    {"id": "B-3", "text": "nobody signs the agreement"},
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    weights = Weights(
        made_from="",
        centre=np.zeros(DIMENSIONS, np.float32),
        turn=np.eye(DIMENSIONS, dtype=np.float32),
        middle=0.6,
        spread=0.1,
    )
    monkeypatch.setattr(similar, "load", lambda: weights)
    monkeypatch.setattr(similar, "_embedder", lambda _settings: FakeEmbedder())
    return coach_home(tmp_path, monkeypatch, [])


def log(home: Home, *lines: str) -> None:
    home.write("log.jsonl", "\n".join(lines))


def found(outcome: Outcome) -> list[Any]:
    assert outcome.err == ""
    return [json.loads(line) for line in outcome.out.splitlines()]


def test_each_barrier_is_printed_with_the_others_likest_first(home: Home) -> None:
    log(home, *map(json.dumps, LOG))
    outcome = home.run("similar", "--batch", "log.jsonl", "--json")
    lines = found(outcome)
    assert outcome.status == 0
    assert [line["id"] for line in lines] == ["B-1", 2, "B-3"]
    assert [lines[at]["similar"][0]["id"] for at in (0, 2)] == ["B-3", "B-1"]
    assert {each["id"] for each in lines[1]["similar"]} == {"B-1", "B-3"}
    assert lines[0]["similar"][0]["score"] > lines[0]["similar"][1]["score"]
    assert set(lines[0]) == {"id", "similar"}
    assert set(lines[0]["similar"][0]) == {"id", "score"}


def test_no_more_than_five_are_printed(home: Home) -> None:
    log(home, *(json.dumps({"id": number, "text": f"barrier {number}"}) for number in range(9)))
    lines = found(home.run("similar", "--batch", "log.jsonl", "--json"))
    assert [len(line["similar"]) for line in lines] == [5] * 9


def test_a_bad_line_gets_a_line_that_says_why_and_is_no_barrier(home: Home) -> None:
    log(
        home,
        "not JSON",
        "",
        '{"id": "2"}',
        json.dumps(LOG[0]),
        '{"id": "B-3", "text": "nobody signs the agreement", "error": "of theirs"}',
    )
    outcome = home.run("similar", "--batch", "log.jsonl", "--json")
    lines = found(outcome)
    assert outcome.status == 1
    assert [(line.get("line"), line["id"], "error" in line) for line in lines] == [
        (1, None, True),
        (3, "2", True),
        (None, "B-1", False),
        (None, "B-3", False),
    ]
    assert [each["id"] for each in lines[2]["similar"]] == ["B-3"]


def test_barriers_without_an_id_or_with_the_same_one_are_told_apart(home: Home) -> None:
    log(home, '{"text": "no keys"}', '{"id": "B-1", "text": "no keys"}', '{"id": "B-1", "text": "no keys at all"}')
    lines = found(home.run("similar", "--batch", "log.jsonl", "--json"))
    assert [[each["id"] for each in line["similar"]] for line in lines] == [
        ["B-1", "B-1"],
        [None, "B-1"],
        [None, "B-1"],
    ]


def test_input_may_come_from_a_pipe_and_be_empty(home: Home) -> None:
    assert home.run("similar", "--batch", "-", "--json", typed=b"").status == 0
    piped = home.run("similar", "--batch", "-", "--json", typed=json.dumps(LOG[1]).encode())
    assert found(piped) == [{"id": 2, "similar": []}]


def test_a_person_sees_what_would_be_offered(home: Home) -> None:
    log(home, *map(json.dumps, LOG), "oops")
    outcome = home.run("similar", "--batch", "log.jsonl")
    assert outcome.status == 1
    assert "B-3 (0." in outcome.out
    assert "none" in outcome.out
    assert "Line 4 is not JSON" in outcome.out


def test_a_file_that_is_not_there_is_one_sentence(home: Home) -> None:
    outcome = home.run("similar", "--batch", "no.jsonl", "--json")
    assert (outcome.status, outcome.out) == (2, "")
    assert "cannot be read" in outcome.err


def test_missing_weights_are_one_sentence(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_settings: object) -> FakeEmbedder:
        raise WeightsError("Run `make install`.")

    class Missing(FakeEmbedder):
        def embed(self, texts: object) -> Any:
            raise WeightsError("Run `make install`.")

    monkeypatch.setattr(similar, "_embedder", lambda _settings: Missing())
    log(home, json.dumps(LOG[0]))
    outcome = home.run("similar", "--batch", "log.jsonl", "--json")
    assert (outcome.status, outcome.err) == (2, "coach: Run `make install`.\n")


def test_a_batch_is_asked_for() -> None:
    app = typer.Typer()
    add_barrier_commands(app, lambda _work: None, lambda: None)  # type: ignore[arg-type,return-value]
    assert "similar" in {command.name for command in app.registered_commands}
