"""`coach backup` and `coach restore`: what was there is there again; nothing is lost by mistake."""

import stat
import zipfile
from pathlib import Path

import pytest

from tests.bot.coach_home import Home, coach_home
from tests.bot.commands.test_partnering import PLAN, shown


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = coach_home(tmp_path, monkeypatch, [])
    home.write("partnership.yaml", PLAN)
    home.run("partnership", "apply", "partnership.yaml")
    return home


def test_what_was_kept_is_there_again(home: Home, tmp_path: Path) -> None:
    before = shown(home)
    assert home.run("backup", "monday.zip").status == 0
    home.run("partnership", "remove", "harbour", "--yes")
    assert shown(home) == []
    outcome = home.run("restore", "monday.zip", "--replace")
    assert (outcome.status, outcome.err) == (0, "")
    assert "erase them again" in outcome.out
    assert shown(home) == before


def test_a_backup_is_its_owners_alone(home: Home, tmp_path: Path) -> None:
    home.run("backup", "monday.zip")
    assert stat.S_IMODE((tmp_path / "monday.zip").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.glob(".monday*")] == []


def test_one_file_is_never_written_over_another(home: Home, tmp_path: Path) -> None:
    home.write("monday.zip", "dear")
    outcome = home.run("backup", "monday.zip")
    assert outcome.status == 2
    assert "is there already" in " ".join(outcome.err.split())
    assert (tmp_path / "monday.zip").read_text() == "dear"


def test_what_is_there_stays_unless_it_may_be_replaced(home: Home) -> None:
    home.run("backup", "monday.zip")
    before = shown(home)
    outcome = home.run("restore", "monday.zip")
    assert outcome.status == 2
    assert "--replace" in outcome.err
    assert shown(home) == before


@pytest.mark.parametrize("wrong", ["no zip", "no manifest", "older"])
def test_what_is_no_backup_of_this_version_is_refused(home: Home, tmp_path: Path, wrong: str) -> None:
    if wrong == "no zip":
        home.write("odd.zip", "words")
    else:
        with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
            archive.writestr("manifest.json", '{"tables": "0001", "made_at": ""}' if wrong == "older" else "[]")
    before = shown(home)
    outcome = home.run("restore", "odd.zip", "--replace")
    assert outcome.status == 2
    assert "Traceback" not in outcome.err
    assert shown(home) == before


def test_documents_that_were_added_are_not_lost_to_a_restore(home: Home, tmp_path: Path) -> None:
    home.run("backup", "monday.zip")
    added = tmp_path / "data" / "library" / "ours.txt"
    for path in (tmp_path / "data").iterdir():
        if path.is_file() and path.name.startswith("coach.sqlite"):
            path.unlink()
    added.parent.mkdir(parents=True, exist_ok=True)
    added.write_text("Ours.")
    outcome = home.run("restore", "monday.zip")
    assert (outcome.status, added.read_text()) == (2, "Ours.")
    assert "--replace" in outcome.err
    assert [each.name for each in (tmp_path / "data").glob(".restoring*")] == []


def test_documents_that_were_added_come_back(home: Home, tmp_path: Path) -> None:
    added = tmp_path / "data" / "library" / "ours.txt"
    added.parent.mkdir(parents=True, exist_ok=True)
    added.write_text("Ours.")
    home.run("backup", "monday.zip")
    added.write_text("Changed.")
    home.run("restore", "monday.zip", "--replace")
    assert added.read_text() == "Ours."
