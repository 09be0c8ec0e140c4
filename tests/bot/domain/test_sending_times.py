"""Until when a message is welcome, against a walk minute by minute; and what becomes of a check-in that waits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.check_ins import CheckIn, CheckInId, State
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import QuietHours, Span
from bot.domain.people import OrganisationId, PartnerId
from bot.domain.planning import Preferences
from bot.domain.sending_times import Next, another_day, next_step, reminder_at, welcome_until
from tests.bot.domain.walked import DAY, ZONES, Case, some_case
from tests.bot.plans import PLAN

#: A Monday at ten in London.
SLOT = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CHECK_IN = CheckIn(
    id=CheckInId("c"),
    partner=PartnerId("p"),
    partnership=PLAN.id,
    organisation=OrganisationId("council"),
    week="2026-W11",
    question="trust-1",
    factor="trust",
    asked_at=SLOT,
    until=SLOT + 3 * DAY,
)
NOTHING = PartnerSettings()
#: Weeks in which the clocks of these zones change, and some in which none do.
BEGINNINGS = [date(2026, month, day) for month, day in ((3, 23), (3, 30), (4, 20), (9, 7), (9, 28), (10, 26), (12, 28))]


def cases(seed: int) -> Case:
    days = [date(2026, 1, 1) + number * DAY for number in range(365)]
    return some_case(Random(seed), ZONES[seed % len(ZONES)], days)


def moments(draw: int) -> datetime:
    random = Random(draw)
    begin = datetime.combine(random.choice(BEGINNINGS), datetime.min.time(), UTC)
    return begin + random.randrange(7 * 24 * 60) * MINUTE


@given(seed=st.integers(0, 10_000))
def test_a_stretch_of_welcome_time_ends_where_a_walk_finds_its_end(seed: int) -> None:
    case, now = cases(seed), moments(seed)
    day, at = case.wall(now).date(), now
    while case.allowed(case.wall(at)) and case.wall(at).date() == day:
        at = (at + MINUTE).replace(second=0)
    assert welcome_until(now, case.preferences, case.rhythm, case.days_off) == at


@given(seed=st.integers(0, 10_000), hours=st.integers(1, 72))
def test_another_day_follows_where_a_walk_comes_to_one(seed: int, hours: int) -> None:
    case, now = cases(seed), moments(seed)
    until, day = now + hours * HOUR, case.wall(now).date()
    walk = (now + step * MINUTE for step in range(1, 60 * hours))
    later = any(case.wall(at).date() > day and case.allowed(case.wall(at)) for at in walk)
    assert another_day(now, until, case.preferences, case.rhythm, case.days_off) == later


@pytest.mark.parametrize(
    ("asked", "zone", "at"),
    [
        (SLOT, "Europe/London", SLOT + DAY),
        (datetime(2026, 3, 28, 10, 0, tzinfo=UTC), "Europe/London", datetime(2026, 3, 29, 9, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 9, 0, tzinfo=UTC), "Europe/London", datetime(2026, 10, 25, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_reminder_comes_a_day_later_by_the_clock(asked: datetime, zone: str, at: datetime) -> None:
    assert reminder_at(asked, asked + 3 * DAY, zone) == at
    assert reminder_at(asked, at, zone) is None


@pytest.mark.parametrize(
    ("now", "change", "settings", "becomes"),
    [
        (SLOT + DAY, {}, NOTHING, Next.REMIND),
        (SLOT + 2 * DAY, {"reminders": 1}, NOTHING, Next.REMIND),
        (SLOT + 2 * DAY, {"reminders": 2}, NOTHING, Next.NEVER),
        (SLOT + 2 * DAY + 22 * HOUR, {"reminders": 1}, NOTHING, Next.NEVER),  # the last morning
        (SLOT + DAY + 10 * HOUR, {}, NOTHING, Next.LATER),
        (SLOT + DAY, {}, PartnerSettings(stopped=True), Next.NEVER),
        (SLOT + DAY, {}, PartnerSettings(paused_until=date(2026, 3, 20)), Next.NEVER),
        (SLOT + DAY, {}, PartnerSettings(away=(Span(first=date(2026, 3, 11), last=date(2026, 3, 11)),)), Next.REMIND),
        (SLOT + DAY, {}, PartnerSettings(away=(Span(first=date(2026, 3, 1), last=date(2026, 3, 8)),)), Next.REMIND),
        (
            SLOT + 2 * DAY,
            {},
            PartnerSettings(away=(Span(first=date(2026, 3, 10), last=date(2026, 3, 10)),)),
            Next.NEVER,
        ),
        (SLOT + DAY, {"state": State.SNOOZED}, NOTHING, Next.BRING_BACK),
        (SLOT + 2 * DAY + 23 * HOUR, {"state": State.SNOOZED, "reminders": 2}, NOTHING, Next.BRING_BACK),
        (SLOT + DAY + 10 * HOUR, {"state": State.SNOOZED}, NOTHING, Next.LATER),
        (SLOT + DAY, {"state": State.SNOOZED}, PartnerSettings(stopped=True), Next.NEVER),
    ],
)
def test_what_becomes_of_one_that_waits(
    now: datetime, change: dict[str, object], settings: PartnerSettings, becomes: Next
) -> None:
    assert next_step(now, replace(CHECK_IN, **change), settings, PLAN, ()) is becomes  # type: ignore[arg-type]


def test_a_holiday_before_the_end_makes_the_day_before_the_last() -> None:
    assert next_step(SLOT + 2 * DAY, CHECK_IN, NOTHING, PLAN, (date(2026, 3, 12),)) is Next.NEVER


def test_outside_of_welcome_time_there_is_no_stretch() -> None:
    london = Preferences(zone="Europe/London", weekday="monday", hour=10, quiet=QuietHours())
    assert welcome_until(SLOT + 10 * HOUR, london, PLAN.rhythm, ()) == SLOT + 10 * HOUR
    assert welcome_until(SLOT, london, PLAN.rhythm, (SLOT.date(),)) == SLOT
    nights = replace(london, quiet=QuietHours(begin=0, end=0))
    assert welcome_until(SLOT, nights, PLAN.rhythm, ()) == SLOT + 14 * HOUR
