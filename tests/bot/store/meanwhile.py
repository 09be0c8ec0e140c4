"""Work that begins while somebody else's transaction is still open: what it read must hold when it writes."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from sqlalchemy import Select, Update, text

from bot.store.database import Database

Result = TypeVar("Result")
_WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE NOT pg_locks.granted AND pg_stat_activity.datname = current_database()"
)


async def meanwhile(database: Database, held: Select[Any], change: Update, work: Coroutine[Any, Any, Result]) -> Result:
    """What comes of work that waits for a row which is held, until the change is committed."""
    async with database.writing() as connection:
        await connection.execute(held.with_for_update())
        await connection.execute(change)
        begun = asyncio.create_task(work)
        async with asyncio.timeout(5):
            await _waits(database)
    return await begun


async def _waits(database: Database) -> None:
    if not database.skips_locked:  # SQLite has one writer anyway
        await asyncio.sleep(0)
        return
    while True:
        async with database.reading() as connection:
            if await connection.scalar(_WAITING):
                return
