"""Scenes for the gallery alone: the rarer states of what leads see. `recording` listens."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.coaching.barriers.handling_cards import ASK_RAISER, QUESTION
from bot.coaching.barriers.relaying import Relaying
from bot.coaching.digests.card import digest_card
from bot.coaching.digests.digesting import Digesting
from bot.coaching.library.documents import Shelved
from bot.coaching.roles import leading, peopling
from bot.coaching.roles.commands import HAND_OVER, INVITE_LEAD, PARTNERS, WIND_UP
from bot.coaching.roles.winding_up import WindingUp
from bot.domain import barrier_rules as rules
from bot.domain.barriers import Status
from bot.domain.coverage import Quiet
from bot.domain.partnership import Contact
from bot.domain.people import Organisation, OrganisationId
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.gaps import Gaps
from bot.store.relays import Relays
from bot.store.snapshots import Snapshots
from prompts import words
from tests.bot.coaching.barriers_at_hand import BEN, LEADING, Shelf, recognised
from tests.bot.coaching.barriers_at_hand import part as raiser
from tests.bot.coaching.digests_at_hand import busy_digest
from tests.bot.coaching.home.test_card import _set_up, shown
from tests.bot.coaching.roles_room import AMARA, CERI, HANA, HARBOUR, HUGO, PLAN, Room
from tests.bot.domain.test_digest import NOW, barrier, made, part
from tests.bot.plans import COUNCIL, HOUSING, LEAD
from tests.fakes import message

WORDS = words()


async def test_who_asks_for_a_digest_and_how(database: Database) -> None:
    digesting = Digesting(barriers=Barriers(database), snapshots=Snapshots(database), gaps=Gaps(database), words=WORDS)
    for who, asked in ((recognised(BEN), ""), (LEADING, "since the flood")):
        await digesting(message("m", text=asked), who)


def test_a_barrier_of_which_nothing_is_heard_for_weeks() -> None:
    still = rules.assigned(barrier(part("ben", 90)), LEAD.email, None, "a", NOW - timedelta(days=80), None)
    still = rules.moved(still, Status.IN_PROGRESS, "m", NOW - timedelta(days=79), None)
    digest_card(made(replace(still, number=7), weeks=4), WORDS)


def test_an_organisation_of_which_nothing_could_be_shown() -> None:
    digest = busy_digest()
    for longer in (True, False):
        quiet = (Quiet(organisation=HOUSING.id, weeks=6, longer=longer),)
        digest_card(replace(digest, insight=replace(digest.insight, quiet=quiet)), WORDS)


async def test_the_steps_of_setting_up_half_done() -> None:
    one = Contact(name="Ceri", how="ceri@council.example", for_factor="money")
    other = replace(one, for_factor="trust")
    served = Shelved(file="a.md", title="A", audience=("partnership",), served=True, added=date(2026, 2, 3))
    aside = Shelved(file="b.md", title="B", audience=("partnership",), reason="It is damaged.")
    for contacts, there in (((one,), [served, aside, aside]), ((one, other), [served, served])):
        plan = replace(LEADING.plan, contacts=contacts, organisations=(COUNCIL,))
        who = replace(LEADING, plan=plan)
        await _set_up(there, "https://coach.example", who)
        await shown(who)


async def test_organisations_without_marks_and_partners_who_were_removed(database: Database) -> None:
    bare = Organisation(id=OrganisationId("school"), name="The School")
    room = await Room.open(database, replace(PLAN, organisations=(*PLAN.organisations, bare)))
    await room.met(AMARA, HUGO, HANA)
    await room.does(AMARA, peopling.REMOVE_YES, value=str(HANA.email))
    await room.does(AMARA, f"/{PARTNERS}")


async def test_leading_is_offered_in_somebodys_place_and_declined(database: Database) -> None:
    for command in (HAND_OVER, INVITE_LEAD):
        room = await Room.open(database)
        await room.met(AMARA, HUGO, CERI)
        await room.does(AMARA, f"/{command}", text=str(CERI.email))
        (offer,) = await room.roles.offers.of(HARBOUR, room.at)
        leading.offer_card(offer, PLAN, WORDS)
        await room.does(CERI, leading.DECLINE, value=offer.id)


@dataclass
class LinkedRoom(Room):
    """The room of a coach that browsers reach."""

    @property
    def winding(self) -> WindingUp:
        async def link(_incoming: object, _recognised: object) -> str:
            return "https://coach.example/digest/1"

        return replace(super().winding, export=link)


async def test_a_partnership_is_wound_up_with_its_last_digest_to_take_along(database: Database) -> None:
    room = await LinkedRoom.open(database)
    await room.met(AMARA, HUGO)
    await room.does(AMARA, f"/{WIND_UP}")


async def test_a_lead_without_a_name_asks_a_raiser(database: Database) -> None:
    shelf, relays = await Shelf.open(database), Relays(database)
    relaying = Relaying(barriers=shelf.barriers, relays=relays, homes=shelf.homes, words=WORDS)
    barrier = await shelf.raise_one(raiser(BEN))
    nameless = replace(LEADING, person=replace(LEADING.person, email="", name=""))
    asked = shelf.press(ASK_RAISER, barrier.id, **{QUESTION: "Which list do you wait for?"})
    await relaying.ask(asked, nameless)
