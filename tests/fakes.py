"""Stand-ins for the coach's ports: at most 50 lines each, and deterministic."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.delivery.checkpoints import Point
from bot.delivery.ports import Present
from bot.desks.library import View
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity
from bot.store.leases import Lease

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CARD = Card(paragraphs=(Paragraph(text="Start small."),), note="From the library.")
SORRY = Card(paragraphs=(Paragraph(text="Sorry: ask again."),))


def message(
    event: str, *, text: str = "How do we build trust?", platform: str = "web", at: int = 0, who: str = "lena"
) -> Incoming:
    """A message from Lena or somebody else, received `at` seconds after noon."""
    return Incoming(
        key=EventKey(f"{platform}:{who}:{event}"),
        place=Place(who),
        sender=Identity(platform=platform, tenant="demo", user=who),
        text=text,
        received_at=NOON + timedelta(seconds=at),
    )


def lease(owner: str, *, at: float = 0, seconds: float = 30) -> Lease:
    """A lease taken `at` seconds after noon."""
    now = NOON + timedelta(seconds=at)
    return Lease(owner=owner, now=now, until=now + timedelta(seconds=seconds))


def counted(prefix: str) -> Callable[[], str]:
    """Ids in order: `prefix1`, `prefix2`, …"""
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers)}"


async def at_once(_seconds: float) -> None:
    """A pause that is over before it began."""


async def until(done: Callable[[], bool]) -> None:
    """Let everything else go on until this is true; `TimeoutError` when it never is."""
    async with asyncio.timeout(5):
        while not done():  # noqa: ASYNC110 - what is waited for is a change in somebody else's list
            await asyncio.sleep(0)


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeSender:
    """Keeps what it posts; `errors` are raised first, one a post, None for a post that succeeds."""

    posted: list[tuple[Place, EventKey, Card]] = field(default_factory=list)
    errors: list[Exception | None] = field(default_factory=list)
    tried: int = 0

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        self._try()
        self.posted.append((place, key, card))
        return f"r{len(self.posted)}"

    def _try(self) -> None:
        self.tried += 1
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error


@dataclass
class FakeRewriter(FakeSender):
    """The same on a platform whose messages can be changed; `shown` is what stands there now, by reference."""

    shown: dict[str, Card] = field(default_factory=dict)

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        reference = await super().send(place, key, card)
        self.shown[reference] = card
        return reference

    async def rewrite(self, place: Place, posted: str, key: EventKey, card: Card) -> str:
        self._try()
        self.shown[posted] = card
        return posted

    async def remove(self, place: Place, posted: str) -> None:
        self._try()
        self.shown.pop(posted, None)


@dataclass
class FakePresence:
    """Says who is where; in a place that it was not told of, its platform would not say."""

    places: dict[Place, Present] = field(default_factory=dict)
    asked: list[Place] = field(default_factory=list)

    async def present(self, place: Place) -> Present:
        self.asked.append(place)
        return self.places.get(place, Present(complete=False))


@dataclass
class FakeDesk:
    """Says what it was asked; `error` is raised instead."""

    asked: list[tuple[str, View]] = field(default_factory=list)
    error: Exception | None = None

    async def ask(self, question: str, view: View) -> dict[str, Any]:
        self.asked.append((question, view))
        return self._says({"text": question.upper()})

    async def catalogue(self) -> dict[str, Any]:
        return self._says({"documents": []})

    async def refresh(self) -> dict[str, Any]:
        return self._says({"generation": 2})

    def _says(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        if self.error is not None:
            raise self.error
        return dict(answer)


@dataclass
class Trail:
    """The points that were reached, in order; reaching `fatal` raises, as death would undo what is open."""

    fatal: Point | None = None
    points: list[Point] = field(default_factory=list)

    def __call__(self, point: Point) -> None:
        self.points.append(point)
        if point is self.fatal:
            raise Died(point)


class Died(Exception):
    """The process would be dead from here on."""
