"""Limiting: what comes in over a limit is acknowledged and not kept unless it is sensitive; its sender is told once."""

import asyncio
import hashlib
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from bot.domain.channel_modes import HEARD
from bot.domain.limits import MINUTE, Limits, Verdict
from bot.domain.messages import WITHDRAWN, EventKey, Incoming, Place

#: The action of the message that takes the place of the first one over a limit: it says nothing of what was sent.
LIMITED = "limited"
#: Judging what is over a limit takes at most this share of a processor.
_SHARE = 0.2
#: On a busy machine a look takes longer, most of it spent waiting: the pause after it does not grow with that.
_LONGEST_PAUSE_S = 0.1
_MOST_REMEMBERED = 2_000

#: Whether a text is sensitive, and gets the human route.
Sensitive = Callable[[str], Awaitable[bool]]

Mark = TypeVar("Mark")
Found = TypeVar("Found")

#: What is to be kept of a message, None for nothing.
Admit = Callable[[Incoming], Awaitable[Incoming | None]]


async def everything(incoming: Incoming) -> Incoming | None:
    """Where there is no limit."""
    return incoming


@dataclass(kw_only=True)
class Limiting:
    """Lets a message in, or what tells its sender that it was not let in, or nothing.

    A sensitive message is let in whatever the limit. To know that, messages over it are looked at one after the
    other, each text once, with pauses between: whoever sends too many waits for their own acknowledgements alone.
    """

    sensitive: Sensitive
    monotonic: Callable[[], float]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    limits: Limits = field(default_factory=Limits)
    _met: "OrderedDict[EventKey, Verdict]" = field(default_factory=OrderedDict)
    _judged: "OrderedDict[bytes, bool]" = field(default_factory=OrderedDict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, incoming: Incoming) -> Incoming | None:
        """What is to be kept of a message."""
        verdict = self._verdict(incoming)
        # Whoever takes something back is never in the way.
        if verdict.taken or incoming.action == WITHDRAWN or await self._is_sensitive(_written(incoming)):
            return incoming
        # What was merely overheard was not said to the coach.
        return _told(incoming, verdict) if verdict.tell and HEARD not in incoming.values else None

    def _verdict(self, incoming: Incoming) -> Verdict:
        """A message counts once: Slack sends a mention as two events, and again whatever could not be kept."""
        sender, known = incoming.sender, self._met.get(incoming.key)
        if known is None:
            known = self.limits.meet(sender.key, f"{sender.platform}:{sender.tenant}", incoming.received_at)
            _remember(self._met, incoming.key, known)
        return known

    async def _is_sensitive(self, text: str) -> bool:
        mark = hashlib.sha256(text.encode("utf-8", "replace")).digest()
        async with self._turn:
            known = self._judged.get(mark)
            if known is None:
                began = self.monotonic()
                known = await self.sensitive(text)
                _remember(self._judged, mark, known)
                await self.pause(min((self.monotonic() - began) * (1 / _SHARE - 1), _LONGEST_PAUSE_S))
        return known


def _remember(found: "OrderedDict[Mark, Found]", mark: Mark, what: Found) -> None:
    """Hold what was found; the oldest gives way."""
    found[mark] = what
    if len(found) > _MOST_REMEMBERED:
        found.popitem(last=False)


def _written(incoming: Incoming) -> str:
    """All that somebody may have written: a message, or what they filled into a form."""
    return "\n".join((incoming.text, *incoming.values.values()))


def _told(incoming: Incoming, verdict: Verdict) -> Incoming:
    """The message of which the answer tells the sender, alone where that is possible, and that keeps nothing."""
    away = incoming.direct if incoming.channel else ""
    sender, minute = incoming.sender.key, int(incoming.received_at.timestamp() // MINUTE.total_seconds())
    return replace(
        incoming,
        key=EventKey(f"{incoming.platform}:limited:{sender}:{minute}"),
        place=Place(away) or incoming.place,
        conversation=Place("") if away else incoming.conversation,
        channel=Place(""),
        text="",
        action=LIMITED,
        values={"minutes": str(math.ceil(max(verdict.wait, timedelta(seconds=1)) / MINUTE))},
    )
