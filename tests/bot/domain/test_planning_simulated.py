"""The planner over years, zones and clock changes, against an oracle that walks; and a service that is down at times.

The small run is for every day; `COACH_TEST_SCALE=full` looks at 500 partnerships over five years.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest

from bot.domain.planning import Week, due, slot
from tests.bot.domain.walked import DAY, ZONES, Case, some_case, walked
from tests.conftest import FULL

#: The first week is before the clocks change in either hemisphere, and 2026 has a week 53.
FIRST = Week(year=2026, number=9) if FULL else Week(year=2026, number=12)
WEEKS = 5 * 52 + 1 if FULL else 4
PARTNERSHIPS = 500 if FULL else len(ZONES)
#: Each part of them is a test, so that several processes can share the work.
PARTS = 25 if FULL else 1
OUTAGES = (timedelta(hours=1), DAY, timedelta(weeks=3))
HOUR = timedelta(hours=1)


def _weeks() -> list[Week]:
    weeks = [FIRST]
    while len(weeks) < WEEKS:
        weeks.append(weeks[-1].after())
    return weeks


def _cases(part: int) -> list[Case]:
    days = [FIRST.monday + number * DAY for number in range(7 * WEEKS)]
    return [some_case(Random(number), ZONES[number % len(ZONES)], days) for number in range(part, PARTNERSHIPS, PARTS)]


_walked = cache(walked)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_week_has_the_slot_that_a_walk_through_it_finds(part: int) -> None:
    for case in _cases(part):
        for week in _weeks():
            found = slot(week, case.preferences, case.rhythm, case.days_off)
            assert (found and (found.at, found.until)) == _walked(week, case), (week, case)
            assert found is None or found.week == week


@pytest.mark.parametrize("part", range(PARTS))
def test_a_service_that_is_down_at_times_sends_once_or_not_at_all(part: int) -> None:
    for number, case in enumerate(_cases(part)):
        random = Random(number)
        slots = {week: found for week in _weeks() if (found := _walked(week, case))}
        beginnings = [begin for begin, _ in slots.values()]
        wakings = _wakings(random.randrange(60), _outages(random, beginnings))
        sent = _served(case, wakings)
        assert sent == {week: at for week, span in slots.items() if (at := _first(case, wakings, span))}
        _keeps_its_promise(case, list(sent.values()))


def _outages(random: Random, slots: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Times of each length that the service is down, across the beginning of some slot."""
    down = []
    for length in OUTAGES * (WEEKS // 26 + 1):
        if slots:
            begin = random.choice(slots) - random.random() * length
            down.append((begin, begin + length))
    return down


def _wakings(minute: int, outages: Sequence[tuple[datetime, datetime]]) -> list[datetime]:
    """An hour apart, and whenever the service comes back; none while it is down."""
    # From when it is no week before the first anywhere, until it could be one after the last.
    first = datetime.combine(FIRST.monday + DAY, time(minute=minute), UTC)
    hourly = [first + number * HOUR for number in range((7 * WEEKS - 2) * 24)]
    wakings = sorted([*hourly, *(end for _, end in outages if hourly[0] <= end <= hourly[-1])])
    for outage in outages:
        begin, end = (bisect_left(wakings, moment) for moment in outage)
        del wakings[begin:end]
    return wakings


def _served(case: Case, wakings: Sequence[datetime]) -> Mapping[Week, datetime]:
    """What the planner inserts, unique by week, and when."""
    sent: dict[Week, datetime] = {}
    for now in wakings:
        found = due(now, case.preferences, case.rhythm, case.days_off)
        if found is not None:
            sent.setdefault(found.week, now)
    return sent


def _first(case: Case, wakings: Sequence[datetime], span: tuple[datetime, datetime]) -> datetime | None:
    """The first waking within a slot at which nothing is against it."""
    begin, end = (bisect_left(wakings, moment) for moment in span)
    return next((at for at in wakings[begin:end] if case.allowed(case.wall(at))), None)


def _keeps_its_promise(case: Case, sent: Sequence[datetime]) -> None:
    """None on a day off or in a quiet hour, and never two within a week of the partner's own calendar."""
    weeks = [case.wall(at).isocalendar()[:2] for at in sent]
    assert len(weeks) == len(set(weeks))
    assert all(before < after for before, after in pairwise(weeks))
    assert all(case.allowed(case.wall(at)) for at in sent)
