"""What leads change in chat lies over the file; what is no value of it is passed over, and nobody is silenced."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chat_settings import CHECK_INS, FIRST_DAY, HOUR, KEYS, LAST_DAY, PAUSED_UNTIL, WEEKDAY, overlaid
from bot.domain.partnership import WEEKDAYS, PartnershipPlan, Rhythm
from bot.domain.planning import Week, slot, usual
from tests.bot.plans import PLAN, plans, steady

_values = st.sampled_from([*WEEKDAYS, "someday", "2026-04-01", "", 0, 23, 24, -1, True, False, 1.5, [], {}])


def test_every_setting_lies_over_the_file() -> None:
    said = {
        WEEKDAY: "friday",
        HOUR: 0,
        FIRST_DAY: "wednesday",
        LAST_DAY: "friday",
        CHECK_INS: False,
        PAUSED_UNTIL: "2026-04-01",
    }
    assert set(said) == set(KEYS)
    assert overlaid(PLAN, said) == replace(
        PLAN,
        rhythm=Rhythm(weekday="friday", hour=0, first_day="wednesday", last_day="friday"),
        check_ins=False,
        paused_until=date(2026, 4, 1),
    )


def test_check_ins_that_the_file_switched_off_can_be_switched_on() -> None:
    assert overlaid(replace(PLAN, check_ins=False), {CHECK_INS: True}) == PLAN


@pytest.mark.parametrize("said", [{}, {HOUR: True}, {HOUR: 24}, {WEEKDAY: "someday"}, {PAUSED_UNTIL: "soon"}])
def test_what_is_no_value_is_passed_over(said: dict[str, Any]) -> None:
    assert overlaid(PLAN, said) == PLAN


def test_a_window_that_a_later_file_turned_upside_down_is_the_files() -> None:
    assert overlaid(PLAN, {FIRST_DAY: "friday"}).rhythm == PLAN.rhythm


@steady
@given(plan=plans(), said=st.dictionaries(st.sampled_from(KEYS), _values))
def test_whatever_is_kept_the_week_has_a_slot(plan: PartnershipPlan, said: dict[str, Any]) -> None:
    changed = overlaid(plan, said)
    week = Week.of(datetime(2026, 3, 2, tzinfo=UTC).date() + timedelta(days=1))
    own = replace(usual(changed), quiet=replace(changed.quiet_hours, begin=0, end=0))
    assert slot(week, own, changed.rhythm, ()) is not None
