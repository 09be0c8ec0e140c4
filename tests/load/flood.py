"""One person who sends as fast as they can, and others who ask as ever: what was posted to each, and when."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from tests.load.events import DirectMessage
from tests.load.platform import Acknowledged, Platform

OTHERS = 20
#: Together the others ask so often: each of them well within what is taken from one person.
EVERY_S = 0.25
_CONNECTIONS = 16
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, kw_only=True)
class Flooding(DirectMessage):
    """What the one person sends."""

    @property
    def user(self) -> str:
        return "U0FLOOD"


@dataclass(frozen=True, kw_only=True)
class Other(DirectMessage):
    """What one of the others asks."""

    @property
    def user(self) -> str:
        return f"U0Q{self.number % OTHERS:02}"


@dataclass(kw_only=True)
class Others:
    """They ask in turn; `asked` are the moments of what they asked, by conversation and thread, in order."""

    platform: Platform
    questions: Sequence[str]
    team: str
    asked: dict[tuple[str, str], float] = field(default_factory=dict)
    number: int = 0

    async def ask_for(self, seconds: float) -> list[Acknowledged]:
        """Ask at fixed moments, whatever became of what was asked before."""
        under_way: list[asyncio.Task[Acknowledged]] = []
        began = time.perf_counter()
        for turn in range(int(seconds / EVERY_S)):
            due = began + turn * EVERY_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            under_way.append(asyncio.create_task(self._ask(due)))
        return list(await asyncio.gather(*under_way))

    async def _ask(self, due: float) -> Acknowledged:
        text = self.questions[self.number % len(self.questions)]
        message = Other(number=self.number, text=text, team=self.team)
        self.number += 1
        self.asked[message.channel, message.timestamp] = time.monotonic()
        return await self.platform.deliver(lambda: message.request(time.time()), due)

    def waits(self, posted: Sequence["Posted"], since: int = 0) -> list[float]:
        """From each question but the first `since` to the moment of its answer; those without one are left out.

        What answers a message stands in its thread.
        """
        there = {(each.channel, each.thread): each.at for each in reversed(posted)}
        return [there[which] - when for which, when in list(self.asked.items())[since:] if which in there]


async def flood(platform: Platform, messages: int, team: str) -> list[Acknowledged]:
    """Send so many messages of one person as fast as they are acknowledged; a delivery that fails is made again."""
    sent = iter(
        [Flooding(number=number, text=f"How do we build trust? {number}", team=team) for number in range(messages)]
    )
    taken: list[Acknowledged] = []

    async def one(messages: Iterator[DirectMessage]) -> None:
        for message in messages:
            answer = Acknowledged(status=0, seconds=0.0)
            while answer.status != 200:
                answer = await platform.deliver(partial(_now, message), time.perf_counter())
            taken.append(answer)

    await asyncio.gather(*(one(sent) for _ in range(_CONNECTIONS)))
    return taken


def _now(message: DirectMessage) -> bytes:
    return message.request(time.time())


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message of the coach's, by the machine's monotonic clock."""

    channel: str
    thread: str
    at: float
    text: str


def posted(api: str) -> list[Posted]:
    """Everything that `quick_slack` was given so far."""
    with _OPENER.open(f"{api}posted", timeout=10) as response:
        found = json.load(response)["posted"]
    return [Posted(channel=channel, thread=thread, at=at, text=text) for channel, thread, at, text in found]


def to_the_flood(posts: Sequence[Posted]) -> list[Posted]:
    """What the one person got."""
    channel = Flooding(number=0, text="").channel
    return [each for each in posts if each.channel == channel]
