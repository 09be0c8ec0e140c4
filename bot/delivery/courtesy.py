"""Whoever delivers to the coach goes first: an answer can wait a moment, an acknowledgement cannot."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

#: After this long without a message the coach has its time for itself.
QUIET_SECONDS = 0.02
#: However thick they come, one answer is made as often as this.
PATIENCE_SECONDS = 0.5


@dataclass(kw_only=True)
class Courtesy:
    """Makes answers wait for a quiet moment, one after the other, and not for ever.

    An answer takes some 20 ms of the one thread that also takes messages in. Under a flood the messages are taken
    and an answer follows twice a second, until it is over.
    """

    monotonic: Callable[[], float]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _last: float = float("-inf")
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def delivered(self) -> None:
        """Somebody is delivering, or has just done so."""
        self._last = self.monotonic()

    async def give_way(self) -> None:
        """Wait until nobody has delivered for a moment, or as long as anybody should wait."""
        async with self._turn:
            latest = self.monotonic() + PATIENCE_SECONDS
            while (wait := min(self._last + QUIET_SECONDS, latest) - self.monotonic()) > 0:
                await self.pause(wait)
