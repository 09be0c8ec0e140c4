"""The migrations make the tables that the code describes, and can be taken back."""

import asyncio

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

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
