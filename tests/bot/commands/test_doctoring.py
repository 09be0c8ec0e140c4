"""`coach doctor`: every part with how it is, and what to do about it."""

import asyncio
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import main_store
from bot.commands import doctoring
from bot.commands.doctoring import examine
from bot.commands.findings import Finding, State
from bot.domain.errors import SettingError
from bot.settings import load_settings, secret
from bot.store.workspaces import Workspace, Workspaces
from knowledge.embedding import WeightsError
from knowledge.minilm import MINILM_SHA256
from knowledge.reading_notes import words_hash
from tests.bot.coach_home import Home, coach_home
from tests.bot.commands.test_partnering import PLAN
from tests.fakes import NOON
from tests.knowledge.shelves import MONEY, TRUST

PARTS = [
    "data folder",
    "library folder",
    "embedder",
    "database",
    "index",
    "partnership",
    "outbox",
    "slack",
    "teams",
    "model",
]

_FAILED = """INSERT INTO outbox (key, state, promise, platform, place, due_at, attempts)
    VALUES ('k', 'failed', 'answer', 'web', 'p', '2026-01-05 12:00:00', 1)"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(doctoring, "weights_sha256", lambda: MINILM_SHA256)
    return coach_home(tmp_path, monkeypatch, [("a.txt", TRUST), ("b.txt", TRUST)])


def look(home: Home, **environ: str) -> dict[str, Finding]:
    folders = {"COACH_DATA_DIR": "data", "COACH_LIBRARY_DIR": "library"}
    settings = load_settings({**folders, **environ}, folder=home.folder)
    return {finding.part: finding for finding in asyncio.run(examine(settings))}


def test_a_fresh_copy_needs_no_attention_and_says_what_to_do_next(home: Home) -> None:
    found = look(home)
    assert list(found) == PARTS
    assert not [part for part, finding in found.items() if finding.state is State.WRONG]
    assert all(finding.do for part, finding in found.items() if part in {"index", "partnership", "model"})


OAUTH = {
    "SLACK_CLIENT_ID": "12345.67890",
    "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_SIGNING_SECRET": "signing",
    "COACH_PUBLIC_URL": "https://coach.example.org",
}


@pytest.mark.parametrize("missing", sorted(OAUTH))
def test_what_is_missing_for_installing_in_several_workspaces_is_named(home: Home, missing: str) -> None:
    given = {name: value for name, value in OAUTH.items() if name != missing}
    found = look(home, **given)["slack"]
    assert found.state is State.WRONG
    assert f"but {missing} is missing: set all four." in found.says


def test_installing_in_several_workspaces_says_where_and_what_became_of_it(home: Home) -> None:
    found = look(home, **OAUTH)
    assert found["slack"].says == "Set up for events over the web and installing in several workspaces."
    assert found["slack"].do == "Others install it at https://coach.example.org/slack/install."
    assert "slack workspaces" not in found
    assert not (home.folder / "data" / "secret.key").exists()
    workspace = Workspace(team="T0LANTERN", token="xoxb-1", scopes=(), installed_at=NOON)

    async def install() -> None:
        async with main_store(home.settings) as database:
            await Workspaces(database, secret(home.settings)).install(workspace)

    asyncio.run(install())
    strange = look(home, **OAUTH)["slack workspaces"]
    assert (strange.state, strange.says) == (State.OK, "Installed in T0LANTERN.")
    assert "slack_teams" in strange.do
    assert "have me installed there again" in strange.do
    later = look(home, **OAUTH, COACH_SECRET_KEY="another secret altogether")["slack workspaces"]
    assert later.state is State.WRONG
    assert "COACH_SECRET_KEY has changed" in later.says
    assert "T0LANTERN" in later.says


def test_every_finding_that_is_wrong_or_missing_says_so_in_a_sentence(home: Home) -> None:
    assert all(finding.says.endswith(".") for finding in look(home).values())


def test_the_outbox_is_the_one_that_is_in_use(home: Home) -> None:
    assert look(home)["outbox"].says == "The demo has not been opened."
    (home.folder / "data" / "demo").mkdir()
    shutil.copyfile(home.folder / "data" / "coach.sqlite", home.folder / "data" / "demo" / "demo.sqlite")
    assert look(home)["outbox"].says == "0 cards waiting."
    with sqlite3.connect(home.folder / "data" / "demo" / "demo.sqlite") as demo:
        demo.execute(_FAILED)
    demo.close()
    assert look(home)["outbox"].says == "1 cards could not be posted."
    with sqlite3.connect(home.folder / "data" / "demo" / "demo.sqlite") as demo:
        demo.execute("UPDATE outbox SET state = 'unknown', promise = 'notice'")
    demo.close()
    assert look(home)["outbox"].says == "0 cards waiting. Of 1 notices nobody can tell whether they were sent."
    home.write("partnership.yaml", PLAN)
    assert home.run("partnership", "apply", "partnership.yaml").status == 0
    assert look(home)["outbox"].says == "0 cards waiting."


def test_documents_are_counted_and_the_catalogue_is_not_one(home: Home) -> None:
    home.write("library/library.yaml", "documents: []")
    assert look(home)["library folder"].says.endswith("library (2 files).")


def test_the_starter_library_is_said_to_be_one(home: Home) -> None:
    found = look(home, COACH_LIBRARY_DIR="")["library folder"]
    assert (found.state, "COACH_LIBRARY_DIR" in found.do) == (State.MISSING, True)


def test_a_mistake_in_the_catalogue_needs_attention(home: Home) -> None:
    home.write("library/library.yaml", "documents: [{colour: red}]")
    found = look(home)["library folder"]
    assert (found.state, "line 1" in found.says) == (State.WRONG, True)


def test_a_library_that_is_indexed_is_counted_and_what_was_set_aside_is_named(home: Home) -> None:
    home.run("library", "check")
    assert look(home)["index"] == Finding(part="index", state=State.OK, says="2 documents, 2 passages, generation 1.")
    home.write("library/c.txt", b"\0")
    home.run("library", "check")
    found = look(home)["index"]
    assert found.state is State.WRONG
    assert "c.txt: The file is no text. Save it as text." in found.says


def _missing() -> str:
    raise WeightsError("The package is not installed: run `make install`.")


@pytest.mark.parametrize("weights", [lambda: "0" * 64, _missing])
def test_weights_that_are_missing_or_others_need_attention(
    home: Home, monkeypatch: pytest.MonkeyPatch, weights: Any
) -> None:
    monkeypatch.setattr(doctoring, "weights_sha256", weights)
    found = look(home)["embedder"]
    assert (found.state, "make install" in found.do) == (State.WRONG, True)


def test_a_database_that_does_not_answer_needs_attention_and_the_rest_is_said(home: Home) -> None:
    found = look(home, COACH_DATABASE_URL="postgresql://nobody:secret@127.0.0.1:9/none")
    assert (found["database"].state, "COACH_DATABASE_URL" in found["database"].do) == (State.WRONG, True)
    assert "secret" not in repr(found)
    assert {"library folder", "embedder", "model"} <= set(found)


@dataclass(frozen=True)
class Writer:
    """A model that can be reached, or cannot."""

    reached: bool

    async def ping(self) -> bool:
        return self.reached


@pytest.mark.parametrize(("reached", "state"), [(True, State.OK), (False, State.WRONG)])
def test_a_model_is_tried(home: Home, monkeypatch: pytest.MonkeyPatch, reached: bool, state: State) -> None:
    monkeypatch.setattr(doctoring, "open_writer", lambda _settings: Writer(reached))
    found = look(home, COACH_MODEL="openai:test", COACH_MODEL_KEY="k-123")
    assert found["model"].state is state
    assert "k-123" not in repr(found)


def test_a_model_that_cannot_be_set_up_needs_attention(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_settings: object) -> None:
        raise SettingError("COACH_MODEL is unknown: correct it.")

    monkeypatch.setattr(doctoring, "open_writer", refuse)
    found = look(home, COACH_MODEL="openai:test")["model"]
    assert (found.state, "COACH_MODEL is unknown" in found.says) == (State.WRONG, True)


def test_findings_as_json(home: Home) -> None:
    outcome = home.run("doctor", "--json")
    assert outcome.status == 0
    findings = json.loads(outcome.out)
    assert [item["part"] for item in findings] == PARTS
    assert all(set(item) == {"part", "state", "says", "do"} for item in findings)


def test_the_exit_status_says_whether_something_needs_attention(home: Home) -> None:
    assert home.run("doctor").status == 0
    home.write("library/library.yaml", "documents: [{colour: red}]")
    outcome = home.run("doctor")
    assert outcome.status == 1
    assert "needs attention" in outcome.out


def test_documents_without_notes_are_named_once_there_is_an_index(home: Home) -> None:
    home.write("library/b.txt", MONEY)
    assert home.run("library", "check").status == 0
    finding = look(home)["reading notes"]
    assert (finding.state, finding.says) == (
        State.MISSING,
        "0 of 2 passages have reading notes. Documents without notes: a.txt, b.txt.",
    )
    assert "coach library annotate" in finding.do
    (home.library / "notes").mkdir()
    note = {"start": 1, "end": 1, "hash": words_hash(TRUST), "gist": "On trust.", "questions": ["whom can I trust?"]}
    home.write("library/notes/a.jsonl", f'{{"document": "a.txt"}}\n{json.dumps(note)}\n')
    assert look(home)["reading notes"].says == "1 of 2 passages have reading notes. Documents without notes: b.txt."
    note["hash"] = words_hash(MONEY)
    home.write("library/notes/b.jsonl", f'{{"document": "b.txt"}}\n{json.dumps(note)}\n')
    assert look(home)["reading notes"] == Finding(
        part="reading notes", state=State.OK, says="2 of 2 passages have reading notes."
    )
