"""Backups: every table as lines of JSON, the same from SQLite and PostgreSQL, and back into either."""

import base64
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, LargeBinary, Table, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.inbox import Promise
from bot.store.schema import Moment, Names
from bot.store.tables import metadata, outbox, vector

#: What is worked out again from the documents on the next start.
_DERIVED = frozenset({vector.name})
_ROWS_TOGETHER = 500
#: How a value that JSON does not know is written, by the type of its column; and how it is read.
_READ: tuple[tuple[type[Any], Callable[[Any], object]], ...] = (
    (LargeBinary, base64.b64decode),
    (Moment, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Names, tuple),
)


def tables() -> tuple[Table, ...]:
    """The tables of a backup, each after those that it refers to."""
    return tuple(each for each in metadata.sorted_tables if each.name not in _DERIVED)


async def dump(database: Database) -> AsyncIterator[tuple[str, Iterator[str]]]:
    """Each table's name and some of its rows as lines, while others write: all from one moment.

    A table with many rows comes several times.
    """
    async with database.reading() as connection:
        for table in tables():
            async with connection.stream(select(table).execution_options(yield_per=_ROWS_TOGETHER)) as rows:
                async for some in rows.mappings().partitions():
                    yield table.name, map(_line, some)


async def is_empty(database: Database) -> bool:
    """Whether nothing was ever kept in it."""
    async with database.reading() as connection:
        for table in tables():
            if (await connection.execute(select(table).limit(1))).first() is not None:
                return False
    return True


async def load(database: Database, lines: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """Put the rows of a backup in the place of what is there, whole or not at all; how many, by table.

    `lines` gives those of a table. A notice that was waiting may have been sent since: it is not sent again.
    """
    counts = {}
    async with database.writing() as connection:
        for table in reversed(tables()):
            await connection.execute(table.delete())
        for table in tables():
            counts[table.name] = await _fill(connection, table, lines(table.name))
            await _count_on(connection, table)
        unsent = outbox.c.state.in_(("pending", "sending")) & (outbox.c.promise == Promise.NOTICE.value)
        await connection.execute(update(outbox).where(unsent).values(state="unknown", lease_until=None))
    return counts


async def _fill(connection: AsyncConnection, table: Table, lines: Iterable[str]) -> int:
    count, waiting = 0, []
    for line in lines:
        waiting.append(_row(table, json.loads(line)))
        if len(waiting) == _ROWS_TOGETHER:
            await connection.execute(insert(table), waiting)
            count, waiting = count + len(waiting), []
    if waiting:
        await connection.execute(insert(table), waiting)
    return count + len(waiting)


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """Have PostgreSQL number further rows after those that came with their numbers."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    highest = await connection.scalar(select(func.max(column)))
    sequence = await connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    if highest is not None and sequence is not None:
        await connection.execute(text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})


def _line(row: Mapping[Any, Any]) -> str:
    return json.dumps({str(name): _plain(value) for name, value in row.items()}, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, date):
        return value.isoformat()
    return value


def _row(table: Table, data: Mapping[str, Any]) -> dict[str, object]:
    return {name: _read(table, name, value) for name, value in data.items()}


def _read(table: Table, name: str, value: Any) -> object:
    kind = table.c[name].type
    reader = next((read for types, read in _READ if isinstance(kind, types)), None)
    return value if reader is None or value is None else reader(value)
