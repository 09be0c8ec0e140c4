"""Library gaps: questions that their askers passed on."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.domain.heard import Gap
from bot.domain.people import OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.tables import library_gap


class Gaps:
    """One row an answer. A closed row keeps its id, so that it is not passed on again, and loses its question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, gap: Gap, author: str = "") -> None:
        """Keep a gap; one that is there already, or was closed, stays as it is.

        `author` is a keyed hash of who passed it on, by which nobody but they themselves finds it again.
        """
        row = {
            "id": gap.id,
            "partnership": gap.partnership,
            "organisation": gap.organisation,
            "question": gap.question,
            "at": gap.at,
            "author": author,
        }
        added = self._database.insert(library_gap).values(**row).on_conflict_do_nothing()
        await self._database.write(lambda connection: connection.execute(added).rowcount)

    async def open(self, partnership: PartnershipId) -> tuple[Gap, ...]:
        """Those that wait to be looked at, oldest first."""
        waiting = select(library_gap).where(
            library_gap.c.partnership == partnership, library_gap.c.question.is_not(None)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(waiting.order_by(library_gap.c.at, library_gap.c.id))
            return tuple(gap_of(row) for row in rows)

    async def close(self, partnership: PartnershipId, gap: str) -> bool:
        """Close a gap and forget its question; False when it is not open."""
        closed = update(library_gap).where(
            library_gap.c.partnership == partnership, library_gap.c.id == gap, library_gap.c.question.is_not(None)
        )
        emptied = closed.values(question=None)
        return await self._database.write(lambda connection: connection.execute(emptied).rowcount) > 0

    async def forget(self, partnership: PartnershipId, before: datetime) -> None:
        """Delete what was passed on before this time."""
        old = delete(library_gap).where(library_gap.c.partnership == partnership, library_gap.c.at < before)
        await self._database.write(lambda connection: connection.execute(old).rowcount)


def gap_of(row: Any) -> Gap:
    """The gap of a row."""
    return Gap(
        id=row.id,
        partnership=PartnershipId(row.partnership),
        organisation=OrganisationId(row.organisation),
        question=row.question,
        at=row.at,
    )
