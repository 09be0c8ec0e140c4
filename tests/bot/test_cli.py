"""The command line: every command explains itself, and every error that we foresaw is a sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from bot.cli import app
from bot.lock import sole_owner
from tests.bot.coach_home import Home, coach_home


def commands() -> Iterator[tuple[str, ...]]:
    """Every command and group, as it is typed after `coach`."""
    yield from _below(get_command(app), ())


def _below(command: object, typed: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield typed
    for name, inner in getattr(command, "commands", {}).items():
        yield from _below(inner, (*typed, name))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return coach_home(tmp_path, monkeypatch, [])


def test_every_command_of_the_brief_is_there() -> None:
    wanted = {
        ("ask",), ("serve",), ("doctor",), ("evaluate",), ("library", "add"), ("library", "list"),
        ("library", "remove"), ("library", "check"), ("partnership", "apply"), ("partnership", "show"),
    }  # fmt: skip
    assert wanted <= set(commands())


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_explains_itself(home: Home, command: tuple[str, ...]) -> None:
    outcome = home.run(*command, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert " ".join(["coach", *command]) in " ".join(outcome.out.split())
    assert len(outcome.out.split()) > 12


@pytest.mark.parametrize("group", [(), ("library",), ("partnership",)])
def test_a_group_alone_shows_its_commands(home: Home, group: tuple[str, ...]) -> None:
    outcome = home.run(*group)
    assert outcome.status == 2
    assert "Usage" in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ask",), "There is no question."),
        (("ask", "--batch", "missing.jsonl"), "missing.jsonl cannot be read"),
        (("evaluate", "missing.jsonl"), "missing.jsonl cannot be read"),
        (("evaluate", "library"), "library cannot be read"),
        (("evaluate", "bad.jsonl"), "bad.jsonl, line 2 is not a case."),
        (("evaluate", "odd.jsonl"), "odd.jsonl, line 1 is not a case."),
        (("library", "add", "missing.txt"), "There is no file missing.txt."),
        (("library", "check", "missing.txt"), "There is no file missing.txt."),
        (("library", "remove", "missing.txt"), "There is no document missing.txt"),
        (("partnership", "apply", "missing.yaml"), "missing.yaml"),
        (("ask", "Why?", "--partnership", "quay"), "There is no partnership “quay”."),
    ],
)
def test_what_we_foresaw_is_a_sentence_and_status_2(home: Home, arguments: tuple[str, ...], says: str) -> None:
    home.write("bad.jsonl", '{"question": "Why?"}\n["Why?"]\n')
    home.write("odd.jsonl", '{"question": "Why?", "evidence": [{"document": "a.md"}]}')
    outcome = home.run(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("coach: ")
    assert says in outcome.err
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("variable", "value"),
    [("COACH_PORT", "eighty"), ("COACH_LIBRARY_DIR", "nowhere"), ("COACH_PROT", "80"), ("COACH_EMBEDDER", "mini")],
)
@pytest.mark.parametrize("command", [("ask", "Why?"), ("library", "list"), ("doctor",), ("partnership", "show")])
def test_a_wrong_setting_is_a_sentence_with_its_name(
    home: Home, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv(variable, value)
    outcome = home.run(*command)
    assert (outcome.status, outcome.out) == (2, "")
    assert variable in outcome.err
    assert "Traceback" not in outcome.err


def test_a_data_folder_that_is_in_use_without_a_server_is_a_sentence(home: Home) -> None:
    with sole_owner(home.folder / "data"):
        outcome = home.run("ask", "Why?")
    assert outcome.status == 2
    assert "is in use, but no coach answers" in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("ask", "--colour"), ("dance",), ("library", "add"), ("evaluate",)])
def test_what_was_typed_wrong_is_explained_by_usage(home: Home, arguments: tuple[str, ...]) -> None:
    outcome = home.run(*arguments)
    assert outcome.status == 2
    assert "Usage: " in outcome.err
    assert "Traceback" not in outcome.err


def test_typer_is_told_to_print_no_tracebacks_of_its_own() -> None:
    assert isinstance(app, typer.Typer)
    assert app.pretty_exceptions_enable is False
