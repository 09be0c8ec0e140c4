"""Members: the partners of a partnership as they were kept, each with what their identities are filed under."""

from collections import defaultdict

from sqlalchemy import select

from bot.domain.membership import Held, Standing
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.domain.rolls import Member
from bot.store.database import Database
from bot.store.tables import identity, partner


class Members:
    """Reads partners by the partnership: `bot.store.people` keeps them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, partnership: PartnershipId) -> tuple[Member, ...]:
        """Those who were not removed, by id."""
        here = (partner.c.partnership == partnership) & partner.c.active
        people = select(partner).where(here).order_by(partner.c.id)
        keys = select(identity).join(partner, identity.c.partner == partner.c.id).where(here).order_by(identity.c.key)
        found = defaultdict[str, list[str]](list)
        async with self._database.reading() as connection:
            rows = (await connection.execute(people)).all()
            for row in await connection.execute(keys):
                found[row.partner].append(row.key)
        return tuple(
            Member(
                held=Held(
                    partner=PartnerId(row.id),
                    standing=Standing(
                        partnership=partnership, organisation=OrganisationId(row.organisation), lead=row.lead
                    ),
                    by_code=row.by_code,
                    active=row.active,
                ),
                email=row.email,
                identities=tuple(found[row.id]),
            )
            for row in rows
        )
