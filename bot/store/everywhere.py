"""What a round must know of every partnership at once, in one query each: it looks each minute, and mostly in vain."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import literal, or_, select

from bot.domain.check_ins import State
from bot.domain.people import PartnerId, PartnershipId
from bot.store.check_in_tables import check_in
from bot.store.database import Database
from bot.store.tables import outbox, partner


class Everywhere:
    """Reads across partnerships."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def partners(self) -> Mapping[PartnershipId, list[PartnerId]]:
        """Everybody who was not removed, by partnership."""
        found = defaultdict[PartnershipId, list[PartnerId]](list)
        async with self._database.reading() as connection:
            for row in await connection.execute(select(partner.c.partnership, partner.c.id).where(partner.c.active)):
                found[PartnershipId(row.partnership)].append(PartnerId(row.id))
        return found

    async def asked(
        self, partnerships: Collection[PartnershipId], weeks: Collection[str]
    ) -> frozenset[tuple[PartnerId, str]]:
        """Who of these partnerships has a check-in for one of these weeks already, with the week."""
        theirs = check_in.c.partnership.in_(sorted(partnerships)) & check_in.c.week.in_(sorted(weeks))
        async with self._database.reading() as connection:
            rows = await connection.execute(select(check_in.c.partner, check_in.c.week).where(theirs))
            return frozenset((PartnerId(row.partner), row.week) for row in rows)

    async def waiting(self, partnerships: Collection[PartnershipId], now: datetime) -> frozenset[PartnershipId]:
        """Those of these partnerships where a check-in is to be heard of again by now, or was not sent in time."""
        key = literal("check-in:") + check_in.c.id + literal(":0")
        unsent = select(outbox.c.key).where(outbox.c.key == key, outbox.c.state == "expired").exists()
        open_now = (check_in.c.until > now) & check_in.c.state.in_((State.ASKED.value, State.SNOOZED.value))
        theirs = check_in.c.partnership.in_(sorted(partnerships)) & open_now & or_(check_in.c.remind_at <= now, unsent)
        async with self._database.reading() as connection:
            found = await connection.scalars(select(check_in.c.partnership).where(theirs).distinct())
            return frozenset(PartnershipId(each) for each in found)
