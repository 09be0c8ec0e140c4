"""Loops that share one kind of work, and the bell that wakes them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

_log = structlog.get_logger()
#: Whoever is held up for longer holds up nobody else.
_LONGEST_SECONDS = 1.0


@dataclass(kw_only=True)
class Bell:
    """Wakes one of those who rest; rung while nobody rests, it lets the next one rest later.

    Whoever finds work rings it for the next, so that one message wakes one loop and a thousand wake them all. Of those
    who rest one looks round now and then: another process may have written a row. The others rest until it rings.
    """

    _resting: "deque[asyncio.Future[None]]" = field(default_factory=deque)
    _rung: bool = False
    _watched: bool = False

    def set(self) -> None:
        """Ring."""
        while self._resting:
            resting = self._resting.popleft()
            if not resting.done():
                resting.set_result(None)
                return
        self._rung = True

    async def rest(self, seconds: float) -> None:
        """Rest until it rings, or as long as this where nobody else looks round."""
        if self._rung:
            self._rung = False
            return
        resting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._resting.append(resting)
        if self._watched:
            await resting
            return
        self._watched = True
        try:
            # Not `asyncio.wait_for`: until Python 3.12 it forgets a cancellation that comes together with the bell.
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await resting
        finally:
            self._watched = False


@dataclass(kw_only=True)
class Gate:
    """Lets a few through at a time; each is through when it says so, when it ends, or after a second.

    A card that is marked and waits for the processor would be in doubt if the process died: few should.
    """

    most: int
    _free: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.most)

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[Callable[[], None]]:
        """Wait for a turn; gives what says that one is through, which may be said again."""
        await self._free.acquire()
        through = False

        def say() -> None:
            nonlocal through
            if not through:
                through = True
                self._free.release()

        timer = asyncio.get_running_loop().call_later(_LONGEST_SECONDS, say)
        try:
            yield say
        finally:
            timer.cancel()
            say()


async def loop(step: Callable[[], Awaitable[bool]], bell: Bell, idle: float) -> None:
    """Take steps for ever, resting when there is nothing to do or the database does not answer."""
    while True:
        try:
            busy = await step()
        except (SQLAlchemyError, OSError) as error:
            _log.error("store unavailable", error=type(error).__name__, exc_info=True)
            busy = False
        if not busy:
            await bell.rest(idle)
