"""Bank holidays: those of each part of the United Kingdom, checked against the dates its governments publish."""

from datetime import date

import pytest

from bot.delivery.bank_holidays import BankHolidays

EVERYWHERE = {"2027-01-01", "2027-03-26", "2027-05-03", "2027-05-31", "2027-12-27", "2027-12-28"}
OF = {
    "england-and-wales": {"2027-03-29", "2027-08-30"},
    "scotland": {"2027-01-04", "2027-08-02", "2027-11-30"},
    "northern-ireland": {"2027-03-17", "2027-03-29", "2027-07-12", "2027-08-30"},
    "none": set[str](),
}


def _weekdays(region: str, first: date, last: date) -> set[str]:
    return {day.isoformat() for day in BankHolidays().between(region, first, last) if day.weekday() < 5}


@pytest.mark.parametrize("region", OF)
def test_each_region_has_its_own(region: str) -> None:
    expected = OF[region] | (EVERYWHERE if region != "none" else set())
    assert _weekdays(region, date(2027, 1, 1), date(2027, 12, 31)) == expected


def test_they_are_those_of_the_days_asked_for_over_the_turn_of_a_year() -> None:
    found = BankHolidays().between("england-and-wales", date(2026, 12, 26), date(2027, 1, 1))
    assert [day.isoformat() for day in found] == ["2026-12-26", "2026-12-28", "2027-01-01"]
    assert found[date(2027, 1, 1)] == "New Year's Day"


def test_a_day_that_was_moved_by_proclamation_is_known() -> None:
    may = _weekdays("england-and-wales", date(2020, 5, 1), date(2020, 5, 10))
    assert may == {"2020-05-08"}
