"""People: which identities are the same partner, and the one-time codes that make somebody one."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.ports import NewId
from bot.domain.membership import Held, Standing
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Identity, OrganisationId, PartnerId, PartnershipId
from bot.store.database import Database, Turn
from bot.store.tables import code_attempt, identity, invitation, partner

_ATTEMPTS = 5
_ATTEMPT_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What a one-time code makes its bearer. `partner` is set when it links a second identity to a known person."""

    standing: Standing
    expires_at: datetime
    partner: PartnerId | None = None


class People:
    """The repository of partners, identities and codes."""

    def __init__(self, database: Database, new_id: NewId) -> None:
        self._database = database
        self._new_id = new_id

    async def held(self, identities: Iterable[Identity]) -> Mapping[str, Held]:
        """What is held of those identities that are known, by their keys.

        An identity that was never met is whoever has its verified e-mail, so that somebody who was removed does not
        come back by another platform.
        """
        people = list(identities)
        async with self._database.reading() as connection:
            owners = await connection.execute(_partners_of([each.key for each in people]))
            bound = {row.key: _held(row) for row in owners}
            emails = {each.email.lower() for each in people if each.email and each.key not in bound}
            namesakes = await connection.execute(_by_email(emails))
            known = {row.email: _held(row, bound=False) for row in namesakes}
        met = {each.key: known[each.email.lower()] for each in people if each.email.lower() in known}
        return {**met, **bound}

    async def by_email(self, partnership: PartnershipId, emails: Collection[str]) -> Mapping[str, PartnerId]:
        """The partners of a partnership with these verified e-mail addresses, by the address as it was given."""
        given = {email.lower(): email for email in emails if email}
        own = _by_email(given).where(partner.c.partnership == partnership)
        async with self._database.reading() as connection:
            last = {row.email: row for row in await connection.execute(own)}
        return {given[email]: PartnerId(row.id) for email, row in last.items() if row.active}

    async def leads(self, plan: PartnershipPlan) -> Mapping[PartnerId, OrganisationId]:
        """The leads of a partnership whom the coach has met, with their organisations: by its file, or by a code."""
        known = await self.by_email(plan.id, [lead.email for lead in plan.leads])
        by_file = {known[lead.email]: lead.organisation for lead in plan.leads if lead.email in known}
        here = [each.id for each in plan.organisations]
        coded = select(partner).where(
            partner.c.partnership == plan.id, partner.c.by_code, partner.c.lead, partner.c.active
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(coded.where(partner.c.organisation.in_(here)).order_by(partner.c.id))
            by_code = {PartnerId(row.id): OrganisationId(row.organisation) for row in rows}
        return {**by_file, **by_code}

    async def active(self, partnership: PartnershipId) -> tuple[PartnerId, ...]:
        """The partners of a partnership who were not removed, by id."""
        here = select(partner.c.id).where(partner.c.partnership == partnership, partner.c.active).order_by(partner.c.id)
        async with self._database.reading() as connection:
            return tuple(PartnerId(row) for row in await connection.scalars(here))

    async def admit(self, person: Identity, found: Standing) -> Held:
        """Make an identity a partner by the partnership's file; the same verified e-mail is the same person.

        One that is somebody already stays who it is.
        """
        async with self._changing() as connection:
            row = await _owner(connection, person)
            if row is None:
                row = await _namesake(connection, person, found.partnership)
                row = row or await self._new_partner(connection, found, person.email, by_code=False)
                await _bind(connection, person, row.id)
        return _held(row)

    async def invite(self, code_hash: str, offered: Invitation) -> None:
        """Keep a code's hash and what it stands for."""
        offers = offered.standing
        row = {
            "hash": code_hash,
            "partnership": offers.partnership,
            "organisation": offers.organisation,
            "lead": offers.lead,
            "partner": offered.partner,
            "expires_at": offered.expires_at,
        }
        async with self._database.writing() as connection:
            await connection.execute(insert(invitation).values(**row))

    async def redeem(self, person: Identity, code_hash: str, now: datetime) -> Held | None:
        """Use a code up and make its bearer what it stands for; None when it is wrong, used or out of date.

        Five wrong codes within an hour, and the sixth is not looked at.
        """
        async with self._changing() as connection:
            if await _attempts(connection, person, now) >= _ATTEMPTS:
                return None
            row = (await connection.execute(_use(code_hash, now))).first()
            if row is None:
                await connection.execute(insert(code_attempt).values(identity=person.key, at=now))
                return None
            return await self._honour(connection, person, row)

    async def _honour(self, connection: AsyncConnection, person: Identity, row: Any) -> Held:
        if row.partner is not None:
            owner = (await connection.execute(select(partner).where(partner.c.id == row.partner))).one()
        else:
            owner = await self._named_by_code(connection, person, row)
        await _bind(connection, person, owner.id)
        return _held(owner)

    async def _named_by_code(self, connection: AsyncConnection, person: Identity, row: Any) -> Any:
        """The partner that a code makes of a person: the one they are in that partnership already, or a new one."""
        former = await _owner(connection, person)
        if former is None or former.partnership != row.partnership:
            former = await _namesake(connection, person, row.partnership)
        if former is None:
            found = Standing(partnership=row.partnership, organisation=row.organisation, lead=row.lead)
            return await self._new_partner(connection, found, person.email, by_code=True)
        promoted = update(partner).where(partner.c.id == former.id)
        promoted = promoted.values(organisation=row.organisation, lead=row.lead, by_code=True, active=True)
        return (await connection.execute(promoted.returning(*partner.c))).one()

    async def _new_partner(self, connection: AsyncConnection, found: Standing, email: str, *, by_code: bool) -> Any:
        values = {
            "id": self._new_id(),
            "partnership": found.partnership,
            "organisation": found.organisation,
            "email": email.lower(),
            "lead": found.lead,
            "active": True,
            "by_code": by_code,
        }
        return (await connection.execute(insert(partner).values(**values).returning(*partner.c))).one()

    def _changing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction in which nobody else changes people: who is looked up stays what was found."""
        return self._database.in_turn(Turn.PEOPLE)


def _partners_of(keys: Iterable[str]) -> Any:
    joined = select(identity.c.key, partner).join(partner, identity.c.partner == partner.c.id)
    return joined.where(identity.c.key.in_(list(keys)))


def _by_email(emails: Iterable[str]) -> Any:
    """Partners by e-mail. The last of the same e-mail counts: a removal outranks the file, and a code a removal."""
    rank = case((partner.c.active & partner.c.by_code, 2), (partner.c.active, 0), else_=1)
    return select(partner).where(partner.c.email.in_(list(emails))).order_by(rank, partner.c.id)


async def _owner(connection: AsyncConnection, person: Identity) -> Any:
    """The partner that an identity is, or None."""
    return (await connection.execute(_partners_of([person.key]))).first()


async def _namesake(connection: AsyncConnection, person: Identity, partnership: str) -> Any:
    """The partner with a person's verified e-mail, removed or not, or None."""
    if not person.email:
        return None
    same = _by_email([person.email.lower()]).where(partner.c.partnership == partnership)
    rows = (await connection.execute(same)).all()
    return rows[-1] if rows else None


def _use(code_hash: str, now: datetime) -> Any:
    """Use a code up; one that links to somebody who was removed since is worth nothing."""
    linked = or_(invitation.c.partner.is_(None), invitation.c.partner.in_(select(partner.c.id).where(partner.c.active)))
    unused = update(invitation).where(
        invitation.c.hash == code_hash, invitation.c.used_at.is_(None), invitation.c.expires_at > now, linked
    )
    return unused.values(used_at=now).returning(*invitation.c)


async def _attempts(connection: AsyncConnection, person: Identity, now: datetime) -> int:
    recent = select(func.count()).select_from(code_attempt)
    recent = recent.where(code_attempt.c.identity == person.key, code_attempt.c.at > now - _ATTEMPT_WINDOW)
    return (await connection.scalar(recent)) or 0


async def _bind(connection: AsyncConnection, person: Identity, owner: str) -> None:
    held = await connection.scalar(select(identity.c.key).where(identity.c.key == person.key))
    if held is None:
        await connection.execute(insert(identity).values(key=person.key, partner=owner))
    else:
        await connection.execute(update(identity).where(identity.c.key == person.key).values(partner=owner))


def _held(row: Any, *, bound: bool = True) -> Held:
    found = Standing(
        partnership=PartnershipId(row.partnership), organisation=OrganisationId(row.organisation), lead=row.lead
    )
    return Held(partner=PartnerId(row.id), standing=found, by_code=row.by_code, active=row.active, bound=bound)
