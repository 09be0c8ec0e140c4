"""Conversations that can be written to unasked: how each is reached, kept as its adapter gives it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from bot.store.database import Database
from bot.store.tables import conversation_reference


class Conversations:
    """Keeps one plain reference a conversation; a forgotten one stays, inactive, until its platform speaks again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, conversation: str, reference: Mapping[str, Any]) -> None:
        """Keep a reference in place of the former one; the latest word holds."""
        if await self.find(conversation) == dict(reference):
            return
        latest = {"reference": dict(reference), "active": True}
        added = self._database.insert(conversation_reference).values(conversation=conversation, **latest)
        async with self._database.writing() as connection:
            await connection.execute(added.on_conflict_do_update(index_elements=["conversation"], set_=latest))

    async def find(self, conversation: str) -> Mapping[str, Any] | None:
        """The latest reference, None when there is none or it was forgotten."""
        known = select(conversation_reference.c.reference).where(
            conversation_reference.c.conversation == conversation, conversation_reference.c.active
        )
        async with self._database.reading() as connection:
            found: Mapping[str, Any] | None = await connection.scalar(known)
        return found

    async def forget(self, conversation: str) -> None:
        """Stop writing to a conversation."""
        former = conversation_reference.c.conversation == conversation
        async with self._database.writing() as connection:
            await connection.execute(update(conversation_reference).where(former).values(active=False))
