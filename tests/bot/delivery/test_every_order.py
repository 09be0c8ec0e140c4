"""Deliveries, workers, senders, failures and deaths in any order: one answer an event, whatever happens between.

The real loops' steps run against a real database. Each step stops where the world is asked (the answer, the
post) until a rule lets it go on, so that steps overlap in every way. `Model` says what must come of it.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from structlog.testing import capture_logs

from bot.delivery.worker import Delivery
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Incoming, Place
from bot.store.database import Database, open_database
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.page import PageTranscript
from bot.store.tables import inbox, metadata, outbox
from tests.bot.store.rows import rows
from tests.fakes import CARD, SORRY, FakeClock, counted, message

EVENTS = st.sampled_from(["e1", "e2", "e3"])
PLACE = Place("lena")
#: In place of a time: the process is killed, and another starts.
DEATH = 0


@dataclass
class Model:
    """What must be true: the events that were kept, each of which is answered at most once, and once in the end."""

    kept: set[EventKey] = field(default_factory=set)

    def deliver(self, key: EventKey) -> bool:
        new = key not in self.kept
        self.kept.add(key)
        return new

    def may_be(self, answered: list[str]) -> bool:
        return len(answered) == len(set(answered)) and set(answered) <= self.kept

    def must_be(self, answered: list[str]) -> bool:
        return sorted(answered) == sorted(self.kept)


@dataclass
class World:
    """Where steps stop: each call waits in `held` until it is let go, with an error or without."""

    page: PageTranscript
    held: list[asyncio.Future[Exception | None]] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    open: bool = False

    async def pause(self) -> None:
        if self.open:
            return
        gate: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self.held.append(gate)
        self.stopped.set()
        error = await gate
        if error is not None:
            raise error

    async def answer(self, _incoming: Incoming) -> Card:
        await self.pause()
        return CARD

    async def send(self, place: Place, key: EventKey, card: Card) -> None:
        await self.pause()
        await self.page.send(place, key, card)
        await self.pause()


class Deliveries(RuleBasedStateMachine):
    """One database through any number of processes."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.logs = capture_logs()
        self.logs.__enter__()
        self.model, self.clock, self.new_id = Model(), FakeClock(), counted("worker-")
        self.steps: set[asyncio.Task[bool]] = set()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @initialize()
    def open(self) -> None:
        self.database = open_database("sqlite+aiosqlite:///:memory:")
        self.run(_make_tables(self.database))
        self.page = PageTranscript(self.database, self.clock)
        self.run(self._start())

    async def _start(self) -> None:
        self.world = World(self.page)
        self.inbox, self.outbox = Inbox(self.database), Outbox(self.database)
        self.delivery = Delivery(
            inbox=self.inbox,
            outbox=self.outbox,
            answer=self.world.answer,
            apology=lambda: SORRY,
            senders={"web": self.world},
            clock=self.clock,
            new_id=self.new_id,
        )
        await self.inbox.release_all()
        await self.outbox.release_all()

    @rule(event=EVENTS, times=st.integers(1, 3))
    def deliver(self, event: str, times: int) -> None:
        incoming = message(event)
        for _ in range(times):
            assert self.run(self.delivery.receive(incoming)) == self.model.deliver(incoming.key)

    @rule()
    def work(self) -> None:
        self.run(self._step(self.delivery.handle_one))
        self.run(self._step(self.delivery.send_one))

    async def _step(self, start: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        step = asyncio.create_task(start())
        self.steps.add(step)
        await self._until_held(step)

    async def _until_held(self, step: "asyncio.Task[bool] | None") -> None:
        """Until the step, or whichever was let go, has come to a stop or an end."""
        stopped = asyncio.create_task(self.world.stopped.wait())
        await asyncio.wait({*([step] if step else self.steps), stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        self.world.stopped.clear()
        ended = {each for each in self.steps if each.done()}
        self.steps -= ended
        for each in ended:
            each.result()

    @precondition(lambda self: bool(self.world.held))
    @rule(chosen=st.integers(0, 99), error=st.sampled_from([None, OSError(), RuntimeError()]))
    def go_on(self, chosen: int, error: Exception | None) -> None:
        self.run(self._let_go(chosen, error))

    @precondition(lambda self: bool(self.world.held))
    @rule(chosen=st.integers(0, 99))
    def go_on_well(self, chosen: int) -> None:
        self.run(self._let_go(chosen, None))

    async def _let_go(self, chosen: int, error: Exception | None) -> None:
        self.world.held.pop(chosen % len(self.world.held)).set_result(error)
        await self._until_held(None)

    @precondition(lambda self: bool(self.world.held))
    @rule(seconds=st.sampled_from([1, 31, 700, DEATH]))
    def time_passes(self, seconds: int) -> None:
        if seconds == DEATH:
            self.run(self._kill())
            self.run(self._start())
        else:
            self.clock.move(seconds)
        self.work()

    async def _kill(self) -> None:
        for step in self.steps:
            step.cancel()
        await asyncio.gather(*self.steps, return_exceptions=True)
        self.steps.clear()

    @invariant()
    def nobody_is_answered_twice(self) -> None:
        assert self.model.may_be(self._answered())

    def _answered(self) -> list[str]:
        return [said.answers for said in self.run(self.page.read(PLACE)) if said.card is not None]

    def teardown(self) -> None:
        self.run(self._kill())
        self.run(self._finish())
        came, went = self.run(rows(self.database, inbox)), self.run(rows(self.database, outbox))
        given_up = [row["key"].partition(":answer:")[2] for row in went if row["state"] == "failed"]
        assert self.model.must_be(list({*self._answered(), *given_up}))
        assert all((row["state"], row["payload"]) == ("handled", None) for row in came)
        assert all((row["payload"] is None) == (row["state"] == "sent") for row in went)
        self.run(self.database.close())
        self.runner.close()
        self.logs.__exit__(None, None, None)

    async def _finish(self) -> None:
        """The last process is left in peace: every message gets its answer."""
        await self._start()
        self.world.open = True
        self.clock.move(700)
        while await self.delivery.handle_one() or await self.delivery.send_one():
            pass


async def _make_tables(database: Database) -> None:
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)


_EXAMPLES = 500 if os.environ.get("COACH_TEST_SCALE") == "full" else int(os.environ.get("EX", "12"))
TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(derandomize=True, deadline=None, max_examples=_EXAMPLES, stateful_step_count=24)
