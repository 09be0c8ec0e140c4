"""Offers to lead: made by a lead to a verified address, until they are taken, declined or too old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.store.database import Database
from bot.store.role_tables import lead_offer

#: After this an offer is nobody's any more.
VALID_FOR = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class LeadOffer:
    """What somebody is asked: whether they will lead, in the place of whoever asks or beside them."""

    id: str
    partnership: PartnershipId
    organisation: OrganisationId
    email: str
    by: PartnerId
    hands_over: bool
    at: datetime
    shown_at: datetime | None = None


class LeadOffers:
    """One offer an address in a partnership; the latest holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, offer: LeadOffer) -> None:
        """Keep an offer in the place of any that the address had; again has no effect."""
        row = _row(offer)
        latest = {name: value for name, value in row.items() if name not in ("partnership", "email")}
        added = self._database.insert(lead_offer).values(**row)
        kept = added.on_conflict_do_update(
            index_elements=["partnership", "email"], set_=latest, where=lead_offer.c.id != offer.id
        )
        await self._database.write(lambda connection: connection.execute(kept).rowcount)

    async def find(self, offer: str, now: datetime) -> LeadOffer | None:
        """The offer with this id, unless it is too old."""
        found = await self._of(lead_offer.c.id == offer, now)
        return found[0] if found else None

    async def of(self, partnership: PartnershipId, now: datetime) -> Sequence[LeadOffer]:
        """Those of a partnership that can still be taken, by address."""
        return await self._of(lead_offer.c.partnership == partnership, now)

    async def shown(self, offer: LeadOffer, at: datetime) -> None:
        """Its receiver was asked."""
        asked = update(lead_offer).where(lead_offer.c.id == offer.id).values(shown_at=at)
        await self._database.write(lambda connection: connection.execute(asked).rowcount)

    async def end(self, offer: str) -> None:
        """Forget an offer that was answered or taken back."""
        gone = delete(lead_offer).where(lead_offer.c.id == offer)
        await self._database.write(lambda connection: connection.execute(gone).rowcount)

    async def withdraw(self, partnership: PartnershipId, *, email: str = "", organisation: str = "") -> None:
        """Take back what was offered to an address, or to anybody of an organisation."""
        theirs = (lead_offer.c.email == email.lower()) | (lead_offer.c.organisation == organisation)
        gone = delete(lead_offer).where(lead_offer.c.partnership == partnership, theirs)
        await self._database.write(lambda connection: connection.execute(gone).rowcount)

    async def forget(self, now: datetime) -> None:
        """Delete those that are too old."""
        old = delete(lead_offer).where(lead_offer.c.at <= now - VALID_FOR)
        await self._database.write(lambda connection: connection.execute(old).rowcount)

    async def _of(self, which: Any, now: datetime) -> Sequence[LeadOffer]:
        rows = select(lead_offer).where(which, lead_offer.c.at > now - VALID_FOR).order_by(lead_offer.c.email)
        async with self._database.reading() as connection:
            return [_offer(row) for row in await connection.execute(rows)]


def _row(offer: LeadOffer) -> dict[str, Any]:
    return {**vars(offer), "email": offer.email.lower()}


def _offer(row: Any) -> LeadOffer:
    return LeadOffer(
        id=row.id,
        partnership=PartnershipId(row.partnership),
        organisation=OrganisationId(row.organisation),
        email=row.email,
        by=PartnerId(row.by),
        hands_over=row.hands_over,
        at=row.at,
        shown_at=row.shown_at,
    )
