"""Figures for whoever watches the coach, in Prometheus' form: how many, how long, how it stands. No text, no ids."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.delivery.limiting import LIMITED, Admit
from bot.delivery.saying import Says, in_full
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.server import Readiness, listening
from bot.store.backlog import Waits
from bot.store.outbox import Outbox
from bot.tracing import Watching, announced, followed

_LOOPBACK = "127.0.0.1"
_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
#: What answers a message.
Answer = Callable[[Incoming], Awaitable[Card | Says]]


class Queues(Protocol):
    """What waits to be answered and to be posted."""

    async def waits(self, now: datetime) -> Waits: ...


class Metrics:
    """The figures of one process, and of the tables that it shares."""

    def __init__(self, monotonic: Callable[[], float] = time.perf_counter) -> None:
        self._monotonic = monotonic
        self.registry = own = CollectorRegistry()
        self._seconds = Histogram(
            "coach_answer_seconds",
            "From taking a message up to its answer",
            ["platform"],
            registry=own,
            buckets=_SECONDS,
        )
        self._answers = Counter("coach_answers", "Messages by what came of them", ["platform", "outcome"], registry=own)
        self._limited = Counter("coach_limited", "Messages over a limit, not kept", ["platform"], registry=own)
        self._messages = Gauge("coach_inbox", "Messages that are not answered, by why", ["state"], registry=own)
        self._oldest = Gauge("coach_oldest_seconds", "Age of what waits longest", ["queue"], registry=own)
        self._cards = Gauge("coach_outbox", "Cards by what has become of them", ["state"], registry=own)
        self._ready = Gauge("coach_ready", "1 where a part works, 0 where it does not", ["part"], registry=own)

    @property
    def watching(self) -> Watching:
        """What the delivery is given, so that its messages are counted and can be followed in the log."""
        return Watching(
            answers=lambda answer: self.timed(followed(answer)), admits=lambda admit: self.limited(announced(admit))
        )

    def timed(self, answer: Answer) -> Answer:
        """The same, counted and timed."""

        async def measured(incoming: Incoming) -> Card | Says:
            began = self._monotonic()
            try:
                said = await answer(incoming)
            except (Exception, asyncio.CancelledError):  # an answer that takes too long is cancelled
                self._answers.labels(incoming.platform, "failed").inc()
                raise
            self._seconds.labels(incoming.platform).observe(self._monotonic() - began)
            full = in_full(said)
            silent = full.card == Card() and not full.elsewhere
            self._answers.labels(incoming.platform, "silent" if silent else "answered").inc()
            return said

        return measured

    def limited(self, admit: Admit) -> Admit:
        """The same; what is not let in, or only as a word to its sender that it was not, is counted."""

        async def counted(incoming: Incoming) -> Incoming | None:
            admitted = await admit(incoming)
            if admitted is None or admitted.action == LIMITED:
                self._limited.labels(incoming.platform).inc()
            return admitted

        return counted

    async def read(self, readiness: Readiness, backlog: Queues, outbox: Outbox, now: datetime) -> bytes:
        """Everything, as Prometheus takes it. The tables are left out where the database does not answer."""
        state = await readiness()
        for part, problem in state.items():
            self._ready.labels(part).set(not problem)
        for each in (self._messages, self._oldest, self._cards):
            each.clear()
        if not state.get("database"):
            waits = await backlog.waits(now)
            for name, count in waits.messages.items():
                self._messages.labels(name).set(count)
            self._oldest.labels("inbox").set(waits.message_age.total_seconds())
            self._oldest.labels("outbox").set(waits.card_age.total_seconds())
            for name, count in (await outbox.counts()).items():
                self._cards.labels(name).set(count)
        return generate_latest(self.registry)


@asynccontextmanager
async def metrics_page(port: int | None, page: Callable[[], Awaitable[bytes]]) -> AsyncIterator[None]:
    """Serve `/metrics` to this machine alone, where a port is set; raises `SettingError` where it cannot be had."""
    if port is None:
        yield
        return

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=await page(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    application = web.Application()
    application.add_routes([web.get("/metrics", answer)])
    async with listening(application, _LOOPBACK, port, "COACH_METRICS_PORT"):
        yield
