"""What leads changed in chat, by partnership; `bot.domain.chat_settings` says what the keys mean."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.domain.people import PartnershipId
from bot.store.check_in_tables import chat_setting
from bot.store.database import Database


class ChatSettings:
    """One row a key. `Partnerships` lays them over the plan."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, partnership: PartnershipId) -> Mapping[str, Any]:
        """The values that were set in chat, by their keys."""
        own = select(chat_setting).where(chat_setting.c.partnership == partnership).order_by(chat_setting.c.key)
        async with self._database.reading() as connection:
            return {row.key: row.value for row in await connection.execute(own)}

    async def keep(self, partnership: PartnershipId, key: str, value: Any, at: datetime) -> None:
        """Set a value, whatever was there before. It must be plain JSON and not None: `drop` takes it away."""
        if value is None:
            raise ValueError("a setting has a value, or is dropped")
        latest = {"value": value, "at": at}
        added = self._database.insert(chat_setting).values(partnership=partnership, key=key, **latest)
        kept = added.on_conflict_do_update(index_elements=["partnership", "key"], set_=latest)
        await self._database.write(lambda connection: connection.execute(kept).rowcount)

    async def drop(self, partnership: PartnershipId, key: str) -> None:
        """Let the partnership's file decide again."""
        theirs = (chat_setting.c.partnership == partnership) & (chat_setting.c.key == key)
        await self._database.write(lambda connection: connection.execute(delete(chat_setting).where(theirs)).rowcount)
