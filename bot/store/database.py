"""Connections to the store: SQLite or PostgreSQL, the same repository code on both."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store import postgres
from bot.store.scribe import Result, Scribe, Work

_WRITES = "coach_writes"
_PATIENCE_S = 30.0
_LOCKED_S = 0.01
_PRAGMAS = (
    f"PRAGMA busy_timeout={_PATIENCE_S * 1000:.0f}",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
)


class Turn(IntEnum):
    """What the processes on one PostgreSQL do one after the other; the values are its advisory locks."""

    TABLES = 7_365_674
    LIBRARY = 7_365_675
    PEOPLE = 7_365_676
    NUMBERS = 7_365_677


class Database:
    """An engine with its ways in: `reading`, which never blocks a writer; `writing`, one transaction; and `write`."""

    def __init__(self, engine: AsyncEngine, scribe: Scribe | None = None) -> None:
        self.engine = engine
        self._scribe = scribe
        self._writing = engine.execution_options(**{_WRITES: True})
        self._reading = engine
        if self.skips_locked:
            # Elsewhere each statement would see what was committed until then: half of one state, half of the next.
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def skips_locked(self) -> bool:
        """Whether several processes can claim rows side by side (`FOR UPDATE SKIP LOCKED`)."""
        return self.engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one consistent state and writes nothing."""
        async with self._reading.begin() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, durable when the block ends without an error and undone otherwise."""
        async with self._writing.begin() as connection:
            yield connection

    async def write(self, work: Work[Result]) -> Result:
        """Do short work whole or not at all, durable on return; on SQLite it may share a commit with other work."""
        if self._scribe is not None:
            return await self._scribe.write(work)
        async with self.writing() as connection:
            return await connection.run_sync(work)

    @asynccontextmanager
    async def in_turn(self, turn: Turn) -> AsyncIterator[AsyncConnection]:
        """`writing`, while nobody else does the same: what is looked up stays so. SQLite has one writer anyway."""
        async with self.writing() as connection:
            if self.skips_locked:
                await connection.execute(select(func.pg_advisory_xact_lock(turn.value)))
            yield connection

    def insert(self, table: Table) -> Any:
        """An INSERT that can say what becomes of a row that is there already."""
        return postgresql.insert(table) if self.skips_locked else sqlite.insert(table)

    async def truncate_log(self) -> None:
        """Empty SQLite's write-ahead log, so that what was deleted is gone from disk."""
        if self.engine.dialect.name == "sqlite":
            async with self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                cursor = await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
                await cursor.close()

    async def close(self) -> None:
        """Close every connection."""
        if self._scribe is not None:
            await self._scribe.close()
        await self.engine.dispose()


def open_database(url: str) -> Database:
    """A database by its SQLAlchemy address; the folder of a SQLite file is made."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return Database(postgres.engine(parsed))
    engine = create_async_engine(parsed, hide_parameters=True)
    _listen(engine.sync_engine)
    if not parsed.database or parsed.database == ":memory:":
        return Database(engine)
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    _keep_a_log(parsed.database)
    return Database(engine, Scribe(_writing_engine(parsed)))


def _writing_engine(url: URL) -> Engine:
    engine = create_engine(url.set(drivername="sqlite+pysqlite"), hide_parameters=True)
    _listen(engine)
    return engine.execution_options(**{_WRITES: True})


def _keep_a_log(file: str) -> None:
    """Turn a SQLite file to write-ahead logging, which it remembers.

    Alone among the statements this one fails at once when another process is at it, whatever the busy timeout.
    What else is wrong with the file is said on its first use.
    """
    latest = time.monotonic() + _PATIENCE_S
    with suppress(sqlite3.Error), closing(sqlite3.connect(file, timeout=_PATIENCE_S)) as connection:
        while not _keeps_a_log(connection) and time.monotonic() < latest:
            time.sleep(_LOCKED_S)


def _keeps_a_log(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _listen(engine: Engine) -> None:
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns writer can fail half way with "database is locked".
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
