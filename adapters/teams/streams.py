"""Streams: in a personal chat the line that says what the coach is at becomes the answer itself.

Source: MicrosoftDocs/msteams-docs, msteams-platform/bots/streaming-ux.md. A stream begins with an informative line and
ends with one final message of the same id. The coach's answers are whole when they are there, so nothing is dealt out
in pieces in between: that would only be made to look like work.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.teams.activity import Json
from adapters.teams.references import PERSONAL, Reference
from adapters.teams.transport import ConnectorFailed, TeamsTransport
from bot.domain.messages import EventKey

#: Teams takes about one request of a stream in a second, and ends it after two minutes.
APART_S = 1.0
LIFETIME_S = 100.0
#: More answers than these are not streamed at a time: each of them waits for its second.
MOST_OPEN = 4
#: Longer than this no answer waits for its own stream to begin.
_BEGINNING_S = 5.0
#: People and installations that Teams streams nothing to, by conversation.
_MOST_REFUSED = 10_000
#: What the outbox calls the answer to a message.
_ANSWER = "teams:answer:"
_FORBIDDEN = 403


@dataclass(frozen=True, kw_only=True)
class Stream:
    """An open stream: its id, and when Teams took its first line, in seconds of a clock that never goes back."""

    id: str
    conversation: str
    begun: float


class Streams:
    """The streams of this process, by the message that each will answer. They live in memory: an answer whose stream
    is lost, with the process or otherwise, is posted like any other."""

    def __init__(
        self,
        *,
        transport: TeamsTransport,
        monotonic: Callable[[], float],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._transport = transport
        self._monotonic = monotonic
        self._pause = pause
        self._open: OrderedDict[str, tuple[float, str, asyncio.Task[Stream | None]]] = OrderedDict()
        self._refused: OrderedDict[str, None] = OrderedDict()

    def begin(self, key: EventKey, reference: Reference, line: str) -> bool:
        """Say in a personal chat what the coach is at; False where that is shown by the sign of typing instead.

        Teams has one stream in a chat at a time.
        """
        self._let_go_of_the_old()
        busy = len(self._open) >= MOST_OPEN or reference.conversation in {each for _, each, _ in self._open.values()}
        if busy or reference.kind != PERSONAL or reference.conversation in self._refused:
            return False
        task = asyncio.create_task(self._begun(reference, line))
        self._open[_ANSWER + key] = (self._monotonic(), reference.conversation, task)
        return True

    async def of(self, answer: EventKey) -> Stream | None:
        """The stream that this answer ends, a second after its last request; None where it is posted by itself."""
        _, _, task = self._open.get(answer, (0.0, "", None))
        if task is None:
            return None
        try:
            async with asyncio.timeout(_BEGINNING_S):
                stream = await task
        except TimeoutError:
            stream = None
        if stream is None or self._monotonic() - stream.begun > LIFETIME_S:
            self.ended(answer)
            return None
        await self._pause(max(stream.begun + APART_S - self._monotonic(), 0.0))
        return stream

    def ended(self, answer: EventKey) -> None:
        """Nothing more belongs to the stream of this answer."""
        _, _, task = self._open.pop(answer, (0.0, "", None))
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        """Stop what is still being begun."""
        tasks = [task for _, _, task in self._open.values()]
        self._open.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def refuse(self, conversation: str) -> None:
        """Stream nothing there any more, as long as the process lives: Teams does not allow it."""
        self._refused[conversation] = None
        if len(self._refused) > _MOST_REFUSED:
            self._refused.popitem(last=False)

    async def _begun(self, reference: Reference, line: str) -> Stream | None:
        try:
            stream = await self._transport.send(reference, informative(line))
        except ConnectorFailed as failed:
            if failed.status == _FORBIDDEN:
                self.refuse(reference.conversation)
            return None
        return Stream(id=stream, conversation=reference.conversation, begun=self._monotonic()) if stream else None

    def _let_go_of_the_old(self) -> None:
        now = self._monotonic()
        for answer in [answer for answer, (since, _, _) in self._open.items() if now - since > LIFETIME_S]:
            self.ended(EventKey(answer))


def informative(line: str) -> Json:
    """The first request of a stream."""
    return {
        "type": "typing",
        "text": line,
        "entities": [{"type": "streaminfo", "streamType": "informative", "streamSequence": 1}],
    }


def final(message: Json, stream: Stream) -> Json:
    """The message as the last request of a stream. It has no text beside its card: Teams would make two messages of
    it, and the thumbs would stand under the one that has no id of ours."""
    entity = {"type": "streaminfo", "streamId": stream.id, "streamType": "final"}
    return {**message, "entities": [*message.get("entities", []), entity]}


def stopped(failed: ConnectorFailed) -> bool:
    """Whether whoever asked pressed Stop: they want no answer any more."""
    return failed.status == _FORBIDDEN and "cancel" in failed.refusal


def there_already(failed: ConnectorFailed) -> bool:
    """Whether the stream has its final message: an earlier request got through, though nobody heard of it."""
    return failed.status == _FORBIDDEN and "already completed" in failed.refusal


def not_allowed(failed: ConnectorFailed) -> bool:
    """Whether nothing is streamed there at all, which is told from a stream that took too long."""
    return failed.status == _FORBIDDEN and "stream is not allowed" in failed.refusal
