"""Check-ins and replies for tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.barriers import Consent
from bot.domain.check_ins import CheckIn, CheckInId, Reflection, View
from bot.domain.people import OrganisationId, PartnerId
from tests.bot.domain.barrier_moves import AMARA, HARBOUR
from tests.fakes import NOON

WEEK = "2026-W10"


def check_in(named: str = "c1", partner: PartnerId = AMARA, **changed: Any) -> CheckIn:
    """One of the week of `NOON`, which goes out until Thursday."""
    made = CheckIn(
        id=CheckInId(named),
        partner=partner,
        partnership=HARBOUR,
        organisation=OrganisationId("council"),
        week=WEEK,
        question="trust-1",
        factor="trust",
        asked_at=NOON,
        until=NOON + timedelta(days=3),
        reason={"kind": "quiet", "organisation": "council"},
        remind_at=NOON + timedelta(days=1),
    )
    return replace(made, **changed)


def reflection(to: str = "c1", partner: PartnerId = AMARA, **changed: Any) -> Reflection:
    """Somebody's reply to a check-in, with the default consent."""
    made = Reflection(
        check_in=CheckInId(to),
        partner=partner,
        partnership=HARBOUR,
        organisation=OrganisationId("council"),
        week=WEEK,
        question="trust-1",
        factor="trust",
        text="“Größe” \u202e=1+1 <b>\n🌊",
        at=NOON + timedelta(hours=1),
    )
    return replace(made, **changed)


def told_reflection(to: str = "c1") -> Reflection:
    """One in which nothing is as it is at first."""
    return reflection(
        to,
        view=View.HARD,
        consent=Consent.NAMED,
        shared=True,
        name="Amara",
        follow_up="Because of the rota",
        followed=True,
        agenda=True,
    )
