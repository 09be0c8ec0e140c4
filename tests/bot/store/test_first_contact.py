"""Who was told what the coach does: each person once, whichever process and however often a message is handled."""

import asyncio

from sqlalchemy import text

from bot.domain.membership import Standing
from bot.domain.messages import EventKey
from bot.domain.people import Identity, OrganisationId, PartnerId, PartnershipId
from bot.store import migrations
from bot.store.database import Database
from bot.store.first_contact import FirstContact
from bot.store.people import People
from tests.bot.store.test_migrations import _back_to, _to
from tests.fakes import NOON, counted

FIRST, SECOND = EventKey("slack:1"), EventKey("slack:2")
STANDING = Standing(partnership=PartnershipId("harbour"), organisation=OrganisationId("council"))


async def ben(database: Database) -> PartnerId:
    identity = Identity(platform="slack", tenant="T0", user="U0BEN", email="ben@council.example")
    return (await People(database, counted("p")).admit(identity, STANDING)).partner


async def test_a_person_is_told_after_their_first_message_and_never_again(database: Database) -> None:
    partner, first = await ben(database), FirstContact(database)
    assert await first.is_with(partner, FIRST, NOON)
    assert not await first.is_with(partner, SECOND, NOON)


async def test_a_message_that_is_handled_again_tells_again(database: Database) -> None:
    partner = await ben(database)
    assert await FirstContact(database).is_with(partner, FIRST, NOON)
    assert await FirstContact(database).is_with(partner, FIRST, NOON)


async def test_of_two_first_messages_at_once_one_tells(database: Database) -> None:
    partner, first = await ben(database), FirstContact(database)
    told = await asyncio.gather(*(first.is_with(partner, EventKey(f"slack:{n}"), NOON) for n in range(8)))
    assert sum(told) == 1


async def test_whoever_was_erased_meanwhile_is_not_kept(database: Database) -> None:
    assert not await FirstContact(database).is_with(PartnerId("gone"), FIRST, NOON)


async def test_those_who_were_known_before_are_told_nothing(empty: Database) -> None:
    await migrations.upgrade(empty)
    async with empty.writing() as connection:
        await connection.run_sync(_back_to("0010"))
    partner = await ben(empty)
    async with empty.writing() as connection:
        await connection.run_sync(_to("head"))
        assert (await connection.execute(text("SELECT partner FROM first_contact"))).scalars().all() == [partner]
    assert not await FirstContact(empty).is_with(partner, FIRST, NOON)
