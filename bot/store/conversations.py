"""Conversations that can be written to unasked: how each is reached, kept as its adapter gives it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from bot.store.database import Database
from bot.store.tables import conversation_reference


class Conversations:
    """Keeps one plain reference a conversation; a forgotten one stays, inactive, until its platform speaks again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, conversation: str, reference: Mapping[str, Any]) -> None:
        """Keep a reference in place of the former one."""
        former = conversation_reference.c.conversation == conversation
        async with self._database.writing() as connection:
            known = select(conversation_reference).where(former)
            row = (await connection.execute(known)).first()
            if row is not None and row.active and row.reference == dict(reference):
                return
            await connection.execute(delete(conversation_reference).where(former))
            values = {"conversation": conversation, "reference": dict(reference), "active": True}
            await connection.execute(insert(conversation_reference).values(**values))

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
