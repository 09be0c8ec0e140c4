"""The server: its listeners, and the loops that run while it listens."""

import asyncio
import contextlib
import errno
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot import memory
from bot.coaching.answers.following import GOES_ON_FOR
from bot.delivery.ports import Clock
from bot.desks.library import Desk
from bot.domain.errors import CoachError, SettingError
from bot.local_socket import SOCKET, local_app
from bot.store.database import Database
from bot.store.last_questions import LastQuestions
from knowledge.library import Library

_log = structlog.get_logger()
#: How often the library's folder is looked at for changes.
_WATCH_SECONDS = 3.0
_LONGEST_PAUSE_SECONDS = 60.0
_TIDY_SECONDS = 30.0
#: How long a listener waits for requests in progress when it closes; three listeners close one after the other.
_LAST_REQUESTS_SECONDS = 2.0
#: The port is somebody else's; any other error is the host's.
_PORT_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES})
_NO_SUCH_HOST = "Set COACH_HOST to an address of this machine, such as 127.0.0.1."

#: What is ready and what is not, by name; the sentence says what is wrong, or is empty.
Readiness = Callable[[], Awaitable[Mapping[str, str]]]


def health_app(readiness: Readiness) -> web.Application:
    """`/healthz` answers while the loop lives; `/readyz` says what keeps the coach from answering."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        state = await readiness()
        status = web.HTTPServiceUnavailable.status_code if state.get("library") or state.get("database") else 200
        return web.json_response({name: problem or "ok" for name, problem in state.items()}, status=status)

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz)])
    return app


@contextlib.asynccontextmanager
async def listening(app: web.Application, host: str, port: int, setting: str) -> AsyncIterator[None]:
    """Serve an app on a port; raises `SettingError` naming the setting when the port cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_REQUESTS_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            taken = error.errno in _PORT_TAKEN
            advice = f"Stop what uses it, or set {setting} to another port." if taken else _NO_SUCH_HOST
            raise SettingError(f"Port {port} on {host} cannot be used ({error.strerror or error}). {advice}") from error
        yield
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def local_socket(desk: Desk, data_dir: Path) -> AsyncIterator[None]:
    """Let commands in through a socket that only this user can open; raises `SettingError`."""
    runner = web.AppRunner(local_app(desk), access_log=None, shutdown_timeout=_LAST_REQUESTS_SECONDS)
    await runner.setup()
    path = data_dir / SOCKET
    try:
        try:
            path.unlink(missing_ok=True)
            await web.UnixSite(runner, str(path)).start()
            path.chmod(0o600)
        except OSError as error:
            raise SettingError(
                f"The socket {path} cannot be opened ({error.strerror or error}). "
                "Set COACH_DATA_DIR to a folder with a shorter path, on a disk of this machine."
            ) from error
        yield
    finally:
        await runner.cleanup()
        path.unlink(missing_ok=True)


async def watch(library: Library) -> None:
    """Read documents again when their files change, until cancelled."""
    pause = _WATCH_SECONDS
    async with asyncio.TaskGroup() as beside:
        beside.create_task(_settled(library))
        while True:
            await asyncio.sleep(pause)
            try:
                if await asyncio.to_thread(library.out_of_step):
                    await library.refresh()
                    beside.create_task(_settled(library))
                    _log.info("library read again")
                pause = _WATCH_SECONDS
            except Exception as error:
                _log.error("library not read", error=type(error).__name__, exc_info=True)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


async def _settled(library: Library) -> None:
    """Give back what reading took, and once the index is made what making it took: the library is served before."""
    memory.give_back()
    await library.indexed()
    memory.give_back()


async def tidy(database: Database, clock: Clock) -> None:
    """Erase what is kept for hours only, and empty the write-ahead log each minute, so that what was erased is gone
    from disk; until cancelled."""
    last = LastQuestions(database)
    while True:
        await asyncio.sleep(_TIDY_SECONDS)
        try:
            await last.forget(clock() - GOES_ON_FOR)
            await database.truncate_log()
        except SQLAlchemyError as error:
            _log.error("not tidied", error=type(error).__name__)


async def until_stopped(*tasks: Awaitable[None]) -> None:
    """Run the loops until the process is told to stop; a loop that fails ends the others with a `CoachError`."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(_run(task)) for task in tasks]
            await stop.wait()
            for task in running:
                task.cancel()
    except ExceptionGroup as failed:
        raise CoachError(
            "The coach stopped because of an error of its own; its log says where. Start it again, and tell its makers."
        ) from failed


async def _run(task: Awaitable[None]) -> None:
    try:
        await task
    except Exception as error:
        _log.critical("a loop failed", error=type(error).__name__, exc_info=True)
        raise
