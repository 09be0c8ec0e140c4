"""Once a week is over its figures are counted, once; what comes later changes nothing of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from bot.coaching.digests.freezing import Freezing
from bot.domain.barriers import Consent
from bot.domain.chat_agreements import agreed
from bot.domain.check_ins import CheckInId, Reflection, View
from bot.domain.disclosure import Band, Measure, select
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.store.check_in_rows import reflection_row
from bot.store.check_in_tables import reflection
from bot.store.database import Database
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
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

    replies, snapshots = ToldReplies(database), Snapshots(database)
    return Freezing(plans=applied, barriers=shelf.barriers, replies=replies, snapshots=snapshots)


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


def reply(number: int, **more: Any) -> Reflection:
    """A reply of one of two organisations, given two days before the week is over."""
    given = {"at": MONDAY - timedelta(days=2), "view": View.HARD, "text": f"We wait, {number}.", **more}
    return Reflection(
        check_in=CheckInId(f"c{number}"),
        partner=PartnerId(f"p{number}"),
        partnership=PLAN.id,
        organisation=(COUNCIL.id, HOUSING.id)[number % 2],
        week=WEEK,
        question="trust-1",
        factor="trust",
        **given,
    )


async def keep(database: Database, *replies: Reflection) -> None:
    rows = [{**reflection_row(each), "changes": ()} for each in replies]
    if rows:
        await database.write(lambda connection: connection.execute(reflection.insert(), rows))


async def figures(database: Database, week: str = WEEK) -> dict[Measure, Band | None]:
    """What is told of a month, of all together."""
    frozen = (await Snapshots(database).of(PLAN.id))[week]
    return {each: select(frozen, each, window=4, factor="trust") for each in (Measure.REPLIED, Measure.HARD)}


async def test_replies_are_counted_with_what_they_say(database: Database, shelf: Shelf) -> None:
    await keep(database, *(reply(number) for number in range(12)))
    await freezing(database, shelf)(MONDAY)
    band = Band(low=10, high=19)
    assert await figures(database) == {Measure.REPLIED: band, Measure.HARD: band}
    frozen = (await Snapshots(database).of(PLAN.id))[WEEK]
    assert select(frozen, Measure.TOOK_PART) == band
    assert select(frozen, Measure.HARD, factor="trust") is None  # what people said is told of a month at least


@pytest.mark.parametrize("change", [{"consent": Consent.PRIVATE}, {"withdrawn": True}, {"at": MONDAY}])
async def test_a_reply_that_is_kept_from_others_or_comes_later_is_not_counted(
    database: Database, shelf: Shelf, change: dict[str, Any]
) -> None:
    await keep(database, *(reply(number, **change) for number in range(12)))
    await freezing(database, shelf)(MONDAY)
    assert await figures(database) == {Measure.REPLIED: None, Measure.HARD: None}


async def test_a_reply_that_is_taken_back_takes_its_figures_along(database: Database, shelf: Shelf) -> None:
    await keep(database, *(reply(number) for number in range(14)))
    await freezing(database, shelf)(MONDAY)
    await Snapshots(database).withhold(PLAN.id, PartnerId("p3"), "c3")
    assert await figures(database) == {Measure.REPLIED: None, Measure.HARD: None}
    history = await Snapshots(database).history(PLAN.id, [WEEK])
    assert {one.person for one in history[WEEK]} == {f"p{number}" for number in range(14)} - {"p3"}


@pytest.mark.parametrize("after", [None, {"consent": Consent.PRIVATE}, {"consent": Consent.NAMED, "name": "P 3"}])
async def test_what_an_author_changes_while_a_week_is_counted_is_withheld(
    database: Database, shelf: Shelf, after: dict[str, Any] | None
) -> None:
    """Erased, made private, or named to leads between reading and keeping."""
    replies = [reply(number) for number in range(14)]
    await keep(database, *replies)

    class Changing(ToldReplies):
        times = 0

        async def counting_since(self, partnership: PartnershipId, moment: datetime) -> tuple[Reflection, ...]:
            found = await super().counting_since(partnership, moment)
            self.times += 1
            if self.times == 1:
                gone = delete(reflection).where(reflection.c.check_in == "c3")
                await database.write(lambda connection: connection.execute(gone))
                await (keep(database, reply(3, **after)) if after else keep(database))
            return found

    freeze = replace(freezing(database, shelf), replies=Changing(database))
    await freeze(MONDAY)
    assert await figures(database) == {Measure.REPLIED: None, Measure.HARD: None}


async def test_lowered_it_holds_for_what_is_said_in_later_weeks(database: Database, shelf: Shelf) -> None:
    lowered = agreed(PLAN.disclosure, 3, 2, MONDAY - timedelta(days=3))
    freeze = freezing(database, shelf, replace(PLAN, disclosure=lowered))
    await raise_many(shelf, 4, MONDAY - timedelta(days=2))
    await freeze(MONDAY)
    await raise_many(shelf, 4, MONDAY + timedelta(days=1), named="b2")
    await freeze(MONDAY + timedelta(weeks=1))
    found = await Snapshots(database).of(PLAN.id)
    assert (found[WEEK].k, found[WEEK].shown) == (5, {})
    assert select(found["2026-W11"], Measure.RAISED) == Band(low=3, high=5)
    standing = select(found["2026-W11"], Measure.OPEN)
    assert standing is not None
    assert standing.low >= 5
