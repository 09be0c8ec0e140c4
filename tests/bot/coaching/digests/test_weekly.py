"""Each lead is told once a week, whatever happens in between; owners hear of what is overdue until they have enough."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.check_ins.open_days import DaysOff
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.weekly import NO_MORE, Unnudging, Weekly, due_week
from bot.delivery.saying import in_full
from bot.domain.barrier_rules import assigned, moved
from bot.domain.barriers import Status
from bot.domain.cards import Card
from bot.domain.disclosure import iso_week
from bot.domain.membership import Standing
from bot.domain.messages import Place
from bot.domain.partnership import WEEKDAYS, PartnershipPlan, QuietHours, Rhythm
from bot.domain.people import Identity
from bot.store import notices
from bot.store.database import Database
from bot.store.gaps import Gaps
from bot.store.nudges import Nudges
from bot.store.outbox import Outbox
from bot.store.people import People
from bot.store.snapshots import Snapshots
from prompts import words
from tests.bot.coaching.barriers_at_hand import AMARA, BEN, LEADING, Shelf, part, recognised
from tests.bot.coaching.planner_at_hand import NoHolidays
from tests.bot.plans import COUNCIL, LEAD, PLAN
from tests.fakes import NOON, counted, lease

WORDS = words()
#: A Tuesday at ten in London: the plan's own day and hour.
SLOT = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


def plan(zone: str, weekday: str = "tuesday", hour: int = 10) -> PartnershipPlan:
    """A plan without quiet hours, whose window is the whole week."""
    rhythm = Rhythm(weekday=weekday, hour=hour, last_day="sunday")
    return replace(PLAN, zone=zone, rhythm=rhythm, quiet_hours=QuietHours(begin=0, end=0))


@pytest.mark.parametrize(
    ("zone", "at", "week"),
    [
        ("Europe/London", SLOT - timedelta(seconds=1), None),
        ("Europe/London", SLOT, "2026-W11"),
        ("Europe/London", SLOT + timedelta(days=2, hours=23), "2026-W11"),
        ("Europe/London", SLOT + timedelta(days=3), None),
        ("Asia/Kolkata", datetime(2026, 3, 10, 4, 30, tzinfo=UTC), "2026-W11"),
        ("Asia/Kolkata", datetime(2026, 3, 10, 4, 29, tzinfo=UTC), None),
        # In summer time ten o'clock in London is nine in UTC.
        ("Europe/London", datetime(2026, 3, 31, 8, 59, tzinfo=UTC), None),
        ("Europe/London", datetime(2026, 3, 31, 9, 0, tzinfo=UTC), "2026-W14"),
        ("Europe/London", datetime(2026, 10, 27, 9, 59, tzinfo=UTC), None),
        ("Europe/London", datetime(2026, 10, 27, 10, 0, tzinfo=UTC), "2026-W44"),
        # The year of an ISO week is not that of its days.
        ("UTC", datetime(2024, 12, 31, 10, 0, tzinfo=UTC), "2025-W01"),
    ],
)
def test_the_hour_is_the_partnerships_own(zone: str, at: datetime, week: str | None) -> None:
    assert due_week(plan(zone), at, ()) == week


@pytest.mark.parametrize(
    ("off", "quiet", "at", "week"),
    [
        ((), QuietHours(), SLOT + timedelta(hours=8, minutes=59), "2026-W11"),
        ((), QuietHours(), SLOT + timedelta(hours=9), None),
        ((), QuietHours(begin=9, end=13), SLOT, None),
        ((), QuietHours(begin=9, end=13), SLOT + timedelta(hours=3), "2026-W11"),
        ((SLOT.date(),), QuietHours(), SLOT, None),
        ((SLOT.date(),), QuietHours(), SLOT + timedelta(days=1), "2026-W11"),
        # The window ends on Thursday.
        ((), QuietHours(), SLOT + timedelta(days=2, hours=8), "2026-W11"),
        ((), QuietHours(), SLOT + timedelta(days=2, hours=23), None),
    ],
)
def test_it_moves_as_a_check_in_does(off: tuple[date, ...], quiet: QuietHours, at: datetime, week: str | None) -> None:
    assert due_week(replace(PLAN, quiet_hours=quiet), at, off) == week


ZONES = ("Europe/London", "Asia/Kolkata", "America/New_York", "Pacific/Auckland", "UTC")


@given(
    zone=st.sampled_from(ZONES),
    weekday=st.sampled_from(WEEKDAYS),
    hour=st.integers(0, 23),
    after=st.timedeltas(timedelta(), timedelta(days=330)),
)
def test_every_week_comes_once_whatever_the_clock_does(zone: str, weekday: str, hour: int, after: timedelta) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + after
    seen = [due_week(plan(zone, weekday, hour), start + timedelta(minutes=30 * step), ()) for step in range(5 * 7 * 48)]
    weeks = [week for week, before in zip(seen[1:], seen, strict=False) if week and week != before]
    assert weeks == sorted(set(weeks))
    assert len(weeks) in (4, 5)
    for step, week in enumerate(seen):
        local = (start + timedelta(minutes=30 * step)).astimezone(ZoneInfo(zone))
        assert week in (None, iso_week(local.date()))


@dataclass
class Office:
    """A lead with a home, and what the weekly round sends."""

    database: Database
    shelf: Shelf
    plan: PartnershipPlan = PLAN
    holidays: NoHolidays = field(default_factory=NoHolidays)

    def weekly(self) -> Weekly:
        """The use-case as a process that has just started has it."""

        async def applied() -> tuple[PartnershipPlan, ...]:
            return (self.plan,)

        async def post(replies: object, now: datetime) -> None:
            await self.database.write(lambda connection: notices.put(connection, self.database, replies, now))  # type: ignore[arg-type]

        snapshots, gaps = Snapshots(self.database), Gaps(self.database)
        return Weekly(
            plans=applied,
            people=People(self.database, counted("p")),
            homes=self.shelf.homes,
            barriers=self.shelf.barriers,
            nudges=Nudges(self.database),
            digesting=Digesting(barriers=self.shelf.barriers, snapshots=snapshots, gaps=gaps, words=WORDS),
            post=post,
            words=WORDS,
            days_off=DaysOff(holidays=self.holidays),
        )

    async def sent(self) -> list[tuple[str, Card]]:
        """What goes out now, with the place that it goes to."""
        outbox, found = Outbox(self.database), []
        while (each := await outbox.claim(lease("test", at=10_000_000))) is not None:
            found.append((str(each.place), each.card))
            await outbox.sent(each)
        return found

    async def overdue(self, named: str = "b1", owner: str = LEAD.email) -> None:
        before = await self.shelf.raise_one(part(BEN), named=named)
        after = assigned(before, owner, date(2026, 3, 1), f"{named}-assigned", NOON, None)
        await self.shelf.barriers.save((before, after), now=NOON)


@pytest.fixture
async def office(database: Database) -> Office:
    office = Office(database=database, shelf=await Shelf.open(database))
    amara = Identity(platform="teams", tenant="T", user="amara", email=LEAD.email)
    standing = Standing(partnership=PLAN.id, organisation=COUNCIL.id, lead=True)
    held = await People(database, lambda: AMARA).admit(amara, standing)
    await office.shelf.homes.remember(held.partner, amara.key, "teams", Place("home"), NOON + timedelta(hours=1))
    return office


async def test_a_lead_gets_one_digest_a_week_however_often_it_is_looked_at(office: Office) -> None:
    weekly = office.weekly()
    await weekly(SLOT - timedelta(minutes=1))
    assert await office.sent() == []
    for minute in range(3):
        await weekly(SLOT + timedelta(minutes=minute))
    ((place, card),) = await office.sent()
    assert place == "home"
    assert "10 March 2026" in card.title
    await office.weekly()(SLOT + timedelta(days=1))
    assert await office.sent() == []
    await office.weekly()(SLOT + timedelta(weeks=1))
    assert len(await office.sent()) == 1


async def test_a_week_that_was_missed_is_let_go(office: Office) -> None:
    await office.weekly()(SLOT + timedelta(days=3))
    assert await office.sent() == []


async def test_a_bank_holiday_moves_the_digest(office: Office) -> None:
    office.holidays = NoHolidays(SLOT.date())
    await office.weekly()(SLOT)
    assert await office.sent() == []
    await office.weekly()(SLOT + timedelta(days=1))
    assert len(await office.sent()) == 1


async def test_nobody_but_leads_with_a_home_is_told(office: Office) -> None:
    office.plan = replace(PLAN, leads=(replace(LEAD, email="joe@council.example"),))
    await office.weekly()(SLOT)
    assert await office.sent() == []


async def test_an_owner_is_reminded_of_what_is_overdue_until_they_have_enough(office: Office) -> None:
    await office.overdue()
    await office.overdue("b2", owner="joe@council.example")
    await office.weekly()(SLOT)
    (nudge,) = [card for _, card in await office.sent() if card.title == WORDS("nudge.title")]
    assert len(nudge.items) == 1
    (button,) = [each for each in nudge.buttons if each.action == NO_MORE]
    stop = Unnudging(barriers=office.shelf.barriers, nudges=Nudges(office.database), words=WORDS).actions[NO_MORE]
    refused = await stop(office.shelf.press(NO_MORE, button.value), recognised(BEN))
    assert in_full(refused).card.plain != WORDS("nudge.stopped")
    for _ in range(2):
        said = await stop(office.shelf.press(NO_MORE, button.value), LEADING)
        assert in_full(said).card.plain == WORDS("nudge.stopped")
    await office.weekly()(SLOT + timedelta(weeks=1))
    assert [card.title for _, card in await office.sent() if card.title == WORDS("nudge.title")] == []


async def test_nothing_that_is_closed_or_not_yet_due_is_overdue(office: Office) -> None:
    await office.overdue()
    before = await office.shelf.now()
    ended = moved(before, Status.RESOLVED, "c", NOON, None)
    await office.shelf.barriers.save((before, ended), now=NOON)
    await office.weekly()(SLOT)
    assert len(await office.sent()) == 1
