"""An oracle for the planner that knows none of its shortcuts, and partnerships to try both on.

It walks through a week in steps of a quarter of an hour, to which the clocks of all these zones keep, and looks at the
clock on the wall at each step.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.partnership import WEEKDAYS, QuietHours, Rhythm, Span
from bot.domain.planning import Preferences, Week

#: Both hemispheres, either side of the date line; whole, half and quarter hours; clocks that change at midnight, by
#: half an hour, at another time of the year, or never.
ZONES = (
    "Europe/London",
    "Atlantic/Azores",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
STEP = timedelta(minutes=15)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A partner in a partnership."""

    preferences: Preferences
    rhythm: Rhythm
    days_off: frozenset[date]

    def wall(self, at: datetime) -> datetime:
        """What the partner's clock shows."""
        return at.astimezone(ZoneInfo(self.preferences.zone)).replace(tzinfo=None)

    @property
    def window(self) -> range:
        """The weekdays of the window; Monday is 0."""
        return range(WEEKDAYS.index(self.rhythm.first_day), WEEKDAYS.index(self.rhythm.last_day) + 1)

    def allowed(self, wall: datetime) -> bool:
        """Whether nothing is against a check-in while the clock shows this."""
        day = wall.date()
        return (
            day.weekday() in self.window
            and not is_quiet(wall.hour, self.preferences.quiet)
            and day not in self.days_off
            and not any(span.first <= day <= span.last for span in self.preferences.away)
        )


def is_quiet(hour: int, quiet: QuietHours) -> bool:
    """Whether the hand passes over an hour on its way from the begin to the end of the quiet hours."""
    hand = quiet.begin
    while hand != quiet.end:
        if hand == hour:
            return True
        hand = (hand + 1) % 24
    return False


def walked(week: Week, case: Case) -> tuple[datetime, datetime] | None:
    """The beginning and the end of a week's slot, found step by step; None where there is none."""
    wanted, over = _wanted_day(week, case), datetime.combine(week.monday + 7 * DAY, time())
    all_quiet = all(is_quiet(hour, case.preferences.quiet) for hour in range(case.preferences.hour, 24))
    begin, ends = None, over
    for at in _steps(wanted):
        wall = case.wall(at)
        if begin is not None:
            if wall >= ends:
                return begin, at
        elif wanted <= wall.date() < over.date():
            in_time = wall.hour >= case.preferences.hour or (all_quiet and wall.date() > wanted)
            if in_time and case.allowed(wall):
                begin, ends = at, min(over, wall + timedelta(days=3))
    return None


def _wanted_day(week: Week, case: Case) -> date:
    """The day of the window that is nearest to the wanted one."""
    days = [week.monday + number * DAY for number in case.window]
    wanted = week.monday + WEEKDAYS.index(case.preferences.weekday) * DAY
    return min(days, key=lambda day: abs(day - wanted))


def _steps(day: date) -> Iterator[datetime]:
    """From before the day begins anywhere until the week after is there everywhere."""
    at = datetime.combine(day, time(), UTC) - 15 * timedelta(hours=1)
    end = datetime.combine(day + (8 - day.weekday()) * DAY, time(), UTC)
    while at < end:
        yield at
        at += STEP


def some_case(random: Random, zone: str, days: Iterable[date]) -> Case:
    """A partner with wishes of their own, some of them odd, and a partnership that is closed on some of the days."""
    first, last = sorted(random.sample(range(7), 2)) if random.random() < 0.5 else (0, 3)
    among = list(days)
    away = [random.choice(among) for _ in range(len(among) // 60)]
    quiet = QuietHours(begin=random.randrange(24), end=random.randrange(24)) if random.random() < 0.5 else QuietHours()
    preferences = Preferences(
        zone=zone,
        weekday=random.choice(WEEKDAYS),
        hour=random.randrange(24),
        quiet=quiet,
        away=tuple(Span(first=day, last=day + random.randrange(12) * DAY) for day in away),
    )
    rhythm = Rhythm(first_day=WEEKDAYS[first], last_day=WEEKDAYS[last])
    return Case(preferences=preferences, rhythm=rhythm, days_off=frozenset(random.sample(among, len(among) // 12)))
