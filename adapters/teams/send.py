"""Cards on their way out, and what a failure of the connector means for the outbox."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from adapters.teams.activity import Json
from adapters.teams.failures import FORBIDDEN, NOT_FOUND, Random, post_failed
from adapters.teams.ratings import Ratings
from adapters.teams.references import Reference, References, conversation_of
from adapters.teams.render import render
from adapters.teams.streams import Stream, Streams, final, not_allowed, stopped, there_already
from adapters.teams.transport import ConnectorFailed, TeamsTransport
from bot.delivery.ports import PostFailed
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Place
from bot.store.pacing import APART
from prompts import Words

_MOST_BEGUN = 1000
#: Between the ids of a card's messages, in the one reference that they have.
_AND = " "
_LONGEST_REFERENCE = 255
#: Answers after which the same is tried again.
_TOO_MANY = 429
_SERVER = 500


class TeamsSender:
    """A `Sender` that posts cards to conversations whose references were kept, whoever wrote there last; `Rewriting`.

    A card of several messages that fails between two of them goes on where it stopped, as long as the process lives.
    An answer whose stream is open ends it.
    """

    def __init__(
        self,
        *,
        transport: TeamsTransport,
        references: References,
        words: Words,
        streams: Streams | None = None,
        ratings: Ratings | None = None,
        rng: Random = random.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._transport = transport
        self._references = references
        self._words = words
        self._streams = streams
        self._ratings = ratings
        self._random = rng
        self._pause = pause
        self._begun: OrderedDict[EventKey, list[str]] = OrderedDict()

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        """See `Sender`. Where the coach is blocked or removed, the reference is forgotten and the failure final."""
        reference = await self._reference(place)
        messages = render(card, self._words)
        posted = self._begun.get(key, [])
        stream = await self._streams.of(key) if self._streams and not posted else None
        for number, message in enumerate(messages[len(posted) :], len(posted)):
            if posted:
                await self._pause(APART.total_seconds())
            if stream is not None and number == 0:
                own = await self._ended(stream, key, reference, message)
            else:
                own = await self._posted(reference, message)
            if own is None:
                return ""
            posted = self._sent(key, [*posted, own])
        return self._done(key, posted, place, card)

    async def rewrite(self, place: Place, posted: str, key: EventKey, card: Card) -> str:
        """See `Rewriting`. A message that is not there any more is posted anew, like those that the card has more."""
        reference, messages, former = await self._reference(place), render(card, self._words), posted.split(_AND)
        stands = self._begun.get(key, [])
        for number, message in enumerate(messages[len(stands) :], len(stands)):
            if number:
                await self._pause(APART.total_seconds())
            there = former[number] if number < len(former) else ""
            stands = self._sent(key, [*stands, await self._put(reference, there, message)])
        for extra in former[len(messages) :]:
            await self._taken_away(reference, extra)
        return self._done(key, stands, place, card)

    async def remove(self, place: Place, posted: str) -> None:
        """See `Rewriting`."""
        reference = await self._reference(place)
        for each in posted.split(_AND):
            await self._taken_away(reference, each)

    def forget(self) -> None:
        """Forget what is remembered of answers for whoever rates them: somebody was erased."""
        if self._ratings is not None:
            self._ratings.forget()

    async def _reference(self, place: Place) -> Reference:
        reference = await self._references.find(conversation_of(place))
        if reference is None:
            raise PostFailed(reason="no such conversation", final=True, gone=True)
        return reference.at(place)

    async def _posted(self, reference: Reference, message: Json) -> str:
        try:
            return await self._transport.send(reference, message)
        except ConnectorFailed as failed:
            if failed.status == FORBIDDEN:
                await self._references.forget(conversation_of(reference.conversation))
            raise post_failed(failed, self._random) from failed

    async def _ended(self, stream: Stream, key: EventKey, reference: Reference, message: Json) -> str | None:
        """End the stream with the answer, or post it by itself; None where whoever asked has stopped it."""
        assert self._streams is not None
        try:
            own = await self._transport.send(reference, final(message, stream))
        except ConnectorFailed as failed:
            if there_already(failed):
                own = stream.id
            elif stopped(failed):
                self._streams.ended(key)
                return None
            elif failed.status is None or failed.status == _TOO_MANY or failed.status >= _SERVER:
                # The stream stays open: the next try ends it, or is told that this one has.
                raise post_failed(failed, self._random) from failed
            else:
                if not_allowed(failed):
                    self._streams.refuse(stream.conversation)
                own = await self._posted(reference, message)
        self._streams.ended(key)
        return own or stream.id

    async def _put(self, reference: Reference, there: str, message: Json) -> str:
        if not there:
            return await self._posted(reference, message)
        try:
            await self._transport.update(reference, there, message)
        except ConnectorFailed as failed:
            if failed.status != NOT_FOUND:
                raise post_failed(failed, self._random, changing=True) from failed
            return await self._posted(reference, message)
        return there

    async def _taken_away(self, reference: Reference, there: str) -> None:
        try:
            await self._transport.delete(reference, there)
        except ConnectorFailed as failed:
            if failed.status != NOT_FOUND:
                raise post_failed(failed, self._random, changing=True) from failed

    def _sent(self, key: EventKey, posted: list[str]) -> list[str]:
        self._begun[key] = posted
        if len(self._begun) > _MOST_BEGUN:
            self._begun.popitem(last=False)
        return posted

    def _done(self, key: EventKey, posted: Sequence[str], place: Place, card: Card) -> str:
        self._begun.pop(key, None)
        if self._ratings is not None:
            self._ratings.remember(conversation_of(place), posted, card)
        kept = list(posted)
        while len(_AND.join(kept)) > _LONGEST_REFERENCE:
            kept.pop()
        return _AND.join(kept)
