"""The server's listeners, and how its loops begin and end."""

import asyncio
import os
import signal
import socket
from collections.abc import Mapping

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from bot import memory, server
from bot.domain.errors import CoachError, SettingError
from bot.server import health_app, listening, until_stopped, watch
from knowledge.library import Library
from tests.fakes import until

READY = {"database": "", "library": "", "model": ""}
STATES = [
    (READY, 200),
    ({**READY, "model": "the model does not answer"}, 200),
    ({**READY, "library": "the library is still being indexed"}, 503),
    ({**READY, "database": "the database does not answer (OSError)"}, 503),
]


@pytest.mark.parametrize(("state", "status"), STATES)
async def test_readiness_says_what_is_wrong_and_health_that_the_loop_lives(
    state: Mapping[str, str], status: int
) -> None:
    async def readiness() -> Mapping[str, str]:
        return state

    async with TestClient(TestServer(health_app(readiness))) as client:
        async with client.get("/readyz") as response:
            assert response.status == status
            assert await response.json() == {part: says or "ok" for part, says in state.items()}
        async with client.get("/healthz") as response:
            assert (response.status, await response.text()) == (200, "ok\n")


async def test_a_port_that_is_in_use_names_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=rf"Port {port} on 127\.0\.0\.1 cannot be used .* COACH_DEMO_PORT"):
            async with listening(web.Application(), "127.0.0.1", port, "COACH_DEMO_PORT"):
                pytest.fail("two listeners")


async def test_an_address_of_another_machine_names_its_setting() -> None:
    with pytest.raises(SettingError, match="Set COACH_HOST to an address of this machine"):
        async with listening(web.Application(), "192.0.2.1", 0, "COACH_PORT"):
            pytest.fail("an address of nobody's")


async def test_a_listener_listens_and_lets_go() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for _ in range(2):
        async with (
            listening(web.Application(), "127.0.0.1", port, "COACH_PORT"),
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/") as response,
        ):
            assert response.status == 404


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_loops_run_until_the_process_is_told_to_stop(number: signal.Signals) -> None:
    ended: list[str] = []

    async def loop(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    running = asyncio.create_task(until_stopped(loop("a"), loop("b")))
    for _ in range(3):
        await asyncio.sleep(0)
    os.kill(os.getpid(), number)
    await asyncio.wait_for(running, 5)
    assert sorted(ended) == ["a", "b"]


async def test_a_loop_that_fails_ends_the_server_with_a_sentence_and_no_words_of_anybody() -> None:
    async def fails() -> None:
        raise KeyError("somebody's words")

    with capture_logs() as logs, pytest.raises(CoachError, match="its log says where") as caught:
        await until_stopped(_for_ever(), fails())
    assert "somebody" not in str(caught.value)
    assert logs == [{"event": "a loop failed", "error": "KeyError", "exc_info": True, "log_level": "critical"}]


async def _for_ever() -> None:
    await asyncio.Event().wait()


class ChangingLibrary(Library):
    """Is out of step, refreshes, fails once, and is in step from then on."""

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.looks: list[bool | Exception] = [True, OSError("disk"), False]

    def out_of_step(self) -> bool:
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(look, Exception):
            raise look
        return look

    async def refresh(self, progress: object = None) -> None:  # type: ignore[override]
        self.happened.append("refreshed")

    async def indexed(self) -> None:
        self.happened.append("indexed")


class SlowlyIndexed(ChangingLibrary):
    """Its index is never made."""

    async def indexed(self) -> None:
        await asyncio.Event().wait()


async def test_changes_are_noticed_while_the_index_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_WATCH_SECONDS", 0)
    library = SlowlyIndexed()
    with capture_logs():
        watching = asyncio.create_task(watch(library))
        await until(lambda: bool(library.happened))
        watching.cancel()
        await asyncio.wait([watching])
    assert library.happened == ["refreshed"]


async def test_the_library_is_read_again_when_it_changes_and_a_failure_is_survived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "_WATCH_SECONDS", 0)
    library = ChangingLibrary()
    monkeypatch.setattr(memory, "give_back", lambda: library.happened.append("given back"))
    with capture_logs() as logs:
        watching = asyncio.create_task(watch(library))
        await until(lambda: len(logs) > 1)
        watching.cancel()
        await asyncio.wait([watching])
    settled = ["given back", "indexed", "given back"]
    assert library.happened == [*settled, "refreshed", *settled]
    assert [(line["event"], line.get("error")) for line in logs] == [
        ("library read again", None),
        ("library not read", "OSError"),
    ]
