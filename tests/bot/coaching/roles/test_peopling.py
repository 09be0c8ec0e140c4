"""Partners by a lead's word: added by a verified address or a code, removed for good until they are added again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.coaching.roles import peopling
from bot.coaching.roles.commands import ADD_PARTNER, INVITE_LEAD, PARTNERS, REMOVE_PARTNER
from bot.delivery.saying import Says
from bot.domain.cards import Card
from bot.domain.check_ins import CheckIn, CheckInId, State
from bot.domain.messages import Place
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import Organisation, OrganisationId, PartnershipId
from bot.store import notices
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.inbox import Promise, Reply
from bot.store.outbox import Outbox
from bot.store.partnerships import Partnerships
from tests.bot.coaching.roles_room import (
    AMARA,
    CERI,
    COUNCIL,
    HANA,
    HARBOUR,
    HUGO,
    OUTSIDER,
    WORDS,
    Room,
    home,
    person,
    whom,
)


def text(said: Says) -> str:
    return said.card.plain


async def test_only_leads_see_and_change_partners(database: Database) -> None:
    room = await Room.open(database)
    for act in (f"/{PARTNERS}", f"/{ADD_PARTNER}", f"/{REMOVE_PARTNER}", peopling.SAVE, peopling.REMOVE_YES):
        assert text(await room.does(HANA, act)) == WORDS("partners.leads_only")


async def test_an_address_makes_a_partner_of_whoever_a_platform_verified_under_it(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    assert await room.recognised(OUTSIDER) is None
    said = await room.does(AMARA, f"/{ADD_PARTNER}", text=f"{OUTSIDER.email} to Harbour Housing")
    assert whom(said) == {home(HUGO)}
    found = await room.recognised(OUTSIDER)
    assert found is not None
    assert (found.standing.organisation, found.standing.lead) == ("housing", False)
    assert await room.recognised(replace(OUTSIDER, email="", user="U2")) is None


async def test_without_an_address_a_code_is_given_that_works_once(database: Database) -> None:
    room = await Room.open(database)
    said = await room.does(AMARA, peopling.SAVE, partner_organisation="police", partner_email="")
    code = "2222-2222-2222"
    assert code in text(said)
    joined = await room.roles.people.held([OUTSIDER])
    assert joined == {}


WHICH = WORDS("partners.which_organisation", names="The Council, Harbour Housing, Police")


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("nobody@council.example to Police", WORDS("partners.others_address", organisation="The Council")),
        ("zoe@elsewhere.example", WHICH),
        ("zoe@elsewhere.example to Fire", WHICH),
    ],
)
async def test_whom_it_cannot_be_is_said(database: Database, rest: str, said: str) -> None:
    room = await Room.open(database)
    assert text(await room.does(AMARA, f"/{ADD_PARTNER}", text=rest)) == said
    assert await room.roles.changes.named(HARBOUR, active=True) == []


async def test_a_removed_partner_is_nobody_on_any_platform_until_they_are_added_again(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO, HANA)
    again = replace(HANA, platform="slack", tenant="T9", user="U9")
    asked = await room.does(AMARA, f"/{REMOVE_PARTNER}", text=str(HANA.email))
    assert await room.recognised(HANA) is not None
    said = await room.presses(AMARA, asked, peopling.REMOVE_YES)
    assert whom(said) == {home(HUGO)}
    assert (await room.recognised(HANA), await room.recognised(again)) == (None, None)
    await room.does(AMARA, f"/{ADD_PARTNER}", text=str(HANA.email))
    found = await room.recognised(HANA)
    assert found is not None
    assert found.standing.organisation == "housing"


async def test_somebody_who_was_never_met_is_removed_in_the_same_words(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HANA)
    said = {}
    for each in (HANA, CERI):
        asked = await room.does(AMARA, f"/{REMOVE_PARTNER}", text=str(each.email))
        done = await room.presses(AMARA, asked, peopling.REMOVE_YES)
        said[each.email] = (text(asked) + text(done)).replace(each.email, "…")
        assert await room.recognised(each) is None
    assert len(set(said.values())) == 1


async def test_the_list_does_not_tell_who_wrote(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA)
    before = text(await room.does(AMARA, f"/{PARTNERS}"))
    await room.met(HANA, CERI, HUGO)
    assert text(await room.does(AMARA, f"/{PARTNERS}")) == before
    assert "council.example" in before
    assert "Amara (lead)" in before


async def test_what_waits_for_somebody_removed_is_not_sent(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HANA)
    found = await room.recognised(HANA)
    assert found is not None
    assert found.partner is not None
    check_in = CheckIn(
        id=CheckInId("c1"),
        partner=found.partner,
        partnership=HARBOUR,
        organisation=found.standing.organisation,
        week="2026-W10",
        question="q",
        factor="trust",
        asked_at=room.at,
        until=room.at + timedelta(days=3),
        state=State.ASKED,
        remind_at=room.at + timedelta(days=1),
    )
    waits = Reply(key="check-in:c1:0", platform="slack", place=Place(home(HANA)), card=Card(), promise=Promise.NOTICE)
    await CheckIns(database).invite([(check_in, None)], room.at)
    await database.write(lambda connection: notices.put(connection, database, [waits], room.at))
    assert await Outbox(database).counts() == {"pending": 1}
    await room.does(AMARA, peopling.REMOVE_YES, value=HANA.email)
    assert await Outbox(database).counts() == {}
    latest = await CheckIns(database).latest(found.partner)
    assert latest is not None
    assert latest.remind_at is None


async def test_no_lead_removes_themselves_and_a_removed_lead_leads_no_more(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA, HUGO)
    own = await room.does(AMARA, peopling.REMOVE_YES, value=AMARA.email)
    assert text(own) == WORDS("partners.not_yourself")
    await room.does(AMARA, peopling.REMOVE_YES, value=HUGO.email)
    assert [each.name for each in (await room.plan()).leads] == ["Amara"]
    await room.does(AMARA, f"/{ADD_PARTNER}", text=str(HUGO.email))
    found = await room.recognised(HUGO)
    assert found is not None
    assert not found.standing.lead


async def test_lead_after_the_name_asks_them_to_lead(database: Database) -> None:
    room = await Room.open(database)
    said = await room.does(AMARA, f"/{ADD_PARTNER}", text=f"{OUTSIDER.email} to The Council lead")
    assert text(said) == WORDS("partners.added_lead", email=OUTSIDER.email, organisation="The Council")
    (offer,) = await room.roles.offers.of(HARBOUR, room.at)
    assert (offer.email, offer.organisation, offer.hands_over) == (OUTSIDER.email, COUNCIL, False)
    assert (await room.recognised(OUTSIDER)) is not None


async def test_a_guest_of_the_team_is_nobody_until_they_are_added(database: Database) -> None:
    room = await Room.open(database)
    guest = person("gus", "mail.example", team="THOUSING", guest=True)
    assert await room.recognised(guest) is None
    await room.does(AMARA, f"/{ADD_PARTNER}", text=f"{guest.email} to Harbour Housing")
    assert await room.recognised(guest) is not None


async def _with_quay(room: Room) -> None:
    """Another partnership on the same installation, with people of its own."""
    quay = Organisation(id=OrganisationId("quay"), name="Quay", email_domains=("quay.example",))
    lead = Lead(name="Quinn", organisation=quay.id, email="quinn@quay.example")
    plan = PartnershipPlan(id=PartnershipId("quay"), name="Quay", zone="UTC", organisations=(quay,), leads=(lead,))
    await Partnerships(room.database).save(plan, room.at)


async def test_no_lead_reaches_into_another_partnership(database: Database) -> None:
    room = await Room.open(database)
    await _with_quay(room)
    for who in (person("quinn", "quay.example"), person("quentin", "quay.example")):
        added = await room.does(AMARA, f"/{ADD_PARTNER}", text=f"{who.email} to The Council")
        assert text(added) == WORDS("partners.taken", mark=who.email)
        await room.does(AMARA, peopling.REMOVE_YES, value=who.email)
        found = await room.recognised(who)
        assert found is not None
        assert (found.standing.partnership, found.standing.lead) == ("quay", who.email.startswith("quinn"))


async def test_whoever_was_added_elsewhere_by_address_is_not_taken_over(database: Database) -> None:
    room = await Room.open(database)
    await _with_quay(room)
    await room.roles.changes.add(PartnershipId("quay"), OrganisationId("quay"), OUTSIDER.email)
    added = await room.does(AMARA, f"/{ADD_PARTNER}", text=f"{OUTSIDER.email} to The Council")
    assert text(added) == WORDS("partners.taken", mark=OUTSIDER.email)
    invited = await room.does(AMARA, f"/{INVITE_LEAD}", text=f"{OUTSIDER.email} to The Council")
    assert text(invited) == WORDS("partners.taken", mark=OUTSIDER.email)
