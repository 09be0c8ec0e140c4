"""What leads agree in chat that takes more than setting a value: it is told to everybody, or lies beside others'."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.domain.chat_agreements import AUDIENCES
from bot.domain.people import PartnershipId
from bot.store import notices
from bot.store.check_in_tables import chat_setting
from bot.store.database import Database, Turn
from bot.store.inbox import Reply


class Agreements:
    """Rows of `bot.store.chat_settings`, changed whole or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, partnership: PartnershipId, values: Mapping[str, Any], told: Sequence[Reply], at: datetime
    ) -> None:
        """Set values by their keys and have these notices sent, each once per key."""

        def note(connection: Connection) -> None:
            for key, value in sorted(values.items()):
                self._set(connection, partnership, key, value, at)
            notices.put(connection, self._database, told, at)

        await self._database.write(note)

    async def set_audience(
        self, partnership: PartnershipId, file: str, audience: tuple[str, ...], at: datetime
    ) -> None:
        """Say who may see a document; an empty audience lets the file's own word hold. Others' are left as they are."""
        async with self._database.in_turn(Turn.LIBRARY) as connection:
            await connection.run_sync(self._audience, partnership, file, audience, at)

    def _audience(
        self, connection: Connection, partnership: PartnershipId, file: str, audience: tuple[str, ...], at: datetime
    ) -> None:
        theirs = (chat_setting.c.partnership == partnership) & (chat_setting.c.key == AUDIENCES)
        kept: dict[str, list[str]] = dict(connection.scalar(select(chat_setting.c.value).where(theirs)) or {})
        kept.pop(file, None)
        if audience:
            kept[file] = list(audience)
        if kept:
            self._set(connection, partnership, AUDIENCES, kept, at)
        else:
            connection.execute(delete(chat_setting).where(theirs))

    def _set(self, connection: Connection, partnership: PartnershipId, key: str, value: Any, at: datetime) -> None:
        latest = {"value": value, "at": at}
        added = self._database.insert(chat_setting).values(partnership=partnership, key=key, **latest)
        connection.execute(added.on_conflict_do_update(index_elements=["partnership", "key"], set_=latest))
