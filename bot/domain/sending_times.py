"""Until when a message is welcome, and whether a check-in may be heard of again: by the partner's own wall clock."""

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.check_ins import MOST_REMINDERS, REMINDER_AFTER, CheckIn, State
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan, Rhythm
from bot.domain.planning import Preferences, welcome

_HOUR = timedelta(hours=1)


class Next(StrEnum):
    """What becomes of a check-in whose time to be heard of again has come."""

    LATER = "later"  #: not at this hour
    NEVER = "never"
    REMIND = "remind"
    BRING_BACK = "bring back"  #: it was put off until now


def welcome_until(now: datetime, preferences: Preferences, rhythm: Rhythm, days_off: Container[date]) -> datetime:
    """The end of the stretch of welcome time that a moment lies in, midnight at the latest; `now` outside of one.

    What was not sent by then would come unasked at a bad time, so it waits for the next stretch.
    """
    zone = ZoneInfo(preferences.zone)
    day, at = now.astimezone(zone).date(), now
    while at.astimezone(zone).date() == day and welcome(at, preferences, rhythm, days_off):
        at = _next_hour(at, zone)
    return at


def another_day(now: datetime, until: datetime, preferences: Preferences, rhythm: Rhythm, off: Container[date]) -> bool:
    """Whether before `until` there is a later day on which a message is welcome: if not, this one is the last."""
    zone = ZoneInfo(preferences.zone)
    day, at = now.astimezone(zone).date(), _next_hour(now, zone)
    while at < until:
        if at.astimezone(zone).date() > day and welcome(at, preferences, rhythm, off):
            return True
        at = _next_hour(at, zone)
    return False


def reminder_at(asked: datetime, until: datetime, zone: str) -> datetime | None:
    """When a check-in makes itself felt again: a day later by the clock on the wall; None when that is too late."""
    at = (asked.astimezone(ZoneInfo(zone)) + REMINDER_AFTER).astimezone(UTC)
    return at if at < until else None


def next_step(
    now: datetime, check_in: CheckIn, settings: PartnerSettings, plan: PartnershipPlan, days_off: Container[date]
) -> Next:
    """What to do about a check-in that waits and is to be heard of again by now.

    Nothing more comes to somebody who stopped, or was away since they were asked. A reminder is never the last thing
    that could be sent: at the close nobody is pressed. Who put it off asked for that hour, so they get it then too.
    """
    preferences = settings.preferences(plan)
    if settings.stopped or _was_away(now, check_in, preferences):
        return Next.NEVER
    snoozed = check_in.state is State.SNOOZED
    if not snoozed and (
        check_in.reminders >= MOST_REMINDERS or not another_day(now, check_in.until, preferences, plan.rhythm, days_off)
    ):
        return Next.NEVER
    if not welcome(now, preferences, plan.rhythm, days_off):
        return Next.LATER
    return Next.BRING_BACK if snoozed else Next.REMIND


def _was_away(now: datetime, check_in: CheckIn, preferences: Preferences) -> bool:
    """Whether one of their days since they were asked was one away."""
    zone = ZoneInfo(preferences.zone)
    asked, today = check_in.asked_at.astimezone(zone).date(), now.astimezone(zone).date()
    return any(span.first <= today and span.last >= asked for span in preferences.away)


def _next_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """When the clock on the wall next begins an hour, unless it is changed before: then it has begun one."""
    wall = at.astimezone(zone)
    return at + _HOUR - timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
