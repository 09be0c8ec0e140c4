"""Figures for whoever watches the coach, in Prometheus' form: how many, how long, how it stands. No text, no ids."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.delivery.saying import Says
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.server import Readiness, listening
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox

_LOOPBACK = "127.0.0.1"
_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
#: What answers a message.
Answer = Callable[[Incoming], Awaitable[Card | Says]]


class Queues(Protocol):
    """What waits to be answered and to be posted."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def outbox(self) -> Outbox: ...


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
        self._failed = Counter("coach_answers_failed", "Messages without an answer", ["platform"], registry=own)
        self._waiting = Gauge("coach_inbox_waiting", "Messages that are not answered yet", registry=own)
        self._cards = Gauge("coach_outbox", "Cards by what has become of them", ["state"], registry=own)
        self._ready = Gauge("coach_ready", "1 where a part works, 0 where it does not", ["part"], registry=own)

    def timed(self, answer: Answer) -> Answer:
        """The same, counted and timed."""

        async def measured(incoming: Incoming) -> Card | Says:
            began = self._monotonic()
            try:
                said = await answer(incoming)
            except Exception:
                self._failed.labels(incoming.platform).inc()
                raise
            self._seconds.labels(incoming.platform).observe(self._monotonic() - began)
            return said

        return measured

    async def read(self, readiness: Readiness, delivery: Queues) -> bytes:
        """Everything, as Prometheus takes it. The tables are left out where the database does not answer."""
        state = await readiness()
        for part, problem in state.items():
            self._ready.labels(part).set(not problem)
        if not state.get("database"):
            self._waiting.set(await delivery.inbox.waiting())
            self._cards.clear()
            for name, count in (await delivery.outbox.counts()).items():
                self._cards.labels(name).set(count)
        return generate_latest(self.registry)


@asynccontextmanager
async def metrics_page(
    metrics: Metrics, port: int | None, readiness: Readiness, delivery: Queues
) -> AsyncIterator[None]:
    """Serve `/metrics` to this machine alone, where a port is set; raises `SettingError` where it cannot be had."""
    if port is None:
        yield
        return

    async def page(_request: web.Request) -> web.Response:
        body = await metrics.read(readiness, delivery)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    application = web.Application()
    application.add_routes([web.get("/metrics", page)])
    async with listening(application, _LOOPBACK, port, "COACH_METRICS_PORT"):
        yield
