"""What leads change of people: who is a partner by their word, who is one no more, and who leads."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, false, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.ports import NewId
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.store.barrier_tables import barrier_draft, home
from bot.store.check_in_tables import check_in
from bot.store.database import Database, Turn
from bot.store.inbox import Promise
from bot.store.tables import invitation, outbox, partner


class PeopleChanges:
    """The repository: the same verified address is the same person, met or not."""

    def __init__(self, database: Database, new_id: NewId) -> None:
        self._database = database
        self._new_id = new_id

    async def add(self, partnership: PartnershipId, organisation: OrganisationId, email: str) -> None:
        """Whoever has this verified address is a partner of this organisation, whatever the file says; again has no
        effect, and one who was removed is one again. Who is a partner there already stays what they are, lead or not.
        """
        async with self._database.in_turn(Turn.PEOPLE) as connection:
            own = {"organisation": organisation, "by_code": True, "active": True}
            theirs = _addressed(partnership, email)
            same = partner.c.active & (partner.c.organisation == organisation)
            if await connection.scalar(select(partner.c.id).where(*theirs, same).limit(1)) is not None:
                return
            if not (await connection.execute(update(partner).where(*theirs).values(**own))).rowcount:
                await self._insert(connection, partnership, email, own)

    async def remove(self, partnership: PartnershipId, email: str, organisation: OrganisationId) -> None:
        """Whoever has this verified address is nobody from now on; again has no effect.

        One whom the coach has not met is kept as removed, so that their domain does not make them a partner. Unused
        codes that link another account of theirs are worth nothing: see `People.redeem`.
        """
        async with self._database.in_turn(Turn.PEOPLE) as connection:
            own = {"active": False, "lead": False}
            gone = update(partner).where(*_addressed(partnership, email)).values(**own).returning(partner.c.id)
            found = (await connection.scalars(gone)).all()
            if not found:
                await self._insert(connection, partnership, email, {"organisation": organisation, **own})

    async def lead(self, member: PartnerId, *, lead: bool) -> None:
        """Whether somebody who is a partner by a code or a lead's word leads."""
        changed = update(partner).where(partner.c.id == member, partner.c.by_code).values(lead=lead)
        async with self._database.in_turn(Turn.PEOPLE) as connection:
            await connection.execute(changed)

    async def named(self, partnership: PartnershipId, *, active: bool) -> Sequence[tuple[str, OrganisationId]]:
        """The addresses, with their organisations, of those whom leads added or removed: not of those who were met."""
        which = [partner.c.by_code, partner.c.active] if active else [~partner.c.active]
        rows = select(partner.c.email, partner.c.organisation).where(partner.c.partnership == partnership, *which)
        async with self._database.reading() as connection:
            found = await connection.execute(rows.where(partner.c.email != "").distinct().order_by(partner.c.email))
            return [(row.email, OrganisationId(row.organisation)) for row in found]

    async def elsewhere(self, partnership: PartnershipId, email: str) -> bool:
        """Whether this address is a partner's of another partnership that is kept here."""
        theirs = partner.c.active & (partner.c.email == email.lower()) & (partner.c.partnership != partnership)
        async with self._database.reading() as connection:
            return await connection.scalar(select(partner.c.id).where(theirs).limit(1)) is not None

    async def email_of(self, member: PartnerId) -> str:
        """Somebody's verified address; "" where there is none."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(partner.c.email).where(partner.c.id == member)) or ""

    async def of_address(self, partnership: PartnershipId, email: str) -> Sequence[PartnerId]:
        """Those with this verified address, removed or not."""
        async with self._database.reading() as connection:
            rows = await connection.scalars(select(partner.c.id).where(*_addressed(partnership, email)))
            return [PartnerId(row) for row in rows]

    async def quieten(self, partners: Collection[PartnerId]) -> None:
        """Write to these people no more: what waits for them goes, and where they are written to is forgotten."""
        if partners:
            await self._database.write(lambda connection: _quietened(connection, list(partners)))

    async def forget_codes(self, partnership: PartnershipId, organisation: OrganisationId, now: datetime) -> None:
        """Unused codes of an organisation are worth nothing from now on."""
        theirs = (invitation.c.partnership == partnership) & (invitation.c.organisation == organisation)
        used = update(invitation).where(theirs, invitation.c.used_at.is_(None)).values(used_at=now)
        await self._database.write(lambda connection: connection.execute(used).rowcount)

    async def _insert(
        self, connection: AsyncConnection, partnership: PartnershipId, email: str, own: dict[str, Any]
    ) -> None:
        row = {"id": self._new_id(), "partnership": partnership, "email": email.lower(), "lead": False, "by_code": True}
        await connection.execute(insert(partner).values(**{**row, **own}))


def _addressed(partnership: PartnershipId, email: str) -> tuple[Any, Any]:
    return partner.c.partnership == partnership, partner.c.email == email.lower()


def _quietened(connection: Connection, partners: list[PartnerId]) -> None:
    places = connection.scalars(select(home.c.place).where(home.c.partner.in_(partners)).distinct()).all()
    theirs = or_(false(), *(outbox.c.place.startswith(place, autoescape=True) for place in places))
    waits = (outbox.c.state == "pending") & (outbox.c.promise == Promise.NOTICE.value)
    connection.execute(delete(outbox).where(waits, theirs))
    connection.execute(update(check_in).where(check_in.c.partner.in_(partners)).values(remind_at=None))
    connection.execute(delete(barrier_draft).where(barrier_draft.c.partner.in_(partners)))
    connection.execute(delete(home).where(home.c.partner.in_(partners)))
