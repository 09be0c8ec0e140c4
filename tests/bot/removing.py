"""Somebody who is a partner no more, as a lead makes them one."""

from sqlalchemy import select

from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.store.database import Database
from bot.store.people_changes import PeopleChanges
from bot.store.tables import partner
from tests.fakes import counted


async def remove(database: Database, member: PartnerId) -> None:
    """Every identity of theirs is nobody from now on: leads remove people by their address."""
    async with database.reading() as connection:
        row = (await connection.execute(select(partner).where(partner.c.id == member))).one()
    assert row.email, "nobody can remove somebody without an address"
    changes = PeopleChanges(database, counted("gone"))
    await changes.remove(PartnershipId(row.partnership), row.email, OrganisationId(row.organisation))
