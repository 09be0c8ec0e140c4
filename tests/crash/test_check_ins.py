"""kill -9 at random moments while check-ins go out to a crowd on both platforms: none is doubled, few are in doubt.

10 deaths; 200 with COACH_TEST_SCALE=full. A row is marked before its request and noted after it, so that at a death
those in between are in doubt: never more than there are loops, and each of them had a request under way or about to be.
What was under way at the platforms is finished there, some of it long after the connection broke.
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.delivery.worker import FOR_ANSWERS, READYING, SENDERS
from tests.crash.in_slack import InSlack
from tests.crash.installation import FULL, copied, until
from tests.load.busy_platforms import Call
from tests.load.check_ins import Platforms, platforms, put, seen, shown
from tests.load.crowd import people

KILLS = 200 if FULL else 10
WORKSPACES = 500 if FULL else 60
#: With fewer than this waiting, the crowd's next week begins.
_FEW = 400
_LONGEST_LIFE_S, _LONGEST_END_S = 2.0, 900.0


@dataclass(frozen=True, kw_only=True)
class Death:
    """When it was, and the rows that were being sent."""

    at: float
    sending: frozenset[str]


@dataclass
class Story:
    """A server that is killed again and again, and whose work does not end."""

    coach: InSlack
    double: Platforms
    chance: random.Random
    weeks: int = 0
    read: int = 0
    doubted: list[frozenset[str]] = field(default_factory=list)

    def fill(self) -> None:
        """Have enough to send."""
        if self._count("pending") < _FEW:
            crowd = list(people(workspaces=WORKSPACES))
            asyncio.run(put(f"sqlite+aiosqlite:///{self.coach.database}", crowd, self.double.api, self.weeks))
            self.weeks += 1

    def live(self) -> Death:
        """Start a server, let it post for a while, and kill it."""
        posted, _ = self.double.counts()
        self.coach.launch()
        until(lambda: self.double.counts()[0] > posted, "a first post")
        time.sleep(self.chance.uniform(0, _LONGEST_LIFE_S))
        at = time.monotonic()
        self.coach.kill()
        self.doubted.append(self._doubted())
        rows = self.coach.select("SELECT key FROM outbox WHERE state = 'sending'")
        return Death(at=at, sending=frozenset(str(key) for (key,) in rows))

    def _doubted(self) -> frozenset[str]:
        """The notices that the last life found in doubt, as its log names them."""
        lines = self.coach.log.read_text().splitlines()[self.read :]
        self.read += len(lines)
        return frozenset(json.loads(line)["key"] for line in lines if '"notice in doubt"' in line)

    def _count(self, state: str) -> int:
        return int(self.coach.select("SELECT count(*) FROM outbox WHERE state = ?", state)[0][0])

    def settle(self) -> None:
        """One more life, in which what is left goes out."""
        self.coach.launch()
        deadline = time.monotonic() + _LONGEST_END_S
        while self._count("pending") + self._count("sending"):
            assert time.monotonic() < deadline
            time.sleep(0.5)
        self.coach.stop()
        self.doubted.append(self._doubted())


def test_killed_again_and_again_it_doubles_no_check_in(slack_template: Path, tmp_path: Path) -> None:
    with platforms() as double:
        coach = InSlack(copied(slack_template, tmp_path / "data"), double.settings)
        story = Story(coach=coach, double=double, chance=random.Random(11))
        deaths = []
        try:
            for _ in range(KILLS):
                story.fill()
                deaths.append(story.live())
            story.settle()
        finally:
            coach.abandon()
        calls = double.calls()
        states = dict(coach.select("SELECT state, count(*) FROM outbox GROUP BY state"))
    figures, under_way = seen(calls), Counter(kind for death in deaths for kind in _kinds(death, calls))
    print(  # noqa: T201
        f"{KILLS} deaths, {story.weeks} weeks: {sum(map(len, story.doubted))} in doubt, of which {dict(under_way)}; "
        f"{states}; {shown(figures)}"
    )
    assert figures.doubled == figures.hurried == 0
    assert set(states) <= {"sent", "unknown"}
    # The next life doubts what the last one was sending, and nothing else.
    assert [death.sending for death in deaths] == story.doubted[1:]
    for death in deaths:
        kinds = Counter(_kinds(death, calls))
        assert kinds["under way"] + kinds["answered, not noted"] + kinds["not begun"] <= SENDERS + FOR_ANSWERS
        assert kinds["not begun"] <= READYING
    broken = sum(call.status == 503 for call in calls)
    assert states.get("unknown", 0) <= sum(map(len, story.doubted)) + broken


def _kinds(death: Death, calls: Sequence[Call]) -> Iterator[str]:
    """How far each row had come of those that were being sent."""
    last = {call.message: call for call in calls if call.arrived < death.at + _ON_ITS_WAY_S}
    for key in death.sending:
        call = last.get(key.split(":")[1])
        if call is None:
            yield "not begun"
        else:
            yield (
                "under way" if call.hung_up or not call.answered or call.answered > death.at else "answered, not noted"
            )


#: What was in the sockets at the death is read a little later.
_ON_ITS_WAY_S = 0.5
