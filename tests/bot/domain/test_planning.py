"""The planner: each rule by example, and what holds for all preferences."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.days_off import days_off, region
from bot.domain.partnership import WEEKDAYS, Closure, QuietHours, Rhythm, Span
from bot.domain.planning import Obstacle, Outlook, Preferences, Week, due, outlook, slot, usual, welcome
from tests.bot.domain.walked import DAY, ZONES, Case, walked
from tests.bot.plans import PLAN, steady

NEVER_QUIET = QuietHours(begin=0, end=0)
WHOLE_WEEK = Rhythm(first_day="monday", last_day="sunday")
TUESDAY = Preferences(zone="Europe/London", weekday="tuesday", hour=10)
SUNDAY = Preferences(zone="Europe/London", weekday="sunday", hour=1, quiet=NEVER_QUIET)
W14 = Week(year=2026, number=14)
NONE: frozenset[date] = frozenset()


def day(text: str) -> date:
    return date.fromisoformat(text)


def wall(found: Outlook, zone: str = "Europe/London") -> str | None:
    return f"{found.slot.at.astimezone(ZoneInfo(zone)):%a %d %H:%M}" if found.slot else None


def look(
    preferences: Preferences = TUESDAY, rhythm: Rhythm | None = None, off: tuple[str, ...] = (), week: Week = W14
) -> Outlook:
    return outlook(week, preferences, rhythm or Rhythm(), {day(each) for each in off})


def test_a_slot_is_at_the_wanted_hour_of_the_wanted_day() -> None:
    found = look()
    assert (wall(found), found.passed) == ("Tue 31 10:00", ())
    assert found.slot is not None
    assert found.slot.at == datetime(2026, 3, 31, 9, tzinfo=UTC)
    assert found.slot.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("preferences", "off", "at"),
    [
        (TUESDAY, ["2026-03-31"], "Wed 01 10:00"),
        (TUESDAY, ["2026-03-31", "2026-04-01"], "Thu 02 10:00"),
        (TUESDAY, ["2026-03-31", "2026-04-01", "2026-04-02"], None),
        (TUESDAY, ["2026-03-30", "2026-04-01"], "Tue 31 10:00"),
        (replace(TUESDAY, away=(Span(first=day("2026-03-01"), last=day("2026-03-31")),)), [], "Wed 01 10:00"),
        (replace(TUESDAY, away=(Span(first=day("2026-03-31"), last=day("2026-04-02")),)), [], None),
        (replace(TUESDAY, hour=7), [], "Tue 31 08:00"),
        (replace(TUESDAY, hour=7), ["2026-03-31"], "Wed 01 08:00"),
        (replace(TUESDAY, hour=20), [], "Wed 01 08:00"),
        (replace(TUESDAY, hour=20), ["2026-04-01"], "Thu 02 08:00"),
        (replace(TUESDAY, hour=20, weekday="thursday"), [], None),
        (replace(TUESDAY, hour=12, quiet=QuietHours(begin=12, end=14)), [], "Tue 31 14:00"),
        (replace(TUESDAY, hour=23, quiet=NEVER_QUIET), ["2026-03-31"], "Wed 01 23:00"),
        (replace(TUESDAY, weekday="saturday"), [], "Thu 02 10:00"),
    ],
)
def test_a_slot_moves_to_the_next_allowed_day_and_never_back(
    preferences: Preferences, off: list[str], at: str | None
) -> None:
    assert wall(look(preferences, off=tuple(off))) == at


def test_a_day_before_the_window_counts_as_its_first() -> None:
    assert wall(look(replace(TUESDAY, weekday="monday"), Rhythm(first_day="wednesday"))) == "Wed 01 10:00"


def test_why_a_day_was_passed_is_told() -> None:
    away = replace(TUESDAY, hour=20, away=(Span(first=day("2026-04-01"), last=day("2026-04-01")),))
    assert [(each.day.day, each.why) for each in look(away, off=("2026-03-31",)).passed] == [
        (31, Obstacle.DAY_OFF),
        (1, Obstacle.AWAY),
        (2, Obstacle.QUIET),
    ]
    assert [each.why for each in look(replace(TUESDAY, hour=7)).passed] == [Obstacle.QUIET]


@pytest.mark.parametrize(
    ("zone", "week", "hour", "at"),
    [
        ("Europe/London", (2026, 13), 1, "2026-03-29T01:00"),  # 01:00 to 02:00 is skipped: two o'clock, summer time
        ("Europe/London", (2026, 13), 2, "2026-03-29T01:00"),
        ("Europe/London", (2026, 43), 1, "2026-10-25T00:00"),  # 01:00 comes twice: the first
        ("Europe/London", (2026, 43), 2, "2026-10-25T02:00"),
        ("Australia/Lord_Howe", (2026, 40), 2, "2026-10-03T15:30"),  # half an hour is skipped
        ("Australia/Lord_Howe", (2026, 14), 1, "2026-04-04T14:00"),  # and comes twice from half past one
        ("Antarctica/Troll", (2026, 13), 2, "2026-03-29T01:00"),  # one to three is skipped
        ("America/Santiago", (2026, 36), 0, "2026-09-06T04:00"),  # midnight is skipped
        ("Africa/Cairo", (2026, 17), 9, "2026-04-26T06:00"),
    ],
)
def test_the_clock_on_the_wall_counts_through_both_changes(
    zone: str, week: tuple[int, int], hour: int, at: str
) -> None:
    found = slot(Week(year=week[0], number=week[1]), replace(SUNDAY, zone=zone, hour=hour), WHOLE_WEEK, NONE)
    assert found is not None
    assert found.at == datetime.fromisoformat(at).replace(tzinfo=UTC)


def test_a_day_that_a_country_skips_is_passed() -> None:
    # Samoa went from Thursday to Saturday.
    friday = replace(SUNDAY, zone="Pacific/Apia", weekday="friday", hour=10)
    found = look(friday, WHOLE_WEEK, week=Week(year=2011, number=52))
    assert (wall(found, "Pacific/Apia"), [each.why for each in found.passed]) == ("Sat 31 10:00", [Obstacle.CLOCK])


def test_an_hour_that_the_clocks_skip_into_a_quiet_one_waits() -> None:
    quiet = replace(SUNDAY, quiet=QuietHours(begin=2, end=5))
    assert wall(look(quiet, WHOLE_WEEK, week=Week(year=2026, number=13))) == "Sun 29 05:00"


def test_years_have_the_weeks_that_the_iso_calendar_gives_them() -> None:
    last = Week.of(day("2027-01-03"))
    assert (str(last), last.monday, str(last.after())) == ("2026-W53", day("2026-12-28"), "2027-W01")
    assert str(Week.of(day("2027-12-31")).after()) == "2028-W01"
    assert wall(look(week=last, off=("2026-12-29",))) == "Wed 30 10:00"
    assert Week(year=2026, number=53) < Week(year=2027, number=1)


@pytest.mark.parametrize(
    ("preferences", "week", "until"),
    [
        (TUESDAY, W14, "2026-04-03T09:00"),
        (replace(TUESDAY, weekday="friday"), W14, "2026-04-05T23:00"),  # the week is over
        (replace(TUESDAY, weekday="thursday"), Week(year=2026, number=13), "2026-03-29T09:00"),  # 10:00, an hour less
        (replace(TUESDAY, weekday="friday"), Week(year=2026, number=43), "2026-10-26T00:00"),
    ],
)
def test_sending_ends_after_three_days_or_with_the_week(preferences: Preferences, week: Week, until: str) -> None:
    found = slot(week, preferences, WHOLE_WEEK, NONE)
    assert found is not None
    assert found.until == datetime.fromisoformat(until).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        ("2026-03-31T08:59:59", False),
        ("2026-03-31T09:00", True),
        ("2026-03-31T17:59", True),
        ("2026-03-31T18:00", False),  # quiet
        ("2026-04-01T07:00", True),
        ("2026-04-02T17:59", True),
        ("2026-04-03T08:00", False),  # outside the window, though not three days yet
        ("2026-04-06T10:00", False),  # the next week, before its own slot
    ],
)
def test_a_late_start_catches_up_within_the_window(now: str, is_due: bool) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    expected = slot(W14, TUESDAY, Rhythm(), NONE) if is_due else None
    assert due(at, TUESDAY, Rhythm(), NONE) == expected
    assert due(at.astimezone(ZoneInfo("Asia/Kolkata")), TUESDAY, Rhythm(), NONE) == expected


def test_three_days_later_is_too_late_within_the_window_too() -> None:
    monday, thursday = replace(TUESDAY, weekday="monday"), datetime(2026, 4, 2, 9, tzinfo=UTC)
    found = due(thursday - timedelta(minutes=1), monday, Rhythm(), NONE)
    assert found == slot(W14, monday, Rhythm(), NONE)
    assert due(thursday, monday, Rhythm(), NONE) is None


def test_nothing_is_caught_up_on_a_day_off_or_away() -> None:
    wednesday, off = datetime(2026, 4, 1, 10, tzinfo=UTC), {day("2026-04-01")}
    away = replace(TUESDAY, away=(Span(first=day("2026-04-01"), last=day("2026-04-01")),))
    assert due(wednesday, TUESDAY, Rhythm(), off) is None
    assert due(wednesday, away, Rhythm(), NONE) is None
    assert due(wednesday + DAY, TUESDAY, Rhythm(), off) == slot(W14, TUESDAY, Rhythm(), off)
    assert not welcome(wednesday, TUESDAY, Rhythm(), off)


def test_whoever_said_nothing_has_the_partnership_s_rhythm() -> None:
    plan = replace(PLAN, rhythm=Rhythm(weekday="monday", hour=9), quiet_hours=QuietHours(begin=18, end=9))
    assert usual(plan) == Preferences(zone="Europe/London", weekday="monday", hour=9, quiet=QuietHours(begin=18, end=9))


_spans = st.builds(
    lambda first, days: Span(first=first, last=first + days * DAY),
    st.dates(date(2026, 1, 1), date(2031, 1, 1)),
    st.integers(0, 20),
)
_preferences = st.builds(
    Preferences,
    zone=st.sampled_from([*ZONES, "Antarctica/Troll"]),
    weekday=st.sampled_from(WEEKDAYS),
    hour=st.integers(0, 23),
    quiet=st.builds(QuietHours, begin=st.integers(0, 23), end=st.integers(0, 23)),
    away=st.lists(_spans, max_size=3).map(tuple),
)
_rhythms = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(
    lambda ends: Rhythm(first_day=WEEKDAYS[min(ends)], last_day=WEEKDAYS[max(ends)])
)
_weeks = st.dates(date(2026, 1, 1), date(2031, 1, 1)).map(Week.of)


@steady
@given(_preferences, _rhythms, _weeks, st.sets(st.integers(0, 6)))
def test_a_slot_is_what_a_walk_through_the_week_finds(
    preferences: Preferences, rhythm: Rhythm, week: Week, off: set[int]
) -> None:
    days = frozenset(week.monday + number * DAY for number in off)
    case = Case(preferences=preferences, rhythm=rhythm, days_off=days)
    found = slot(week, preferences, rhythm, days)
    assert (found and (found.at, found.until)) == walked(week, case)
    if found is not None:
        assert case.allowed(case.wall(found.at))
        assert due(found.at, preferences, rhythm, days) == found
        assert due(found.at - timedelta(minutes=1), preferences, rhythm, days) is None
        assert due(found.until, preferences, rhythm, days) is None


class _OneHoliday:
    def between(self, region: str, first: date, last: date) -> Mapping[date, str]:
        return {day("2026-12-25"): f"Christmas in {region}"}


def test_days_off_are_holidays_and_closures_of_the_time_asked_for() -> None:
    closure = Closure(name="Shut", first=day("2026-12-24"), last=day("2027-06-30"))
    plan = replace(PLAN, holidays="scotland", closures=(closure,))
    assert days_off(plan, _OneHoliday(), day("2026-12-23"), day("2026-12-26")) == {
        day("2026-12-24"): "Shut",
        day("2026-12-25"): "Christmas in scotland",
        day("2026-12-26"): "Shut",
    }
    assert days_off(plan, _OneHoliday(), day("2026-10-01"), day("2026-10-31")).keys() == {day("2026-12-25")}


@pytest.mark.parametrize(
    ("zone", "said", "holidays"),
    [
        ("Europe/London", None, "england-and-wales"),
        ("Europe/London", "scotland", "scotland"),
        ("Europe/London", "none", "none"),
        ("Europe/Belfast", None, "northern-ireland"),
        ("Europe/Dublin", None, "none"),
    ],
)
def test_the_zone_tells_the_holidays_where_the_plan_does_not(zone: str, said: str | None, holidays: str) -> None:
    assert region(replace(PLAN, zone=zone, holidays=said)) == holidays
