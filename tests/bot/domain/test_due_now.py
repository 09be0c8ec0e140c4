"""Who is due: each by their own wish, nobody who stopped, nobody where nothing is asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.due_now import due_now
from bot.domain.own_settings import PartnerSettings
from bot.domain.people import PartnerId
from tests.bot.plans import PLAN

SLOT = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
PEOPLE = [PartnerId(name) for name in ("ann", "ben", "cho")]
SETTINGS = {
    PartnerId("ann"): PartnerSettings(zone="Asia/Kolkata"),
    PartnerId("ben"): PartnerSettings(stopped=True),
}


def test_each_has_a_slot_of_their_own() -> None:
    found = due_now(SLOT, PEOPLE, SETTINGS, PLAN, ())
    assert {name: slot.at for name, slot in found.items()} == {"ann": SLOT - timedelta(hours=5.5), "cho": SLOT}
    assert list(due_now(SLOT - timedelta(hours=1), PEOPLE, SETTINGS, PLAN, ())) == ["ann"]


def test_where_nothing_is_asked_nobody_is_due() -> None:
    assert due_now(SLOT, PEOPLE, SETTINGS, replace(PLAN, check_ins=False), ()) == {}
    assert due_now(SLOT, PEOPLE, {}, PLAN, (date(2026, 3, 10),)) == {}
