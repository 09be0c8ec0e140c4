"""One thread that writes to a SQLite file: whatever waits to be written shares the next commit."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

Result = TypeVar("Result")
#: Writes on a connection, and says what came of it.
Work = Callable[[Connection], Result]
#: How many pieces of work share a commit at most, so that the first of them need not wait long for the last.
_MOST_TOGETHER = 32


class Scribe:
    """Does work in the order in which it came, each piece whole or not at all.

    A disk takes a few hundred commits a second, so pieces that wait for a commit in progress share the next. SQLite
    has one writer anyway: asked from one thread it needs no lock that is polled, and the event loop hears once a
    commit from it, not once a statement.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "scribe")
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, work: Work[Result]) -> Result:
        """Do the work in a transaction; returns when it is on disk, raises what the work or the commit raised."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST_TOGETHER], self._waiting[_MOST_TOGETHER:]
            outcomes = await self._written([work for work, _ in batch])
            for (_, done), outcome in zip(batch, outcomes, strict=True):
                _tell(done, outcome)
            # Whoever wakes now may have more to write: it goes with what waits already.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _written(self, works: Sequence[Work[Any]]) -> list[Any]:
        """What came of each piece: its result, or the error that undid it."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, works)
        except Exception as error:
            return [error] * len(works)

    def _commit(self, works: Sequence[Work[Any]]) -> list[Any]:
        with self._engine.begin() as connection:
            if len(works) == 1:
                return [works[0](connection)]
            return [_apart(work, connection) for work in works]

    async def close(self) -> None:
        """Let go of the file, once what waits is written."""
        if self._writer is not None:
            await asyncio.wait([self._writer])
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()


def _apart(work: Work[Any], connection: Connection) -> Any:
    """The result of a piece of work, or its error, which undoes nobody else's."""
    try:
        with connection.begin_nested():
            return work(connection)
    except Exception as error:
        if connection.in_nested_transaction() or not connection.in_transaction():
            raise  # the whole transaction is lost
        return error


def _tell(done: "asyncio.Future[Any]", outcome: Any) -> None:
    if done.done():  # nobody waits any more
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
