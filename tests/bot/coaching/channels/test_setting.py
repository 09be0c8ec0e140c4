"""Leads set what the coach hears in a channel and answers from there; of a thread anybody in it may say so."""

from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.channels.cards import DOCUMENTS, MODE, MOST_CHOICES, SAVE, SHOW, mark
from bot.coaching.channels.setting import Channels, Scope
from bot.coaching.commands import CHANNEL as CALLED
from bot.coaching.commands import FOLLOW, ONLY_NAMED
from bot.coaching.recognising import Recognised
from bot.delivery.saying import in_full
from bot.domain.cards import Card, Field
from bot.domain.channel_modes import ChannelRule, Mode, Thread
from bot.domain.messages import Incoming, Place
from knowledge.documents import Source
from prompts import words
from tests.bot.coaching.barriers_at_hand import BEN, LEADING, recognised
from tests.bot.coaching.channels_at_hand import CHANNEL, THREAD, FakeChannels, FakeThreads, in_channel

WORDS = words()
WHOLE = Source(file="whole, a.md", title="Whole")
OPEN = Source(file="open.md", title="An open one", audience=("public",))
HOUSINGS = Source(file="housing.md", title="Housing's own", audience=("housing",))
MANY = tuple(Source(file=f"{number}.md", title=f"Title {number}") for number in range(MOST_CHOICES + 1))


@dataclass
class Room:
    """A channel that nobody has said anything of."""

    channels: FakeChannels = field(default_factory=FakeChannels)
    threads: FakeThreads = field(default_factory=FakeThreads)
    shelf: tuple[Source, ...] = (WHOLE, OPEN, HOUSINGS)

    async def types(self, command: str, who: Recognised = LEADING, said: Incoming | None = None) -> Card:
        cases = self._case
        acts = {**cases.commands, **cases.commands_in_threads}
        return in_full(await acts[command](said or in_channel(command), who)).card

    async def sends(
        self,
        mode: str = "mention",
        documents: str = "",
        *,
        who: Recognised = LEADING,
        channel: str = CHANNEL,
        action: str = SAVE,
    ) -> Card:
        filled = {"value": channel, MODE: mode, DOCUMENTS: documents}
        sent = replace(in_channel("", action=action), values=filled, channel=Place(""), place=Place("T0/U1/"))
        return in_full(await self._case.actions[action](sent, who)).card

    @property
    def documents(self) -> list[str]:
        return list(self.rule.documents)

    @property
    def rule(self) -> ChannelRule:
        return self.channels.rules.get(("slack", CHANNEL), ChannelRule())

    @property
    def _case(self) -> Channels:
        return Channels(kept=self.channels, threads=self.threads, shelf=lambda: self.shelf, words=WORDS)


def _fields(card: Card) -> dict[str, Field]:
    assert card.form is not None
    return {each.id: each for each in card.form.fields}


async def test_a_lead_is_shown_what_holds_with_the_form_that_changes_it() -> None:
    card = await Room().types(CALLED)
    assert card.form is not None
    assert (card.form.id, card.form.value) == (SAVE, CHANNEL)
    assert [value for value, _ in _fields(card)[MODE].choices] == ["off", "mention", "every"]
    assert _fields(card)[MODE].initial == "mention"
    assert dict(_fields(card)[DOCUMENTS].choices) == {mark(OPEN): "An open one", mark(WHOLE): "Whole"}
    assert WORDS("channel.every_note") in card.note


async def test_anybody_else_is_shown_what_holds_and_changes_nothing() -> None:
    room = Room()
    await room.channels.keep("slack", CHANNEL, ChannelRule(mode=Mode.EVERY, documents=(HOUSINGS.file,)))
    card = await room.types(CALLED, recognised(BEN))
    assert card.form is None
    assert WORDS("channel.mode.every") in card.plain
    assert HOUSINGS.title in card.plain
    refused = await room.sends("off", "", who=recognised(BEN))
    assert refused.plain == card.note == WORDS("channel.leads_only")
    assert room.rule.mode is Mode.EVERY


async def test_a_lead_whom_the_platform_does_not_confirm_changes_nothing() -> None:
    room = Room()
    unsure = replace(LEADING, partner=None)
    assert (await room.types(CALLED, unsure)).form is None
    await room.sends("off", who=unsure)
    assert room.channels.rules == {}


async def test_what_a_lead_chooses_holds_in_that_channel_alone() -> None:
    room = Room()
    saved = await room.sends("every", mark(WHOLE))
    assert room.channels.rules == {
        ("slack", CHANNEL): ChannelRule(mode=Mode.EVERY, documents=(WHOLE.file,), partnership="harbour")
    }
    assert saved.title == WORDS("channel.saved")
    assert WHOLE.title in saved.plain
    again = await room.sends(action=SHOW)
    assert (_fields(again)[MODE].initial, _fields(again)[DOCUMENTS].initial) == ("every", mark(WHOLE))


async def test_a_choice_that_is_none_leaves_the_mode_as_it_was() -> None:
    room = Room()
    await room.sends("everything", "")
    assert room.rule == ChannelRule(partnership="harbour")


async def test_a_lead_learns_of_no_document_that_they_may_not_see_and_takes_none_away() -> None:
    room = Room()
    await room.channels.keep("slack", CHANNEL, ChannelRule(documents=(HOUSINGS.file, WHOLE.file)))
    card = await room.types(CALLED)
    assert HOUSINGS.title not in card.plain
    assert mark(HOUSINGS) not in dict(_fields(card)[DOCUMENTS].choices)
    await room.sends("every", mark(WHOLE))
    assert room.documents == [HOUSINGS.file, WHOLE.file]
    await room.sends("every", ",".join([mark(OPEN), mark(HOUSINGS)]))
    assert room.documents == [OPEN.file, HOUSINGS.file]
    await room.sends("every", "")
    assert room.documents == []


async def test_a_scope_that_a_lead_sees_nothing_of_outlives_a_change_of_the_mode() -> None:
    room = Room()
    await room.channels.keep("slack", CHANNEL, ChannelRule(documents=(HOUSINGS.file,)))
    await room.sends("off", "")
    assert room.rule == ChannelRule(mode=Mode.OFF, documents=(HOUSINGS.file,), partnership="harbour")


async def test_many_documents_are_named_by_their_titles() -> None:
    room = Room(shelf=MANY)
    assert _fields(await room.types(CALLED))[DOCUMENTS].choices == ()
    await room.sends("mention", "title 3\n\n Title 11 \ntitle 3")
    assert room.documents == ["3.md", "11.md"]
    assert _fields(await room.types(CALLED))[DOCUMENTS].initial == "Title 11\nTitle 3"
    refused = await room.sends("off", "Title 3\nHousing's own")
    assert refused.plain == WORDS("channel.unknown_title", title="Housing's own")
    assert room.rule.mode is Mode.MENTION
    await room.sends("mention", "")
    assert room.documents == []


async def test_titles_too_long_for_a_field_come_back_empty_and_stay() -> None:
    long = tuple(replace(each, title=f"{each.title} {'x' * 1_000}") for each in MANY)
    room = Room(shelf=long)
    await room.channels.keep("slack", CHANNEL, ChannelRule(documents=("3.md",)))
    await room.sends("off", "")
    assert room.documents == ["3.md"]


async def test_leads_of_another_partnership_see_it_and_change_nothing() -> None:
    room = Room()
    await room.channels.keep("slack", CHANNEL, ChannelRule(mode=Mode.OFF, partnership="estuary"))
    card = await room.types(CALLED)
    assert (card.form, card.note) == (None, WORDS("channel.others"))
    assert (await room.sends("every")).plain == WORDS("channel.others")
    assert room.rule.mode is Mode.OFF


async def test_it_is_about_a_channel() -> None:
    room = Room()
    alone = replace(in_channel("channel"), channel=Place(""))
    assert (await room.types(CALLED, said=alone)).plain == WORDS("channel.where")
    assert (await room.sends("off", channel="")).plain == WORDS("channel.gone")


async def test_anybody_says_of_a_thread_what_the_coach_hears_there() -> None:
    room = Room()
    assert (await room.types(ONLY_NAMED, recognised(BEN))).plain == WORDS("channel.thread.only_named")
    said = in_channel("")
    assert await room.threads.find("slack", THREAD) == Thread(person="", at=said.received_at, only_named=True)
    assert (await room.types(FOLLOW, recognised(BEN))).plain == WORDS("channel.thread.follows")
    assert await room.threads.find("slack", THREAD) == Thread(person="", at=said.received_at)


@pytest.mark.parametrize("command", [ONLY_NAMED, FOLLOW])
async def test_that_is_about_a_thread(command: str) -> None:
    alone = replace(in_channel(""), place=Place("T0/U1/"))
    room = Room()
    assert (await room.types(command, said=alone)).plain == WORDS("channel.thread.where")
    assert room.threads.threads == {}


async def test_the_scope_is_that_of_the_channel_where_the_answer_is_read() -> None:
    room = Room()
    await room.channels.keep("slack", CHANNEL, ChannelRule(documents=(WHOLE.file,)))
    scope = Scope(rules=room.channels)
    asked = in_channel("why?")
    assert await scope(asked) == (WHOLE.file,)
    # A command typed in the channel is answered in direct messages.
    assert await scope(replace(asked, place=asked.direct)) == ()
    assert await scope(replace(asked, channel=Place("T0/C2/"))) == ()
