"""Heed: what a channel's mode means for what is answered there. It stands around the front door."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from bot.coaching.barriers.handling_cards import OPEN
from bot.coaching.channels.overhearing import Rules
from bot.coaching.channels.reacting import FOLLOW as FOLLOW_BARRIER
from bot.coaching.channels.reacting import REACTION, WANTS, Reacting
from bot.coaching.commands import CHANNEL, FOLLOW, ONLY_NAMED, command_in
from bot.coaching.roles.joining import code_in
from bot.delivery.saying import SILENT, Says, answer_key, in_full
from bot.domain.cards import Card, Paragraph
from bot.domain.channel_modes import HEARD, Heard, Mode
from bot.domain.messages import REVISED, WITHDRAWN, Became, EventKey, Incoming, Place
from bot.store.inbox import Reply
from knowledge.triage.judging import Judgement
from prompts import Words

#: The action of an event that is nobody's: the coach was added to a channel.
ADDED = "added-to-channel"
#: What may be said to the coach where it is switched off.
_ALWAYS = (CHANNEL, ONLY_NAMED, FOLLOW)
_SMALLTALK_SURE = 0.8

Answer = Callable[[Incoming], Awaitable[Card | Says]]


class Channels(Rules, Protocol):
    """What leads set for channels, and what was said there once."""

    async def tell_off(self, platform: str, channel: Place, day: date, key: EventKey) -> bool:
        """Whether this message is the one of the day that is told, in front of all, that the coach is switched off."""

    async def welcome(self, platform: str, channel: Place, key: EventKey) -> bool:
        """Whether this event is the one at which the coach introduces itself in a channel."""


class Answered(Protocol):
    """The threads that the coach has answered in."""

    async def answered(self, platform: str, thread: Place, person: str, at: datetime) -> None:
        """From now on it goes on with this person."""


@dataclass(frozen=True, kw_only=True)
class Heeding:
    """Answers through the front door what may be answered where it was said.

    Where the coach is switched off it says so: once a day in front of all, otherwise to whoever asked. Silence is for
    what nobody said to the coach alone: talk that it overhears, its own second arrival in a channel.
    """

    answer: Answer
    look: Callable[[str], Awaitable[Judgement]]
    channels: Channels
    threads: Answered
    reacting: Reacting
    words: Words

    async def __call__(self, incoming: Incoming) -> Card | Says:
        """What answers a message; an empty card where nothing is said."""
        if incoming.action == ADDED:
            return await self._added(incoming)
        if incoming.action == REACTION:
            return await self._reacted(incoming)
        return await self._said(incoming)

    async def _said(self, incoming: Incoming) -> Card | Says:
        """A message, or what its author made of it, as far as it is answered where it was said."""
        if incoming.action not in ("", REVISED) or not is_in_channel(incoming):
            return await self.answer(incoming)
        rule = await self.channels.of(incoming.platform, incoming.channel)
        if HEARD in incoming.values:
            return await self._overheard(incoming, rule.mode)
        if rule.mode is Mode.OFF and not await self._is_heard_always(incoming):
            return SILENT if incoming.action else await self._off(incoming)
        return await self._answered(incoming)

    async def _overheard(self, incoming: Incoming, mode: Mode) -> Card | Says:
        """What nobody said to the coach, in a channel whose mode may have changed since it was heard."""
        heard, judgement = incoming.values[HEARD], await self.look(incoming.text)
        if judgement.sensitive:
            return await self._directly(incoming)
        wanted = mode is Mode.EVERY if heard == Heard.ROOT else mode is not Mode.OFF
        if not wanted or not self._is_meant(heard, incoming.text, judgement):
            return await self._unsaid(incoming)
        return await self._answered(incoming)

    async def _answered(self, incoming: Incoming) -> Card | Says:
        """What the front door says; whoever asked goes on from there."""
        said = await self.answer(incoming)
        if not incoming.action:
            person, at = incoming.sender.key, incoming.received_at
            await self.threads.answered(incoming.platform, incoming.place, person, at)
        return said

    def _is_meant(self, heard: str, text: str, judgement: Judgement) -> bool:
        """Whether something overheard is answered: what begins a thread only where it asks, what goes on unless it is
        small talk."""
        if not text.strip():
            return False
        if heard == Heard.ROOT:
            return judgement.intent == "question"
        small = judgement.intent == "smalltalk" and judgement.confidence >= _SMALLTALK_SURE
        return not small or command_in(text, self.words) is not None

    async def _unsaid(self, incoming: Incoming) -> Card | Says:
        """Nothing, and where a message was changed into this no answer to what it said before."""
        if not incoming.action:
            return SILENT
        return await self.answer(replace(incoming, action=WITHDRAWN, text=""))

    async def _is_heard_always(self, incoming: Incoming) -> bool:
        command = command_in(incoming.text, self.words)
        if code_in(incoming.text) is not None or (command is not None and command.name in _ALWAYS):
            return True
        return (await self.look(incoming.text)).sensitive

    async def _off(self, incoming: Incoming) -> Card | Says:
        off = Says(card=self._line("channel.is_off"), became=Became.ANSWERED)
        day = incoming.received_at.date()
        if await self.channels.tell_off(incoming.platform, incoming.channel, day, incoming.key):
            return off
        return _at(incoming.direct, incoming, off)

    async def _directly(self, incoming: Incoming) -> Card | Says:
        """What was not said to the coach and is sensitive is answered where nobody else reads it."""
        asked = replace(incoming, action="", values={})
        if not incoming.direct:
            return await self.answer(asked)
        before = in_full(await self._unsaid(incoming))
        alone = in_full(await self.answer(replace(asked, place=incoming.direct, conversation=incoming.direct)))
        key = f"{answer_key(incoming.platform, incoming.key)}:alone"
        reply = Reply(key=key, platform=incoming.platform, place=incoming.direct, card=alone.card)
        return replace(before, elsewhere=(*before.elsewhere, reply, *alone.elsewhere))

    async def _added(self, incoming: Incoming) -> Card | Says:
        if not await self.channels.welcome(incoming.platform, incoming.channel, incoming.key):
            return SILENT
        return Card(
            title=self.words("channel.welcome.title"),
            paragraphs=(
                Paragraph(text=self.words("channel.welcome.text")),
                Paragraph(text=self.words("channel.welcome.hears")),
            ),
            note=self.words("channel.welcome.note"),
        )

    async def _reacted(self, incoming: Incoming) -> Card | Says:
        if incoming.values.get(WANTS) == FOLLOW_BARRIER:
            return _at(incoming.direct, incoming, await self._followed(incoming))
        if await self.reacting.asked_already(incoming):
            return SILENT
        asked = await self.reacting.asked(incoming)
        if asked is None:
            return _at(incoming.direct, incoming, self._line("channel.reaction.unread"))
        return _at(asked.place, incoming, await self._said(asked))

    async def _followed(self, incoming: Incoming) -> Card | Says:
        """The barrier that the coach's message shows, as the one who reacted may see it now."""
        barrier = await self.reacting.barrier(incoming)
        if not barrier or not incoming.direct:
            return self._line("channel.reaction.follow")
        alone = replace(incoming, place=incoming.direct, conversation=incoming.direct, channel=Place(""))
        return await self.answer(replace(alone, action=OPEN, values={"value": barrier}))

    def _line(self, name: str) -> Card:
        return Card(paragraphs=(Paragraph(text=self.words(name)),))


def is_in_channel(incoming: Incoming) -> bool:
    """Whether others read an answer: it was not typed as a command, nor in direct messages."""
    return bool(incoming.channel) and incoming.place != incoming.direct


def _at(place: Place, incoming: Incoming, said: Card | Says) -> Says:
    """The same, said in another place; nothing where that is not known."""
    full = in_full(said)
    if not place or full.card == Card():
        return replace(full, card=Card())
    if place == incoming.place:
        return full
    key = answer_key(incoming.platform, incoming.key)
    reply = Reply(key=key, platform=incoming.platform, place=place, card=full.card)
    return replace(full, card=Card(), elsewhere=(reply, *full.elsewhere))
