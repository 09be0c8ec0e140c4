"""`coach questions check`: a sentence and an id for each mistake, exit status 1, and figures for a program."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands import questioning
from tests.bot.coach_home import Home, coach_home
from tests.fake_embedder import FakeEmbedder

ADDED: dict[str, Any] = {
    "id": "ours-1",
    "factor": "trust",
    "question": "Where do you meet partners who are new to you?",
    "follow_up": {"when": "If nowhere", "ask": "Who could bring you together?"},
    "source": {"author": "Grace Hopper", "year": 2020, "section": "2"},
    "suits": "everyone",
    "depth": "noticing",
}
HOPPER = "documents:\n  - file: trust.md\n    author: Grace Hopper\n    year: 2020\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(questioning, "MiniLM", lambda _cache: FakeEmbedder())
    # Words that are shared say little about meaning: with these vectors only the very same counts as a twin.
    monkeypatch.setattr("bot.coaching.questions.twins.SAME", 0.999)
    home = coach_home(tmp_path, monkeypatch, [])
    (home.library / "trust.md").write_text("# On trust\n\nTrust grows.\n")
    return home


def own(home: Home, *entries: dict[str, Any]) -> None:
    home.write("own.yaml", yaml.safe_dump({"questions": list(entries)}))


def test_the_coachs_own_questions_pass(home: Home) -> None:
    outcome = home.run("questions", "check")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.endswith("questions, no problems.\n")


def test_an_added_question_may_cite_the_librarys_catalogue(home: Home) -> None:
    own(home, ADDED)
    outcome = home.run("questions", "check", "own.yaml")
    assert outcome.status == 1
    assert "ours-1: Its source, Grace Hopper 2020, is neither in" in outcome.out
    (home.library / "library.yaml").write_text(HOPPER)
    assert home.run("questions", "check", "own.yaml").status == 0


def test_a_program_gets_ids_sentences_and_figures(home: Home) -> None:
    (home.library / "library.yaml").write_text(HOPPER)
    own(home, {**ADDED, "question": "What did we promise a partner that is still not done?"}, {"id": "risk-2", "cy": 1})
    outcome = home.run("questions", "check", "own.yaml", "--json")
    told = json.loads(outcome.out)
    assert outcome.status == 1
    assert [each["id"] for each in told["problems"]] == ["risk-2", "ours-1"]
    assert "asks nearly the same as trust-4" in told["problems"][1]["problem"]
    assert told["nearest"][0] == {"ids": ["trust-4", "ours-1"], "cosine": 1.0}
    assert set(told["factors"].values()) <= {8, 9, 10}
    assert told["hardest"] < 9


def test_a_mistake_in_the_file_is_one_sentence(home: Home) -> None:
    home.write("own.yaml", "questions: [")
    for file, said in (("own.yaml", "is not YAML"), ("none.yaml", "cannot be read")):
        outcome = home.run("questions", "check", file)
        assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
        assert said in outcome.err
