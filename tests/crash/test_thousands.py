"""Events that come up to four times, out of order, across three deaths of the server: one effect each.

5,000 of them with COACH_TEST_SCALE=full. An answer may be posted twice where the server died between the post and
the note that it was posted: no more of them than posts were under way at the deaths.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.delivery.worker import FOR_ANSWERS, SENDERS
from tests.crash.in_slack import InSlack, Workspace, in_slack
from tests.crash.installation import FULL, copied
from tests.load.events import DirectMessage
from tests.load.platform import Platform

EVENTS = 5_000 if FULL else 250
MOST_DELIVERIES = 4
#: How many posts the server has under way at most.
AT_ONCE = SENDERS + FOR_ANSWERS
_CONNECTIONS = 16
#: What people type, most of it quick to answer.
_TEXTS = ("help", "Hello!", "hi", "hey", "?!", "what can you do", "start", "How do we build trust?")


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One of the times that Slack delivers an event."""

    event: DirectMessage
    retry: int

    def request(self) -> bytes:
        """Signed at the moment."""
        return self.event.request(time.time(), self.retry)


@dataclass
class Slack:
    """Delivers what is due, again and again until it was acknowledged."""

    platform: Platform
    due: list[Delivery]
    acknowledged: int = 0
    refused: list[Delivery] = field(default_factory=list)

    async def deliver(self, most: int, then: Callable[[], None] = lambda: None) -> None:
        """Deliver so many; `then` is done when half of them were acknowledged, in the midst of the others."""
        lot, self.due = self.due[:most], self.due[most:]
        waiting = iter(lot)
        half, done = self.acknowledged + len(lot) // 2, False

        async def one() -> None:
            nonlocal done
            for delivery in waiting:
                answer = await self.platform.deliver(delivery.request, time.perf_counter())
                if answer.status == 200:
                    self.acknowledged += 1
                else:
                    self.refused.append(delivery)
                if self.acknowledged == half and not done:
                    done = True
                    then()

        await asyncio.gather(*(one() for _ in range(_CONNECTIONS)))
        self.due, self.refused = self.refused + self.due, []


def _deliveries(events: Iterable[DirectMessage], chance: random.Random) -> list[Delivery]:
    times = [
        Delivery(event=each, retry=retry) for each in events for retry in range(chance.randint(1, MOST_DELIVERIES))
    ]
    chance.shuffle(times)
    return times


def _soon(done: Callable[[], bool], what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.1)


def _undone(coach: InSlack) -> Sequence[tuple[object, ...]]:
    return coach.select(
        "SELECT key FROM inbox WHERE state <> 'handled' UNION ALL"
        " SELECT key FROM outbox WHERE state <> 'sent' AND promise = 'answer' LIMIT 1"
    )


async def _tell(coach: InSlack, slack: Slack, workspace: Workspace) -> None:
    """Three deaths: two while messages come in and answers go out, one while answers go out alone."""
    quarter = len(slack.due) // 4
    coach.start()
    await slack.deliver(quarter, then=coach.kill)
    slack.platform.close()
    coach.start()
    before = workspace.answers().total()
    await slack.deliver(quarter)
    _soon(lambda: workspace.answers().total() >= before + quarter // 8, "answers to go out", 600)
    coach.kill()
    slack.platform.close()
    coach.start()
    await slack.deliver(2 * quarter, then=coach.kill)
    slack.platform.close()
    coach.start()
    while slack.due:
        await slack.deliver(len(slack.due))
    slack.platform.close()


def test_each_of_many_events_has_one_effect_across_three_deaths(
    slack_template: Path, slack: Workspace, tmp_path: Path
) -> None:
    chance = random.Random(7)
    events = [DirectMessage(number=number, text=chance.choice(_TEXTS)) for number in range(EVENTS)]
    deliveries = _deliveries(events, chance)
    coach = in_slack(copied(slack_template, tmp_path / "data"), slack.api)
    began = time.monotonic()
    try:
        asyncio.run(_tell(coach, Slack(Platform(port=coach.port), list(deliveries)), slack))
        _soon(lambda: not _undone(coach), "every answer to be sent", 1_800)
        coach.stop()
    finally:
        coach.abandon()
    keys = sorted(event.key for event in events)
    assert sorted(key for (key,) in coach.select("SELECT key FROM inbox")) == keys
    assert sorted(key for (key,) in coach.select("SELECT key FROM outbox WHERE promise = 'answer'")) == sorted(
        f"slack:answer:{k}" for k in keys
    )
    assert coach.select("SELECT key FROM inbox WHERE payload IS NOT NULL") == []
    posted = slack.answers()
    assert set(posted) == {event.timestamp for event in events}
    again = posted.total() - len(posted)
    print(  # noqa: T201
        f"{len(events)} events, {len(deliveries)} deliveries, 3 deaths: {len(posted)} answered, "
        f"{again} posted again, {time.monotonic() - began:.0f} s"
    )
    assert again <= 3 * AT_ONCE
    assert max(posted.values()) <= 1 + 3
    assert slack.double.refused == []
