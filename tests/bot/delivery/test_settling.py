"""What may have been posted is asked for, where a platform can say, before anything is posted again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import null, update

from bot.delivery.ports import PostFailed
from bot.domain.messages import EventKey, Place
from bot.store.database import Database
from bot.store.inbox import Promise
from bot.store.tables import outbox
from tests.bot.delivery.conftest import Logged
from tests.bot.delivery.scene import Scene, answering
from tests.bot.store.rows import put, reply, rows
from tests.fakes import CARD, NOON, FakeClock, FakeSender, lease

UNCLEAR, REFUSED = PostFailed(reason="timeout", posted=None), PostFailed(reason="ratelimited")
#: Seconds after a post until a platform is asked: the lease, and what may be under way from a dead sender.
SETTLES = 61.0


@dataclass
class Knowing(FakeSender):
    """A sender whose platform says whether a card is there."""

    says: bool | Exception | None = None
    asked: list[EventKey] = field(default_factory=list)

    async def was_posted(self, _place: Place, key: EventKey) -> bool | None:
        self.asked.append(key)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def _scene(database: Database, knowing: Knowing, clock: FakeClock | None = None) -> Scene:
    return Scene(database, answering, sender=knowing, clock=clock or FakeClock())


async def _in_doubt(database: Database, knowing: Knowing, **changed: Any) -> Scene:
    """A scene in which a notice was posted, or not."""
    scene = _scene(database, knowing)
    await put(database, "e1", promise=Promise.NOTICE)
    knowing.errors = [UNCLEAR]
    assert await scene.delivery.send_one()
    if changed:
        await _change(database, changed)
    scene.clock.move(SETTLES)
    return scene


async def _change(database: Database, changed: Mapping[str, Any]) -> None:
    async with database.writing() as connection:
        await connection.execute(update(outbox).values(**changed))


async def _state(database: Database) -> str:
    (row,) = await rows(database, outbox)
    return str(row["state"])


@pytest.mark.parametrize(("says", "becomes", "tried"), [(True, "sent", 1), (False, "sent", 2), (None, "unknown", 1)])
async def test_a_notice_in_doubt_becomes_what_its_platform_says(
    database: Database, says: bool | None, becomes: str, tried: int
) -> None:
    knowing = Knowing(says=says)
    scene = await _in_doubt(database, knowing)
    for _ in range(3):
        assert await scene.delivery.keep_house() is False
        await scene.settled()
    assert (await _state(database), knowing.tried, knowing.asked) == (becomes, tried, [reply("e1").key])
    (row,) = await rows(database, outbox)
    assert (row["payload"] is None) == (becomes == "sent")


async def test_nobody_is_asked_while_the_post_may_still_arrive(database: Database) -> None:
    knowing = Knowing(says=False)
    scene = await _in_doubt(database, knowing)
    scene.clock.move(-2)
    await scene.delivery.keep_house()
    assert (knowing.asked, await _state(database)) == ([], "unknown")


async def test_a_process_that_starts_asks_what_another_could_not_find_out(database: Database) -> None:
    scene = await _in_doubt(database, Knowing())
    await scene.delivery.keep_house()
    assert await _state(database) == "unknown"
    await scene.outbox.release_all()
    started = _scene(database, Knowing(says=True), scene.clock)
    await started.delivery.keep_house()
    assert await _state(database) == "sent"


async def test_a_start_does_not_believe_a_no_too_early(database: Database) -> None:
    """The request of a process that was killed may be posted seconds after the next one has started."""
    knowing = Knowing(says=False)
    scene = _scene(database, knowing)
    await put(database, "e1", promise=Promise.NOTICE)
    assert await scene.outbox.claim(lease("dead"))
    await scene.outbox.release_all()
    for seconds, asked in ((0, 0), (59, 0), (2, 1)):
        scene.clock.move(seconds)
        await scene.delivery.keep_house()
        assert len(knowing.asked) == asked
    assert await scene.settled() == [CARD]


async def test_what_nobody_can_be_asked_about_stays_in_doubt(database: Database, logged: Logged) -> None:
    scene = await _in_doubt(database, Knowing())
    logged.clear()
    await scene.with_sender(FakeSender()).keep_house()
    assert (await _state(database), logged) == ("unknown", [])


async def test_what_is_not_there_and_welcome_no_more_is_set_aside(database: Database) -> None:
    scene = await _in_doubt(database, Knowing(says=False), until=NOON + timedelta(seconds=SETTLES))
    await scene.delivery.keep_house()
    assert await scene.settled() == []
    (row,) = await rows(database, outbox)
    assert (row["state"], row["payload"]) == ("expired", None)


async def test_nobody_is_asked_about_what_is_to_be_told_no_more(database: Database) -> None:
    knowing = Knowing(says=False)
    scene = await _in_doubt(database, knowing, payload=null())
    await scene.delivery.keep_house()
    assert (knowing.asked, await _state(database)) == ([], "unknown")


async def test_nobody_is_asked_about_what_is_long_past(database: Database) -> None:
    knowing = Knowing(says=False)
    scene = await _in_doubt(database, knowing)
    scene.clock.move(86_400)
    await scene.delivery.keep_house()
    assert knowing.asked == []


async def test_asking_that_fails_stops_no_loop_and_logs_no_words(sqlite: Database, logged: Logged) -> None:
    scene = await _in_doubt(sqlite, Knowing(says=ValueError("somebody's words")))
    await scene.delivery.keep_house()
    assert await _state(sqlite) == "unknown"
    assert "asking failed" in [line["event"] for line in logged]
    assert "words" not in repr(logged)


async def test_a_platform_is_not_flooded_with_questions(sqlite: Database) -> None:
    knowing = Knowing(says=True, errors=[UNCLEAR] * 50)
    scene = _scene(sqlite, knowing)
    for number in range(50):
        await put(sqlite, f"e{number}", promise=Promise.NOTICE)
    await scene.settled()
    scene.clock.move(SETTLES)
    counts = []
    for _ in range(3):
        await scene.delivery.keep_house()
        counts.append((await scene.outbox.counts()).get("sent"))
    assert counts == [20, 40, 50]
    assert len(set(knowing.asked)) == len(knowing.asked) == 50


# --- answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("says", "cards"), [(True, []), (False, [CARD]), (None, [CARD])])
async def test_an_answer_in_flight_at_a_death_is_posted_again_unless_it_is_there(
    database: Database, says: bool | None, cards: list[object]
) -> None:
    knowing = Knowing(says=says)
    scene = _scene(database, knowing)
    await put(database, "e1")
    assert await scene.outbox.claim(lease("dead"))
    scene.clock.move(31)
    assert await scene.settled() == cards
    assert (await _state(database), knowing.asked) == ("sent", [reply("e1").key])


async def test_any_process_asks_before_it_repeats_an_answer_in_doubt(database: Database) -> None:
    scene = _scene(database, Knowing(errors=[UNCLEAR]))
    await put(database, "e1")
    await scene.settled()
    other = Knowing(says=True)
    elsewhere = _scene(database, other, scene.clock)
    scene.clock.move(1)
    assert await elsewhere.settled() == []
    assert (await _state(database), other.asked) == ("sent", [reply("e1").key])


async def test_nobody_is_asked_about_an_answer_that_was_surely_refused(sqlite: Database) -> None:
    knowing = Knowing(errors=[REFUSED], says=True)
    scene = _scene(sqlite, knowing)
    await put(sqlite, "e1")
    await scene.settled()
    scene.clock.move(1)
    assert (await scene.settled(), knowing.asked) == ([CARD], [])
