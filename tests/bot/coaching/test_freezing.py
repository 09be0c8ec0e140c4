"""Once a week is over its figures are counted, once; what comes later changes nothing of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.coaching.freezing import Freezing
from bot.domain.barriers import Consent
from bot.domain.disclosure import Measure, select
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.snapshots import Snapshots
from tests.bot.coaching.barriers_at_hand import Shelf, part
from tests.bot.plans import COUNCIL, HOUSING, PLAN

MONDAY = datetime(2026, 3, 9, 0, 5, tzinfo=UTC)
WEEK = "2026-W10"


@pytest.fixture
async def shelf(database: Database) -> Shelf:
    return await Shelf.open(database)


def freezing(database: Database, shelf: Shelf, *plans: PartnershipPlan) -> Freezing:
    async def applied() -> tuple[PartnershipPlan, ...]:
        return plans or (PLAN,)

    return Freezing(plans=applied, barriers=shelf.barriers, snapshots=Snapshots(database))


async def raise_many(shelf: Shelf, count: int, at: datetime, named: str = "b1") -> None:
    people = [
        part(PartnerId(f"{named}-{number}"), (COUNCIL.id, HOUSING.id)[number % 2], consent=Consent.COUNTED, at=at)
        for number in range(count)
    ]
    await shelf.raise_one(*people, named=named)


async def test_a_week_is_frozen_when_it_is_over_and_once(database: Database, shelf: Shelf) -> None:
    await raise_many(shelf, 6, MONDAY - timedelta(days=2))
    freeze = freezing(database, shelf)
    assert await freeze(MONDAY - timedelta(hours=1)) == 13
    assert WEEK not in await Snapshots(database).of(PLAN.id)
    assert await freeze(MONDAY) == 1
    band = select((await Snapshots(database).of(PLAN.id))[WEEK], Measure.RAISED)
    assert band is not None
    assert band.low == 5
    await raise_many(shelf, 30, MONDAY - timedelta(days=1), named="b2")
    assert await freeze(MONDAY + timedelta(days=1)) == 0
    assert select((await Snapshots(database).of(PLAN.id))[WEEK], Measure.RAISED) == band


async def test_too_few_are_never_said(database: Database, shelf: Shelf) -> None:
    await raise_many(shelf, 4, MONDAY - timedelta(days=2))
    await freezing(database, shelf)(MONDAY)
    assert (await Snapshots(database).of(PLAN.id))[WEEK].shown == {}


async def test_weeks_that_were_missed_are_counted_one_after_the_other(database: Database, shelf: Shelf) -> None:
    freeze = freezing(database, shelf)
    await freeze(MONDAY)
    assert await freeze(MONDAY + timedelta(weeks=3)) == 3
    assert {"2026-W11", "2026-W12", "2026-W13"} <= set(await Snapshots(database).of(PLAN.id))


@pytest.mark.parametrize(
    ("zone", "at", "over"),
    [
        ("Asia/Kolkata", datetime(2026, 3, 8, 18, 40, tzinfo=UTC), True),
        ("Asia/Kolkata", datetime(2026, 3, 8, 18, 20, tzinfo=UTC), False),
        # The clocks go forward on 29 March 2026 in London.
        ("Europe/London", datetime(2026, 3, 29, 22, 59, tzinfo=UTC), False),
        ("Europe/London", datetime(2026, 3, 29, 23, 0, tzinfo=UTC), True),
    ],
)
async def test_a_week_ends_by_the_partnerships_own_clock(
    database: Database, shelf: Shelf, zone: str, at: datetime, over: bool
) -> None:
    await freezing(database, shelf, replace(PLAN, zone=zone))(at)
    week = "2026-W10" if at.day < 20 else "2026-W13"
    assert (week in await Snapshots(database).of(PLAN.id)) is over
