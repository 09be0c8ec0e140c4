"""Commands reach a running server, and nobody else does."""

import os
import stat
from pathlib import Path

import pytest

from bot.desks.library import Desk, View
from bot.domain.errors import CoachError, ServerUnreachable, SettingError
from bot.local_socket import SOCKET, RemoteDesk
from bot.server import local_socket
from tests.fakes import FakeDesk

# A Unix socket's path must be short, and pytest's folders are long.
pytestmark = pytest.mark.usefixtures("short")


def _left_by_a_dead_server() -> None:
    Path(SOCKET).touch()


def _mode() -> int | None:
    """The socket's permissions, None where there is none."""
    return stat.S_IMODE(Path(SOCKET).stat().st_mode) if Path(SOCKET).exists() else None


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def test_a_desk_answers_over_the_socket_as_it_does_at_home() -> None:
    desk = FakeDesk()
    async with local_socket(desk, Path()), RemoteDesk(Path()) as remote:
        view = View(partnership="harbour", organisation="council")
        assert await remote.ask("Größe 🌊?", view) == {"text": "GRÖSSE 🌊?"}
        assert await remote.ask("", View()) == {"text": ""}
        assert await remote.catalogue() == {"documents": []}
        assert await remote.refresh() == {"generation": 2}
        assert desk.asked == [("Größe 🌊?", view), ("", View())]
    assert _mode() is None


async def test_a_coach_error_crosses_as_its_sentence() -> None:
    desk: Desk = FakeDesk(error=CoachError("There is no partnership “Hull”."))
    async with local_socket(desk, Path()), RemoteDesk(Path()) as remote:
        for call in (remote.ask("Who?", View()), remote.catalogue(), remote.refresh()):
            with pytest.raises(CoachError, match=r"^There is no partnership “Hull”\.$"):
                await call


async def test_an_error_that_nobody_foresaw_points_to_the_servers_log(caplog: pytest.LogCaptureFixture) -> None:
    desk = FakeDesk(error=RuntimeError("somebody's words"))
    async with local_socket(desk, Path()), RemoteDesk(Path()) as remote:
        with pytest.raises(CoachError, match="its log says why") as caught:
            await remote.ask("Who?", View())
    assert not isinstance(caught.value, ServerUnreachable)


@pytest.mark.parametrize("stale", [False, True])
async def test_without_a_server_the_folder_is_named(tmp_path: Path, stale: bool) -> None:
    if stale:
        _left_by_a_dead_server()
    async with RemoteDesk(Path()) as remote:
        with pytest.raises(ServerUnreachable, match=r"is in use, but no coach answers at coach\.sock there"):
            await remote.catalogue()


async def test_a_socket_that_a_dead_server_left_is_replaced() -> None:
    _left_by_a_dead_server()
    async with local_socket(FakeDesk(), Path()), RemoteDesk(Path()) as remote:
        assert await remote.refresh() == {"generation": 2}


async def test_only_this_user_can_open_the_socket() -> None:
    before = os.umask(0)
    try:
        async with local_socket(FakeDesk(), Path()):
            assert _mode() == 0o600
    finally:
        os.umask(before)


async def test_a_folder_whose_path_is_too_long_names_the_setting(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 100)
    folder.mkdir()
    with pytest.raises(SettingError, match=r"coach\.sock cannot be opened .*too long.* COACH_DATA_DIR .* shorter path"):
        async with local_socket(FakeDesk(), folder):
            pytest.fail("no socket")
    async with RemoteDesk(folder) as remote:
        with pytest.raises(ServerUnreachable):
            await remote.catalogue()


async def test_a_desk_that_is_not_open_says_so() -> None:
    with pytest.raises(RuntimeError, match="as a context"):
        await RemoteDesk(Path()).catalogue()
