"""What figures and digests read of replies: what counts, and what somebody may see the wording of."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.barriers import Consent
from bot.domain.check_ins import CheckInId, Reflection
from bot.domain.membership import Standing
from bot.domain.people import Identity, PartnerId, PartnershipId
from bot.store.check_in_rows import reflection_row
from bot.store.check_in_tables import reflection
from bot.store.database import Database
from bot.store.people import People
from bot.store.told_replies import ToldReplies
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.bot.removing import remove
from tests.fakes import NOON, counted

DAY = timedelta(days=1)
PLAIN = Reflection(
    check_in=CheckInId("plain"),
    partner=PartnerId("ben"),
    partnership=PLAN.id,
    organisation=HOUSING.id,
    week="2026-W10",
    question="trust-1",
    factor="trust",
    text="We wait.",
    at=NOON,
)


def other(who: str, /, **changes: Any) -> Reflection:
    return replace(PLAIN, check_in=CheckInId(who), **changes)


EVERY = (
    PLAIN,
    other("named", consent=Consent.NAMED, name="Ben"),
    other("own", consent=Consent.OWN_LEADS, name="Ben"),
    other("shared", shared=True),
    other("private", consent=Consent.PRIVATE, shared=True),
    other("withdrawn", consent=Consent.NAMED, withdrawn=True),
    other("old", shared=True, at=NOON - DAY),
    other("elsewhere", shared=True, partnership=PartnershipId("another")),
)


async def kept(database: Database) -> ToldReplies:
    rows = [{**reflection_row(each), "changes": ()} for each in EVERY]
    await database.write(lambda connection: connection.execute(reflection.insert(), rows))
    return ToldReplies(database)


async def test_figures_count_what_is_neither_private_nor_taken_back(database: Database) -> None:
    found = await (await kept(database)).counting_since(PLAN.id, NOON)
    assert {each.check_in for each in found} == {"plain", "named", "own", "shared"}
    assert PLAIN in found


async def test_digests_read_only_what_somebody_may_see(database: Database) -> None:
    told = await kept(database)
    assert {each.check_in for each in await told.since(PLAN.id, NOON)} == {"named", "own", "shared"}
    assert {each.check_in for each in await told.since(PLAN.id, NOON - DAY)} == {"named", "own", "shared", "old"}


async def test_partners_are_those_who_were_not_removed(database: Database) -> None:
    people = People(database, counted("p"))
    for number in range(4):
        where = (COUNCIL.id, HOUSING.id)[number % 2]
        person = Identity(platform="slack", tenant="T0", user=f"U{number}", email=f"u{number}@one.example")
        held = await people.admit(person, Standing(partnership=PLAN.id, organisation=where, lead=False))
    await remove(database, held.partner)
    assert await ToldReplies(database).partners(PLAN.id) == {COUNCIL.id: 2, HOUSING.id: 1}
