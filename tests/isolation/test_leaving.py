"""An organisation leaves: nothing that was frozen changes, nothing is counted again, and digests can still be made."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.bootstrap import new_id
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.files import as_csv, as_json, as_markdown
from bot.coaching.digests.freezing import Freezing
from bot.coaching.roles import organising
from bot.desks.digests import gathering_of
from bot.domain.barrier_views import Reader
from bot.domain.digest import Scope
from bot.domain.disclosure import WINDOWS, weeks_until
from bot.domain.disclosure_freezing import freeze
from bot.domain.partnership import Disclosure, Lead
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.gaps import Gaps
from bot.store.partnerships import Partnerships
from bot.store.people import People
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
from prompts import words
from tests.bot.coaching.roles_room import Room
from tests.fakes import NOON
from tests.isolation import said_by
from tests.isolation.said_by import HARBOUR, MEMBERS
from tests.isolation.test_erasing import SLIPS

LEAVING = MEMBERS[2]


async def _frozen(database: Database) -> Room:
    everybody = await said_by.admitted(database, 12)
    await said_by.everything_said(database, everybody, SLIPS)
    leads = tuple(
        Lead(name=f"Lead {number}", organisation=MEMBERS[number], email=everybody[number].identity.email)
        for number in (0, 1)
    )
    plan = replace(said_by.PLAN, leads=leads, disclosure=Disclosure(k=3, m=2))
    await Partnerships(database).save(plan, NOON)
    freezing = Freezing(
        plans=Partnerships(database).all,
        barriers=Barriers(database),
        replies=ToldReplies(database),
        snapshots=Snapshots(database),
    )
    assert await freezing(NOON + timedelta(weeks=1)) > 0
    room = Room(database=database)
    room.at = NOON + timedelta(weeks=1)
    return room


async def test_what_was_frozen_stays_and_digests_of_it_can_be_made(database: Database) -> None:
    room = await _frozen(database)
    before = await Snapshots(database).of(HARBOUR)
    assert any(cell.organisation == LEAVING for each in before.values() for cell in each.shown)
    lead = said_by.identity_of("slack", "T0", 0)
    await room.does(lead, organising.REMOVE_YES, value=LEAVING)
    assert await Snapshots(database).of(HARBOUR) == before
    plan = await room.plan()
    assert [each.id for each in plan.organisations] == MEMBERS[:2]
    copy = words()
    digesting = Digesting(
        barriers=Barriers(database),
        snapshots=Snapshots(database),
        gaps=Gaps(database),
        words=copy,
        gathering=gathering_of(database, copy),
    )
    known = await People(database, new_id).by_email(HARBOUR, [lead.email])
    reader = Reader(partner=known[lead.email], organisation=MEMBERS[0], lead=True)
    made = await digesting.made(plan, Scope(weeks=13), reader, room.at)
    for file in (as_markdown, as_json, as_csv):
        assert file(made, copy)
    assert digesting.card(made, reader).plain


@pytest.mark.parametrize("rules", [Disclosure(k=3, m=2), Disclosure(k=5, m=2)])
async def test_the_next_weeks_are_frozen_as_if_it_were_still_there(database: Database, rules: Disclosure) -> None:
    """Or what is missing from one figure and stands in the other would be those who left."""
    await _frozen(database)
    snapshots = Snapshots(database)
    earlier = await snapshots.of(HARBOUR)
    week = max(earlier)
    for step in range(1, 5):
        later = weeks_after(week, step)
        history = await snapshots.history(HARBOUR, weeks_until(later, max(WINDOWS)))
        whole = freeze(later, history, rules, MEMBERS, earlier)
        assert freeze(later, history, rules, MEMBERS[:2], earlier) == whole


def weeks_after(week: str, steps: int) -> str:
    """The ISO week so many weeks later."""

    year, number = week.split("-W")
    return (date.fromisocalendar(int(year), int(number), 1) + timedelta(weeks=steps)).strftime("%G-W%V")
