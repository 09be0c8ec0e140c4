"""Claiming rows: `FOR UPDATE SKIP LOCKED` on PostgreSQL, `BEGIN IMMEDIATE` on SQLite, the same code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, Update, update

from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Lease:
    """Who holds a row, from when and until when."""

    owner: str
    now: datetime
    until: datetime


async def claim(
    database: Database,
    table: Table,
    lease: Lease,
    pick: Select[Any],
    bound: Mapping[str, Any],
    found: Callable[[], None],
) -> Any | None:
    """Take the row that `pick` finds with these values, or None; it gets one more attempt and the lease.

    `found` is called before anything is written.
    """
    if database.skips_locked:
        pick = pick.with_for_update(skip_locked=True, of=table)
    taken = update(table).values(attempts=table.c.attempts + 1, lease_owner=lease.owner, lease_until=lease.until)

    def take(connection: Connection) -> Any | None:
        picked = connection.execute(pick, bound).first()
        if picked is None:
            return None
        found()
        return connection.execute(taken.where(table.c.key == picked.key).returning(*table.c)).one()

    return await database.write(take)


async def change(database: Database, statement: Update) -> int:
    """Change rows; returns how many there were."""
    return await database.write(lambda connection: connection.execute(statement).rowcount)


async def release_all(database: Database, table: Table) -> None:
    """Free every row: only for a process that knows itself to be alone, at its start."""
    await change(database, update(table).values(lease_owner=None, lease_until=None))
