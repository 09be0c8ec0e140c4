"""What somebody is told once: after their answer, in their own chat, never instead of anything, never twice."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from bot.coaching.home.onboarding import OPENED, Onboarding, onboarding_card
from bot.coaching.recognising import Recognised
from bot.delivery.saying import SILENT, Says, in_full
from bot.desks.home import greets
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import PartnerId
from prompts import LOCALES, speaking, words
from tests.bot.coaching.barriers_at_hand import BEN, LEADING, recognised
from tests.fakes import CARD, NOON, FakeClock, message

WORDS = words()
ALONE = recognised(BEN)
IN_A_CHANNEL = replace(ALONE, alone=False)


@dataclass
class Met:
    """Remembers the first message of each person."""

    first: dict[PartnerId, EventKey] = field(default_factory=dict)

    async def is_with(self, partner: PartnerId, event: EventKey, _at: datetime) -> bool:
        return self.first.setdefault(partner, event) == event


def onboarding(met: Met | None = None) -> Onboarding:
    return Onboarding(first=met or Met(), words=WORDS, clock=FakeClock(), greets=greets(WORDS))


def said(text: str = "How do we build trust?", **more: object) -> Incoming:
    return replace(message("1", text=text), **more)  # type: ignore[arg-type]


async def told(incoming: Incoming, who: Recognised = ALONE, answer: Card | Says = CARD) -> Says:
    return in_full(await onboarding()(incoming, who, answer))


async def test_a_question_is_answered_first_and_the_rest_follows() -> None:
    found = await told(said())
    assert found.card == CARD
    (reply,) = found.elsewhere
    assert reply.place == "lena"
    assert reply.due is not None
    assert reply.due > NOON
    assert replace(reply.card, locale="") == onboarding_card(ALONE, WORDS)


async def test_whoever_says_hello_or_opens_the_chat_gets_it_at_once() -> None:
    for incoming in (said("Hello!"), said("", action=OPENED)):
        found = await told(incoming, answer=CARD if incoming.text else SILENT)
        assert (found.card, found.elsewhere) == (onboarding_card(ALONE, WORDS), ())


async def test_nobody_is_told_twice_but_a_message_handled_again_says_the_same() -> None:
    met = Met()
    first = await onboarding(met)(said(), ALONE, CARD)
    assert await onboarding(met)(said(), ALONE, CARD) == first
    assert await onboarding(met)(said(key=EventKey("web:2")), ALONE, CARD) == CARD
    assert await onboarding(met)(said("", key=EventKey("web:3"), action=OPENED), ALONE, Card()) == Card()


async def test_in_a_channel_it_goes_to_their_own_chat() -> None:
    found = await told(said(direct=Place("D1")), IN_A_CHANNEL)
    assert [reply.place for reply in found.elsewhere] == ["D1"]
    greeted = await told(said("hello", direct=Place("D1")), IN_A_CHANNEL)
    assert (greeted.card, [reply.place for reply in greeted.elsewhere]) == (CARD, ["D1"])


@pytest.mark.parametrize("who", [IN_A_CHANNEL, replace(ALONE, partner=None)])
async def test_it_waits_where_nobody_confirms_who_or_where_they_are(who: Recognised) -> None:
    met = Met()
    assert await onboarding(met)(said(), who, CARD) == CARD
    assert met.first == {}


async def test_what_else_goes_out_still_does() -> None:
    other = (await told(said(direct=Place("D1")), IN_A_CHANNEL)).elsewhere[0]
    found = await told(said(), answer=Says(card=CARD, elsewhere=(other,)))
    assert [reply.place for reply in found.elsewhere] == ["D1", "lena"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("who", [ALONE, LEADING])
def test_it_is_short_and_has_three_things_to_try(locale: str, who: Recognised) -> None:
    with speaking(locale):
        card = onboarding_card(who, WORDS)
    text = " ".join([card.title, *(each.text for each in card.paragraphs), card.note])
    assert len(text.split()) <= 95
    assert len(card.buttons) == 3 + who.standing.lead
    assert all(len(button.label) <= 20 for button in card.buttons)


def test_it_names_who_stands_behind_it() -> None:
    card = onboarding_card(ALONE, WORDS)
    assert "Amara Okafor" in card.plain
    # Contacts are for what partners raise: a duty desk knows nothing of the coach.
    assert "Duty desk" not in card.plain
    nobody = replace(ALONE, plan=replace(ALONE.plan, leads=()))
    assert WORDS("onboarding.runs_unnamed") in onboarding_card(nobody, WORDS).plain


def test_in_teams_it_says_what_holds_there() -> None:
    there = replace(ALONE, person=replace(ALONE.person, platform="teams"))
    assert WORDS("onboarding.sees_named") in onboarding_card(there, WORDS).plain
    assert WORDS("onboarding.sees") in onboarding_card(ALONE, WORDS).plain
