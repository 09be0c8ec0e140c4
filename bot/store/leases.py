"""Who holds a row of the inbox or the outbox: one process at a time, for a while."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Update

from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Lease:
    """Who holds a row, from when and until when."""

    owner: str
    now: datetime
    until: datetime


async def change(database: Database, statement: Update) -> int:
    """Change rows; returns how many there were."""
    return await database.write(lambda connection: connection.execute(statement).rowcount)
