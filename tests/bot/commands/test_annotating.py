"""`coach library annotate`: what it takes is said first, and what a model wrote is searched from then on."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.commands import annotating
from bot.settings import Settings, load_settings
from knowledge.writing import Message, WriterError
from tests.bot.coach_home import Home, Outcome, coach_home
from tests.knowledge.shelves import MONEY, POWER, TRUST

GIST = "Little things done well side by side make people believe each other."
QUESTIONS = tuple(f"zebra{number} why do they never believe us?" for number in "abcdef")


@dataclass
class Scripted:
    """Replies with a note; `fails` are the words of passages for which it does not."""

    fails: str = "\0"
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def ask(self, asked: Sequence[Message]) -> str:
        self.asked.append(asked[-1].text)
        if self.error is not None:
            raise self.error
        return "no" if self.fails in asked[-1].text else json.dumps({"gist": GIST, "questions": QUESTIONS})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated: Path) -> Home:
    home = coach_home(tmp_path, monkeypatch, [("a.txt", f"On trust\n\n{TRUST}\n"), ("b.txt", f"On money\n\n{MONEY}\n")])
    (tmp_path / "data").mkdir()
    shutil.copyfile(migrated, tmp_path / "data" / "coach.sqlite")
    return home


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    model = Scripted()

    def opened(_settings: Settings) -> Scripted:
        return model

    monkeypatch.setattr(annotating, "open_model", opened)
    return model


def said(outcome: Outcome, status: int = 0) -> Any:
    assert outcome.status == status, outcome.err
    return json.loads(outcome.out)


def annotate(home: Home, *arguments: str, typed: bytes = b"") -> Outcome:
    named = arguments if "--model" in arguments else (*arguments, "--model", "openai:test")
    return home.run("library", "annotate", *named, typed=typed)


def notes(home: Home) -> Path:
    return home.folder / "data" / "library" / "notes"


def counts(home: Home) -> dict[str, int]:
    return {item["file"]: item["notes"] for item in said(home.run("library", "list", "--json"))["documents"]}


def test_notes_are_written_and_searched_from_the_next_question_on(home: Home, model: Scripted) -> None:
    assert counts(home) == {"a.txt": 0, "b.txt": 0}
    outcome = annotate(home, "a.txt", "--yes")
    assert (outcome.status, outcome.err) == (0, "")
    assert "Notes written: 1. They are used from the next question on." in outcome.out
    assert [path.name for path in notes(home).iterdir()] == ["a.txt.jsonl"]
    assert counts(home) == {"a.txt": 1, "b.txt": 0}
    answer = said(home.run("ask", "zebraa zebrab zebrac", "--json"))
    assert answer["retrieved"][0]["document"] == "a.txt"


def test_notes_are_never_quoted_nor_shown_as_retrieved(home: Home, model: Scripted) -> None:
    annotate(home, "--yes")
    outcome = home.run("ask", "zebraa why do they never believe us about trust that grows?", "--json")
    assert said(outcome)["retrieved"]
    assert not any(words in outcome.out for words in (GIST, "zebrab"))


def test_what_it_takes_is_said_before_it_is_asked(home: Home, model: Scripted) -> None:
    outcome = annotate(home, "--price-in", "0.5", "--price-out", "1000", typed=b"n\n")
    assert outcome.out.startswith("2 passages without notes in a.txt, b.txt. Writing them takes about ")
    assert (
        " tokens in and 920 out, which costs about 0.92 at your prices. Their text goes to openai:test." in outcome.out
    )
    assert "Go on? [y/N]" in outcome.err
    assert "Notes written: 0.\nNot tried: 2 passages. Run me again to go on.\n" in outcome.out
    assert (outcome.status, model.asked) == (0, [])
    assert not notes(home).exists()


def test_without_prices_only_tokens_are_said(home: Home, model: Scripted) -> None:
    assert "costs" not in annotate(home, typed=b"n\n").out


def test_a_yes_goes_on(home: Home, model: Scripted) -> None:
    assert "Notes written: 2." in annotate(home, typed=b"y\n").out


def test_nobody_there_to_ask_is_a_no(home: Home, model: Scripted) -> None:
    assert annotate(home).status == 1
    assert model.asked == []


def test_a_second_run_has_nothing_to_do(home: Home, model: Scripted) -> None:
    annotate(home, "--yes")
    outcome = annotate(home)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == "Every passage has its notes: there is nothing to write.\n"
    assert len(model.asked) == 2


def test_a_passage_that_gets_no_note_is_told_and_the_rest_is_kept(home: Home, model: Scripted) -> None:
    model.fails = TRUST
    outcome = annotate(home, "--yes")
    assert outcome.status == 1
    assert "Notes written: 1." in outcome.out
    assert "Without notes: a.txt, line 3. The reply is not the JSON object that was asked for.\n" in outcome.out
    assert counts(home) == {"a.txt": 0, "b.txt": 1}


def test_a_program_reads_what_came_of_it(home: Home, model: Scripted) -> None:
    model.error = WriterError("The model is asleep.")
    outcome = annotate(home, "--yes", "--json", "--model", "ollama:small")
    result = said(outcome, status=1)
    assert "Their text goes to ollama:small." in outcome.err
    assert result.pop("tokens_in") > 500
    left = [{"file": file, "start": 3, "end": 3, "reason": "The model is asleep."} for file in ("a.txt", "b.txt")]
    assert result == {
        "model": "ollama:small", "passages": 2, "tokens_out": 920, "cost": None, "written": 0,
        "left": left, "untried": 0, "set_aside": [],
    }  # fmt: skip


def test_a_document_that_is_not_there_is_a_sentence_with_those_that_are(home: Home, model: Scripted) -> None:
    outcome = annotate(home, "c.txt")
    says = "There is no document c.txt in the library. Its documents are: a.txt, b.txt."
    assert (outcome.status, outcome.out, outcome.err) == (2, "", f"coach: {says}\n")


def test_without_a_model_there_is_a_sentence(home: Home) -> None:
    for arguments in ([], ["--model", "none"]):
        outcome = home.run("library", "annotate", *arguments)
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err.startswith("coach: There is no model to write notes with. Set COACH_MODEL")


@pytest.mark.parametrize("name", ["nobody:model", "gpt", "openai:"])
def test_a_model_that_cannot_be_set_up_is_a_sentence(home: Home, name: str) -> None:
    outcome = annotate(home, "--model", name)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"coach: COACH_MODEL: The model '{name}'")


def test_the_configured_model_is_opened(home: Home) -> None:
    environ = {"COACH_MODEL": "openai:gpt-5-mini", "COACH_MODEL_KEY": "KEY", "COACH_DATA_DIR": "data"}
    model = annotating.open_model(load_settings(environ, folder=home.folder))
    assert getattr(model, "name", "") == "openai:gpt-5-mini"


def test_a_broken_file_of_notes_is_said_and_not_written_over(home: Home, model: Scripted) -> None:
    notes(home).mkdir(parents=True)
    (notes(home) / "a.txt.jsonl").write_text("half a no")
    outcome = annotate(home, "--yes")
    assert outcome.status == 2
    assert "Not used: a.txt.jsonl, line 1: this is no JSON object." in outcome.out
    assert outcome.err.startswith("coach: a.txt.jsonl, line 1: ")
    assert outcome.err.endswith("Mend or remove it: I add to it only.\n")
    assert (notes(home) / "a.txt.jsonl").read_text() == "half a no"


def test_a_folder_that_cannot_be_written_is_a_sentence(home: Home, model: Scripted) -> None:
    (home.folder / "data" / "library").write_text("a file stands in the way")
    outcome = annotate(home, "--yes")
    assert outcome.status == 2
    assert "cannot be written" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_changed_passage_wants_its_notes_again(home: Home, model: Scripted) -> None:
    annotate(home, "--yes")
    home.write("library/a.txt", f"On trust\n\n{POWER}\n")
    assert counts(home) == {"a.txt": 0, "b.txt": 1}
    assert "Notes written: 1." in annotate(home, "--yes").out
    assert counts(home) == {"a.txt": 1, "b.txt": 1}
