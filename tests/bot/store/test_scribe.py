"""Work that waits shares a commit; each piece is whole or not there, and hears what became of it."""

import asyncio
from functools import partial

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import IntegrityError, ResourceClosedError

from bot.store.database import Database
from bot.store.scribe import Scribe, Work
from bot.store.tables import removed_file
from tests.bot.store.rows import rows
from tests.fakes import Died


def _insert(connection: Connection, name: str) -> str:
    connection.execute(removed_file.insert().values(file=name))
    return name


def _insert_twice(connection: Connection) -> str:
    return _insert(connection, "twice.md") + _insert(connection, "twice.md")


async def _files(database: Database) -> list[str]:
    return [row["file"] for row in await rows(database, removed_file)]


async def test_work_is_done_and_its_result_told(database: Database) -> None:
    assert await database.write(partial(_insert, name="a.md")) == "a.md"
    assert await _files(database) == ["a.md"]


async def test_work_that_fails_is_undone_and_its_error_told(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await database.write(_insert_twice)
    assert await _files(database) == []


async def test_of_work_done_together_what_fails_undoes_nobody_elses(database: Database) -> None:
    def fatal(connection: Connection) -> str:
        _insert(connection, "c.md")
        raise Died

    works: list[Work[str]] = [
        partial(_insert, name="a.md"),
        _insert_twice,
        fatal,
        partial(_insert, name="d.md"),
    ]
    outcomes = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert [outcomes[0], type(outcomes[1]), type(outcomes[2]), outcomes[3]] == ["a.md", IntegrityError, Died, "d.md"]
    assert await _files(database) == ["a.md", "d.md"]


async def test_work_that_comes_while_other_is_written_shares_the_next_commit(sqlite: Database) -> None:
    commits: list[Connection] = []
    engine = create_engine(f"sqlite:///{sqlite.engine.url.database}")
    event.listen(engine, "commit", commits.append)
    scribe = Scribe(engine)
    await asyncio.gather(*(scribe.write(partial(_insert, name=f"{number}.md")) for number in range(20)))
    await scribe.close()
    assert len(await _files(sqlite)) == 20
    assert len(commits) == 1


async def test_a_commit_that_fails_tells_everyone_in_it(sqlite: Database) -> None:
    def lose(connection: Connection) -> None:
        connection.connection.rollback()

    with pytest.raises(Exception) as lost:  # noqa: PT011 - SQLite's own
        await asyncio.gather(sqlite.write(partial(_insert, name="a.md")), sqlite.write(lose))
    assert not isinstance(lost.value, ResourceClosedError)
    assert await sqlite.write(partial(_insert, name="b.md")) == "b.md"
    assert await _files(sqlite) == ["b.md"]


async def test_whoever_waits_no_longer_disturbs_nobody(sqlite: Database) -> None:
    gone = asyncio.create_task(sqlite.write(partial(_insert, name="a.md")))
    stays = asyncio.create_task(sqlite.write(partial(_insert, name="b.md")))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "b.md"
    assert gone.cancelled()


async def test_it_closes_once_everything_is_written(sqlite: Database) -> None:
    scribe = Scribe(create_engine(f"sqlite:///{sqlite.engine.url.database}"))
    writing = asyncio.create_task(scribe.write(lambda connection: connection.execute(text("SELECT 7")).scalar()))
    await asyncio.sleep(0)
    await scribe.close()
    assert writing.done()
    assert writing.result() == 7
