"""`coach evaluate`: figures for a person and for a program, of what is served and of simpler means beside it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.commands import evaluating
from tests.bot.coach_home import Home, coach_home
from tests.bot.commands.test_asking import FakeDesk
from tests.knowledge.shelves import MONEY, POWER, TRUST, ReadHere

CASES = [
    {"question": TRUST, "kind": "direct", "evidence": [{"document": "a.md", "quote": TRUST}]},
    {"question": MONEY, "kind": "paraphrase", "evidence": [{"document": "b.md", "quote": MONEY}]},
    {"question": POWER, "kind": "both", "evidence": [{"document": file, "quote": POWER} for file in ("a.md", "b.md")]},
    {"question": "Zebras?", "kind": "unanswerable", "evidence": []},
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    documents = [("a.md", f"# Trust\n\n{TRUST}\n\n# Boards\n\n{POWER}\n"), ("b.md", f"# Money\n\n{MONEY}\n")]
    home = coach_home(tmp_path, monkeypatch, documents)
    monkeypatch.setattr(evaluating, "load_all", ReadHere())
    home.write("cases.jsonl", "\n".join(map(json.dumps, CASES)))
    return home


def evaluated(home: Home, *more: str) -> dict[str, Any]:
    outcome = home.run("evaluate", "cases.jsonl", "--json", *more)
    assert (outcome.status, outcome.err) == (0, "")
    figures: dict[str, Any] = json.loads(outcome.out)
    return figures


def test_the_figures_are_one_object(home: Home) -> None:
    figures = evaluated(home)
    assert (figures["cases"], figures["recall@1"], figures["paraphrases@5"], figures["MRR@10"]) == (4, 1, 1, 1)
    assert figures["quotations"] > 0
    assert (figures["quotations verbatim"], figures["answers without a quotation"]) == (1, 0)
    assert figures["intervals"]["recall@5"] == [1, 1]
    assert not {"configurations", "withheld", "by"} & set(figures)


def test_a_quotation_that_the_file_no_longer_holds_is_not_verbatim(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "_texts", lambda _folders: {"a.md": TRUST.upper(), "b.md": ""})
    assert evaluated(home)["quotations verbatim"] == 0


def test_a_person_gets_a_table(home: Home) -> None:
    outcome = home.run("evaluate", "cases.jsonl", "--by", "document")
    assert (outcome.status, outcome.err) == (0, "")
    assert "recall@5" in outcome.out
    assert "1.00 (1.00–1.00)" in outcome.out
    assert "b.md" in outcome.out


def test_configurations_are_measured_side_by_side(home: Home) -> None:
    figures = evaluated(home, "--compare", "all", "--by", "kind")
    assert set(figures["configurations"]) == {
        "naive", "passages", "+sentences", "+words", "+notes", "+rerank", "notes-words", "full",
    }  # fmt: skip
    assert figures["configurations"]["naive"]["recall@1"] == 1
    assert figures["configurations"]["full"]["times naive"] == 1
    assert {document: each["cases"] for document, each in figures["withheld"].items()} == {"a.md": 1, "b.md": 1}
    assert set(figures["by"]) == {"direct", "paraphrase", "both", "unanswerable"}


def test_a_configuration_that_is_unknown_is_said_to_be(home: Home) -> None:
    outcome = home.run("evaluate", "cases.jsonl", "--compare", "best")
    assert (outcome.status, outcome.out) == (2, "")
    assert "“best” is no configuration. There are: all, full, naive, passages" in outcome.err


def test_nothing_is_compared_while_a_server_has_the_library(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def opened(_settings: object) -> AsyncIterator[FakeDesk]:
        yield FakeDesk()

    monkeypatch.setattr(evaluating, "open_desk", opened)
    assert home.run("evaluate", "cases.jsonl", "--json").status == 0
    outcome = home.run("evaluate", "cases.jsonl", "--compare", "passages")
    assert outcome.status == 2
    assert "stop it, and then compare" in outcome.err
