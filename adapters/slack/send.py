"""Slack's way out: cards as messages in the thread they belong to, each known again by its key."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.slack.calling import answered, mark_of
from adapters.slack.clients import Clients
from adapters.slack.finding import Finding, Found, metadata
from adapters.slack.home import publish
from adapters.slack.looking import Looking
from adapters.slack.places import Spot, parse_place
from adapters.slack.posting import Posting, Said, said
from adapters.slack.render import SlackMessage, render
from adapters.slack.streaming import Broken, Streaming
from bot.delivery.ports import PostFailed
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Place
from bot.store.pacing import APART
from prompts import Words

#: What the key of a card that answers a message has in it, which alone may have a placeholder.
_ANSWER = ":answer:"
_MOST_BEGUN = 1_000


@dataclass(frozen=True, kw_only=True)
class _Begun:
    """How many messages of a card are there, and when the first was posted, by which its thread is known.

    `open` is a first message that is there and not finished: a placeholder, or a stream that broke off.
    """

    parts: int
    first: str = ""
    open: str = ""


@dataclass(frozen=True, kw_only=True)
class SlackSender:
    """The `Sender` of every workspace: the team of a place picks the client."""

    clients: Clients
    words: Words
    looking: Looking
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    _begun: dict[str, _Begun] = field(default_factory=dict)
    _posting: Posting = field(init=False)
    _finding: Finding = field(init=False)
    _streaming: Streaming = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_posting", Posting(clients=self.clients))
        object.__setattr__(self, "_finding", Finding(clients=self.clients))
        object.__setattr__(self, "_streaming", Streaming(clients=self.clients, monotonic=self.monotonic))

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        """Post a card, in several messages where it is long; those that are there already are not posted again.

        Gives the channel and the time of the first, as `C1/1700000000.000100`; of a Home tab nothing.
        Outside a thread, what follows the first message of a card with `more` goes into that message's own thread.
        """
        spot, mark = _spot(place), mark_of(key)
        if spot.home:
            await publish(self.clients, spot, card, self.words)
            return ""
        messages = render(card, self.words)
        spot = await self._opened(spot)
        placeholder = await self.looking.settled(spot, mark)
        begun = await self._already(spot, key, len(messages))
        begun = replace(begun, open=placeholder or begun.open)
        try:
            first = await self._send_rest(spot, mark, messages, begun, threaded=bool(card.more))
        except PostFailed as failure:
            if failure.final:
                self._begun.pop(mark, None)
                await self.looking.dropped(mark)
            raise
        self._begun.pop(mark, None)
        self.looking.done(mark)
        return f"{spot.channel}/{first}" if first else ""

    async def rewrite(self, place: Place, posted: str, key: EventKey, card: Card) -> str:
        """Show a card where another stands: its first message in place, the rest in the others', posted or removed."""
        spot, mark = _spot(place), mark_of(key)
        if spot.home:
            await publish(self.clients, spot, card, self.words)
            return ""
        channel, ts = _reference(posted)
        messages, spot = render(card, self.words), replace(spot, channel=channel)
        before, others = await self._finding.beside(spot, ts, mark)
        marks = [metadata(mark, number, len(messages), before) for number in range(len(messages))]
        try:
            await self._posting.change(spot, ts, said(messages[0], marks[0]))
        except PostFailed as failure:
            if failure.final and not failure.gone:
                await self._posting.tidy(spot, (ts, *others))
            raise
        threaded = replace(spot, thread=spot.thread or ts) if card.more else spot
        for number in range(1, len(messages)):
            await self.pause(APART.total_seconds())
            what = said(messages[number], marks[number])
            if number <= len(others):
                await self._posting.change(spot, others[number - 1], what)
            else:
                await self._posting.post(threaded, what)
        await self._posting.tidy(spot, others[len(messages) - 1 :])
        return posted

    async def remove(self, place: Place, posted: str) -> None:
        """Take a card's messages away, as far as they can be found; what is gone already is no failure."""
        spot = _spot(place)
        if spot.home:
            return
        channel, ts = _reference(posted)
        spot = replace(spot, channel=channel)
        _, others = await self._finding.beside(spot, ts)
        await self._posting.delete(spot, ts)
        await self._posting.tidy(spot, others)

    async def was_posted(self, place: Place, key: EventKey) -> bool | None:
        """Whether the whole card is there; None when Slack does not say, as in channels that it may not read.

        A message that was begun and not finished is remembered: the card goes on there.
        """
        mark = mark_of(key)
        try:
            spot = _spot(place)
            if spot.home:  # to publish it again does no harm
                return False
            found = await self._finding.card(await self._opened(spot), mark)
        except PostFailed:
            return None
        if found.open and not found.whole:
            self._remember(mark, self._begun.get(mark, _Begun(parts=0, open=found.open)))
        return found.whole

    async def _send_rest(
        self, spot: Spot, mark: str, messages: Sequence[SlackMessage], already: _Begun, *, threaded: bool
    ) -> str:
        begun = already
        while begun.parts < len(messages):
            self._remember(mark, begun)
            under = replace(spot, thread=begun.first) if threaded and not spot.thread else spot
            if begun is not already:
                await self.pause(APART.total_seconds())
            marked = metadata(mark, begun.parts, len(messages))
            posted = await self._put(under, mark, begun, messages[begun.parts], marked)
            begun = _Begun(parts=begun.parts + 1, first=begun.first or posted)
        return begun.first

    def _remember(self, mark: str, begun: _Begun) -> None:
        """What is forgotten here Slack is asked for; cards that are given up are never finished."""
        self._begun[mark] = begun
        if len(self._begun) > _MOST_BEGUN:
            del self._begun[next(iter(self._begun))]

    async def _put(self, spot: Spot, mark: str, begun: _Begun, message: SlackMessage, marked: dict[str, Any]) -> str:
        """Bring the next message of a card: into what stands open for it, part by part, or all at once."""
        what = said(message, marked)
        if begun.parts == 0 and begun.open:
            return await self._finish(spot, begun.open, what)
        parts = self._streaming.parts(spot, message) if marked["event_payload"]["parts"] == 1 else None
        if parts is not None:
            try:
                shown = await self._streaming.show(spot, mark, parts, marked)
            except Broken as broken:
                self._remember(mark, replace(begun, open=broken.ts))
                return await self._finish(spot, broken.ts, what)
            if shown:
                return shown
        return await self._posting.post(spot, what)

    async def _finish(self, spot: Spot, ts: str, what: Said) -> str:
        """Have the whole message stand where it was begun; anew where that cannot be changed any more."""
        try:
            await self._posting.change(spot, ts, what)
        except PostFailed as failure:
            if not failure.final or failure.gone:
                raise
            await self._posting.tidy(spot, (ts,))
            return await self._posting.post(spot, what)
        return ts

    async def _already(self, spot: Spot, key: EventKey, parts: int) -> _Begun:
        """What is there of the card from an earlier try or another process, as far as can be known.

        Slack is asked where there may be something: this process remembers it, the card is long, or another process
        may have begun to show that it looks.
        """
        mark = mark_of(key)
        remembered = self._begun.get(mark, _Begun(parts=0))
        in_a_channel = bool(spot.thread) and not spot.direct
        placeholder = in_a_channel and _ANSWER in key and not self.looking.took(mark)
        if parts == 1 and mark not in self._begun and not placeholder:
            return remembered
        try:
            found = await self._finding.card(spot, mark)
        except PostFailed:
            return remembered
        return _there(found, parts, remembered)

    async def _opened(self, spot: Spot) -> Spot:
        """The conversation itself, where the place names a person."""
        if not spot.person:
            return spot
        client = await self.clients.of(spot.team)
        try:
            answer = await answered(client.conversations_open(users=spot.channel))
        except PostFailed as failure:  # whatever came of it, nothing was posted
            raise PostFailed(reason=failure.reason, retry_after=failure.retry_after, final=failure.final) from failure
        return Spot(team=spot.team, channel=answer["channel"]["id"], thread=spot.thread)


def _spot(place: Place) -> Spot:
    try:
        return parse_place(place)
    except ValueError as error:
        raise PostFailed(reason="place", final=True) from error


def _reference(posted: str) -> tuple[str, str]:
    """The channel and the time of a message of ours."""
    channel, _, ts = posted.partition("/")
    if not channel or not ts:
        raise PostFailed(reason="reference", final=True)
    return channel, ts


def _there(found: Found, parts: int, remembered: _Begun) -> _Begun:
    missing = next(number for number in range(parts + 1) if number not in found.parts)
    return _Begun(parts=missing, first=found.parts.get(0, ""), open=found.open or remembered.open)
