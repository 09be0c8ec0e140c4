"""The migrations make the tables that the code describes, and can be taken back."""

import asyncio
from collections.abc import Callable

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.store import migrations
from bot.store.database import Database, open_database
from bot.store.tables import metadata


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _downgrade(connection: Connection) -> None:
    command.downgrade(migrations.configuration(connection), "base")


async def test_an_upgrade_makes_the_tables_as_described(empty: Database) -> None:
    await migrations.upgrade(empty)
    async with empty.reading() as connection:
        assert await connection.run_sync(_differences) == []
        assert await connection.run_sync(_tables) == {*metadata.tables, "alembic_version"}


async def test_upgrade_again_and_down_and_up(empty: Database) -> None:
    await migrations.upgrade(empty)
    await migrations.upgrade(empty)
    async with empty.writing() as connection:
        await connection.run_sync(_downgrade)
        assert await connection.run_sync(_tables) == {"alembic_version"}
    await migrations.upgrade(empty)
    async with empty.reading() as connection:
        assert await connection.run_sync(_differences) == []


def _to(version: str) -> Callable[[Connection], None]:
    return lambda connection: command.upgrade(migrations.configuration(connection), version)


def _back_to(version: str) -> Callable[[Connection], None]:
    return lambda connection: command.downgrade(migrations.configuration(connection), version)


#: What a database of the version before check-ins holds.
_BEFORE_CHECK_INS = (
    "INSERT INTO outbox (key, state, promise, platform, place, payload, due_at, attempts)"
    " VALUES ('web:answer:1', 'pending', 'answer', 'web', 'lena', '{}', '2026-03-02 12:00:00', 0)",
    "INSERT INTO nudge (barrier, owner, off) VALUES ('b1', 'amara@council.example', true)",
    "INSERT INTO library_gap (id, partnership, organisation, question, at)"
    " VALUES ('g1', 'harbour', 'council', 'How long is a term of office?', '2026-03-02 12:00:00')",
    "INSERT INTO feedback (id, partnership, verdict, comment, at)"
    " VALUES ('f1', 'harbour', 'helped', '', '2026-03-02 12:00:00')",
)
_KEPT = {
    "outbox": "SELECT key, state, promise FROM outbox",
    "nudge": "SELECT barrier, owner FROM nudge",
    "library_gap": "SELECT id, question FROM library_gap",
    "feedback": "SELECT id, verdict FROM feedback",
}


def _kept(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    return {name: [tuple(row) for row in connection.execute(text(query))] for name, query in _KEPT.items()}


async def test_what_was_there_before_check_ins_stays_both_ways(empty: Database) -> None:
    async with empty.writing() as connection:
        await connection.run_sync(_to("0006"))
        for statement in _BEFORE_CHECK_INS:
            await connection.execute(text(statement))
        before = await connection.run_sync(_kept)
    await migrations.upgrade(empty)
    async with empty.writing() as connection:
        assert await connection.run_sync(_kept) == before
        assert (await connection.execute(text("SELECT until FROM outbox"))).scalars().all() == [None]
        await connection.execute(text(_AN_EVENING_CARD))
        await connection.run_sync(_back_to("0006"))
        assert await connection.run_sync(_kept) == before
        await connection.run_sync(_to("head"))
        assert await connection.run_sync(_differences) == []
    assert all(len(found) == 1 for found in before.values())


#: One that is welcome for a while only, which an older version would send at any hour.
_AN_EVENING_CARD = (
    "INSERT INTO outbox (key, state, promise, platform, place, due_at, until, attempts) VALUES"
    " ('check-in:c1:0', 'pending', 'notice', 'web', 'lena', '2026-03-02 12:00:00', '2026-03-02 19:00:00', 0)"
)


async def test_processes_that_start_at_once_make_the_tables_once(empty: Database) -> None:
    url = empty.engine.url.render_as_string(hide_password=False)
    many = [open_database(url) for _ in range(4)]
    await asyncio.gather(*(migrations.upgrade(each) for each in many))
    async with empty.reading() as connection:
        assert await connection.run_sync(_differences) == []
    for each in many:
        await each.close()


def test_the_newest_version_is_the_last_of_the_files() -> None:
    assert ScriptDirectory.from_config(migrations.configuration()).get_heads() == [migrations.NEWEST]
