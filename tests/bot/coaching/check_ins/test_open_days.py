"""Bank holidays, closures and a pause for everyone are days off; holidays are looked up once for the same days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.coaching.check_ins.open_days import DaysOff
from bot.domain.partnership import Closure
from tests.bot.plans import PLAN

NOW = datetime(2026, 3, 10, 23, 0, tzinfo=UTC)


class Counted:
    """Knows one holiday, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def between(self, region: str, first: date, last: date) -> dict[date, str]:
        self.asked += 1
        assert (region, first, last) == ("england-and-wales", date(2026, 3, 2), date(2026, 3, 18))
        return {date(2026, 3, 12): "a holiday"}


def test_they_are_the_holidays_and_closures_around_a_moment() -> None:
    holidays = Counted()
    off = DaysOff(holidays=holidays)
    closed = replace(PLAN, closures=(Closure(first=date(2026, 3, 17), last=date(2026, 4, 17), name="Audit"),))
    assert off(closed, NOW) == {date(2026, 3, 12), date(2026, 3, 17), date(2026, 3, 18)}
    assert off(PLAN, NOW + timedelta(minutes=59)) == {date(2026, 3, 12)}
    assert holidays.asked == 1


def test_a_pause_ends_on_its_day() -> None:
    paused = DaysOff(holidays=Counted())(replace(PLAN, paused_until=date(2026, 3, 11)), NOW)
    assert {date(2026, 3, 2), date(2026, 3, 10)} <= paused
    assert date(2026, 3, 11) not in paused
