"""What somebody sees while their answer is made."""

import asyncio
import logging
from dataclasses import dataclass, field

from adapters.teams.references import Reference
from adapters.teams.streams import Streams
from adapters.teams.transport import ConnectorFailed, TeamsTransport
from bot.coaching.commands import command_in
from bot.coaching.roles.joining import code_in
from bot.domain.messages import Incoming
from prompts import Words

_LOG = logging.getLogger(__name__)
#: More conversations than these see no sign of typing; their answers come all the same.
_MOST_TYPING = 50
#: The action of a button that asks a question.
_ASK = "ask"
#: What answers by changing an answer that stands there already.
_QUIET = frozenset({"revised", "withdrawn", "opened"})


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Shows that the coach is at work: by a line of what it is at where Teams streams, by the sign of typing elsewhere.

    Nobody misses what could not be shown, and no answer waits for it.
    """

    transport: TeamsTransport
    words: Words
    streams: Streams | None = None
    typing: set[asyncio.Task[None]] = field(default_factory=set)

    def show(self, event: Incoming, reference: Reference) -> None:
        """Begin to show it; returns at once."""
        if event.action in _QUIET:
            return
        line = self._line(event)
        if line and self.streams is not None and self.streams.begin(event.key, reference, line):
            return
        if len(self.typing) < _MOST_TYPING:
            task = asyncio.create_task(self._type(reference))
            self.typing.add(task)
            task.add_done_callback(self.typing.discard)

    async def close(self) -> None:
        """Stop what is still being sent."""
        for task in list(self.typing):
            task.cancel()
        await asyncio.gather(*self.typing, return_exceptions=True)
        if self.streams is not None:
            await self.streams.close()

    def _line(self, event: Incoming) -> str:
        """What is true of any answer to this: a question is looked up, anything else is read first. Empty for what is
        done rather than answered."""
        if event.action == _ASK or (not event.action and event.text.rstrip().endswith("?")):
            return self.words("teams.stream.looking")
        if event.action or code_in(event.text) is not None or command_in(event.text, self.words) is not None:
            return ""
        return self.words("teams.stream.reading")

    async def _type(self, reference: Reference) -> None:
        try:
            await self.transport.send(reference, {"type": "typing"})
        except ConnectorFailed as failed:
            _LOG.info("teams.no_typing reason=%s status=%s", failed.reason, failed.status)
