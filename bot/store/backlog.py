"""What waits, for how long, and what was set aside: figures for whoever watches, nothing of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.tables import inbox, outbox

#: What is done is not counted: there are years of it.
_OPEN = ("waiting", "failed")
_UNSENT = ("pending", "sending")


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Messages by what keeps them open, and the age of the oldest message and of the card that is longest overdue."""

    messages: Mapping[str, int]
    message_age: timedelta
    card_age: timedelta


class Backlog:
    """Reads the two queues."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waits(self, now: datetime) -> Waits:
        """How it stands. A card that is not due yet is not late."""
        open_ = select(inbox.c.state, func.count()).where(inbox.c.state.in_(_OPEN)).group_by(inbox.c.state)
        asked = select(func.min(inbox.c.received_at)).where(inbox.c.state == _OPEN[0])
        due = select(func.min(outbox.c.due_at)).where(outbox.c.state.in_(_UNSENT))
        async with self._database.reading() as connection:
            found = {row[0]: row[1] for row in await connection.execute(open_)}
            first, late = await connection.scalar(asked), await connection.scalar(due)
        messages = {state: found.get(state, 0) for state in _OPEN}
        return Waits(messages=messages, message_age=_age(first, now), card_age=_age(late, now))


def _age(since: datetime | None, now: datetime) -> timedelta:
    return max(now - since, timedelta()) if since else timedelta()
