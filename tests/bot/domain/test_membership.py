"""Who somebody is to a partnership: told by the platform, the file, a code or a removal, and by nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.membership import Held, Standing, audience, by_file, standing
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import Identity, Organisation, OrganisationId, PartnerId, PartnershipId
from tests.bot.plans import plans, steady

COUNCIL = Organisation(
    id=OrganisationId("council"), name="C", slack_teams=("T0C",), email_domains=("council.example", "cc.example")
)
TRUST = Organisation(
    id=OrganisationId("trust"), name="T", teams_tenants=("tenant-t",), email_domains=("trust.example",)
)
CHARITY = Organisation(id=OrganisationId("charity"), name="C", slack_teams=("T0CH",), teams_tenants=("tenant-c",))
LEAD = Lead(name="Amara", organisation=COUNCIL.id, email="Amara@council.example")
HARBOUR = PartnershipPlan(
    id=PartnershipId("harbour"), name="H", zone="UTC", organisations=(COUNCIL, TRUST, CHARITY), leads=(LEAD,)
)
QUAY = replace(HARBOUR, id=PartnershipId("quay"), organisations=(COUNCIL,), leads=())


def _who(tenant: str = "T0C", *, platform: str = "slack", email: str = "", guest: bool = False) -> Identity:
    return Identity(platform=platform, tenant=tenant, user="U1", email=email, guest=guest)


def _held(organisation: str, *, by_code: bool = False, active: bool = True, partnership: str = "harbour") -> Held:
    found = Standing(partnership=PartnershipId(partnership), organisation=OrganisationId(organisation), lead=True)
    return Held(partner=PartnerId("p1"), standing=found, by_code=by_code, active=active)


@pytest.mark.parametrize(
    ("who", "organisation"),
    [
        (_who("T0C"), "council"),
        (_who("T0CH"), "charity"),
        (_who("tenant-t", platform="teams"), "trust"),
        (_who("tenant-c", platform="teams"), "charity"),
        (_who("T0X"), None),
        (_who(""), None),
        # A tenant counts on its own platform only.
        (_who("T0C", platform="teams"), None),
        (_who("tenant-t"), None),
        (_who("T0C", platform="web"), None),
        # The domain outranks the tenant.
        (_who("T0C", email="joe@trust.example"), "trust"),
        (_who("T0C", email="JOE@TRUST.EXAMPLE"), "trust"),
        (_who("T0X", email="joe@cc.example"), "council"),
        (_who("T0X", platform="web", email="joe@cc.example"), "council"),
        # A domain that is nobody's says nothing, and neither does a part of one.
        (_who("T0C", email="joe@gmail.com"), "council"),
        (_who("T0X", email="joe@gmail.com"), None),
        (_who("T0X", email="joe@evil.trust.example"), None),
        (_who("T0X", email="joe@eviltrust.example"), None),
        (_who("T0X", email="trust.example@gmail.com"), None),
        (_who("T0X", email="joe@trust.example@gmail.com"), None),
        (_who("T0X", email="trust.example"), None),
        (_who("T0X", email="joe@"), None),
        # A guest of a tenant is a stranger, unless the domain is a member's.
        (_who("T0C", guest=True), None),
        (_who("T0C", guest=True, email="joe@gmail.com"), None),
        (_who("T0C", guest=True, email="joe@trust.example"), "trust"),
        (_who("tenant-t", platform="teams", guest=True), None),
    ],
)
def test_what_the_file_makes_of_an_identity(who: Identity, organisation: str | None) -> None:
    found = by_file(who, [HARBOUR])
    assert (found and found.organisation) == organisation
    assert standing(who, None, [HARBOUR]) == found


@pytest.mark.parametrize(
    ("who", "lead"),
    [
        (_who(email="amara@council.example"), True),
        (_who(email="AMARA@COUNCIL.EXAMPLE"), True),
        (_who(email="tom@council.example"), False),
        (_who(), False),
        (_who(email="amara@council.example.evil"), False),
    ],
)
def test_a_lead_is_known_by_the_verified_address(who: Identity, lead: bool) -> None:
    found = by_file(who, [HARBOUR])
    assert found is not None
    assert found.lead is lead


def test_a_file_that_names_no_lead_makes_nobody_one() -> None:
    blank = replace(HARBOUR, leads=(replace(LEAD, email=""),))
    assert by_file(_who(), [blank]) == Standing(partnership=HARBOUR.id, organisation=COUNCIL.id, lead=False)


def test_whoever_fits_two_partnerships_is_nobodys_until_a_code_says_whose() -> None:
    both = [HARBOUR, QUAY]
    assert by_file(_who("T0C"), both) is None
    assert by_file(_who("T0C", email="joe@council.example"), both) is None
    assert by_file(_who("tenant-t", platform="teams"), both) == by_file(_who("tenant-t", platform="teams"), [HARBOUR])
    named = _held("council", by_code=True, partnership="quay")
    assert standing(_who("T0C"), named, both) == named.standing
    assert standing(_who("T0C"), _held("council"), both) is None


def test_an_identity_that_two_organisations_claim_is_nobodys() -> None:
    shared = replace(HARBOUR, organisations=(COUNCIL, replace(TRUST, slack_teams=("T0C",))))
    assert by_file(_who("T0C"), [shared]) is None
    assert by_file(_who("T0C", email="joe@trust.example"), [shared]) is not None


@pytest.mark.parametrize("by_code", [True, False])
def test_removed_stays_removed(by_code: bool) -> None:
    removed = _held("council", by_code=by_code, active=False)
    assert standing(_who(email="amara@council.example"), removed, [HARBOUR]) is None


def test_a_code_outlives_changes_of_the_file() -> None:
    named = _held("trust", by_code=True)
    moved = replace(HARBOUR, organisations=(COUNCIL, replace(TRUST, teams_tenants=(), email_domains=())), leads=())
    for plan in (HARBOUR, moved):
        assert standing(_who("T0X", guest=True), named, [plan]) == named.standing
        assert standing(_who("T0C", email="joe@council.example"), named, [plan]) == named.standing


@pytest.mark.parametrize("remaining", [[], [replace(HARBOUR, organisations=(COUNCIL, CHARITY))], [QUAY]])
def test_a_code_does_not_outlive_its_organisations_leaving(remaining: list[PartnershipPlan]) -> None:
    who = _who("T0C", email="joe@trust.example")
    assert standing(who, _held("trust", by_code=True), remaining) is None


def test_a_code_for_an_organisation_of_the_same_name_elsewhere_is_worth_nothing() -> None:
    assert standing(_who(), _held("council", by_code=True, partnership="quay"), [HARBOUR]) is None


def test_whoever_came_by_the_file_is_what_the_file_says_today() -> None:
    held, who = _held("council"), _who("T0C", email="amara@council.example")
    gone = replace(HARBOUR, organisations=(TRUST,))
    moved = replace(HARBOUR, organisations=(replace(COUNCIL, email_domains=()), TRUST, CHARITY), leads=())
    assert standing(who, held, [HARBOUR]) == Standing(partnership=HARBOUR.id, organisation=COUNCIL.id, lead=True)
    assert standing(who, held, [moved]) == Standing(partnership=HARBOUR.id, organisation=COUNCIL.id, lead=False)
    assert standing(who, held, [gone]) is None


MEMBERS = {name: Standing(partnership=HARBOUR.id, organisation=OrganisationId(name)) for name in ("council", "trust")}
ELSEWHERE = Standing(partnership=QUAY.id, organisation=COUNCIL.id)


@pytest.mark.parametrize(
    ("present", "told", "organisations", "complete"),
    [
        ([MEMBERS["council"]], True, {"council"}, True),
        ([MEMBERS["council"], MEMBERS["trust"], MEMBERS["council"]], True, {"council", "trust"}, True),
        ([MEMBERS["council"], None], True, {"council"}, False),
        ([MEMBERS["council"], ELSEWHERE], True, {"council"}, False),
        ([MEMBERS["council"]], False, {"council"}, False),
        ([ELSEWHERE], True, set(), False),
        ([None], True, set(), False),
        ([], True, set(), True),
        ([], False, set(), False),
    ],
)
def test_an_audience_is_complete_only_when_everybody_is_known(
    present: list[Standing | None], told: bool, organisations: set[str], complete: bool
) -> None:
    found = audience(present, HARBOUR.id, complete=told)
    assert (set(found.organisations), found.complete) == (organisations, complete)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[PartnershipPlan, Identity]:
    """A plan, and an identity that hits its claims more often than not."""
    plan = draw(plans())
    domains = [domain for item in plan.organisations for domain in item.email_domains]
    tenants = [tenant for item in plan.organisations for tenant in (*item.slack_teams, *item.teams_tenants)]
    domain = draw(st.sampled_from([*domains, "gmail.com", "leads.example"]))
    return plan, Identity(
        platform=draw(st.sampled_from(["slack", "teams"])),
        tenant=draw(st.sampled_from([*tenants, "T0X"])),
        user="U1",
        email=draw(st.sampled_from(["", f"joe@{domain}", f"Joe@{domain.upper()}"])),
        guest=draw(st.booleans()),
    )


@steady
@given(_cases())
def test_a_members_domain_decides_and_otherwise_the_tenant_of_whoever_is_no_guest(
    case: tuple[PartnershipPlan, Identity],
) -> None:
    plan, who = case
    domain = who.email.rpartition("@")[2].lower()
    owners = {name: item.id for item in plan.organisations for name in item.email_domains}
    claims = "slack_teams" if who.platform == "slack" else "teams_tenants"
    homes = {tenant: item.id for item in plan.organisations for tenant in getattr(item, claims)}
    expected = owners.get(domain) or (None if who.guest else homes.get(who.tenant))
    found = by_file(who, [plan])
    assert (found and found.organisation) == expected


@steady
@given(_cases(), st.booleans())
def test_no_file_brings_back_whoever_was_removed(case: tuple[PartnershipPlan, Identity], by_code: bool) -> None:
    plan, who = case
    removed = replace(_held(plan.organisations[0].id, by_code=by_code, active=False, partnership=plan.id))
    assert standing(who, removed, [plan]) is None


@steady
@given(_cases())
def test_a_code_holds_for_as_long_as_its_organisation_is_there(case: tuple[PartnershipPlan, Identity]) -> None:
    plan, who = case
    named = _held(plan.organisations[0].id, by_code=True, partnership=plan.id)
    assert standing(who, named, [plan]) == named.standing
    assert standing(who, named, [replace(plan, organisations=plan.organisations[1:])]) is None


@steady
@given(st.lists(st.sampled_from([*MEMBERS.values(), ELSEWHERE, None])), st.booleans())
def test_one_stranger_more_never_completes_an_audience(present: list[Standing | None], told: bool) -> None:
    before = audience(present, HARBOUR.id, complete=told)
    for stranger in (None, ELSEWHERE):
        after = audience([*present, stranger], HARBOUR.id, complete=told)
        assert not after.complete
        assert after.organisations == before.organisations
    assert before.complete is (told and all(each in MEMBERS.values() for each in present))
