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


def _open(kind: str, path: Path) -> Database:
    return open_database(f"sqlite+aiosqlite:///{path}" if kind == "sqlite" else asynchronous(_POSTGRES))


async def _run(database: Database, *statements: str) -> None:
    async with database.writing() as connection:
        for statement in statements:
            await connection.execute(text(statement))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with its tables, to be copied: migrating one takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "template.sqlite"
    database = _open("sqlite", path)
    await migrations.upgrade(database)
    await database.close()
    return path


@pytest.fixture
async def sqlite(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite file with empty tables."""
    database = _open("sqlite", shutil.copyfile(migrated, tmp_path / "coach.sqlite"))
    yield database
    await database.close()


@pytest.fixture(params=_KINDS)
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of each kind without any tables."""
    database = _open(request.param, tmp_path / "coach.sqlite")
    if request.param == "postgresql":
        await _run(database, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    yield database
    await database.close()


@pytest.fixture(params=_KINDS)
async def database(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of each kind with empty tables: what every repository must hold to on all of them."""
    database = _open(request.param, shutil.copyfile(migrated, tmp_path / "coach.sqlite"))
    if request.param == "postgresql":
        await migrations.upgrade(database)
        await _run(database, f"TRUNCATE {', '.join(metadata.tables)} CASCADE")
    yield database
    await database.close()
