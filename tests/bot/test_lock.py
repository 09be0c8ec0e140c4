"""One owner to a data directory."""

import os
from pathlib import Path

import pytest

from bot.domain.errors import AlreadyRunning, SettingError
from bot.lock import sole_owner


def test_the_owner_is_noted_while_it_holds_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    with sole_owner(folder):
        assert (folder / "coach.pid").read_text() == f"{os.getpid()}\n"
    assert not (folder / "coach.pid").exists()


def test_a_second_owner_is_refused_with_the_reason(tmp_path: Path) -> None:
    with sole_owner(tmp_path):
        reason = f"process {os.getpid()}.*{tmp_path}.*COACH_DATA_DIR"
        with pytest.raises(AlreadyRunning, match=reason), sole_owner(tmp_path):
            pytest.fail("two owners")
        assert (tmp_path / "coach.pid").exists()
    with sole_owner(tmp_path):
        pass


@pytest.mark.parametrize("note", [None, ""])
def test_an_owner_that_left_no_note_is_unknown(tmp_path: Path, note: str | None) -> None:
    with sole_owner(tmp_path):
        (tmp_path / "coach.pid").unlink()
        if note is not None:
            (tmp_path / "coach.pid").write_text(note)
        with pytest.raises(AlreadyRunning, match="process unknown"), sole_owner(tmp_path):
            pytest.fail("two owners")


def test_the_folder_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), sole_owner(tmp_path):
        raise ZeroDivisionError
    with sole_owner(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_or_written_names_the_setting(tmp_path: Path) -> None:
    refusal = r"/proc/nowhere cannot be used .* COACH_DATA_DIR"
    with pytest.raises(SettingError, match=refusal), sole_owner(Path("/proc/nowhere")):
        pytest.fail("no folder")
    (tmp_path / "coach.pid").mkdir()
    with pytest.raises(SettingError, match="COACH_DATA_DIR"), sole_owner(tmp_path):
        pytest.fail("no note")
    (tmp_path / "coach.pid").rmdir()
    with sole_owner(tmp_path):
        pass
