"""Who is written to unasked: those who belong to a partnership today by what was kept of them, and nobody in doubt."""

from dataclasses import replace

import pytest

from bot.domain.evidence import Person
from bot.domain.membership import Held, Standing
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Organisation, OrganisationId, PartnerId, PartnershipId
from bot.domain.rolls import Member, Rolls
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN

OTHER = replace(PLAN, id=PartnershipId("quay"), organisations=(replace(HOUSING, slack_teams=("T0QUAY",)),), leads=())


def member(
    email: str = "", *identities: str, organisation: str = "council", by_code: bool = False, lead: bool = False
) -> Member:
    standing = Standing(partnership=PLAN.id, organisation=OrganisationId(organisation), lead=lead)
    held = Held(partner=PartnerId("ann"), standing=standing, by_code=by_code, active=True)
    return Member(held=held, email=email, identities=identities or ("slack:T0:U1",))


def present(who: Member, *plans: PartnershipPlan) -> Person | None:
    found = Rolls.of(plans or (PLAN, OTHER)).present(plans[0] if plans else PLAN, [who])
    return found[0] if found else None


def ann(organisation: str = "council", *, lead: bool = False) -> Person:
    return Person(partner=PartnerId("ann"), organisation=OrganisationId(organisation), lead=lead)


def test_a_domain_or_a_team_tells() -> None:
    assert present(member("ann@council.example")) == ann()
    assert present(member("", "slack:T0HOUSING:U1", organisation="housing")) == ann("housing")
    assert present(member(LEAD.email)) == ann(lead=True)


def test_a_domain_outranks_the_team_and_the_organisation_of_then() -> None:
    assert present(member("ann@council.example", "slack:T0HOUSING:U1", organisation="housing")) == ann()


@pytest.mark.parametrize(
    "who",
    [
        member("ann@elsewhere.example"),
        member("", "slack:T0ELSE:U1"),
        # A guest of Housing whose own organisation has left.
        member("ann@elsewhere.example", "slack:T0HOUSING:U1", organisation="elsewhere"),
        member("", "slack:T0HOUSING:U1", organisation="gone", by_code=True),
    ],
)
def test_who_has_left_is_nobody(who: Member) -> None:
    assert present(who) is None


def test_a_code_counts_while_its_organisation_is_there() -> None:
    assert present(member("", "teams:x:29:1:2", organisation="housing", by_code=True, lead=True)) == ann(
        "housing", lead=True
    )


def test_who_fits_two_partnerships_is_nobodys_unless_by_code() -> None:
    both = replace(OTHER, organisations=(Organisation(id=COUNCIL.id, name="C", email_domains=COUNCIL.email_domains),))
    assert present(member("ann@council.example"), PLAN, both) is None
    assert present(member("ann@council.example", by_code=True), PLAN, both) == ann()


def test_one_identity_that_still_holds_is_enough() -> None:
    assert present(member("", "slack:T0ELSE:U1", "slack:T0HOUSING:U2", organisation="housing")) == ann("housing")
