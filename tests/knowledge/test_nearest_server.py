"""A Chroma server that several processes share: nobody loses what they serve, nobody waits for one that is away."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from knowledge import chroma_nearest
from knowledge.chroma_nearest import ChromaServer, unreachable
from knowledge.nearest import NearestError, Units
from tests.chroma_server import chroma_server
from tests.fakes import FakeClock
from tests.knowledge.test_nearest import keeps_the_contract, units

OURS, THEIRS = "0f" * 16, "a1" * 16
Join = Callable[..., ChromaServer]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def join(url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Join]:
    """Processes on the server, each with a folder of its own."""
    made: list[ChromaServer] = []

    def joined(installation: str, address: str = url) -> ChromaServer:
        folder = tmp_path / f"process{len(made)}"
        made.append(ChromaServer(address, folder, installation, lambda: clock().timestamp()))
        return made[-1]

    yield joined
    for each in made:
        await each.close()


async def finds(nearest: ChromaServer, served: Units) -> bool:
    rows: list[int] = (await nearest.query(served.vectors[7], 3, None, of=served)).tolist()
    return rows[:1] == [7]


async def finds_for_ever(nearest: ChromaServer, served: Units) -> None:
    while await finds(nearest, served):
        pass


async def test_a_server_keeps_the_contract(join: Join) -> None:
    await keeps_the_contract(join("c0" * 16))


async def test_processes_of_one_installation_that_start_at_once_serve_the_same(join: Join) -> None:
    served, processes = units(3000, seed=3), [join(OURS) for _ in range(3)]
    await asyncio.gather(*(each.serve(served) for each in processes))
    assert [await finds(each, served) for each in processes] == [True] * 3


async def test_nobody_loses_what_they_serve_while_others_go_on(join: Join, clock: FakeClock) -> None:
    old, new = units(seed=11), units(seed=12)
    slow, quick, stranger = join(OURS), join(OURS), join(THEIRS)
    for each in (slow, quick, stranger):
        await each.serve(old)
    await quick.serve(new)
    clock.move(3600)
    await stranger.serve(new)
    assert await finds(slow, old)
    assert await finds(quick, new)
    assert await finds(stranger, new)


async def test_what_everybody_left_goes_in_a_while_and_what_is_taken_up_again_stays(
    join: Join, clock: FakeClock
) -> None:
    old, new, newest = units(seed=21), units(seed=22), units(seed=23)
    slow, quick = join(OURS), join(OURS)
    await slow.serve(old)
    await quick.serve(new)
    clock.move(599)
    await quick.serve(newest)
    assert await finds(slow, old)
    clock.move(2)
    await quick.serve(newest)
    with pytest.raises(NearestError, match=r"NotFoundError|ChromaError"):
        await finds(slow, old)
    await slow.serve(old)
    assert slow.problem == ""
    await quick.serve(new)
    await slow.serve(old)
    clock.move(3600)
    await quick.serve(newest)
    assert await finds(slow, old)


async def test_what_was_left_goes_though_nothing_else_is_ever_served(
    join: Join, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = units(seed=41), units(seed=42)
    one, other = join(OURS), join(OURS)
    await one.serve(old)
    monkeypatch.setattr(chroma_nearest, "_LEFT_SECONDS", 0.01)
    await other.serve(new)
    clock.move(1)
    with pytest.raises(NearestError, match=r"NotFoundError|ChromaError"):
        await asyncio.wait_for(finds_for_ever(one, old), 20)
    assert await finds(other, new)


async def test_a_server_that_is_away_is_named_once_and_mended(tmp_path: Path, join: Join) -> None:
    served = units()
    with chroma_server(tmp_path / "chroma") as address:
        nearest = join(OURS, address)
        await nearest.serve(served)
    with capture_logs() as logged:
        for _ in range(3):
            with pytest.raises(NearestError, match="ConnectError"):
                await finds(nearest, served)
        with pytest.raises(NearestError, match="ConnectError"):
            await nearest.serve(served)
    assert [each["event"] for each in logged] == ["index away"]
    assert "ConnectError" in nearest.problem
    assert await unreachable(address, tmp_path) == "ConnectError"


async def test_a_server_that_never_answers_holds_nobody_up(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chroma_nearest, "_OPEN_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        nearest = join(OURS, f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(NearestError, match="TimeoutError"):
            await nearest.serve(units())
        with pytest.raises(NearestError):
            await finds(nearest, units())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_an_address_may_have_a_path_and_square_brackets(host: str, tmp_path: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPNotFound

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(app, host=host)
    try:
        await server.start_server()
    except OSError:
        pytest.skip("this machine has no IPv6")
    shown = f"[{host}]" if ":" in host else host
    assert await unreachable(f"http://{shown}:{server.port}/behind/a/proxy", tmp_path) != ""
    await server.close()
    assert asked
    assert all(path.startswith("/behind/a/proxy/api/v2/") for path in asked)


async def test_a_server_that_is_there_is_reached(url: str, tmp_path: Path) -> None:
    assert await unreachable(url, tmp_path) == ""
