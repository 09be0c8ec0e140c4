"""The key that signs links and tokens: given, or made once and kept for its owner only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.domain.errors import SettingError
from bot.settings import load_settings, secret


def test_a_given_secret_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    settings = load_settings({"COACH_SECRET_KEY": "a-long-enough-secret"}, folder=tmp_path)
    assert secret(settings) == b"a-long-enough-secret"
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    made = secret(settings)
    assert len(made) >= 32
    assert secret(settings, new=lambda: "another-long-secret") == made
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((settings.data_dir / "secret.key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: secret(settings), range(8)))) == 1


def test_a_damaged_secret_is_refused(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    settings.data_dir.mkdir()
    (settings.data_dir / "secret.key").write_text("short\n")
    with pytest.raises(SettingError, match="is damaged"):
        secret(settings)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    settings.data_dir.touch()
    with pytest.raises(SettingError, match="COACH_DATA_DIR"):
        secret(settings)
