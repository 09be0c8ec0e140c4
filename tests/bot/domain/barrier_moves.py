"""Barriers and people for tests."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain import barrier_rules as rules
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser, Refusal, Refused
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from tests.fakes import NOON

HARBOUR = PartnershipId("harbour")
AMARA, BEN, CHLOE = PartnerId("amara"), PartnerId("ben"), PartnerId("chloe")


def raiser(
    partner: PartnerId,
    wording: str = "",
    *,
    of: str = "b1",
    at: float = 0,
    consent: Consent = Consent.COUNTED,
    shared: bool = False,
    organisation: str = "council",
) -> Raiser:
    """Somebody's part in a barrier, so many minutes after noon."""
    return Raiser(
        partner=partner,
        organisation=OrganisationId(organisation),
        wording=wording or f"What {partner} wrote of {of}",
        at=NOON + timedelta(minutes=at),
        origin=BarrierId(of),
        consent=consent,
        shared=shared,
        name=partner.title(),
    )


def barrier(of: str = "b1", *people: PartnerId, at: float = 0, partnership: PartnershipId = HARBOUR) -> Barrier:
    """A barrier that these people raised and joined, a minute apart; Amara alone unless others are named."""
    first, *others = people or (AMARA,)
    made = rules.raised(partnership, raiser(first, of=of, at=at), "trust", f"{of}:raised")
    for number, each in enumerate(others, 1):
        made = rules.joined(made, raiser(each, of=of, at=at + number), f"{of}:{each}")
    return made


def refusal(work: Callable[[], object]) -> Refusal:
    """Why something is refused."""
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.reason
