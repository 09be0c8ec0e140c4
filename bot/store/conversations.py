"""Conversations that can be written to unasked: how each is reached, kept as its adapter gives it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.store.database import Database
from bot.store.tables import conversation_reference

_KNOWN = select(conversation_reference.c.reference).where(
    conversation_reference.c.conversation == bindparam("of"), conversation_reference.c.active
)


def known(connection: Connection, conversation: str) -> Mapping[str, Any] | None:
    """The latest reference, None when there is none or it was forgotten."""
    found: Mapping[str, Any] | None = connection.scalar(_KNOWN, {"of": conversation})
    return found


class Conversations:
    """Keeps one plain reference a conversation; a forgotten one stays, inactive, until its platform speaks again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, conversation: str, reference: Mapping[str, Any]) -> None:
        """Keep a reference in place of the former one; the latest word holds."""
        async with self._database.reading() as connection:
            if await connection.run_sync(known, conversation) == dict(reference):
                return
        latest = {"reference": dict(reference), "active": True}
        added = self._database.insert(conversation_reference).values(conversation=conversation, **latest)
        async with self._database.writing() as connection:
            await connection.execute(added.on_conflict_do_update(index_elements=["conversation"], set_=latest))

    async def find(self, conversation: str) -> Mapping[str, Any] | None:
        """The latest reference, None when there is none or it was forgotten."""
        # Together with what others write: for each message, a connection of its own would cost more than the question.
        return await self._database.write(lambda connection: known(connection, conversation))

    async def of_team(self, team: str) -> tuple[str, ...]:
        """The conversations whose references name this team, forgotten ones left out."""
        active = select(conversation_reference).where(conversation_reference.c.active)
        async with self._database.reading() as connection:
            rows = await connection.execute(active)
            return tuple(row.conversation for row in rows if row.reference.get("team") == team)

    async def forget(self, conversation: str) -> None:
        """Stop writing to a conversation."""
        former = conversation_reference.c.conversation == conversation
        async with self._database.writing() as connection:
            await connection.execute(update(conversation_reference).where(former).values(active=False))
