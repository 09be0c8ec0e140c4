"""Connections: what is durable, what is undone, and what an error may say."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from bot.store.database import Database, Turn, open_database
from bot.store.tables import generation, inbox, removed_file
from tests.fakes import NOON


async def _put(database: Database, *files: str) -> None:
    async with database.writing() as connection:
        for file in files:
            await connection.execute(insert(removed_file).values(file=file))


def _log_size(database: Database) -> int:
    return Path(f"{database.engine.url.database}-wal").stat().st_size


async def _files(database: Database) -> int:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(removed_file)) or 0


async def test_what_is_written_is_there_or_undone_as_a_whole(database: Database) -> None:
    await _put(database, "a.md")
    with pytest.raises(IntegrityError):
        await _put(database, "b.md", "a.md")
    assert await _files(database) == 1


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(removed_file).values(file="a.md"))
        async with asyncio.timeout(5):
            assert await _files(database) == 0
    assert await _files(database) == 1


async def test_a_reader_sees_one_state_from_its_first_look_to_its_last(database: Database) -> None:
    count = select(func.count()).select_from(removed_file)
    async with database.reading() as connection:
        assert await connection.scalar(count) == 0
        await _put(database, "a.md")
        assert await connection.scalar(count) == 0
    assert await _files(database) == 1


async def test_what_is_done_in_turn_is_done_one_after_the_other(database: Database) -> None:
    async def take() -> None:
        async with database.in_turn(Turn.PEOPLE) as connection:
            taken = await connection.scalar(select(func.count()).select_from(removed_file))
            await connection.execute(insert(removed_file).values(file=f"{taken}"))

    await asyncio.gather(*(take() for _ in range(8)))
    assert await _files(database) == 8


async def test_writers_wait_for_one_another(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(generation).values(id=0, cutter="a"))

    async def count_up() -> None:
        async with database.writing() as connection:
            await connection.execute(update(generation).values(id=generation.c.id + 1))

    await asyncio.gather(*(count_up() for _ in range(8)))
    async with database.reading() as connection:
        assert await connection.scalar(select(generation.c.id)) == 8


async def test_a_moment_comes_back_aware_and_a_naive_one_is_refused(database: Database) -> None:
    row = {"key": "k", "state": "waiting", "attempts": 0, "turn_at": NOON}
    async with database.writing() as connection:
        await connection.execute(insert(inbox).values(**row, received_at=NOON))
    async with database.reading() as connection:
        assert await connection.scalar(select(inbox.c.received_at)) == NOON
    with pytest.raises(StatementError, match="time zone"):
        async with database.writing() as connection:
            await connection.execute(insert(inbox).values(**row, received_at=NOON.replace(tzinfo=None)))


async def test_an_error_does_not_repeat_what_was_to_be_written(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        await _put(database, *["somebody's words"] * 2)
    # PostgreSQL's own DETAIL line names the key, and the logs keep no line of any error: see `bot.logs`.
    assert "somebody's words" not in str(caught.value).partition("DETAIL")[0]


async def test_sqlite_is_durable_and_forgets(sqlite: Database) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "busy_timeout": 30000}
    async with sqlite.reading() as connection:
        for name, value in wanted.items():
            assert await connection.scalar(text(f"PRAGMA {name}")) == value, name


async def test_the_log_is_emptied_on_demand(sqlite: Database) -> None:
    await _put(sqlite, "a.md")
    assert _log_size(sqlite) > 0
    await sqlite.truncate_log()
    assert _log_size(sqlite) == 0


async def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where" / "x.sqlite"
    database = open_database(f"sqlite+aiosqlite:///{path}")
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await database.close()
    assert path.is_file()
