"""The rules of a partnership plan: what a valid plan is, and where each kind of nonsense is found."""

from dataclasses import replace
from itertools import takewhile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.partnership import Contact, Disclosure, Lead, PartnershipPlan, QuietHours, Retention, Rhythm
from bot.domain.partnership_rules import problems
from bot.domain.people import Organisation, OrganisationId, PartnershipId
from bot.domain.problems import At, quoted
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN, plans, steady
from tests.texts import ANY


def _places(plan: PartnershipPlan) -> list[At]:
    return [problem.at for problem in problems(plan)]


@steady
@given(plans())
def test_valid_plans_have_no_problems(plan: PartnershipPlan) -> None:
    assert problems(plan) == ()


def test_the_defaults_keep_the_rules() -> None:
    plan = PartnershipPlan(id=PartnershipId("p"), name="P", zone="UTC", organisations=(COUNCIL,), leads=(LEAD,))
    assert problems(plan) == ()
    assert (plan.disclosure.k, plan.disclosure.m) == (5, 2)
    assert (plan.rhythm.weekday, plan.rhythm.hour) == ("tuesday", 10)


@steady
@given(st.integers(-10, 40), st.integers(-10, 10))
def test_counts_never_fall_below_their_floors(k: int, m: int) -> None:
    plan = replace(PLAN, organisations=tuple(_member(number) for number in range(20)), leads=(_lead(0),))
    found = _places(replace(plan, disclosure=Disclosure(k=k, m=m), document_audiences={}))
    assert (("disclosure", "k") in found) == (k < 3)
    assert (("disclosure", "m") in found) == (m < 2)


def _member(number: int) -> Organisation:
    return Organisation(id=OrganisationId(f"org-{number}"), name=f"Member {number}")


def _lead(number: int) -> Lead:
    return Lead(name="Lead", organisation=OrganisationId(f"org-{number}"), email="lead@leads.example")


def test_a_pattern_needs_no_more_organisations_than_there_are() -> None:
    assert _places(replace(PLAN, disclosure=Disclosure(m=3))) == [("disclosure", "m")]
    assert _places(replace(PLAN, disclosure=Disclosure(m=2))) == []


@steady
@given(st.integers(-50, 50))
def test_the_hour_is_one_of_the_clock(hour: int) -> None:
    found = _places(replace(PLAN, rhythm=Rhythm(hour=hour), quiet_hours=QuietHours(begin=0, end=0)))
    assert found == ([] if 0 <= hour <= 23 else [("rhythm", "hour")])


@steady
@given(st.integers(-2, 25), st.integers(-2, 25), st.integers(0, 23))
def test_the_check_in_is_not_in_quiet_hours(begin: int, end: int, hour: int) -> None:
    found = _places(replace(PLAN, rhythm=Rhythm(hour=hour), quiet_hours=QuietHours(begin=begin, end=end)))
    ends = [("quiet_hours", name) for name, value in (("begin", begin), ("end", end)) if not 0 <= value <= 23]
    walked = takewhile(lambda passing: passing != end, ((begin + step) % 24 for step in range(24)))
    assert found == (ends or ([("rhythm", "hour")] if hour in walked else []))


def test_quiet_hours_run_past_midnight_or_within_the_day() -> None:
    assert [hour for hour in range(24) if QuietHours(begin=22, end=2).cover(hour)] == [0, 1, 22, 23]
    assert [hour for hour in range(24) if QuietHours(begin=12, end=14).cover(hour)] == [12, 13]
    assert not any(QuietHours(begin=5, end=5).cover(hour) for hour in range(24))


@steady
@given(plans(), st.data())
def test_two_organisations_with_one_id_are_found(plan: PartnershipPlan, data: st.DataObject) -> None:
    assume(len(plan.organisations) > 1)
    index = data.draw(st.integers(1, len(plan.organisations) - 1))
    organisations = list(plan.organisations)
    organisations[index] = replace(organisations[index], id=organisations[0].id)
    assert ("organisations", index, "id") in _places(replace(plan, organisations=tuple(organisations)))


@steady
@given(
    st.sampled_from(
        [
            ("slack_teams", "T0SHARED"),
            ("teams_tenants", "3f2c9a54-7d1e-4b86-9c0a-5e8d2f6b1a47"),
            ("email_domains", "shared.example"),
        ]
    ),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_an_identity_is_claimed_once(identity: tuple[str, str], first: int, second: int) -> None:
    field, value = identity
    members = [_member(number) for number in range(4)]
    claims = dict.fromkeys((first, second), (value,)) if first != second else {first: (value, value)}
    claimed = tuple(replace(member, **{field: claims.get(number, ())}) for number, member in enumerate(members))  # type: ignore[arg-type]
    plan = replace(PLAN, organisations=claimed, leads=(_lead(0),), document_audiences={})
    later = (max(first, second), field, 0) if first != second else (first, field, 1)
    assert _places(plan) == [("organisations", *later)]


def test_a_tenant_in_capitals_is_the_same_tenant() -> None:
    tenant = "3f2c9a54-7d1e-4b86-9c0a-5e8d2f6b1a47"
    members = (replace(COUNCIL, teams_tenants=(tenant,)), replace(HOUSING, teams_tenants=(tenant.upper(),)))
    assert _places(replace(PLAN, organisations=members)) == [("organisations", 1, "teams_tenants", 0)]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"organisations": ()}, ("organisations",)),
        ({"leads": ()}, ("leads",)),
        ({"id": "Harbour Side"}, ("id",)),
        ({"id": "x" * 41}, ("id",)),
        ({"name": "  "}, ("name",)),
        ({"name": "two\nlines"}, ("name",)),
        ({"name": "x" * 121}, ("name",)),
        ({"zone": "Europe/Lundon"}, ("zone",)),
        ({"zone": "europe/london"}, ("zone",)),
        ({"zone": "../etc/passwd"}, ("zone",)),
        ({"rhythm": Rhythm(weekday="Tuesday")}, ("rhythm", "weekday")),
        ({"rhythm": Rhythm(last_day="someday")}, ("rhythm", "last_day")),
        ({"rhythm": Rhythm(weekday="sunday")}, ("rhythm", "weekday")),
        ({"retention": Retention(replies=0)}, ("retention", "replies")),
        ({"retention": Retention(questions=3651)}, ("retention", "questions")),
        ({"leads": (replace(LEAD, organisation=OrganisationId("counci")),)}, ("leads", 0, "organisation")),
        ({"leads": (replace(LEAD, email="amara"),)}, ("leads", 0, "email")),
        ({"leads": (LEAD, replace(LEAD, email="AMARA@council.example"))}, ("leads", 1, "email")),
        ({"leads": (replace(LEAD, organisation=HOUSING.id),)}, ("leads", 0, "email")),
        ({"document_audiences": {"a.md": ()}}, ("document_audiences", "a.md")),
        ({"document_audiences": {"a.md": ("police",)}}, ("document_audiences", "a.md", 0)),
        ({"document_audiences": {"a.md": ("public", "council")}}, ("document_audiences", "a.md")),
        ({"document_audiences": {"../a.md": ("public",)}}, ("document_audiences", "../a.md")),
        ({"document_audiences": {"/a.md": ("public",)}}, ("document_audiences", "/a.md")),
        ({"contacts": (Contact(name="Desk", how=" "),)}, ("contacts", 0, "how")),
        ({"contacts": (Contact(name="Desk", how="x"), Contact(name="Desk", how="y"))}, ("contacts", 1, "name")),
        ({"contacts": (Contact(name="Desk", how="x", for_factor="luck"),)}, ("contacts", 0, "for_factor")),
        (
            {"contacts": (Contact(name="Desk", how="x", for_organisation=OrganisationId("police")),)},
            ("contacts", 0, "for_organisation"),
        ),
    ],
)
def test_nonsense_is_found_where_it_stands(change: dict[str, object], at: At) -> None:
    broken = {"organisations"} & set(change)
    plan = replace(PLAN, **change)  # type: ignore[arg-type]
    assert at in _places(plan) if broken else _places(plan) == [at]


@pytest.mark.parametrize("name", ["public", "partnership"])
def test_no_organisation_is_called_what_an_audience_is_called(name: str) -> None:
    members = (*PLAN.organisations, Organisation(id=OrganisationId(name), name="Sly"))
    assert _places(replace(PLAN, organisations=members)) == [("organisations", 2, "id")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slack_teams", "harbour-housing"),
        ("slack_teams", "C0CHANNEL"),
        ("teams_tenants", "contoso.onmicrosoft.com"),
        ("email_domains", "someone@housing.example"),
        ("email_domains", "housing"),
        ("email_domains", "Housing.example"),
        ("email_domains", "-a.example"),
        ("email_domains", "gmail.com"),
        ("email_domains", "hotmail.co.uk"),
    ],
)
def test_an_identity_is_one_that_a_platform_vouches_for(field: str, value: str) -> None:
    members = (COUNCIL, replace(HOUSING, **{field: (value,)}))  # type: ignore[arg-type]
    assert _places(replace(PLAN, organisations=members)) == [("organisations", 1, field, 0)]


def test_advice_names_the_nearest_choice() -> None:
    texts = [problem.text for problem in problems(replace(PLAN, document_audiences={"a.md": ("counsil",)}))]
    assert texts == ["there is no organisation “counsil”; did you mean council?"]
    [zone] = problems(replace(PLAN, zone="Europe/Lundon"))
    assert "did you mean Europe/London?" in zone.text


@steady
@given(st.text(ANY, max_size=200))
def test_a_wrong_value_is_repeated_short_and_readable(text: str) -> None:
    shown = quoted(text)
    assert shown.isprintable()
    assert len(shown) <= 63
