"""First contact: who was told what the coach does, so that nobody is told twice."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.messages import EventKey
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.first_contact_tables import first_contact
from bot.store.tables import partner as partner_table


class FirstContact:
    """One row a person, whichever process writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_with(self, partner: PartnerId, event: EventKey, at: datetime) -> bool:
        """Whether this message is the one after which a person is told: the first, also when it is handled again."""
        added = self._database.insert(first_contact).values(partner=partner, event=event, at=at)
        first = select(first_contact.c.event).where(first_contact.c.partner == partner)

        def note(connection: Connection) -> bool:
            # Whoever has just been erased is nobody to keep a row of.
            if connection.scalar(select(partner_table.c.id).where(partner_table.c.id == partner)) is None:
                return False
            connection.execute(added.on_conflict_do_nothing(index_elements=["partner"]))
            return connection.scalar(first) == event

        async with self._database.reading() as connection:
            known = await connection.scalar(first)
        # Nearly every message is from somebody who is known: those are not written for.
        return known == event if known is not None else await self._database.write(note)
