"""Databases for tests: a SQLite file each, and PostgreSQL where `COACH_TEST_POSTGRES_URL` names an empty one."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.setting_checks import asynchronous
from bot.store import migrations
from bot.store.database import Database, open_database
from bot.store.tables import metadata

_POSTGRES = os.environ.get("COACH_TEST_POSTGRES_URL", "")
_KINDS = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.skipif(not _POSTGRES, reason="COACH_TEST_POSTGRES_URL is not set")),
]


def _address(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with its tables, to be copied: migrating one takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "template.sqlite"
    database = open_database(_address(path))
    await migrations.upgrade(database)
    await database.close()
    return path


@pytest.fixture
async def sqlite(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite file with empty tables."""
    path = tmp_path / "coach.sqlite"
    shutil.copyfile(migrated, path)
    database = open_database(_address(path))
    yield database
    await database.close()


@pytest.fixture(params=_KINDS)
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of each kind without any tables."""
    if request.param == "sqlite":
        database = open_database(_address(tmp_path / "new" / "coach.sqlite"))
    else:
        database = open_database(asynchronous(_POSTGRES))
        async with database.writing() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
    yield database
    await database.close()


@pytest.fixture(params=_KINDS)
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database of each kind with empty tables: what every repository must hold to on all of them."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    database = open_database(asynchronous(_POSTGRES))
    await migrations.upgrade(database)
    async with database.writing() as connection:
        await connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} CASCADE"))
    yield database
    await database.close()
