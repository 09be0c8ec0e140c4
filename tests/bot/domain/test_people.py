"""Who may see what: an audience sees a document only when everybody in it may."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, Audience, OrganisationId
from tests.bot.plans import steady

_ids = st.sampled_from([OrganisationId(name) for name in ("council", "housing", "police", "trust")])
_documents = st.lists(_ids | st.sampled_from([PUBLIC, WHOLE_PARTNERSHIP]), max_size=4).map(tuple)
_audiences = st.builds(Audience, organisations=st.frozensets(_ids), complete=st.booleans())


@steady
@given(_audiences, _documents)
def test_it_sees_exactly_what_everyone_in_it_may_see(audience: Audience, document: tuple[str, ...]) -> None:
    each = [name in document or WHOLE_PARTNERSHIP in document for name in audience.organisations]
    expected = PUBLIC in document or (audience.complete and bool(each) and all(each))
    assert audience.may_see(document) is expected


@steady
@given(_audiences, _documents, _ids)
def test_one_more_organisation_in_a_conversation_never_shows_more(
    audience: Audience, document: tuple[str, ...], newcomer: OrganisationId
) -> None:
    joined = Audience(organisations=audience.organisations | {newcomer}, complete=audience.complete)
    if audience.organisations and joined.may_see(document):
        assert audience.may_see(document)


@steady
@given(st.frozensets(_ids), _documents)
def test_somebody_unidentified_leaves_public_documents_only(
    organisations: frozenset[OrganisationId], document: tuple[str, ...]
) -> None:
    assert Audience(organisations=organisations, complete=False).may_see(document) is (PUBLIC in document)


@steady
@given(_documents)
def test_nobody_sees_public_documents_only(document: tuple[str, ...]) -> None:
    assert Audience().may_see(document) is (PUBLIC in document)


@steady
@given(_audiences)
def test_a_document_for_nobody_is_seen_by_nobody(audience: Audience) -> None:
    assert not audience.may_see(())


def test_two_organisations_see_what_both_may_see() -> None:
    both = Audience(organisations=frozenset({OrganisationId("council"), OrganisationId("housing")}))
    assert both.may_see(("council", "housing", "police"))
    assert both.may_see((WHOLE_PARTNERSHIP,))
    assert not both.may_see(("council",))
