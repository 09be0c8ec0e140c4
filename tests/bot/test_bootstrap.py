"""A setting that cannot be used stops the start with its name, whatever the part that noticed raised."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from bot.bootstrap import crash_point, library_folders, open_coach
from bot.delivery.checkpoints import Point, pass_by
from bot.domain.errors import SettingError
from bot.settings import load_settings

WRONG = [
    ({"COACH_LOCALE": "tlh"}, "COACH_LOCALE is “tlh”"),
    ({"COACH_DATABASE_URL": "sqlite:////proc/nowhere/coach.sqlite"}, "COACH_DATABASE_URL"),
    ({"COACH_DATABASE_URL": "postgresql://coach:hidden@127.0.0.1:1/coach"}, "COACH_DATABASE_URL"),
    ({"COACH_EMBEDDER": "nobody:model"}, "COACH_EMBEDDER is “nobody:model”"),
    ({"COACH_DATA_DIR": "/proc/nowhere"}, "COACH_DATA_DIR"),
]


@pytest.fixture
def no_langchain(monkeypatch: pytest.MonkeyPatch) -> None:
    """LangChain's embedders take a second to import; what they raise is of no class that we know."""

    class Unknown(Exception):
        pass

    def refuse(*_arguments: object, **_options: object) -> None:
        raise Unknown("an answer of the provider")

    module = ModuleType("knowledge.embedding_langchain")
    module.LangChainEmbedder = refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.mark.usefixtures("no_langchain")
@pytest.mark.parametrize(("environ", "named"), WRONG)
async def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, environ: Mapping[str, str], named: str) -> None:
    settings = load_settings(environ, folder=tmp_path)
    for _ in range(2):  # and nothing is left open or locked
        with pytest.raises(SettingError, match=named) as caught:
            async with open_coach(settings):
                pytest.fail("opened")
        assert "hidden" not in str(caught.value)


async def test_a_damaged_database_is_said_to_be_so(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    settings.data_dir.mkdir()
    (settings.data_dir / "coach.sqlite").write_bytes(b"\xff" * 8192)
    with pytest.raises(SettingError, match=r"cannot be used \(DatabaseError\).* COACH_DATA_DIR"):
        async with open_coach(settings):
            pytest.fail("opened")


def test_a_crash_point_is_one_of_the_list(tmp_path: Path) -> None:
    assert crash_point(load_settings({}, folder=tmp_path)) is pass_by
    crash_point(load_settings({"COACH_CRASH_AT": "posted"}, folder=tmp_path))(Point.SENT)  # another point: nothing
    with pytest.raises(SettingError, match="COACH_CRASH_AT is “nowhere”"):
        crash_point(load_settings({"COACH_CRASH_AT": "nowhere"}, folder=tmp_path))


def test_the_starter_library_stands_in_for_an_empty_folder(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    settings = load_settings({"COACH_LIBRARY_DIR": str(own)}, folder=tmp_path)
    (own / ".DS_Store").touch()
    assert [folder.name for folder in library_folders(settings)] == ["starter"]
    (own / "a.md").touch()
    added = settings.data_dir / "library"
    added.mkdir(parents=True)
    assert library_folders(settings) == [own, added]
