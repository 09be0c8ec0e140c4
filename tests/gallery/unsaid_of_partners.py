"""Scenes for the gallery alone: the rarer states of what is a partner's own. `recording` listens."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.coaching.answers.feedback import DOWN
from bot.coaching.barriers.handling_cards import barrier_card
from bot.coaching.barriers.news import news_card
from bot.coaching.check_ins.cards import SKIP
from bot.coaching.check_ins.reply_cards import entry_card
from bot.coaching.check_ins.reply_saving import Own, ReplySaving
from bot.coaching.commands import CHECK_IN, JOURNAL, SETTINGS
from bot.coaching.humans.cards import LATER, status_card
from bot.coaching.own_data.privacy import Privacy
from bot.coaching.slips import Slips
from bot.desks.settings import erasing_from
from bot.domain.barrier_rules import moved
from bot.domain.barrier_views import Reader, seen_by
from bot.domain.barriers import Consent, Status
from bot.domain.check_ins import State
from bot.domain.human_asks import AskState
from bot.domain.messages import EventKey, Place
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import QuietHours, Retention
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.human_asks import HumanAsks
from knowledge.answers import Reason
from prompts import words
from tests.bot.coaching.answers.test_asking import ASKED, FakeAnswerer, _audience, _recognised, _whole
from tests.bot.coaching.answers.test_feedback import Booth
from tests.bot.coaching.answers.test_gaps import PARTNER, Desk
from tests.bot.coaching.barriers_at_hand import AMARA, BEN, Shelf, part, recognised
from tests.bot.coaching.check_ins_room import BANK, FIRST, check_in
from tests.bot.coaching.check_ins_room import Room as CheckInRoom
from tests.bot.coaching.home.test_card import OTHERS, home, typed
from tests.bot.coaching.human_room import HumanRoom
from tests.bot.coaching.humans.test_asking import LONE
from tests.bot.coaching.roles_room import CERI, HANA, person
from tests.bot.coaching.settings_room import FakeOwn
from tests.bot.coaching.settings_room import Room as SettingsRoom
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN
from tests.fakes import NOON, message
from tests.isolation import said_by

WORDS = words()
#: Everything is kept for a day.
A_DAY = replace(PLAN, retention=Retention(replies=1, barriers=1, questions=1))


async def test_what_is_kept_for_a_day() -> None:
    await Privacy(words=WORDS)(message("m"), replace(recognised(BEN), plan=A_DAY))
    asking, desk, booth = replace(PARTNER, plan=A_DAY), Desk(), Booth()
    await desk.passing_on(desk.tap(), asking)
    form = (await booth.tap(DOWN, booth.down.value)).form
    assert form is not None
    filled = {"value": form.value, "show": "yes", "reason": "other"}
    await booth.rating.actions[form.id](replace(message("w", text=""), action=form.id, values=filled), asking)


@pytest.mark.parametrize("stopped", [True, False])
async def test_home_of_somebody_with_a_journal(*, stopped: bool) -> None:
    own = FakeOwn(kept={BEN: PartnerSettings(stopped=stopped)})
    await home(own=own, others={**OTHERS, JOURNAL: typed(JOURNAL)}).home_card(message("1"), recognised(BEN))


async def test_somebody_without_quiet_hours() -> None:
    room = SettingsRoom()
    room.own.kept[BEN] = PartnerSettings(quiet=QuietHours(begin=8, end=8))
    await room.types(SETTINGS)


@pytest.mark.parametrize("lead", [True, False])
async def test_everything_of_somebody_is_erased(database: Database, *, lead: bool) -> None:
    somebody, *_ = people = await said_by.admitted(database, 4)
    await said_by.everything_said(database, people, Slips(secret=b"s" * 32))
    leads = (replace(LEAD, email=somebody.identity.email),) if lead else ()
    who = replace(recognised(somebody.partner), plan=replace(said_by.PLAN, leads=leads), person=somebody.identity)
    pages = {"slack": lambda _place: Place("T0/home/")}
    erasing = replace(erasing_from(database, b"s" * 32, WORDS), pages=pages)
    asked = replace(message("m", text="", platform="slack"), direct=somebody.home)
    yes = (await erasing.ask(asked, who)).buttons[-1]
    for key, value in (("yes", yes.value), ("again", "")):
        pressed = replace(asked, key=EventKey(f"slack:{key}"), action=yes.action, values={"value": value})
        await erasing.erased(pressed, who)


@pytest.mark.parametrize("state", State)
def test_a_check_in_without_a_reply(state: State) -> None:
    entry_card(Own(check_in=replace(check_in(), state=state), shown=BANK[FIRST]), PLAN, WORDS, NOON)


class Overtaken(ReplySaving):
    """Somebody else is always a little quicker."""

    async def _saved(self, *_given: Any) -> bool:
        return False


async def test_a_check_in_that_is_not_there_or_changes_meanwhile(database: Database) -> None:
    room = CheckInRoom(database=database)
    await room.says(CHECK_IN)
    await room.ask()
    room.saving = Overtaken(**{name: getattr(room.saving, name) for name in ReplySaving.__dataclass_fields__})
    room.open()
    await room.presses(SKIP)
    await room.replies()


async def test_a_question_of_which_a_button_carries_a_part() -> None:
    asking = replace(_whole(FakeAnswerer(reason=Reason.NOTHING_FOUND)), curating=None)
    await asking("Who pays for the post that we share? " * 80, _recognised(_audience("council")), ASKED)


@pytest.mark.parametrize("lead", [True, False])
async def test_a_barrier_that_others_raised_to_be_counted_only(database: Database, *, lead: bool) -> None:
    homes = (COUNCIL.id, HOUSING.id)
    counted = [
        part(PartnerId(f"p{number}"), homes[number % 2], consent=Consent.COUNTED, name="", shared=number < 1)
        for number in range(12)
    ]
    one = replace(await (await Shelf.open(database)).raise_one(part(BEN), *counted), number=14)
    reader = (
        Reader(partner=AMARA, organisation=COUNCIL.id, lead=True)
        if lead
        else Reader(partner=BEN, organisation=HOUSING.id)
    )
    view = seen_by(one, reader, PLAN.disclosure)
    assert view is not None
    assert view.unnamed
    barrier_card(view, PLAN, WORDS, NOON, lead=lead)


class BusyAsks(HumanAsks):
    """Somebody else is always a little quicker."""

    async def save(self, *_given: Any, **_more: Any) -> bool:
        return False


@dataclass
class BusyRoom(HumanRoom):
    """A room in which nothing can be saved."""

    @property
    def asks(self) -> HumanAsks:
        return BusyAsks(self.database)


async def test_a_question_to_a_person_that_nobody_answers_or_two_take_up(database: Database) -> None:
    room = await HumanRoom.open(database)
    assert isinstance(room, HumanRoom)
    await room.met(HANA, CERI)
    ask = await room.ask(await room.sends(HANA))
    status_card(replace(ask, state=AskState.CLOSED), LONE, WORDS)
    await BusyRoom(database=database).does(CERI, LATER, value=ask.id)


async def test_a_question_of_somebody_whose_platform_tells_no_name(database: Database) -> None:
    room = await HumanRoom.open(database)
    assert isinstance(room, HumanRoom)
    nameless = replace(person("nan", team="THOUSING"), name="")
    await room.met(nameless, CERI)
    await room.asks_person(nameless)


async def test_a_barrier_that_moved_twice_on_one_day(database: Database) -> None:
    one = replace(await (await Shelf.open(database)).raise_one(part(BEN)), number=14)
    for number, to in enumerate((Status.ACKNOWLEDGED, Status.IN_PROGRESS)):
        one = moved(one, to, f"m{number}", NOON + timedelta(seconds=number), None)
    news_card(one, one.raisers[0], PLAN, WORDS)
