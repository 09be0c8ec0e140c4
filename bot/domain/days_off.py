"""The days on which nobody in a partnership gets a check-in: bank holidays and the partnership's own closures."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Protocol

from bot.domain.partnership import PartnershipPlan

#: Whose bank holidays hold where a plan does not say.
_BY_ZONE = {"Europe/London": "england-and-wales", "GB": "england-and-wales", "Europe/Belfast": "northern-ireland"}


class Holidays(Protocol):
    """Knows bank holidays."""

    def between(self, region: str, first: date, last: date) -> Mapping[date, str]:
        """The bank holidays of one of `HOLIDAY_REGIONS` from `first` to `last`, both included, with their names."""
        ...


def region(plan: PartnershipPlan) -> str:
    """Whose bank holidays a partnership keeps: what it says, else what its time zone tells, else nobody's."""
    return plan.holidays or _BY_ZONE.get(plan.zone, "none")


def days_off(plan: PartnershipPlan, holidays: Holidays, first: date, last: date) -> Mapping[date, str]:
    """The days off from `first` to `last`, both included, with what they are for."""
    days = dict(holidays.between(region(plan), first, last))
    for closure in plan.closures:
        begin, end = max(first, closure.first), min(last, closure.last)
        for number in range((end - begin).days + 1):
            days.setdefault(begin + timedelta(days=number), closure.name)
    return days
