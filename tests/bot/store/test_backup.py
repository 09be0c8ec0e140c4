"""A backup holds every row of every table, from either database into either."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, Table, insert, select

from bot.store import migrations
from bot.store.backup import dump, is_empty, load, tables
from bot.store.database import Database, open_database
from bot.store.schema import Moment, Names
from bot.store.tables import generation, outbox, vector

_ROWS = 3
_AT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


#: Something that a column of each type can hold, other in each row.
_VALUES: tuple[tuple[type[Any], Callable[[int], object]], ...] = (
    (Moment, lambda row: _AT + timedelta(hours=row)),
    (Date, lambda row: date(2026, 3, 1 + row)),
    (Names, lambda row: tuple(f"name {each}" for each in range(row))),
    (JSON, lambda row: {"says": ["“quoted”\n", None, row, {"deep": True}]}),
    (LargeBinary, lambda row: bytes([0, 255, row])),
    (Boolean, lambda row: row % 2 == 0),
    (Integer, lambda row: row + 1),
)


def _value(column: Column[Any], row: int) -> object:
    """The same in columns that refer to each other."""
    made = next((make for kinds, make in _VALUES if isinstance(column.type, kinds)), lambda row: f"k{row}")
    return made(row)


def _rows(table: Table) -> list[dict[str, object]]:
    return [{each.name: _value(each, row) for each in table.columns} for row in range(_ROWS)]


async def _fill(database: Database) -> None:
    async with database.writing() as connection:
        for table in tables():
            await connection.execute(insert(table), _rows(table))


async def _dumped(database: Database) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {each.name: [] for each in tables()}
    async for name, lines in dump(database):
        found[name] += lines
    return found


@pytest.fixture
async def other(tmp_path: Path) -> Any:
    database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'other.sqlite'}")
    await migrations.upgrade(database)
    yield database
    await database.close()


async def test_every_row_comes_back_as_it_was(database: Database, other: Database) -> None:
    await _fill(database)
    there = await _dumped(database)
    await load(other, lambda name: there[name])
    back = await _dumped(other)
    await load(database, lambda name: back[name])
    assert {name: _sorted(lines) for name, lines in (await _dumped(database)).items()} == {
        name: _sorted(lines) for name, lines in there.items()
    }
    assert all(len(lines) == _ROWS for lines in there.values())


def _sorted(lines: Iterable[str]) -> list[Mapping[str, Any]]:
    return sorted(map(json.loads, lines), key=str)


async def test_what_is_numbered_goes_on_after_what_came_back(database: Database) -> None:
    await load(database, lambda name: ['{"id": 41, "cutter": "c"}'] if name == generation.name else [])
    async with database.writing() as connection:
        added = await connection.scalar(insert(generation).values(cutter="d").returning(generation.c.id))
    assert added == 42


async def test_a_notice_that_waited_is_not_sent_a_second_time_but_an_answer_is(database: Database) -> None:
    states = [(promise, state) for promise in ("notice", "answer") for state in ("pending", "sending", "sent")]
    rows = [
        {**_rows(outbox)[0], "key": f"{promise}-{state}", "promise": promise, "state": state}
        for promise, state in states
    ]
    async with database.writing() as connection:
        await connection.execute(insert(outbox), rows)
    there = await _dumped(database)
    await load(database, lambda name: there[name])
    async with database.reading() as connection:
        found = {row.key: row.state for row in await connection.execute(select(outbox))}
    assert found == {
        "notice-pending": "unknown",
        "notice-sending": "unknown",
        "notice-sent": "sent",
        "answer-pending": "pending",
        "answer-sending": "sending",
        "answer-sent": "sent",
    }


async def test_what_cannot_be_read_changes_nothing(database: Database) -> None:
    await _fill(database)
    there = await _dumped(database)
    with pytest.raises(ValueError, match="Expecting"):
        await load(database, lambda name: ["{"] if name == outbox.name else there[name])
    assert await _dumped(database) == there


async def test_a_fresh_database_is_empty_and_one_row_makes_it_not(database: Database) -> None:
    assert await is_empty(database)
    async with database.writing() as connection:
        await connection.execute(insert(generation).values(cutter="d"))
    assert not await is_empty(database)


def test_only_what_is_worked_out_again_is_left_out() -> None:
    assert vector not in tables()
    assert outbox in tables()
