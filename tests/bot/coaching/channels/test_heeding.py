"""Around the front door: a channel's mode, what was overheard, reactions, and the coach's arrival in a channel."""

from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.barriers.about import about_barrier
from bot.coaching.barriers.handling_cards import OPEN
from bot.coaching.channels.heeding import ADDED, Heeding, is_in_channel
from bot.coaching.channels.reacting import ASK, FOLLOW, OF, POSTED, REACTION, WANTS, WITHIN, Message, Reacting
from bot.delivery.saying import SILENT, Says, in_full
from bot.domain.barriers import BarrierId
from bot.domain.cards import Card
from bot.domain.channel_modes import HEARD, ChannelRule, Heard, Mode
from bot.domain.messages import REVISED, WITHDRAWN, EventKey, Incoming, Place
from bot.store.outbox import Posted
from knowledge.triage.judging import Judgement
from prompts import words
from tests.bot.coaching.channels_at_hand import CHANNEL, THREAD, FakeChannels, FakeThreads, in_channel
from tests.fakes import CARD

WORDS = words()
ELSEWHERE = Place("T0/C1/9.9")


@dataclass
class FakeQuoted:
    """Has one message at most."""

    message: Message | None = None

    async def quoted(self, reaction: Incoming) -> Message | None:
        return self.message


@dataclass
class FakeCards:
    """One card that was posted, by its reference."""

    about: str = ""

    async def posted_card(self, platform: str, reference: str, beginning: str = "") -> Posted | None:
        if (platform, reference, beginning) != ("slack", "C1/9.9", "T0/"):
            return None
        return Posted(key=EventKey("slack:answer:1"), place=ELSEWHERE, reference=reference, about=self.about)


@dataclass
class Room:
    """A front door that answers everything, and remembers what it was asked."""

    channels: FakeChannels = field(default_factory=FakeChannels)
    threads: FakeThreads = field(default_factory=FakeThreads)
    quoted: FakeQuoted = field(default_factory=FakeQuoted)
    cards: FakeCards = field(default_factory=FakeCards)
    judgement: Judgement = field(default_factory=lambda: Judgement(intent="question"))
    asked: list[Incoming] = field(default_factory=list)

    async def says(self, incoming: Incoming) -> Says:
        heeding = Heeding(
            answer=self._answer,
            look=self._look,
            channels=self.channels,
            threads=self.threads,
            reacting=Reacting(quoted={"slack": self.quoted}, took=self.threads.took, cards=self.cards),
            words=WORDS,
        )
        return in_full(await heeding(incoming))

    async def set(self, mode: Mode) -> None:
        await self.channels.keep("slack", CHANNEL, ChannelRule(mode=mode))

    async def _answer(self, incoming: Incoming) -> Card:
        self.asked.append(incoming)
        return CARD

    async def _look(self, text: str) -> Judgement:
        return Judgement(intent="sensitive") if "harm" in text else self.judgement


async def test_what_is_said_to_the_coach_is_answered_and_the_thread_goes_on_with_whoever_said_it() -> None:
    room = Room()
    assert await room.says(in_channel("why?")) == Says(card=CARD)
    found = await room.threads.find("slack", THREAD)
    assert found is not None
    assert found.person == "slack:T0:U1"


async def test_in_direct_messages_nothing_is_looked_up_or_noted() -> None:
    room = Room()
    for said in (replace(in_channel("why?"), channel=Place("")), replace(in_channel("why?"), place=Place("T0/U1/"))):
        assert not is_in_channel(said)
        assert await room.says(said) == Says(card=CARD)
    assert (room.channels.read, room.threads.threads) == (0, {})


async def test_switched_off_the_coach_says_so_to_all_once_a_day_and_then_to_whoever_asks() -> None:
    room = Room()
    await room.set(Mode.OFF)
    off = WORDS("channel.is_off")
    assert (await room.says(in_channel("why?"))).card.plain == off
    again = await room.says(in_channel("and why?", who="U2", number=2))
    assert again.card == Card()
    assert [(each.place, each.key, each.card.plain) for each in again.elsewhere] == [
        ("T0/U2/", "slack:answer:slack:T0:C1:2", off)
    ]
    assert (await room.says(replace(in_channel("and?", number=3), direct=Place("")))).elsewhere == ()
    assert (await room.says(in_channel("tomorrow?", number=86_400))).card.plain == off
    assert room.asked == []


@pytest.mark.parametrize(
    "text", ["channel", "only when I mention you", "follow this thread", "7BCD-EFGH-JKMN", "I may harm myself"]
)
async def test_switched_off_the_coach_hears_how_to_be_switched_on_codes_and_what_needs_a_person(text: str) -> None:
    room = Room()
    await room.set(Mode.OFF)
    assert await room.says(in_channel(text)) == Says(card=CARD)


async def test_buttons_and_forms_work_where_the_coach_is_switched_off() -> None:
    room = Room()
    await room.set(Mode.OFF)
    assert await room.says(in_channel("", {"value": CHANNEL}, action="channel-save")) == Says(card=CARD)
    assert room.threads.threads == {}


@pytest.mark.parametrize(
    ("heard", "intent", "answered"),
    [
        (Heard.ROOT, "question", True),
        (Heard.ROOT, "barrier", False),
        (Heard.ROOT, "smalltalk", False),
        (Heard.FOLLOW_UP, "question", True),
        (Heard.FOLLOW_UP, "barrier", True),
        (Heard.FOLLOW_UP, "smalltalk", False),
    ],
)
async def test_what_was_overheard_is_answered_where_it_asks_or_goes_on(
    heard: Heard, intent: str, answered: bool
) -> None:
    room = Room(judgement=Judgement(intent=intent))
    await room.set(Mode.EVERY)
    assert await room.says(in_channel("why?", {HEARD: heard.value})) == (Says(card=CARD) if answered else SILENT)
    assert bool(room.threads.threads) is answered
    assert await room.says(in_channel("  ", {HEARD: heard.value})) == SILENT


@pytest.mark.parametrize(
    ("mode", "heard", "answered"),
    [
        (Mode.OFF, Heard.ROOT, False),
        (Mode.OFF, Heard.FOLLOW_UP, False),
        (Mode.MENTION, Heard.ROOT, False),
        (Mode.MENTION, Heard.FOLLOW_UP, True),
        (Mode.EVERY, Heard.ROOT, True),
    ],
)
async def test_a_mode_that_was_changed_since_something_was_heard_counts(
    mode: Mode, heard: Heard, answered: bool
) -> None:
    room = Room()
    await room.set(mode)
    assert await room.says(in_channel("why?", {HEARD: heard.value})) == (Says(card=CARD) if answered else SILENT)
    assert room.channels.told == {}


async def test_a_command_goes_on_whatever_it_sounds_like_and_begins_nothing() -> None:
    room = Room(judgement=Judgement(intent="smalltalk"))
    said = "only when I mention you"
    assert await room.says(in_channel(said, {HEARD: Heard.FOLLOW_UP.value})) == Says(card=CARD)
    assert await room.says(in_channel(said, {HEARD: Heard.ROOT.value})) == SILENT


async def test_small_talk_with_the_coachs_name_is_answered() -> None:
    room = Room(judgement=Judgement(intent="smalltalk"))
    assert await room.says(in_channel("thanks!")) == Says(card=CARD)


@pytest.mark.parametrize("heard", list(Heard))
async def test_what_was_overheard_and_needs_a_person_is_answered_to_its_author_alone(heard: Heard) -> None:
    room = Room()
    said = await room.says(in_channel("I may harm myself", {HEARD: heard.value}))
    assert (said.card, [each.place for each in said.elsewhere]) == (Card(), ["T0/U1/"])
    assert [each.place for each in room.asked] == ["T0/U1/"]
    unknown = replace(in_channel("I may harm myself", {HEARD: heard.value}), direct=Place(""))
    assert await room.says(unknown) == Says(card=CARD)


def _changed(text: str, heard: str = "", number: int = 2) -> Incoming:
    marked = {HEARD: heard} if heard else {}
    return in_channel(text, {OF: "slack:T0:C1:1", **marked}, action=REVISED, number=number)


async def test_a_message_that_was_changed_is_the_front_doors_concern() -> None:
    room = Room()
    assert await room.says(_changed("why not?")) == Says(card=CARD)
    assert [each.action for each in room.asked] == [REVISED]
    assert room.threads.threads == {}


@pytest.mark.parametrize(("intent", "action"), [("question", REVISED), ("smalltalk", WITHDRAWN)])
async def test_what_was_overheard_and_changed_keeps_an_answer_only_while_it_asks(intent: str, action: str) -> None:
    room = Room(judgement=Judgement(intent=intent))
    await room.set(Mode.EVERY)
    await room.says(_changed("well", Heard.ROOT))
    assert [(each.action, each.of) for each in room.asked] == [(action, "slack:T0:C1:1")]


async def test_what_was_overheard_and_changed_to_what_needs_a_person_goes_to_its_author_alone() -> None:
    room = Room()
    said = await room.says(_changed("I may harm myself", Heard.FOLLOW_UP))
    assert [(each.action, each.place) for each in room.asked] == [(WITHDRAWN, THREAD), ("", "T0/U1/")]
    assert [each.place for each in said.elsewhere] == ["T0/U1/"]
    assert room.asked[0].text == ""


async def test_a_change_is_not_answered_where_the_coach_is_switched_off_and_a_withdrawal_is() -> None:
    room = Room()
    await room.set(Mode.OFF)
    assert await room.says(_changed("why not?")) == SILENT
    assert room.channels.told == {}
    await room.says(in_channel("", {OF: "slack:T0:C1:1"}, action=WITHDRAWN))
    assert [each.action for each in room.asked] == [WITHDRAWN]


async def test_the_coach_introduces_itself_where_it_is_added_the_first_time() -> None:
    room = Room()
    first = await room.says(in_channel("", action=ADDED))
    assert first.card.title == WORDS("channel.welcome.title")
    assert await room.says(in_channel("", action=ADDED, number=2)) == SILENT
    assert room.asked == []


def _reaction(wants: str = ASK) -> Incoming:
    return in_channel("", {WANTS: wants, OF: "slack:T0:C1:9.9"}, action=REACTION)


async def test_a_reaction_to_ones_own_message_asks_it_in_its_thread() -> None:
    room = Room(quoted=FakeQuoted(Message(text="Who decides?", place=ELSEWHERE, own=True)))
    said = await room.says(_reaction())
    assert (said.card, [(each.place, each.card) for each in said.elsewhere]) == (Card(), [(ELSEWHERE, CARD)])
    (asked,) = room.asked
    assert (asked.text, asked.action, asked.place, dict(asked.values)) == ("Who decides?", "", ELSEWHERE, {})
    assert await room.threads.find("slack", ELSEWHERE) is not None


async def test_a_reaction_in_the_thread_itself_is_answered_there() -> None:
    room = Room(quoted=FakeQuoted(Message(text="Who decides?", place=THREAD, own=True)))
    assert await room.says(_reaction()) == Says(card=CARD)


async def test_a_message_that_had_its_answer_is_not_asked_again_by_a_reaction() -> None:
    room = Room(quoted=FakeQuoted(Message(text="Who decides?", place=THREAD, own=True)))
    room.threads.taken.add(EventKey("slack:T0:C1:9.9"))
    assert await room.says(_reaction()) == SILENT


@pytest.mark.parametrize(
    "message",
    [None, Message(text="Who decides?", place=THREAD, own=False), Message(text=" ", place=THREAD, own=True)],
)
async def test_what_cannot_be_read_or_is_another_s_is_not_asked_and_the_reactor_is_told(
    message: Message | None,
) -> None:
    room = Room(quoted=FakeQuoted(message))
    said = await room.says(_reaction())
    assert [each.card.plain for each in said.elsewhere] == [WORDS("channel.reaction.unread")]
    assert (said.card, said.elsewhere[0].place, room.asked) == (Card(), "T0/U1/", [])


async def test_a_reaction_where_the_coach_is_switched_off_is_told_so() -> None:
    room = Room(quoted=FakeQuoted(Message(text="Who decides?", place=ELSEWHERE, own=True)))
    await room.set(Mode.OFF)
    said = await room.says(_reaction())
    assert [(each.place, each.card.plain) for each in said.elsewhere] == [(ELSEWHERE, WORDS("channel.is_off"))]
    assert room.asked == []


def _eyes(posted: str = "C1/9.9") -> Incoming:
    return in_channel("", {WANTS: FOLLOW, POSTED: posted, WITHIN: "T0/"}, action=REACTION)


async def test_eyes_on_a_barrier_show_it_to_whoever_reacted_alone() -> None:
    room = Room(cards=FakeCards(about=about_barrier(BarrierId("b1"))))
    said = await room.says(_eyes())
    assert (said.card, [(each.place, each.card) for each in said.elsewhere]) == (Card(), [("T0/U1/", CARD)])
    (asked,) = room.asked
    assert (asked.action, dict(asked.values), asked.place, asked.channel) == (OPEN, {"value": "b1"}, "T0/U1/", "")


@pytest.mark.parametrize(("about", "posted"), [("", "C1/9.9"), ("digest:1", "C1/9.9"), ("barrier:b1", "C1/8.8")])
async def test_eyes_on_anything_else_are_told_how_to_see_a_barrier(about: str, posted: str) -> None:
    room = Room(cards=FakeCards(about=about))
    said = await room.says(_eyes(posted))
    assert [(each.place, each.card.plain) for each in said.elsewhere] == [("T0/U1/", WORDS("channel.reaction.follow"))]
    assert room.asked == []
