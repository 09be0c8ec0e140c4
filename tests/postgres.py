"""Databases of their own on the PostgreSQL that `COACH_TEST_POSTGRES_URL` names (`.ci/postgres start` prints one)."""

import asyncio
import os
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest

SERVER = os.environ.get("COACH_TEST_POSTGRES_URL", "")
needed = pytest.mark.skipif(not SERVER, reason="COACH_TEST_POSTGRES_URL is not set: see .ci/postgres")


@contextmanager
def new_database(name: str, *, like: str = "") -> Iterator[str]:
    """The address of a database of this name, empty or like the one at an address; it is gone after the block."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    named = f"coach_test_{name}_{worker}"
    remove = f'DROP DATABASE IF EXISTS "{named}" WITH (FORCE)'
    template = f' TEMPLATE "{like.rpartition("/")[2]}"' if like else ""
    _run(_execute(remove, f'CREATE DATABASE "{named}"{template}'))
    try:
        yield f"{SERVER.rpartition('/')[0]}/{named}"
    finally:
        _run(_execute(remove))


def select(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a database."""

    async def fetch() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()

    found: list[tuple[Any, ...]] = _run(fetch())
    return found


async def _execute(*statements: str) -> None:
    connection = await asyncpg.connect(SERVER)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    # In a thread: the tests may have a loop of their own in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
