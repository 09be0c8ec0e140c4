"""Drafts: what somebody is about to raise, until they confirm or cancel it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.people import PartnerId
from bot.store.barrier_tables import barrier_draft
from bot.store.database import Database


class Drafts:
    """One row a draft, found by the partner whose it is and by nobody else."""

    def __init__(self, database: Database, reached: Reached = pass_by) -> None:
        self._database = database
        self._reached = reached

    async def keep(self, draft: str, partner: PartnerId, payload: Mapping[str, Any], at: datetime) -> None:
        """Keep a draft in the place of the one with the same id, which stays whose it was."""
        latest = {"payload": dict(payload), "at": at}
        added = self._database.insert(barrier_draft).values(id=draft, partner=partner, **latest)
        kept = added.on_conflict_do_update(index_elements=["id"], set_=latest, where=barrier_draft.c.partner == partner)
        await self._database.write(lambda connection: connection.execute(kept).rowcount)
        self._reached(Point.DRAFT_KEPT)

    async def take(self, draft: str, partner: PartnerId) -> Mapping[str, Any] | None:
        """A partner's own draft, which stays until it is dropped; None when there is none of theirs."""
        own = select(barrier_draft.c.payload).where(barrier_draft.c.id == draft, barrier_draft.c.partner == partner)
        async with self._database.reading() as connection:
            payload: Mapping[str, Any] | None = await connection.scalar(own)
        return payload

    async def drop(self, draft: str) -> None:
        """Delete a draft: it was logged or cancelled."""
        gone = delete(barrier_draft).where(barrier_draft.c.id == draft)
        await self._database.write(lambda connection: connection.execute(gone).rowcount)

    async def forget(self, before: datetime) -> None:
        """Delete the drafts that nobody has touched since a moment."""
        old = delete(barrier_draft).where(barrier_draft.c.at < before)
        await self._database.write(lambda connection: connection.execute(old).rowcount)
