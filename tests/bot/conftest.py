"""Databases for tests: a SQLite file each, and PostgreSQL where `COACH_TEST_POSTGRES_URL` names a server."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.setting_checks import asynchronous
from bot.store import migrations
from bot.store.database import Database, open_database
from bot.store.tables import metadata
from tests import postgres

_KINDS = ["sqlite", pytest.param("postgresql", marks=postgres.needed)]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a database on PostgreSQL that this worker has for itself; empty where there is no server."""
    if not postgres.SERVER:
        yield ""
        return
    with postgres.new_database("store") as url:
        yield asynchronous(url)


def _sqlite(path: Path) -> Database:
    return open_database(f"sqlite+aiosqlite:///{path}")


async def _run(database: Database, *statements: str) -> None:
    async with database.writing() as connection:
        for statement in statements:
            await connection.execute(text(statement))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with its tables, to be copied: migrating one takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "template.sqlite"
    database = _sqlite(path)
    await migrations.upgrade(database)
    await database.close()
    return path


@pytest.fixture
async def sqlite(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite file with empty tables."""
    database = _sqlite(shutil.copyfile(migrated, tmp_path / "coach.sqlite"))
    yield database
    await database.close()


@pytest.fixture(params=_KINDS)
async def empty(request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str) -> AsyncIterator[Database]:
    """A database of each kind without any tables."""
    if request.param == "postgresql":
        database = open_database(postgres_url)
        await _run(database, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    else:
        database = _sqlite(tmp_path / "coach.sqlite")
    yield database
    await database.close()


@pytest.fixture(params=_KINDS)
async def database(
    request: pytest.FixtureRequest, migrated: Path, tmp_path: Path, postgres_url: str
) -> AsyncIterator[Database]:
    """A database of each kind with empty tables: what every repository must hold to on all of them."""
    if request.param == "postgresql":
        database = open_database(postgres_url)
        await migrations.upgrade(database)
        await _run(database, f"TRUNCATE {', '.join(metadata.tables)} CASCADE")
    else:
        database = _sqlite(shutil.copyfile(migrated, tmp_path / "coach.sqlite"))
    yield database
    await database.close()
