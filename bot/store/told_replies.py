"""What figures and digests read of replies, and how many partners there are."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from bot.domain.barriers import Consent
from bot.domain.check_ins import Reflection
from bot.domain.people import OrganisationId, PartnershipId
from bot.store.check_in_rows import reflection_of
from bot.store.check_in_tables import reflection
from bot.store.database import Database
from bot.store.reflections import COUNTS
from bot.store.tables import partner

_SIGNED = (Consent.NAMED.value, Consent.OWN_LEADS.value)


class ToldReplies:
    """Reads replies by when they were given; `bot.store.reflections` changes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, partnership: PartnershipId, moment: datetime) -> tuple[Reflection, ...]:
        """The replies from a moment on that name their author to somebody or whose wording is shared."""
        told = or_(reflection.c.consent.in_(_SIGNED), reflection.c.shared)
        here = (reflection.c.partnership == partnership) & (reflection.c.at >= moment)
        return await self._found(here & told & COUNTS)

    async def counting_since(self, partnership: PartnershipId, moment: datetime) -> tuple[Reflection, ...]:
        """The replies from a moment on that count: nothing private, nothing withdrawn."""
        here = (reflection.c.partnership == partnership) & (reflection.c.at >= moment)
        return await self._found(here & COUNTS)

    async def partners(self, partnership: PartnershipId) -> Mapping[OrganisationId, int]:
        """How many active partners each organisation has."""
        counted = (
            select(partner.c.organisation, func.count())
            .where(partner.c.partnership == partnership, partner.c.active)
            .group_by(partner.c.organisation)
        )
        async with self._database.reading() as connection:
            return {OrganisationId(name): number for name, number in await connection.execute(counted)}

    async def _found(self, which: ColumnElement[bool]) -> tuple[Reflection, ...]:
        oldest = select(reflection).where(which).order_by(reflection.c.at, reflection.c.check_in)
        async with self._database.reading() as connection:
            return tuple(reflection_of(row) for row in await connection.execute(oldest))
