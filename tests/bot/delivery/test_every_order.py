"""Deliveries, workers, senders, failures and deaths in any order: one answer an event, whatever happens between,
and a notice at most once.

The real loops' steps run against a real database. Each step stops where the world is asked (the answer, the
post) until the story lets it go on, so that steps overlap in every way. `Model` says what must come of it.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine, Set
from dataclasses import dataclass, field
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.delivery.ports import PostFailed
from bot.delivery.worker import Delivery
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Incoming, Place
from bot.store.database import Database, open_database
from bot.store.inbox import Inbox, Promise
from bot.store.outbox import Outbox
from bot.store.page import PageTranscript
from bot.store.tables import inbox, metadata, outbox
from tests.bot.store.rows import put, reply, rows
from tests.fakes import CARD, SORRY, FakeClock, counted, message

PLACE = Place("lena")
FAILURES = (PostFailed(reason="refused"), RuntimeError(), PostFailed(reason="timeout", posted=None))
#: How a notice ends that was not surely sent; nobody may see it, or somebody may, but never twice.
ENDS = ("failed", "unknown")


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
    posts: Counter[str]
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

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        await self.pause()
        await self.page.send(place, key, card)
        self.posts[key] += 1
        try:
            await self.pause()
        except PostFailed as failure:
            # What was posted cannot be refused any more: its answer was lost on the way back.
            raise PostFailed(reason=failure.reason, posted=None) from failure
        return ""


class Story:
    """What happens to one database, through any number of processes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.model, self.clock, self.new_id = Model(), FakeClock(), counted("worker-")
        self.page, self.posts = PageTranscript(database, self.clock), Counter[str]()
        self.notices: set[str] = set()
        self.steps: set[asyncio.Task[bool]] = set()

    async def start(self) -> None:
        self.world = World(self.page, self.posts)
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
        await self.outbox.doubt_abandoned(self.clock())

    async def happen(self, what: str, chosen: int) -> None:
        match what:
            case "deliver":
                incoming = message(f"e{chosen % 3}")
                assert await self.delivery.receive(incoming) == self.model.deliver(incoming.key)
            case "notice":
                await self._announce(f"n{chosen % 3}")
            case "work":
                await self._step(self.delivery.handle_one())
                await self._step(self.delivery.send_one())
            case "go on" | "fail" if self.world.held:
                error = FAILURES[chosen % len(FAILURES)] if what == "fail" else None
                self.world.held.pop(chosen % len(self.world.held)).set_result(error)
                await self._until_held(self.steps)
            case "time passes":
                self.clock.move((1, 31, 700)[chosen % 3])
            case "die":
                await self.die()
                await self.start()
        assert self.model.may_be(await self.answered())
        assert all(self.posts[key] <= 1 for key in self.notices)

    async def _announce(self, event: str) -> None:
        if reply(event).key not in self.notices:
            self.notices.add(reply(event).key)
            await put(self.database, event, promise=Promise.NOTICE)

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
        said = await self.page.read(PLACE)
        return [each.answers for each in said if each.card is not None and each.key not in self.notices]

    async def end(self) -> None:
        """The last process is left in peace: every message has its answer then, or was given up by its platform."""
        await self.die()
        await self.start()
        self.world.open = True
        self.clock.move(700)
        while await self.delivery.handle_one() or await self.delivery.send_one():
            pass
        came, went = await rows(self.database, inbox), await rows(self.database, outbox)
        given_up = {row["key"] for row in went if row["state"] == "failed"} - self.notices
        given_up = {key.partition(":answer:")[2] for key in given_up}
        assert self.model.must_be(list({*await self.answered(), *given_up}))
        assert all((row["state"], row["payload"]) == ("handled", None) for row in came)
        assert all((row["payload"] is None) == (row["state"] == "sent") for row in went)
        ends = {row["key"]: row["state"] for row in went if row["key"] in self.notices}
        assert all(self.posts[key] == 1 if state == "sent" else state in ENDS for key, state in ends.items())


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


_MIX = ["deliver"] * 3 + ["notice"] + ["work"] * 4 + ["go on"] * 6 + ["fail", "time passes", "time passes", "die"]
_STORIES = 400 if os.environ.get("COACH_TEST_SCALE") == "full" else 8


# Not shrunk: that takes minutes with a database in it, and thirty steps can be read.
@settings(derandomize=True, deadline=None, max_examples=_STORIES, phases=[Phase.generate])
@given(st.lists(st.tuples(st.sampled_from(_MIX), st.integers(0, 5)), min_size=30, max_size=30))
def test_every_event_is_answered_once_in_any_order(happenings: list[tuple[str, int]]) -> None:
    with capture_logs():
        asyncio.run(_tell(happenings))
