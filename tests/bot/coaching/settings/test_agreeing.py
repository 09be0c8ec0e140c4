"""Leads agree in chat how many stand behind a figure and whom people turn to; lowered, everybody hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from bot.coaching.recognising import Recognised
from bot.coaching.settings import agreeing
from bot.coaching.settings.agreeing import Agreeing
from bot.delivery.saying import in_full
from bot.domain.cards import Card, from_json
from bot.domain.membership import Standing
from bot.domain.messages import EventKey, Place
from bot.domain.partnership import Contact, Disclosure, PartnershipPlan
from bot.domain.people import Identity
from bot.store.agreements import Agreements
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.partnerships import Partnerships
from bot.store.people import People
from bot.store.tables import outbox
from prompts import words
from tests.bot.coaching.barriers_at_hand import BEN, LEADING, recognised
from tests.bot.plans import HOUSING, PLAN
from tests.bot.store.rows import rows
from tests.fakes import NOON, counted, message

WORDS = words()


@dataclass
class Room:
    """A lead alone with the coach."""

    database: Database
    numbers: "count[int]"

    async def plan(self) -> PartnershipPlan:
        return await Partnerships(self.database).find("harbour")

    async def sends(self, action: str, who: Recognised = LEADING, **values: Any) -> Card:
        key = EventKey(f"slack:{next(self.numbers)}")
        incoming = replace(message("m", text=""), key=key, action=action, values=values)
        homes, people = Homes(self.database), People(self.database, counted("p"))
        case = Agreeing(agreements=Agreements(self.database), people=people, homes=homes, words=WORDS)
        return in_full(await case.actions[action](incoming, replace(who, plan=await self.plan()))).card

    async def told(self) -> list[tuple[str, str]]:
        found = await rows(self.database, outbox)
        return [(row["place"], from_json(row["payload"]).plain) for row in found]


@pytest.fixture
async def room(database: Database) -> Room:
    await Partnerships(database).save(PLAN, NOON)
    people, homes = People(database, counted("p")), Homes(database)
    for name in ("ben", "cho"):
        identity = Identity(platform="slack", tenant="T0", user=name, email=f"{name}@housing.example")
        held = await people.admit(identity, Standing(partnership=PLAN.id, organisation=HOUSING.id))
        await homes.remember(held.partner, identity.key, "slack", Place(f"T0/{name}/"), NOON)
    return Room(database=database, numbers=count(1))


@pytest.mark.parametrize("action", [agreeing.AGREE, agreeing.AGREED, agreeing.CONTACTS, agreeing.CONTACT_SAVED])
async def test_it_is_for_leads(room: Room, action: str) -> None:
    card = await room.sends(action, recognised(BEN), least_people="3", matter="all", contact_name="B", contact_how="1")
    assert card.plain == WORDS("mine.rhythm.leads_only")
    assert await room.plan() == PLAN


async def test_the_form_says_what_holds_and_offers_nothing_below_the_floor(room: Room) -> None:
    form = (await room.sends(agreeing.AGREE)).form
    assert form is not None
    people, organisations = form.fields
    assert (people.initial, people.choices[0][0], organisations.choices[0][0]) == ("5", "3", "2")


async def test_lowered_it_is_told_to_everybody_and_holds_for_later(room: Room) -> None:
    card = await room.sends(agreeing.AGREED, least_people="3", least_organisations="2")
    assert WORDS("setup.lowered", k=3, m=2) in card.plain
    rules = (await room.plan()).disclosure
    assert (rules.k, rules.m, [(each.k, each.until) for each in rules.earlier]) == (3, 2, [(5, NOON)])
    told = await room.told()
    assert {place for place, _ in told} == {"T0/ben/", "T0/cho/"}
    assert all("3 people" in said for _, said in told)


async def test_raised_it_is_told_to_nobody(room: Room) -> None:
    card = await room.sends(agreeing.AGREED, least_people="7", least_organisations="2")
    assert WORDS("setup.agreed", k=7, m=2) in card.plain
    assert (await room.plan()).disclosure == Disclosure(k=7, m=2)
    assert await room.told() == []
    await room.sends(agreeing.AGREED, least_people="7", least_organisations="2")
    assert await room.told() == []


@pytest.mark.parametrize("values", [{"least_people": "2"}, {"least_people": "-3"}, {"least_organisations": "1"}])
@pytest.mark.parametrize("more", [{}, {"least_people": "9" * 5000}, {"least_people": "٣"}])
async def test_what_is_below_the_floor_is_refused(room: Room, values: Mapping[str, Any], more: Any) -> None:
    before = await room.plan()
    await room.sends(agreeing.AGREED, **{**more, **values})
    assert await room.plan() == before


async def test_somebody_is_named_for_a_matter_and_taken_out_again(room: Room) -> None:
    form: dict[str, Any] = {"matter": "trust", "contact_name": " Lena  Dahl ", "contact_how": "ext. 7"}
    assert "Lena Dahl" in (await room.sends(agreeing.CONTACT_SAVED, **form)).plain
    lena = Contact(name="Lena Dahl", how="ext. 7", for_factor="trust")
    assert (await room.plan()).contacts == (*PLAN.contacts, lena)
    assert "Lena Dahl, ext. 7" in (await room.sends(agreeing.CONTACTS)).plain
    empty: dict[str, Any] = {"matter": "trust", "contact_name": "", "contact_how": ""}
    assert WORDS("setup.unnamed") in (await room.sends(agreeing.CONTACT_SAVED, **empty)).plain
    assert (await room.plan()).contacts == PLAN.contacts


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"matter": "weather", "contact_name": "A", "contact_how": "B"}, "no_matter"),
        ({"matter": "all", "contact_name": "A", "contact_how": ""}, "half_a_contact"),
        ({"matter": "all", "contact_name": "A" * 81, "contact_how": "B"}, "long_contact"),
        ({"matter": "all", "contact_name": "A", "contact_how": "\u202e"}, "long_contact"),
    ],
)
async def test_a_contact_that_cannot_be_is_refused(room: Room, form: dict[str, Any], why: str) -> None:
    assert (await room.sends(agreeing.CONTACT_SAVED, **form)).plain == WORDS(f"setup.{why}")
    assert (await room.plan()).contacts == PLAN.contacts
