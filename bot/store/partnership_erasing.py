"""Everything of a partnership is deleted, by what the tables themselves say: a new one is known here by its columns."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.domain.people import PartnerId, PartnershipId
from bot.store.barrier_tables import barrier, nudge, relay
from bot.store.check_in_tables import audit
from bot.store.database import Database
from bot.store.schema import metadata
from bot.store.tables import outbox, partner, partnership

#: The kind of the audit's row, which says nothing of whose it was.
WOUND_UP = "wound up a partnership"


class PartnershipErasing:
    """The repository."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def partners(self, name: PartnershipId) -> list[PartnerId]:
        """Everybody who is or was a partner."""
        async with self._database.reading() as connection:
            rows = await connection.scalars(select(partner.c.id).where(partner.c.partnership == name))
            return [PartnerId(row) for row in rows]

    async def erase(self, name: PartnershipId, change: str, at: datetime) -> None:
        """Delete what is the partnership's; its partners' own rows must be gone before. Again has no effect."""

        def note(connection: Connection) -> None:
            _about_barriers(connection, name)
            for table in reversed(metadata.sorted_tables):
                if "partnership" in table.c:
                    connection.execute(delete(table).where(table.c.partnership == name))
            connection.execute(delete(partnership).where(partnership.c.id == name))
            if connection.scalar(select(partnership.c.id).limit(1)) is None:
                connection.execute(delete(outbox).where(outbox.c.payload.is_not(None)))
            if connection.scalar(select(audit.c.id).where(audit.c.id == change)) is None:
                connection.execute(insert(audit).values(id=change, partnership="", kind=WOUND_UP, at=at))

        await self._database.write(note)


def _about_barriers(connection: Connection, name: PartnershipId) -> None:
    own = select(barrier.c.id).where(barrier.c.partnership == name)
    for table in (relay, nudge):
        connection.execute(delete(table).where(table.c.barrier.in_(own)))
