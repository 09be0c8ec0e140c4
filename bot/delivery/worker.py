"""The two loops that move messages: from the inbox to an answer, and from the outbox to the platform."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.delivery.courtesy import Courtesy
from bot.delivery.ports import Clock, NewId, PostFailed, Sender
from bot.delivery.saying import Says, in_full
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.store.inbox import Claimed, Inbox, LeaseLost, Promise, Reply
from bot.store.leases import Lease
from bot.store.outbox import Outbox, Outgoing

_log = structlog.get_logger()

#: Longer than the slowest answer, so that nobody else takes a message that is being answered.
_LEASE = timedelta(seconds=30)
#: A message that was taken up this often without an answer gets an apology instead of another try.
_ATTEMPTS = 3
#: An answer that takes longer becomes an apology while the lease still holds.
_ANSWER_SECONDS = 25.0
_RETRY_AFTER = (1, 5, 30, 120, 600)
#: A platform that asks for a longer pause than this is tried again all the same.
_LONGEST_PAUSE = 3600.0
#: How long a loop sleeps when nobody wakes it: another process may have written a row.
_IDLE_SECONDS = 0.5

#: Turns a message into the card that answers it, and what else it makes go out.
Answer = Callable[[Incoming], Awaitable[Card | Says]]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Everything the loops need. The bells are rung when something was put in the inbox or the outbox."""

    inbox: Inbox
    outbox: Outbox
    answer: Answer
    apology: Callable[[], Card]
    senders: Mapping[str, Sender]
    clock: Clock
    new_id: NewId
    reached: Reached = pass_by
    courtesy: Courtesy = field(default_factory=lambda: Courtesy(monotonic=time.monotonic))
    inbox_bell: asyncio.Event = field(default_factory=asyncio.Event)
    outbox_bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, incoming: Incoming) -> bool:
        """Keep a message and see to it soon; True when it was not there before."""
        self.reached(Point.MESSAGE_PARSED)
        self.courtesy.delivered()
        new = await self.inbox.receive(incoming)
        self.courtesy.delivered()
        self.inbox_bell.set()
        return new

    async def run(self, workers: int = 4, senders: int = 4) -> None:
        """Work until cancelled. A platform takes a tenth of a second for each post, so several are under way."""
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(_loop(self.handle_one, self.inbox_bell))
            for _ in range(senders):
                group.create_task(_loop(self.send_one, self.outbox_bell))
            group.create_task(_loop(self.doubt_abandoned, asyncio.Event(), _LEASE.total_seconds()))

    async def handle_one(self) -> bool:
        """Answer the oldest message; False when there is none."""
        claimed = await self.inbox.claim(self._lease())
        if claimed is None:
            return False
        await self.courtesy.give_way()
        said = in_full(await self._said(claimed))
        incoming = claimed.incoming
        reply = Reply(
            key=f"{incoming.platform}:answer:{incoming.key}",
            platform=incoming.platform,
            place=incoming.place,
            card=said.card,
        )
        try:
            await self.inbox.finish(claimed, (reply, *said.elsewhere), self.clock())
        except LeaseLost:
            _log.warning("lease lost", key=incoming.key)
        self.outbox_bell.set()
        return True

    async def send_one(self) -> bool:
        """Post the oldest card that is due; False when there is none."""
        outgoing = await self.outbox.claim(self._lease())
        if outgoing is None:
            return False
        self.reached(Point.BEFORE_POST)
        try:
            await self._post(outgoing)
        except PostFailed as failure:
            await self._after_failure(outgoing, failure)
            return True
        self.reached(Point.POSTED)
        await self.outbox.sent(outgoing)
        return True

    async def doubt_abandoned(self) -> bool:
        """Set notices aside whose sender died while posting them, here or in another process; always False."""
        await self.outbox.doubt_abandoned(self.clock())
        return False

    async def _post(self, outgoing: Outgoing) -> None:
        """Post a card; whatever else goes wrong, one card's trouble ends no loop."""
        sender = self.senders.get(outgoing.platform)
        if sender is None:
            raise PostFailed(reason="no such platform")
        try:
            await sender.send(outgoing.place, outgoing.key, outgoing.card)
        except PostFailed:
            raise
        except Exception as error:
            _log.error("posting failed", key=outgoing.key, error=type(error).__name__, exc_info=True)
            raise PostFailed(reason=type(error).__name__, posted=None) from error

    async def _said(self, claimed: Claimed) -> Card | Says:
        if claimed.attempts > _ATTEMPTS:
            _log.error("message given up", key=claimed.incoming.key, attempts=claimed.attempts)
            return self.apology()
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self.answer(claimed.incoming)
        except Exception as error:
            _log.error("answering failed", key=claimed.incoming.key, error=type(error).__name__, exc_info=True)
            return self.apology()

    async def _after_failure(self, outgoing: Outgoing, failure: PostFailed) -> None:
        _log.warning("post failed", key=outgoing.key, reason=failure.reason, attempts=outgoing.attempts)
        if failure.posted is None and outgoing.promise is Promise.NOTICE:
            await self.outbox.doubt(outgoing)
        elif failure.final or outgoing.attempts > len(_RETRY_AFTER):
            await self.outbox.give_up(outgoing)
        else:
            seconds = max(_RETRY_AFTER[outgoing.attempts - 1], min(failure.retry_after or 0, _LONGEST_PAUSE))
            await self.outbox.retry(outgoing, self.clock() + timedelta(seconds=seconds))

    def _lease(self) -> Lease:
        now = self.clock()
        return Lease(owner=self.new_id(), now=now, until=now + _LEASE)


async def _loop(step: Callable[[], Awaitable[bool]], bell: asyncio.Event, idle: float | None = None) -> None:
    """Take steps for ever, resting when there is nothing to do or the database does not answer."""
    while True:
        bell.clear()
        try:
            busy = await step()
        except (SQLAlchemyError, OSError) as error:
            _log.error("store unavailable", error=type(error).__name__, exc_info=True)
            busy = False
        if not busy:
            await _rest(bell, _IDLE_SECONDS if idle is None else idle)


async def _rest(bell: asyncio.Event, seconds: float) -> None:
    # Not `asyncio.wait_for`: until Python 3.12 it forgets a cancellation that comes together with the bell.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await bell.wait()
