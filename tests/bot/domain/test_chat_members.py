"""Who came and who left lies over the file, whatever the file says later; an identity is still claimed once."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chat_members import (
    joined_value,
    lead_key,
    lead_value,
    left_value,
    member_key,
    no_lead_key,
    overlaid_members,
)
from bot.domain.partnership import Contact, Lead, PartnershipPlan
from bot.domain.partnership_rules import claimed_once
from bot.domain.people import Organisation, OrganisationId
from bot.partnership_changes import set_in_chat
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN, plans

POLICE = Organisation(id=OrganisationId("o-1"), name="Police", email_domains=("police.example",))


def test_who_came_is_in_and_is_told_as_set_in_chat() -> None:
    said = {member_key(POLICE.id): joined_value(POLICE, "c")}
    assert overlaid_members(PLAN, said).organisations == (*PLAN.organisations, POLICE)
    assert [each.words for each in set_in_chat(PLAN, said)] == [
        "organisation “Police” added",
        "e-mail domain police.example of “Police” added",
    ]


def test_who_left_is_out_of_everything() -> None:
    contact = Contact(name="Hugo", how="01632", for_organisation=HOUSING.id)
    plan = replace(PLAN, leads=(*PLAN.leads, Lead(name="H", organisation=HOUSING.id, email="h@h.example")))
    plan = replace(plan, contacts=(*PLAN.contacts, contact), document_audiences={"a": ("housing",), "b": ("public",)})
    left = overlaid_members(plan, {member_key(HOUSING.id): left_value(HOUSING, "c")})
    assert left.organisations == (COUNCIL,)
    assert (left.leads, left.contacts) == (PLAN.leads, PLAN.contacts)
    assert left.document_audiences == {"a": (), "b": ("public",)}


def test_leads_come_and_go() -> None:
    second = Lead(name="Ben", organisation=HOUSING.id, email="Ben@housing.example")
    said = {lead_key(second.email): lead_value(second, "c"), no_lead_key(LEAD.email): {"left": True}}
    assert overlaid_members(PLAN, said).leads == (second,)
    assert lead_key("BEN@housing.example") == lead_key(second.email)
    assert "ben" not in lead_key(second.email)


def test_an_identity_that_a_later_file_gives_to_another_is_the_files() -> None:
    said = {member_key(POLICE.id): joined_value(replace(POLICE, slack_teams=("T0HOUSING", "T0P")), "c")}
    assert overlaid_members(PLAN, said).organisations[-1].slack_teams == ("T0P",)


@given(plan=plans(), data=st.data())
def test_whatever_is_said_no_identity_is_claimed_twice_and_nobody_is_left_over(
    plan: PartnershipPlan, data: st.DataObject
) -> None:
    every = st.sampled_from([*plan.organisations, POLICE])
    said = {}
    for each in data.draw(st.lists(every, max_size=4)):
        came = replace(each, email_domains=(*each.email_domains, *data.draw(every).email_domains))
        unique = replace(came, email_domains=tuple(dict.fromkeys(came.email_domains)))
        value = joined_value(unique, "c") if data.draw(st.booleans()) else left_value(each, "c")
        said[member_key(each.id)] = value
    for lead in data.draw(st.lists(st.sampled_from([*plan.leads, LEAD]), max_size=3)):
        key = lead_key if data.draw(st.booleans()) else no_lead_key
        said[key(lead.email)] = lead_value(lead, "c")
    after = overlaid_members(plan, said)
    ids = {each.id for each in after.organisations}
    assert list(claimed_once(after)) == []
    assert len(ids) == len(after.organisations)
    assert {each.organisation for each in after.leads} <= ids
    assert {each.for_organisation for each in after.contacts} <= {None, *ids}
    named = {name for names in after.document_audiences.values() for name in names}
    assert named <= {"public", "partnership", *ids}
