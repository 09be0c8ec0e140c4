"""kill -9 at every named point of the sender: an answer goes out at least once, a notice at most once.

On Slack, which can be asked what is there, so that each goes out once; and on the page.
"""

import asyncio
import signal
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot.bootstrap import open_store
from bot.delivery.checkpoints import Point
from bot.domain.cards import to_json
from bot.store.inbox import Promise
from bot.store.tables import outbox
from tests.crash.conftest import Install
from tests.crash.in_slack import Workspace, in_slack
from tests.crash.installation import PARTNER, Installation, copied, until
from tests.fakes import CARD
from tests.load.events import DirectMessage

KEY, LATER = "card-0001", "card-0002"
#: Each point of the sender: whether the card is out by then, and how the row stands in the end for each promise.
SENDER = {
    Point.OUTBOX_BEFORE_CLAIM: (False, {Promise.ANSWER: "sent", Promise.NOTICE: "sent"}),
    Point.OUTBOX_SENDING: (False, {Promise.ANSWER: "sent", Promise.NOTICE: "unknown"}),
    Point.BEFORE_POST: (False, {Promise.ANSWER: "sent", Promise.NOTICE: "unknown"}),
    Point.POSTED: (True, {Promise.ANSWER: "sent", Promise.NOTICE: "unknown"}),
    Point.SENT_BEFORE_COMMIT: (True, {Promise.ANSWER: "sent", Promise.NOTICE: "unknown"}),
    Point.SENT: (True, {Promise.ANSWER: "sent", Promise.NOTICE: "sent"}),
}
MOMENT, ANOTHER = DirectMessage(number=1, text=""), DirectMessage(number=2, text="")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An installation on one platform, the place to which a card is due there, and how often it was posted."""

    coach: Installation
    platform: str
    place: str
    elsewhere: str
    slack: Workspace

    def seed(self, key: str, promise: Promise) -> None:
        """Have one card due."""
        asyncio.run(_put(self, key, promise))

    def state(self, key: str) -> str:
        """How a card's row stands."""
        return str(self.coach.select("SELECT state FROM outbox WHERE key = ?", key)[0][0])

    def posted(self) -> int:
        """How often the first card was posted."""
        if self.platform == "web":
            return int(self.coach.select("SELECT count(*) FROM page_entry WHERE key = ?", KEY)[0][0])
        return self.slack.answers(MOMENT.channel)[MOMENT.timestamp]


async def _put(scene: Scene, key: str, promise: Promise) -> None:
    async with open_store(f"sqlite+aiosqlite:///{scene.coach.database}") as database, database.writing() as connection:
        place = scene.place if key == KEY else scene.elsewhere
        row = {"key": key, "state": "pending", "promise": promise, "platform": scene.platform, "place": place}
        due = {"payload": to_json(CARD), "due_at": datetime.now(UTC), "attempts": 0}
        await connection.execute(insert(outbox).values(**row, **due))


def _die(scene: Scene, point: Point) -> None:
    scene.coach.launch(COACH_CRASH_AT=point)
    assert scene.coach.ended() == -signal.SIGKILL, f"{point} was not reached"


def _settle(scene: Scene, wanted: str) -> None:
    """Let a server live until it has sent a later card: whatever it means to do about the first is done by then."""
    scene.seed(LATER, Promise.ANSWER)
    scene.coach.start()
    until(lambda: scene.state(LATER) == "sent", "the later card to be sent")
    until(lambda: scene.state(KEY) == wanted, f"the row to be {wanted}, not {scene.state(KEY)}")
    scene.coach.stop()


@pytest.mark.parametrize("promise", Promise)
@pytest.mark.parametrize("point", SENDER)
def test_a_death_of_the_sender_in_slack(
    slack_template: Path, slack: Workspace, tmp_path: Path, point: Point, promise: Promise
) -> None:
    coach = in_slack(copied(slack_template, tmp_path / "data"), slack.api)
    place, elsewhere = (f"T0HOME/{each.channel}/{each.timestamp}" for each in (MOMENT, ANOTHER))
    scene = Scene(coach=coach, platform="slack", place=place, elsewhere=elsewhere, slack=slack)
    slack.double.messages.clear()
    scene.seed(KEY, promise)
    out, ends = SENDER[point]
    try:
        _die(scene, point)
        assert scene.posted() == int(out)
        _settle(scene, ends[promise])
    finally:
        coach.abandon()
    certain = promise is Promise.ANSWER or ends[promise] == "sent"
    assert scene.posted() == (1 if certain else int(out))
    if not certain:
        _an_hour_later(scene)
        assert scene.posted() == 1
    assert slack.double.refused == []


def _an_hour_later(scene: Scene) -> None:
    """Let a server live once nothing of the dead one can still be under way: it asks Slack, and settles the doubt."""
    asyncio.run(_age(scene))
    try:
        scene.coach.start()
        until(lambda: scene.state(KEY) == "sent", "the notice to be settled")
        scene.coach.stop()
    finally:
        scene.coach.abandon()


async def _age(scene: Scene) -> None:
    async with open_store(f"sqlite+aiosqlite:///{scene.coach.database}") as database, database.writing() as connection:
        earlier = datetime.now(UTC) - timedelta(hours=1)
        await connection.execute(update(outbox).where(outbox.c.key == KEY).values(lease_until=earlier))


@pytest.mark.parametrize("point", SENDER)
def test_a_death_of_the_sender_on_the_page(install: Install, slack: Workspace, point: Point) -> None:
    """A notice; answers there are in `test_points.py`."""
    scene = Scene(coach=install(), platform="web", place=PARTNER, elsewhere=PARTNER, slack=slack)
    scene.seed(KEY, Promise.NOTICE)
    out, ends = SENDER[point]
    _die(scene, point)
    assert scene.posted() == int(out)
    _settle(scene, ends[Promise.NOTICE])
    # The page knows a card by its key: none is there twice.
    assert scene.posted() == int(out or ends[Promise.NOTICE] == "sent")
