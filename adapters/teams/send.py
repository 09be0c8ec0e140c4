"""Cards on their way out, and what a failure of the connector means for the outbox."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from adapters.teams.references import References, conversation_of
from adapters.teams.render import render
from adapters.teams.transport import ConnectorFailed, TeamsTransport
from bot.delivery.ports import PostFailed
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Place
from bot.store.pacing import APART
from prompts import Words

#: Refusals that pass, as Microsoft has it.
_TOO_MANY = 429
_PASSING = frozenset({_TOO_MANY, 412, 502, 504})
_FORBIDDEN = 403
#: The coach was blocked or removed there, or there is no such conversation any more.
_GONE = frozenset({_FORBIDDEN, 404})
_UNAUTHENTICATED = 401
_SERVER = 500
_WAIT_S = 2.0
_LONG_WAIT_S = 60.0
_MOST_BEGUN = 1000

#: A number from 0 to 1.
Random = Callable[[], float]


class TeamsSender:
    """A `Sender` that posts cards to conversations whose references were kept, whoever wrote there last.

    A card of several messages that fails between two of them goes on where it stopped, as long as the process lives.
    """

    def __init__(
        self,
        *,
        transport: TeamsTransport,
        references: References,
        words: Words,
        rng: Random = random.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._transport = transport
        self._references = references
        self._words = words
        self._random = rng
        self._pause = pause
        self._begun: OrderedDict[EventKey, int] = OrderedDict()

    async def send(self, place: Place, key: EventKey, card: Card) -> None:
        """See `Sender`. Where the coach is blocked or removed, the reference is forgotten and the failure final."""
        reference = await self._references.find(conversation_of(place))
        if reference is None:
            raise PostFailed(reason="no such conversation", final=True, gone=True)
        messages = render(card, self._words)
        first = self._begun.get(key, 0)
        for number, message in enumerate(messages[first:], first):
            if number > first:
                await self._pause(APART.total_seconds())
            try:
                await self._transport.send(reference.at(place), message)
            except ConnectorFailed as failed:
                if failed.status == _FORBIDDEN:
                    await self._references.forget(conversation_of(place))
                raise self._post_failed(failed) from failed
            self._sent(key, number + 1)
        self._begun.pop(key, None)

    def _sent(self, key: EventKey, messages: int) -> None:
        self._begun[key] = messages
        if len(self._begun) > _MOST_BEGUN:
            self._begun.popitem(last=False)

    def _post_failed(self, failed: ConnectorFailed) -> PostFailed:
        status = failed.status
        reason = failed.reason if status is None else f"status {status}"
        if status is None:
            return PostFailed(
                reason=reason, posted=failed.sent, retry_after=None if failed.sent is None else self._wait(failed)
            )
        if status in _PASSING:
            return PostFailed(reason=reason, retry_after=self._wait(failed), limited=status == _TOO_MANY)
        if status == _UNAUTHENTICATED:
            # A secret that expired: whoever renews it finds the messages still there.
            return PostFailed(reason=reason, retry_after=self._jittered(_LONG_WAIT_S))
        if status >= _SERVER:
            return PostFailed(reason=reason, posted=None)
        return PostFailed(reason=reason, final=True, gone=status in _GONE)

    def _wait(self, failed: ConnectorFailed) -> float:
        """What the connector asked for and a little more, so that not everybody comes back at once."""
        return self._jittered(_WAIT_S if failed.retry_after is None else failed.retry_after)

    def _jittered(self, seconds: float) -> float:
        return seconds + self._random() * max(seconds, 1.0) / 2
