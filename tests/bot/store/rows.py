"""What stands in a table, for tests to look at."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select

from bot.domain.cards import to_json
from bot.store.database import Database
from bot.store.inbox import Promise, Reply
from bot.store.tables import outbox
from tests.fakes import CARD, NOON, message


async def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    """Every row as a mapping, by key."""
    async with database.reading() as connection:
        found = await connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]


def reply(event: str, *, platform: str = "web") -> Reply:
    """The answer to `message(event)`."""
    incoming = message(event, platform=platform)
    return Reply(key=f"{platform}:answer:{incoming.key}", platform=platform, place=incoming.place, card=CARD)


async def put(
    database: Database, event: str, *, due: int = 0, promise: Promise = Promise.ANSWER, platform: str = "web"
) -> None:
    """A pending card in the outbox, due so many seconds after noon."""
    made = reply(event, platform=platform)
    async with database.writing() as connection:
        await connection.execute(
            outbox.insert().values(
                key=made.key,
                state="pending",
                promise=promise,
                platform=made.platform,
                place=made.place,
                payload=to_json(made.card),
                due_at=NOON + timedelta(seconds=due),
                attempts=0,
            )
        )
