"""Organisations: known by what platforms say, never by a name alone; who leaves is a partner no more."""

from dataclasses import replace

import pytest

from bot.coaching.roles import organising
from bot.coaching.roles.commands import ADD_ORGANISATION, ORGANISATIONS, REMOVE_ORGANISATION
from bot.domain.barrier_rules import assigned, raised
from bot.domain.barriers import BarrierId
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Organisation, OrganisationId, PartnershipId
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.partnerships import Partnerships
from tests.bot.coaching.barriers_at_hand import part
from tests.bot.coaching.roles_room import (
    AMARA,
    CERI,
    HANA,
    HARBOUR,
    HUGO,
    PIP,
    PLAN,
    WORDS,
    Room,
    home,
    person,
    whom,
)
from tests.fakes import NOON

FIRE = {"organisation_name": "Fire Service", "email_domains": "fire.example", "slack_teams": "T0FIRE"}


async def test_only_leads_see_and_change_organisations(database: Database) -> None:
    room = await Room.open(database)
    commands = [f"/{each}" for each in (ORGANISATIONS, ADD_ORGANISATION, REMOVE_ORGANISATION)]
    for act in (*commands, organising.SAVE, organising.REMOVE_YES):
        assert (await room.does(HANA, act, value="police", **FIRE)).card.plain == WORDS("partners.leads_only")
    assert await room.plan() == PLAN


async def test_an_organisation_that_is_added_is_recognised_and_every_lead_is_told(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    said = await room.does(AMARA, organising.SAVE, **FIRE)
    assert whom(said) == {home(HUGO)}
    added = (await room.plan()).organisations[-1]
    assert (added.name, added.email_domains, added.slack_teams) == ("Fire Service", ("fire.example",), ("T0FIRE",))
    for each in (person("flo", "fire.example"), person("fay", team="T0FIRE")):
        found = await room.recognised(each)
        assert found is not None
        assert found.standing.organisation == added.id


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"email_domains": "", "slack_teams": ""}, WORDS("partners.no_mark")),
        ({"email_domains": "gmail.com"}, WORDS("partners.anybodys", mark="gmail.com")),
        ({"email_domains": "Outlook.com"}, WORDS("partners.anybodys", mark="outlook.com")),
        ({"email_domains": "fire.example police.example"}, WORDS("partners.taken", mark="police.example")),
        ({"slack_teams": "THOUSING"}, WORDS("partners.taken", mark="THOUSING")),
        ({"slack_teams": "THERE"}, WORDS("partners.taken", mark="THERE")),
        ({"slack_teams": "the fire service"}, WORDS("partners.bad_mark.slack_teams", mark="the")),
        ({"email_domains": "fire"}, WORDS("partners.bad_mark.email_domains", mark="fire")),
        ({"teams_tenants": "fire"}, WORDS("partners.bad_mark.teams_tenants", mark="fire")),
        ({"organisation_name": " "}, WORDS("partners.bad_name")),
        ({"organisation_name": "police", "slack_teams": "THOUSING"}, WORDS("partners.taken", mark="THOUSING")),
    ],
)
async def test_what_identifies_nobody_or_somebody_else_is_refused(
    database: Database, changed: dict[str, str], said: str
) -> None:
    room = await Room.open(database)
    there = Organisation(id=OrganisationId("x"), name="There", slack_teams=("THERE",))
    other = PartnershipPlan(id=PartnershipId("other"), name="Other", zone="UTC", organisations=(there,), leads=())
    await Partnerships(database).save(other, NOON)
    assert (await room.does(AMARA, organising.SAVE, **{**FIRE, **changed})).card.plain == said
    assert await Partnerships(database).find("harbour") == PLAN


async def test_the_same_message_taken_up_again_adds_one(database: Database) -> None:
    room = await Room.open(database)
    first = await room.does(AMARA, organising.SAVE, **FIRE)
    room.numbers = iter([0])  # type: ignore[assignment]
    again = await room.does(AMARA, organising.SAVE, **FIRE)
    assert again == first
    assert len((await room.plan()).organisations) == len(PLAN.organisations) + 1


async def test_one_that_is_there_is_known_by_more_and_every_lead_is_told(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    more = {
        "organisation_name": "harbour housing",
        "email_domains": "housing.example",
        "teams_tenants": "",
        "slack_teams": "",
    }
    first = await room.does(AMARA, organising.SAVE, **{**more, "slack_teams": "THOUSING T0NEW"})
    room.numbers = iter([0, 9])  # type: ignore[assignment]
    assert await room.does(AMARA, organising.SAVE, **{**more, "slack_teams": "THOUSING T0NEW"}) == first
    assert first.card.plain == WORDS("partners.extended", organisation="Harbour Housing", marks="T0NEW")
    assert whom(first) == {home(HUGO)}
    plan = await room.plan()
    assert [each.id for each in plan.organisations] == [each.id for each in PLAN.organisations]
    found = await room.recognised(person("nia", team="T0NEW"))
    assert found is not None
    assert found.standing.organisation == "housing"
    nothing = (await room.does(AMARA, organising.SAVE, **more)).card.plain
    assert nothing == WORDS("partners.same_name", organisation="Harbour Housing")


async def test_who_leaves_is_nobody_and_sees_nothing_and_the_rest_goes_on(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO, HANA, PIP)
    asked = await room.does(AMARA, f"/{REMOVE_ORGANISATION}", text="Harbour Housing")
    assert await room.plan() == PLAN
    said = await room.presses(AMARA, asked, organising.REMOVE_YES)
    assert whom(said) == {home(HUGO)}  # its own lead, for the last time
    plan = await room.plan()
    assert [each.id for each in plan.organisations] == ["council", "police"]
    assert [each.name for each in plan.leads] == ["Amara"]
    assert plan.document_audiences == {"a.md": ("council",), "b.md": (), "c.md": ("public",)}
    assert [each.name for each in plan.contacts] == ["Ceri"]
    assert [await room.recognised(each) is not None for each in (HUGO, HANA, PIP, CERI)] == [False, False, True, True]
    everybody = await room.roles.people.active(HARBOUR)
    assert {each.place for each in (await room.roles.homes.of(everybody)).values()} == {home(AMARA), home(PIP)}


async def test_what_its_people_looked_after_has_nobody_and_what_they_said_stays(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO, HANA)
    found = await room.recognised(HANA)
    assert found is not None
    assert found.partner is not None
    store = Barriers(database)
    barrier = raised(HARBOUR, replace(part(found.partner), origin=BarrierId("b1")), "trust", "r1")
    owned = assigned(barrier, HUGO.email, None, "a1", NOON, None)
    await store.save((None, owned), now=NOON)
    await room.does(AMARA, organising.REMOVE_YES, value="housing")
    now = await store.find(BarrierId("b1"))
    assert now is not None
    assert (now.owner, now.raisers, now.status) == ("", owned.raisers, owned.status)


async def test_it_can_come_back_as_the_same(database: Database) -> None:
    room = await Room.open(database)
    await room.does(AMARA, organising.REMOVE_YES, value="police")
    assert await room.recognised(PIP) is None
    await room.does(AMARA, organising.SAVE, organisation_name="Police", email_domains="police.example")
    found = await room.recognised(PIP)
    assert found is not None
    assert found.standing.organisation == "police"


async def test_a_lead_lets_their_own_leave_and_the_last_one_stays(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    await room.does(AMARA, organising.REMOVE_YES, value="police")
    said = await room.does(HUGO, organising.REMOVE_YES, value="housing")
    assert whom(said) == {home(AMARA)}
    assert await room.recognised(HUGO) is None
    last = await room.does(AMARA, organising.REMOVE_YES, value="council")
    assert last.card.plain == WORDS("partners.last_organisation")
    assert [each.id for each in (await room.plan()).organisations] == ["council"]


async def test_it_is_said_that_no_lead_would_be_left(database: Database) -> None:
    room = await Room.open(database, replace(PLAN, leads=PLAN.leads[:1]))
    asked = await room.does(AMARA, f"/{REMOVE_ORGANISATION}", text="The Council")
    assert WORDS("partners.leaves.no_lead") in asked.card.plain
