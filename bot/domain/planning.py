"""When a partner's weekly check-in is due: by their own wall clock, on a day that suits, once an ISO week."""

from bisect import bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.partnership import WEEKDAYS, PartnershipPlan, QuietHours, Rhythm, Span

#: So long after its slot a check-in may still go out, if its week is not over before.
SENDING = timedelta(days=3)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, order=True)
class Week:
    """An ISO week: `year` is the one that its Thursday is in, `number` runs from 1 to 52 or 53."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Week":
        """The week that a day is in."""
        year, number, _ = day.isocalendar()
        return cls(year=year, number=number)

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    def after(self) -> "Week":
        """The week that follows."""
        return Week.of(self.monday + 7 * _DAY)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """When a partner wants to hear from the coach, by the wall clock of an IANA zone.

    A `weekday` outside the partnership's window counts as the nearest day in it, so that narrowing the window silences
    nobody.
    """

    zone: str
    weekday: str
    hour: int
    quiet: QuietHours = field(default_factory=QuietHours)
    away: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Slot:
    """The one check-in of a week: from `at` on and before `until`, both in UTC."""

    week: Week
    at: datetime
    until: datetime


class Obstacle(StrEnum):
    """Why a check-in could not go out when it was wanted."""

    DAY_OFF = "day-off"
    AWAY = "away"
    QUIET = "quiet"
    CLOCK = "clock-change"


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A day of the window on which the check-in could not go out as wanted, and why."""

    day: date
    why: Obstacle


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What becomes of a week: its slot if one remains, and the days that it could not be on."""

    week: Week
    slot: Slot | None
    passed: tuple[Passed, ...]


def usual(plan: PartnershipPlan) -> Preferences:
    """What a partner gets who has said nothing: the rhythm of the partnership."""
    rhythm = plan.rhythm
    return Preferences(zone=plan.zone, weekday=rhythm.weekday, hour=rhythm.hour, quiet=plan.quiet_hours)


def slot(week: Week, preferences: Preferences, rhythm: Rhythm, days_off: Container[date]) -> Slot | None:
    """The slot of a week, or None where no allowed one remains; see `outlook`."""
    return outlook(week, preferences, rhythm, days_off).slot


def outlook(week: Week, preferences: Preferences, rhythm: Rhythm, days_off: Container[date]) -> Outlook:
    """The slot of a week and how it was come by.

    It is at the wanted day and hour. A day off or away moves it to the next allowed day of the window, at the same
    hour; a quiet hour moves it to the next hour that is not, on the same day or else from the first hour of the next.
    It never moves to an earlier day. An hour that the clocks skip begins with the first minute that exists, one that
    they repeat is taken the first time.
    """
    passed: list[Passed] = []
    hours: Sequence[int] = range(preferences.hour, 24)
    for day in _days(week, preferences, rhythm):
        why = _obstacle(day, preferences, days_off)
        at = _opening(day, hours, preferences) if why in (None, Obstacle.QUIET) else None
        if at is None or why is not None:
            passed.append(Passed(day=day, why=why or Obstacle.CLOCK))
        if at is not None:
            return Outlook(week=week, slot=_slot(week, at, preferences), passed=tuple(passed))
        hours = _later_hours(preferences)
    return Outlook(week=week, slot=None, passed=tuple(passed))


def due(now: datetime, preferences: Preferences, rhythm: Rhythm, days_off: Container[date]) -> Slot | None:
    """The slot that a check-in belongs to if it goes out at this moment, or None where none should.

    It looks at the week of the moment only, so that a service that was down catches up without flooding. Who keeps
    check-ins inserts one a partner, partnership and week: the slot stays due until it ends.
    """
    if not welcome(now, preferences, rhythm, days_off):
        return None
    found = slot(Week.of(_wall(now, ZoneInfo(preferences.zone)).date()), preferences, rhythm, days_off)
    return found if found and found.at <= now < found.until else None


def welcome(now: datetime, preferences: Preferences, rhythm: Rhythm, days_off: Container[date]) -> bool:
    """Whether a message that was not asked for may reach the partner at this moment."""
    wall = _wall(now, ZoneInfo(preferences.zone))
    first, last = _window(rhythm)
    return (
        first <= wall.weekday() <= last
        and _closed(wall.date(), preferences, days_off) is None
        and not preferences.quiet.cover(wall.hour)
    )


def _window(rhythm: Rhythm) -> tuple[int, int]:
    """The first and the last day on which check-ins go out; Monday is 0."""
    return WEEKDAYS.index(rhythm.first_day), WEEKDAYS.index(rhythm.last_day)


def _days(week: Week, preferences: Preferences, rhythm: Rhythm) -> list[date]:
    """The days that a slot may be on: the wanted one and what follows it in the window."""
    first, last = _window(rhythm)
    wanted = min(max(WEEKDAYS.index(preferences.weekday), first), last)
    return [week.monday + number * _DAY for number in range(wanted, last + 1)]


def _later_hours(preferences: Preferences) -> Sequence[int]:
    """The hours to try on a day that a slot has moved to."""
    from_wanted = range(preferences.hour, 24)
    return range(24) if all(map(preferences.quiet.cover, from_wanted)) else from_wanted


def _obstacle(day: date, preferences: Preferences, days_off: Container[date]) -> Obstacle | None:
    quiet = Obstacle.QUIET if preferences.quiet.cover(preferences.hour) else None
    return _closed(day, preferences, days_off) or quiet


def _closed(day: date, preferences: Preferences, days_off: Container[date]) -> Obstacle | None:
    if day in days_off:
        return Obstacle.DAY_OFF
    return Obstacle.AWAY if any(span.covers(day) for span in preferences.away) else None


def _opening(day: date, hours: Sequence[int], preferences: Preferences) -> datetime | None:
    """The first of the hours that the day really has and that is not quiet, as its moment."""
    zone, quiet = ZoneInfo(preferences.zone), preferences.quiet
    for hour in hours:
        if not quiet.cover(hour):
            at = _moment(datetime.combine(day, time(hour)), zone)
            wall = _wall(at, zone)
            if wall.date() == day and not quiet.cover(wall.hour):
                return at
    return None


def _slot(week: Week, at: datetime, preferences: Preferences) -> Slot:
    zone = ZoneInfo(preferences.zone)
    week_ends = _moment(datetime.combine(week.after().monday, time()), zone)
    return Slot(week=week, at=at, until=min(_moment(_wall(at, zone) + SENDING, zone), week_ends))


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows, without its zone."""
    return at.astimezone(zone).replace(tzinfo=None)


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock first shows a time, in UTC; where it skips that time, the first minute that it does show."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(at, zone) == wall:
        return at
    # By the offset before the jump a skipped time lies after it, by the offset afterwards it lies before.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    minutes = range((at - before) // _MINUTE + 1)
    return before + bisect_right(minutes, wall, key=lambda count: _wall(before + count * _MINUTE, zone)) * _MINUTE
