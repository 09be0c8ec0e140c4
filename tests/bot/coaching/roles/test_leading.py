"""Leads: a second one accepts, whoever hands over leads until then, and the last one does not just go."""

import asyncio
from dataclasses import replace

import pytest

from bot.coaching.roles import leading, organising
from bot.coaching.roles.commands import ADD_PARTNER, HAND_OVER, INVITE_LEAD, STEP_DOWN
from bot.coaching.roles.peopling import REMOVE_YES
from bot.desks.settings import erasing_from
from bot.domain.partnership import Lead
from bot.domain.people import Identity, PartnerId
from bot.store.database import Database
from bot.store.outbox import Outbox
from bot.store.partnerships import Partnerships
from bot.store.personal import Erasure
from bot.store.without_lead import without_lead
from tests.bot.coaching.roles_room import (
    AMARA,
    CERI,
    HANA,
    HARBOUR,
    HUGO,
    OUTSIDER,
    PLAN,
    SECRET,
    WORDS,
    Room,
    home,
    whom,
)
from tests.bot.removing import remove
from tests.fakes import lease


async def leads(room: Room, *people: Identity) -> list[bool]:
    found = [await room.recognised(each) for each in people]
    return [each is not None and each.standing.lead for each in found]


async def offered(room: Room) -> str:
    (offer,) = await room.roles.offers.of(HARBOUR, room.at)
    return offer.id


async def test_only_leads_invite_hand_over_and_step_down(database: Database) -> None:
    room = await Room.open(database)
    for act in (f"/{INVITE_LEAD}", f"/{HAND_OVER}", f"/{STEP_DOWN}", leading.INVITE_SAVE):
        assert (await room.does(HANA, act)).card.plain == WORDS("partners.leads_only")


async def test_whoever_is_invited_is_asked_once_they_were_met_and_leads_by_accepting(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    await room.does(AMARA, f"/{INVITE_LEAD}", text=str(CERI.email))
    await room.rounds()
    assert await Outbox(database).counts() == {}
    await room.met(CERI)
    await room.rounds()
    await room.rounds(minutes=1)
    asked = await Outbox(database).claim(lease("s", at=60))
    assert asked is not None
    assert (asked.place, await Outbox(database).counts()) == (home(CERI), {"sending": 1})
    assert await leads(room, CERI) == [False]
    said = await room.does(CERI, leading.TAKE, value=await offered(room))
    assert whom(said) == {home(AMARA), home(HUGO)}
    assert await leads(room, CERI, AMARA, HUGO) == [True, True, True]
    assert "Ceri" in [each.name for each in (await room.plan()).leads]


async def test_an_offer_is_for_its_receiver_alone_and_once(database: Database) -> None:
    room = await Room.open(database)
    await room.does(AMARA, f"/{INVITE_LEAD}", text=str(CERI.email))
    offer = await offered(room)
    assert (await room.does(HANA, leading.TAKE, value=offer)).card.plain == WORDS("partners.not_for_you")
    assert await leads(room, HANA) == [False]
    declined = await room.does(CERI, leading.DECLINE, value=offer)
    assert declined.card.plain == WORDS("partners.declined")
    assert (await room.does(CERI, leading.TAKE, value=offer)).card.plain == WORDS("partners.offer_gone")
    assert await leads(room, CERI) == [False]


async def test_somebody_of_no_organisation_is_named_with_one(database: Database) -> None:
    room = await Room.open(database)
    await room.does(AMARA, f"/{INVITE_LEAD}", text=f"{OUTSIDER.email} to Police")
    assert await leads(room, OUTSIDER) == [False]
    await room.does(OUTSIDER, leading.TAKE, value=await offered(room))
    assert await leads(room, OUTSIDER) == [True]
    assert await room.roles.leads(HARBOUR) != {}


async def test_whoever_hands_over_leads_until_it_is_taken(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO, CERI)
    await room.does(AMARA, f"/{HAND_OVER}", text=str(CERI.email))
    assert await leads(room, AMARA, CERI) == [True, False]
    said = await room.does(CERI, leading.TAKE, value=await offered(room))
    assert whom(said) == {home(AMARA), home(HUGO)}
    assert await leads(room, AMARA, CERI, HUGO) == [False, True, True]


async def test_an_offer_is_too_old_after_a_month(database: Database) -> None:
    room = await Room.open(database)
    await room.does(AMARA, f"/{INVITE_LEAD}", text=str(CERI.email))
    offer = await offered(room)
    await room.rounds(days=30)
    assert (await room.does(CERI, leading.TAKE, value=offer)).card.plain == WORDS("partners.offer_gone")


async def test_a_lead_steps_down_with_a_second_press_and_the_last_one_cannot(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    asked = await room.does(AMARA, f"/{STEP_DOWN}")
    assert await leads(room, AMARA) == [True]
    said = await room.presses(AMARA, asked, leading.STEP_DOWN_YES)
    assert whom(said) == {home(HUGO)}
    assert await leads(room, AMARA, HUGO) == [False, True]
    last = await room.does(HUGO, f"/{STEP_DOWN}")
    assert last.card.plain == WORDS("partners.last_lead")
    assert [each.action for each in last.card.buttons] == [leading.HAND_OVER_ASK, leading.WIND_UP_ASK]
    found = await room.recognised(HUGO)
    assert found is not None
    await room.does(HUGO, leading.STEP_DOWN_YES, value=str(found.partner))
    assert await leads(room, HUGO) == [True]


async def test_nobody_steps_down_for_somebody_else(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    asked = await room.does(AMARA, f"/{STEP_DOWN}")
    said = await room.presses(HUGO, asked, leading.STEP_DOWN_YES)
    assert said.card.plain == WORDS("partners.not_for_you")
    assert await leads(room, AMARA, HUGO) == [True, True]


async def told_of(room: Room, *, at: float) -> list[str]:
    found: list[str] = []
    while (each := await Outbox(room.database).claim(lease("s", at=at))) is not None:
        found.append(str(each.place))
    return found


async def test_without_a_lead_contacts_are_told_once_and_check_ins_pause_after_the_week(database: Database) -> None:
    room = await Room.open(database)
    await room.rounds()
    await room.met(CERI, AMARA, HUGO)
    await room.rounds(minutes=1)
    await room.does(AMARA, organising.REMOVE_YES, value="housing")
    asked = await room.does(AMARA, f"/{STEP_DOWN}")
    assert asked.card.plain == WORDS("partners.last_lead")
    found = await room.recognised(AMARA)
    assert found is not None
    assert found.partner is not None
    # What is left when the account of the last lead is gone.
    await remove(room.database, found.partner)
    for _ in range(3):
        await room.rounds(minutes=1)
    assert await told_of(room, at=600) == [home(CERI)]
    assert (await room.plan()).check_ins  # Monday: until the week is over
    await room.rounds(days=7)
    assert not (await room.plan()).check_ins


async def test_a_lead_who_comes_makes_it_whole_again(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA)
    await room.rounds()
    found = await room.recognised(AMARA)
    assert found is not None
    assert found.partner is not None
    await remove(room.database, found.partner)
    await room.rounds(minutes=1)
    await room.rounds(days=8)
    assert not (await room.plan()).check_ins
    await room.met(HUGO)
    await room.rounds(minutes=1)
    assert (await room.plan()).check_ins


async def test_a_partnership_whose_leads_have_not_written_yet_is_left_alone(database: Database) -> None:
    room = await Room.open(database)
    await room.met(HANA, CERI)
    await room.rounds(days=20)
    assert await room.plan() == PLAN
    assert await Outbox(database).counts() == {}


@pytest.mark.parametrize("gone", [True, False])
async def test_whoever_runs_the_coach_is_told(database: Database, *, gone: bool) -> None:
    room = await Room.open(database)
    await room.met(AMARA)
    await room.rounds()
    found = await room.recognised(AMARA)
    assert found is not None
    assert found.partner is not None
    if gone:
        await remove(room.database, found.partner)
    await room.rounds(minutes=1)
    assert await without_lead(database) == ([("Harbour", "2026-03-02")] if gone else [])


async def test_two_who_step_down_at_once_do_not_leave_nobody(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    asked = [await room.does(each, f"/{STEP_DOWN}") for each in (AMARA, HUGO)]
    await asyncio.gather(
        *(room.presses(each, said, leading.STEP_DOWN_YES) for each, said in zip((AMARA, HUGO), asked, strict=True))
    )
    assert True in await leads(room, AMARA, HUGO)


async def test_what_somebody_offered_who_leads_no_more_cannot_be_taken(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    await room.does(HUGO, f"/{INVITE_LEAD}", text=str(CERI.email))
    offer = await offered(room)
    await room.does(AMARA, REMOVE_YES, value=HUGO.email)
    assert (await room.does(CERI, leading.TAKE, value=offer)).card.plain == WORDS("partners.offer_gone")
    assert await leads(room, CERI) == [False]


async def test_whoever_runs_the_coach_names_a_lead_in_the_file(database: Database) -> None:
    """Also one whom a lead had added, and so the file says nothing else of them."""
    room = await Room.open(database)
    await room.does(AMARA, f"/{ADD_PARTNER}", text=f"{OUTSIDER.email} to Police")
    lead = Lead(name="Zoe", organisation=PLAN.organisations[2].id, email=OUTSIDER.email)
    await Partnerships(database).save(replace(PLAN, leads=(lead,)), room.at)
    assert await leads(room, OUTSIDER, AMARA) == [True, False]


async def test_adding_a_lead_as_a_partner_takes_nothing_from_them(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    await room.does(AMARA, f"/{ADD_PARTNER}", text=str(HUGO.email))
    assert await leads(room, HUGO) == [True]


async def test_the_last_lead_is_really_erased(database: Database) -> None:
    """Who leads by what was set in chat is in no setting any more, and the partnership has no lead."""
    room = await Room.open(database, replace(PLAN, leads=()))
    await room.roles.make_lead(PLAN, PartnerId(""), PLAN.leads[0], "c", room.at)
    await room.met(AMARA, CERI)
    assert await leads(room, AMARA) == [True]
    await room.rounds()
    erasing = erasing_from(database, SECRET, WORDS)
    found = await room.recognised(AMARA)
    assert found is not None
    assert found.partner is not None
    (who,) = await erasing.find(found.partner)
    await erasing.everything(who, Erasure(id="e", at=room.at, asked_by="", instead={}))
    await room.rounds(minutes=1)
    assert (await room.plan()).leads == ()
    assert (await without_lead(database))[0][0] == "Harbour"
    assert await told_of(room, at=600) == [home(CERI)]
