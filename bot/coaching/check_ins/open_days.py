"""The days on which nobody of a partnership is asked anything: looked up once a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.domain.days_off import Holidays, days_off
from bot.domain.partnership import PartnershipPlan

_DAY = timedelta(days=1)
#: A zone is at most a day away from UTC, and a week begins at most six days before and ends six days after.
_AROUND = 8
#: Regions and days that are kept; there are four regions, and two days at a time.
_MOST_KEPT = 100


@dataclass(frozen=True, kw_only=True)
class DaysOff:
    """Bank holidays, closures and a pause for everyone, in the weeks around a moment."""

    holidays: Holidays
    _known: dict[tuple[str, date, date], Mapping[date, str]] = field(default_factory=dict)

    def __call__(self, plan: PartnershipPlan, now: datetime) -> frozenset[date]:
        """The days off of the weeks around a moment, wherever partners are."""
        today = now.astimezone(UTC).date()
        first, last = today - _AROUND * _DAY, today + _AROUND * _DAY
        found = set(days_off(plan, self, first, last))
        if plan.paused_until is not None:
            days = (first + number * _DAY for number in range(2 * _AROUND + 1))
            found.update(day for day in days if day < plan.paused_until)
        return frozenset(found)

    def between(self, region: str, first: date, last: date) -> Mapping[date, str]:
        """The bank holidays of a region, looked up once for the same days."""
        key = region, first, last
        if key not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[key] = self.holidays.between(region, first, last)
        return self._known[key]
