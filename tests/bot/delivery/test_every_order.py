"""Deliveries, workers, senders, failures and deaths in any order: one answer an event, whatever happens between.

The real loops' steps run against a real database. Each step stops where the world is asked (the answer, the
post) until the story lets it go on, so that steps overlap in every way. `Model` says what must come of it.
"""

import asyncio
import os
from collections.abc import Coroutine, Set
from dataclasses import dataclass, field
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
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

PLACE = Place("lena")


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


class Story:
    """What happens to one database, through any number of processes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.model, self.clock, self.new_id = Model(), FakeClock(), counted("worker-")
        self.page = PageTranscript(database, self.clock)
        self.steps: set[asyncio.Task[bool]] = set()

    async def start(self) -> None:
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

    async def happen(self, what: str, chosen: int) -> None:
        match what:
            case "deliver":
                incoming = message(f"e{chosen % 3}")
                assert await self.delivery.receive(incoming) == self.model.deliver(incoming.key)
            case "work":
                await self._step(self.delivery.handle_one())
                await self._step(self.delivery.send_one())
            case "go on" | "fail" if self.world.held:
                error = (OSError(), RuntimeError())[chosen % 2] if what == "fail" else None
                self.world.held.pop(chosen % len(self.world.held)).set_result(error)
                await self._until_held(self.steps)
            case "time passes":
                self.clock.move((1, 31, 700)[chosen % 3])
            case "die":
                await self.die()
                await self.start()
        assert self.model.may_be(await self.answered())

    async def _step(self, work: Coroutine[Any, Any, bool]) -> None:
        step = asyncio.create_task(work)
        self.steps.add(step)
        await self._until_held({step})

    async def _until_held(self, steps: Set["asyncio.Task[bool]"]) -> None:
        """Until one of the steps has come to a stop or an end."""
        stopped = asyncio.create_task(self.world.stopped.wait())
        await asyncio.wait({*steps, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        self.world.stopped.clear()
        ended = {each for each in self.steps if each.done()}
        self.steps -= ended
        for each in ended:
            each.result()

    async def die(self) -> None:
        for step in self.steps:
            step.cancel()
        await asyncio.gather(*self.steps, return_exceptions=True)
        self.steps.clear()

    async def answered(self) -> list[str]:
        return [said.answers for said in await self.page.read(PLACE) if said.card is not None]

    async def end(self) -> None:
        """The last process is left in peace: every message has its answer then, or was given up by its platform."""
        await self.die()
        await self.start()
        self.world.open = True
        self.clock.move(700)
        while await self.delivery.handle_one() or await self.delivery.send_one():
            pass
        came, went = await rows(self.database, inbox), await rows(self.database, outbox)
        given_up = [row["key"].partition(":answer:")[2] for row in went if row["state"] == "failed"]
        assert self.model.must_be(list({*await self.answered(), *given_up}))
        assert all((row["state"], row["payload"]) == ("handled", None) for row in came)
        assert all((row["payload"] is None) == (row["state"] == "sent") for row in went)


async def _tell(happenings: list[tuple[str, int]]) -> None:
    database = open_database("sqlite+aiosqlite:///:memory:")
    async with database.writing() as connection:
        await connection.run_sync(metadata.create_all)
    story = Story(database)
    await story.start()
    for what, chosen in happenings:
        await story.happen(what, chosen)
    await story.end()
    await database.close()


_MIX = ["deliver"] * 3 + ["work"] * 4 + ["go on"] * 6 + ["fail", "time passes", "time passes", "die"]
_STORIES = 400 if os.environ.get("COACH_TEST_SCALE") == "full" else 5


# Not shrunk: that takes minutes with a database in it, and thirty steps can be read.
@settings(derandomize=True, deadline=None, max_examples=_STORIES, phases=[Phase.generate])
@given(st.lists(st.tuples(st.sampled_from(_MIX), st.integers(0, 5)), min_size=30, max_size=30))
def test_every_event_is_answered_once_in_any_order(happenings: list[tuple[str, int]]) -> None:
    with capture_logs():
        asyncio.run(_tell(happenings))
