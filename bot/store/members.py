"""Members: the partners of a partnership as they were kept, each with what their identities are filed under."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.domain.membership import Held, Standing
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.domain.rolls import Member
from bot.store.check_in_rows import in_turn
from bot.store.database import Database
from bot.store.tables import identity, partner


class Members:
    """Reads partners by the partnership: `bot.store.people` keeps them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, partnerships: Collection[PartnershipId]) -> Mapping[PartnershipId, Sequence[Member]]:
        """Those of each of these partnerships who were not removed, by id."""
        here = partner.c.partnership.in_(sorted(partnerships)) & partner.c.active
        people = select(partner).where(here).order_by(partner.c.id)
        keys = select(identity).join(partner, identity.c.partner == partner.c.id).where(here).order_by(identity.c.key)
        found = defaultdict[str, list[str]](list)
        members = defaultdict[PartnershipId, list[Member]](list)
        async with self._database.reading() as connection:
            for each in await in_turn(connection, keys, lambda row: row):
                found[each.partner].append(each.key)
            for member in await in_turn(connection, people, lambda row: _member(row, found[row.id])):
                members[member.held.standing.partnership].append(member)
        return members


def _member(row: Any, identities: Sequence[str]) -> Member:
    standing = Standing(
        partnership=PartnershipId(row.partnership), organisation=OrganisationId(row.organisation), lead=row.lead
    )
    held = Held(partner=PartnerId(row.id), standing=standing, by_code=row.by_code, active=row.active)
    return Member(held=held, email=row.email, identities=tuple(identities))
