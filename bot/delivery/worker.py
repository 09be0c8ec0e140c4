"""The two loops that move messages: from the inbox to an answer, and from the outbox to the platform."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from structlog.contextvars import bound_contextvars

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.delivery.courtesy import Courtesy
from bot.delivery.holding import Hold, HoldOver, holding
from bot.delivery.limiting import Admit, everything
from bot.delivery.loops import Bell, Gate, loop
from bot.delivery.ports import Clock, NewId, PostFailed, Sender, Settling
from bot.delivery.putting import put
from bot.delivery.saying import SILENT, Says, awaits_answer, in_full, replies
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.store.inbox import Claimed, Inbox, LeaseLost, Promise
from bot.store.leases import Lease
from bot.store.outbox import Doubted, Outbox, Outgoing
from prompts import speaking

_log = structlog.get_logger()

#: Longer than the slowest answer, so that nobody else takes a message that is being answered.
_LEASE = timedelta(seconds=30)
#: A message that was taken up this often without an answer gets an apology instead of another try.
_ATTEMPTS = 3
#: An answer that takes longer becomes an apology while the lease still holds.
_ANSWER_SECONDS = 25.0
_RETRY_AFTER = (1, 5, 30, 120, 600)
#: So often a platform may ask for a pause before a card is given up.
_MOST_PAUSES = 30
#: A platform that asks for a longer pause than this is tried again all the same.
_LONGEST_PAUSE = 3600.0
#: Notices in doubt that a platform is asked about in a round of housekeeping: Slack allows some fifty a minute.
_MOST_ASKED = 20
#: Asking must leave the lease time enough to post.
_ASKING_SECONDS = 10.0
#: A request is begun only while this much of the lease is left: it takes ten seconds at most, Teams' fifteen.
_POSTING = timedelta(seconds=16)
#: Posts under way at once: a platform takes a sixth of a second for each.
SENDERS = 32
#: Cards among them that are marked and whose requests are not under way yet.
READYING = 8
#: Besides them, so many for answers alone: those who asked do not wait for a platform that hangs.
FOR_ANSWERS = 4
#: How long a loop sleeps when nobody wakes it: another process may have written a row.
_IDLE_SECONDS = 0.5

#: Turns a message into the card that answers it, and what else it makes go out.
Answer = Callable[[Incoming], Awaitable[Card | Says]]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Everything the loops need. The bells are rung when something was put in the inbox or the outbox.

    `asked` are the notices in doubt that a platform was asked about already.
    """

    inbox: Inbox
    outbox: Outbox
    answer: Answer
    apology: Callable[[], Card]
    senders: Mapping[str, Sender]
    clock: Clock
    new_id: NewId
    admit: Admit = everything
    reached: Reached = pass_by
    courtesy: Courtesy = field(default_factory=lambda: Courtesy(monotonic=time.monotonic))
    monotonic: Callable[[], float] = time.monotonic
    gate: Gate = field(default_factory=lambda: Gate(most=READYING))
    inbox_bell: Bell = field(default_factory=Bell)
    answer_bell: Bell = field(default_factory=Bell)
    outbox_bell: Bell = field(default_factory=Bell)
    asked: set[Doubted] = field(default_factory=set)

    async def receive(self, incoming: Incoming) -> bool:
        """Keep a message and see to it soon; True when it is kept and was not there before.

        Of what is over a limit nothing is kept, though its sender may be told so.
        """
        self.reached(Point.MESSAGE_PARSED)
        admitted = await self.admit(incoming)
        if admitted is None:
            return False
        self.courtesy.delivered()
        new = await self.inbox.receive(admitted)
        self.courtesy.delivered()
        self.inbox_bell.set()
        return new and admitted is incoming

    async def run(self, workers: int = 4, senders: int = SENDERS, for_answers: int = FOR_ANSWERS) -> None:
        """Work until cancelled. A platform takes a while for each post, so many are under way."""
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(loop(self.handle_one, self.inbox_bell, _IDLE_SECONDS))
            for _ in range(for_answers):
                group.create_task(loop(self.send_answer, self.answer_bell, _IDLE_SECONDS))
            for _ in range(senders):
                group.create_task(loop(self.send_one, self.outbox_bell, _IDLE_SECONDS))
            group.create_task(loop(self.keep_house, Bell(), _LEASE.total_seconds()))

    async def handle_one(self) -> bool:
        """Answer the oldest message; False when there is none."""
        claimed = await self.inbox.claim(self._lease())
        if claimed is None:
            return False
        self.inbox_bell.set()
        await self.courtesy.give_way()
        said = in_full(await self._said(claimed))
        try:
            await self.inbox.finish(claimed, replies(claimed.incoming, said), self.clock(), said.became)
        except LeaseLost:
            _log.warning("lease lost", key=claimed.incoming.key)
        self.answer_bell.set()
        self.outbox_bell.set()
        return True

    async def send_one(self) -> bool:
        """Post the first card that may go out; False when there is none."""
        async with self.gate.entered() as through:
            return await self._send_next(self.outbox.claim, self.outbox_bell, through)

    async def send_answer(self) -> bool:
        """The same among answers alone, without waiting for a turn."""
        return await self._send_next(self.outbox.claim_answer, self.answer_bell, lambda: None)

    async def _send_next(
        self, claim: Callable[[Lease], Awaitable[Outgoing | None]], bell: Bell, begins: Callable[[], None]
    ) -> bool:
        lease, began = self._lease(), self.monotonic()
        outgoing = await claim(lease)
        if outgoing is None:
            return False
        bell.set()
        self.reached(Point.BEFORE_POST)
        with holding(Hold(may_post=lambda: self._may_post(lease, began), begins=begins)):
            # A rewrite is made again: asking whether it was made would take as long.
            if outgoing.doubtful and outgoing.former is None and await self._posted(outgoing):
                await self.outbox.sent(outgoing)
                return True
            try:
                posted = await self._post(outgoing)
            except PostFailed as failure:
                await self._after_failure(outgoing, failure)
                return True
        self.reached(Point.POSTED)
        await self.outbox.sent(outgoing, posted)
        _log.debug("card posted", key=outgoing.key)
        return True

    def _may_post(self, lease: Lease, began: float) -> bool:
        """Whether a request that is begun now ends before the lease does, by either clock: one stands still while a
        machine sleeps, the other may be set."""
        held = self.monotonic() - began < (_LEASE - _POSTING).total_seconds()
        return held and self.clock() < lease.until - _POSTING

    async def keep_house(self) -> bool:
        """See to the notices that stuck, here or in another process; always False.

        Those whose sender died while posting them are in doubt, and those whose time is over expire. Of those in doubt
        the platform is asked, once in the life of this process: it can only say what it knows.
        """
        await self.outbox.doubt_abandoned(self.clock())
        await self.outbox.expire(self.clock())
        await self.outbox.forget_lanes()
        asked = {name for name, sender in self.senders.items() if isinstance(sender, Settling)}
        doubted = [each for each in await self.outbox.doubted(asked, self.clock()) if each not in self.asked]
        for each in doubted[:_MOST_ASKED]:
            self.asked.add(each)
            await self._settle(each)
        return False

    async def _settle(self, doubted: Doubted) -> None:
        posted = await self._posted(doubted)
        _log.info("notice settled", key=doubted.key, posted=posted)
        if posted:
            await self.outbox.settle_posted(doubted)
        elif posted is not None:
            await self.outbox.settle_missing(doubted, self.clock())
            self.outbox_bell.set()

    async def _posted(self, card: Outgoing | Doubted) -> bool | None:
        """Whether a card is there already, as far as its platform can be asked; None where nobody can tell."""
        sender = self.senders.get(card.platform)
        if not isinstance(sender, Settling):
            return None
        try:
            async with asyncio.timeout(_ASKING_SECONDS):
                return await sender.was_posted(card.place, card.key)
        except Exception as error:
            _log.error("asking failed", key=card.key, error=type(error).__name__, exc_info=True)
            return None

    async def _post(self, outgoing: Outgoing) -> str:
        """Post a card, and give the reference of it; whatever else goes wrong, one card's trouble ends no loop."""
        sender = self.senders.get(outgoing.platform)
        if sender is None:
            raise PostFailed(reason="no such platform")
        try:
            with speaking(outgoing.card.locale), bound_contextvars(card=outgoing.key):
                return await put(outgoing, sender)
        except PostFailed:
            raise
        except HoldOver as over:
            raise PostFailed(reason="lease over") from over
        except Exception as error:
            _log.error("posting failed", key=outgoing.key, error=type(error).__name__, exc_info=True)
            raise PostFailed(reason=type(error).__name__, posted=None) from error

    async def _said(self, claimed: Claimed) -> Card | Says:
        if claimed.attempts > _ATTEMPTS:
            _log.error("message given up", key=claimed.incoming.key, attempts=claimed.attempts)
            return self._sorry(claimed.incoming)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self.answer(claimed.incoming)
        except Exception as error:
            _log.error("answering failed", key=claimed.incoming.key, error=type(error).__name__, exc_info=True)
            return self._sorry(claimed.incoming)

    def _sorry(self, incoming: Incoming) -> Card | Says:
        """The apology, where somebody waits for an answer."""
        return self.apology() if awaits_answer(incoming) else SILENT

    async def _after_failure(self, outgoing: Outgoing, failure: PostFailed) -> None:
        _log.warning("post failed", key=outgoing.key, reason=failure.reason, attempts=outgoing.attempts)
        if failure.posted is None and outgoing.promise is Promise.NOTICE:
            await self.outbox.doubt(outgoing)
        elif failure.final or outgoing.attempts > (_MOST_PAUSES if failure.limited else len(_RETRY_AFTER)):
            await self.outbox.give_up(outgoing)
            if failure.gone:
                await self.outbox.nobody_home(outgoing)
        else:
            # Whoever is told to slow down waits as long as it is told; whoever is not, longer each time.
            tries = 1 if failure.limited else outgoing.attempts
            seconds = max(_RETRY_AFTER[tries - 1], min(failure.retry_after or 0, _LONGEST_PAUSE))
            if failure.limited:
                await self.outbox.hold(outgoing, self.clock() + timedelta(seconds=seconds))
            again = self.outbox.retry_in_doubt if failure.posted is None else self.outbox.retry
            await again(outgoing, self.clock() + timedelta(seconds=seconds))

    def _lease(self) -> Lease:
        now = self.clock()
        return Lease(owner=self.new_id(), now=now, until=now + _LEASE)
