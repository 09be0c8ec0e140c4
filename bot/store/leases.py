"""Claiming rows: `FOR UPDATE SKIP LOCKED` on PostgreSQL, `BEGIN IMMEDIATE` on SQLite, the same code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Update, or_, select, update

from bot.store.database import Database

#: A row as it is once it was taken, and the state that it was in before.
Taken = tuple[Any, str]


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
    *,
    among: Sequence[ColumnElement[bool]],
    order: str,
    become: str,
    found: Callable[[], None],
) -> Taken | None:
    """Take the oldest free row of the first condition that holds for one, or None.

    The row gets the state `become`, one more attempt and the lease; a row whose lease has run out is free.
    `found` is called before anything is written.
    """
    free = or_(table.c.lease_until.is_(None), table.c.lease_until < lease.now)
    pick = select(table.c.key, table.c.state).where(free, table.c[order] <= lease.now).order_by(table.c[order]).limit(1)
    if database.skips_locked:
        pick = pick.with_for_update(skip_locked=True)
    taken = update(table).values(
        state=become, attempts=table.c.attempts + 1, lease_owner=lease.owner, lease_until=lease.until
    )

    def take(connection: Connection) -> Taken | None:
        picks = (connection.execute(pick.where(condition)).first() for condition in among)
        picked = next((each for each in picks if each is not None), None)
        if picked is None:
            return None
        found()
        row = connection.execute(taken.where(table.c.key == picked.key).returning(*table.c)).one()
        return row, picked.state

    return await database.write(take)


async def change(database: Database, statement: Update) -> int:
    """Change rows; returns how many there were."""
    return await database.write(lambda connection: connection.execute(statement).rowcount)


async def release_all(database: Database, table: Table) -> None:
    """Free every row: only for a process that knows itself to be alone, at its start."""
    await change(database, update(table).values(lease_owner=None, lease_until=None))
