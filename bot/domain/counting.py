"""Who stands behind the figures of a week: what barriers contribute to them, as their raisers allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.barriers import ENDED, Barrier, Consent, Kind, Raiser, Status
from bot.domain.disclosure import Contribution, Measure, iso_week

#: Some readers know who they are, so nobody may hide among them.
_KNOWN = frozenset({Consent.NAMED, Consent.OWN_LEADS})


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A contribution, and the id of the barrier or check-in that it came of: what a withdrawal takes back."""

    contribution: Contribution
    source: str


@dataclass(frozen=True, kw_only=True)
class Span:
    """A time from `start` up to, and without, `end`."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


def last_week(now: datetime, zone: str) -> str:
    """The last ISO week that is over where the partnership is."""
    return iso_week(now.astimezone(ZoneInfo(zone)).date() - timedelta(weeks=1))


def weeks_from(week: str, count: int) -> tuple[str, ...]:
    """The `count` ISO weeks that begin with this one, oldest first."""
    monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    return tuple(iso_week(monday + timedelta(weeks=age)) for age in range(count))


def span_of(week: str, zone: str) -> Span:
    """From Monday to Monday, by the wall clock of a zone."""
    monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    start, end = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (monday, monday + timedelta(weeks=1)))
    return Span(start=start, end=end)


def counted(barriers: Iterable[Barrier], week: Span) -> tuple[Counted, ...]:
    """What the barriers contribute to a week. Nothing of a raiser who keeps theirs private."""
    found = []
    for barrier in barriers:
        shared = [each for each in barrier.raisers if each.consent is not Consent.PRIVATE and each.at < week.end]
        for raiser in shared if barrier.into is None else ():
            found += [_counted(barrier, raiser, measure) for measure in _measures(barrier, raiser, week)]
    return tuple(found)


def _measures(barrier: Barrier, raiser: Raiser, week: Span) -> Iterable[Measure]:
    if raiser.at in week:
        yield Measure.RAISED
    status, since = _status_at(barrier, week.end)
    if status not in ENDED:
        yield Measure.OPEN
    elif since in week:
        yield Measure.CLOSED
    answers = [each for each in barrier.history if each.kind is Kind.ANSWERED and each.by == raiser.partner]
    if raiser.at in week or any(each.at in week for each in answers):
        yield Measure.TOOK_PART


def _status_at(barrier: Barrier, moment: datetime) -> tuple[Status, datetime]:
    """What its status was just before a moment, and since when."""
    status, since = Status.OPEN, barrier.raised_at
    for change in barrier.history:
        if change.at < moment and change.status is not status:
            status, since = change.status, change.at
    return status, since


def _counted(barrier: Barrier, raiser: Raiser, measure: Measure) -> Counted:
    factor = {} if measure is Measure.TOOK_PART else {"factor": barrier.factor}
    contribution = Contribution(
        person=raiser.partner,
        organisation=raiser.organisation,
        measure=measure,
        named=raiser.consent in _KNOWN,
        **factor,
    )
    return Counted(contribution=contribution, source=barrier.id)
