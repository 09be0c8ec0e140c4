"""Nobody sees more of a barrier than its raisers allowed."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.barrier_views import Reader, seen_by
from bot.domain.barriers import Barrier, BarrierId, Change, Consent, Kind, Raiser, Status
from bot.domain.partnership import Disclosure
from bot.domain.people import OrganisationId, PartnerId, PartnershipId

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = Disclosure(k=3, m=2)
ORGANISATIONS = [OrganisationId(each) for each in ("council", "charity", "police")]


def raiser(number: int, organisation: OrganisationId, consent: Consent, *, shared: bool = False) -> Raiser:
    return Raiser(
        partner=PartnerId(f"p{number}"),
        organisation=organisation,
        wording=f"wording {number}",
        at=AT,
        origin=BarrierId("b"),
        consent=consent,
        shared=shared,
        name=f"name {number}",
    )


def barrier(*raisers: Raiser) -> Barrier:
    return Barrier(
        id=BarrierId("b"),
        partnership=PartnershipId("harbour"),
        factor="trust",
        raisers=raisers,
        history=(Change(id="c", at=AT, kind=Kind.RAISED, status=Status.OPEN),),
    )


RAISERS = st.lists(
    st.tuples(st.sampled_from(ORGANISATIONS), st.sampled_from(Consent), st.booleans()), min_size=1, max_size=7
).map(lambda rows: [raiser(number, where, how, shared=open_) for number, (where, how, open_) in enumerate(rows)])


@given(raisers=RAISERS, organisation=st.sampled_from(ORGANISATIONS), lead=st.booleans())
def test_somebody_who_did_not_raise_it_sees_what_was_consented_to(
    raisers: list[Raiser], organisation: OrganisationId, lead: bool
) -> None:
    view = seen_by(barrier(*raisers), Reader(partner=PartnerId("x"), organisation=organisation, lead=lead), RULES)
    named = [each for each in raisers if each.consent is Consent.NAMED]
    named += [each for each in raisers if each.consent is Consent.OWN_LEADS and each.organisation == organisation]
    unseen = [each for each in raisers if each not in named and each.consent is not Consent.PRIVATE]
    enough = len(unseen) >= 3 and len({each.organisation for each in unseen}) >= 2
    if not lead or not (named or enough):
        assert view is None
        return
    assert view is not None
    assert sorted(each.partner for each in view.named) == sorted(each.partner for each in named)
    assert view.unnamed is enough
    assert view.shared == ()


@given(raisers=RAISERS)
def test_a_raiser_sees_their_own_and_opted_in_wordings_without_names(raisers: list[Raiser]) -> None:
    own = raisers[0]
    view = seen_by(barrier(*raisers), Reader(partner=own.partner, organisation=own.organisation), RULES)
    assert view is not None
    assert view.own is own
    assert view.named == ()
    assert sorted(view.shared) == sorted(
        each.wording for each in raisers[1:] if each.shared and each.consent is not Consent.PRIVATE
    )


def test_only_as_a_lead_does_a_raiser_see_names() -> None:
    raisers = (raiser(0, ORGANISATIONS[0], Consent.COUNTED), raiser(1, ORGANISATIONS[1], Consent.NAMED))
    reader = Reader(partner=PartnerId("p0"), organisation=ORGANISATIONS[0], lead=True)
    view = seen_by(barrier(*raisers), reader, RULES)
    assert view is not None
    assert view.named == (raisers[1],)


def test_what_it_affects_is_shown_to_whoever_may_know_who_said_so() -> None:
    first = raiser(0, ORGANISATIONS[0], Consent.COUNTED)
    raisers = (first, raiser(1, ORGANISATIONS[1], Consent.NAMED))
    found = replace(barrier(*raisers), organisations=(ORGANISATIONS[0],))
    lead = seen_by(found, Reader(partner=PartnerId("x"), organisation=ORGANISATIONS[1], lead=True), RULES)
    own = seen_by(found, Reader(partner=first.partner, organisation=ORGANISATIONS[0]), RULES)
    assert lead is not None
    assert own is not None
    assert (lead.affects, own.affects) == ((), (ORGANISATIONS[0],))
