"""Nudges: about which barriers their owners want to hear no more."""

from collections.abc import Collection

from sqlalchemy import select

from bot.domain.barriers import BarrierId
from bot.store.barrier_tables import nudge
from bot.store.database import Database


class Nudges:
    """One row for each barrier and owner who said so."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stop(self, barrier: BarrierId, owner: str) -> None:
        """Nudge this owner about this barrier no more."""
        added = self._database.insert(nudge).values(barrier=barrier, owner=owner, off=True).on_conflict_do_nothing()
        await self._database.write(lambda connection: connection.execute(added).rowcount)

    async def stopped(self, barriers: Collection[BarrierId]) -> frozenset[tuple[BarrierId, str]]:
        """Those of these barriers, with the owner who wants no more."""
        off = select(nudge.c.barrier, nudge.c.owner).where(nudge.c.barrier.in_(list(barriers)), nudge.c.off.is_(True))
        async with self._database.reading() as connection:
            return frozenset((BarrierId(row.barrier), row.owner) for row in await connection.execute(off))
