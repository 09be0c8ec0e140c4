"""A partner's own word outranks their platform's, and that the partnership's."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import QuietHours, Span
from bot.domain.planning import Week, due, slot, usual
from tests.bot.plans import PLAN, plans, steady

EASTER = Span(first=date(2026, 4, 3), last=date(2026, 4, 6))


def test_who_said_nothing_gets_what_is_usual() -> None:
    assert PartnerSettings().preferences(PLAN) == usual(PLAN)


def test_what_somebody_chose_holds_midnight_and_no_quiet_hours_too() -> None:
    own = PartnerSettings(
        zone="Asia/Kolkata", known_zone="UTC", weekday="wednesday", hour=0, quiet=QuietHours(begin=0, end=0)
    ).preferences(PLAN)
    assert (own.zone, own.weekday, own.hour, own.quiet) == ("Asia/Kolkata", "wednesday", 0, QuietHours(begin=0, end=0))


def test_the_platforms_zone_holds_where_none_was_chosen() -> None:
    assert PartnerSettings(known_zone="UTC").preferences(PLAN).zone == "UTC"


@pytest.mark.parametrize(("until", "on"), [(date(2026, 3, 4), date(2026, 3, 4)), (date(2026, 3, 6), None)])
def test_a_pause_ends_on_the_first_day_on_which_they_are_asked_again(until: date, on: date | None) -> None:
    own = PartnerSettings(paused_until=until, away=(EASTER,)).preferences(PLAN)
    found = slot(Week.of(date(2026, 3, 3)), own, PLAN.rhythm, ())
    assert (found and found.at.date()) == on
    assert EASTER in own.away


def test_a_pause_that_is_over_changes_nothing() -> None:
    own = PartnerSettings(paused_until=date(2026, 3, 2)).preferences(PLAN)
    week = Week.of(date(2026, 3, 3))
    assert slot(week, own, PLAN.rhythm, ()) == slot(week, usual(PLAN), PLAN.rhythm, ())
    assert PartnerSettings(paused_until=date.min).preferences(PLAN).away == ()


@steady
@given(plan=plans(), paused=st.dates(date(2026, 1, 1), date(2026, 3, 1)), hours=st.integers(0, 24 * 90))
def test_nothing_is_due_before_a_pause_ends(plan: object, paused: date, hours: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    own = replace(PartnerSettings(), paused_until=paused, zone="UTC").preferences(plan)  # type: ignore[arg-type]
    if due(now, own, plan.rhythm, ()):  # type: ignore[attr-defined]
        assert now.date() >= paused
