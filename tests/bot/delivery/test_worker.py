"""The two loops: whoever asked hears, whatever fails on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.delivery import worker
from bot.delivery.checkpoints import Point
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.store.database import Database
from bot.store.page import PageTranscript
from bot.store.tables import inbox, outbox
from tests.bot.delivery.conftest import Logged
from tests.bot.delivery.scene import Scene, answering
from tests.bot.store.rows import rows
from tests.fakes import CARD, SORRY, Died, FakeClock, FakeSender, Trail, lease, message

RETRIES = (1, 5, 30, 120, 600)


def failing(error: BaseException) -> Callable[[Incoming], Awaitable[Card]]:
    async def answer(_incoming: Incoming) -> Card:
        raise error

    return answer


async def test_a_question_is_answered_once_and_forgotten(database: Database) -> None:
    scene = Scene(database, answering)
    assert [await scene.delivery.receive(message("e1")) for _ in range(5)] == [True, *[False] * 4]
    assert await scene.settled() == [CARD]
    assert await scene.delivery.receive(message("e1")) is False
    assert await scene.settled() == [CARD]
    (came,), (went,) = await rows(database, inbox), await rows(database, outbox)
    assert (came["state"], came["payload"], went["state"], went["payload"]) == ("handled", None, "sent", None)
    assert went["key"] == "web:answer:web:lena:e1"


async def test_the_points_of_delivery_are_reached_in_the_order_of_their_list(sqlite: Database) -> None:
    trail = Trail()
    scene = Scene(sqlite, answering, reached=trail)
    await scene.delivery.receive(message("e1"))
    assert await scene.delivery.handle_one()
    assert await scene.delivery.send_one()
    in_use_cases = {Point.ROUTED, Point.AUDIENCE_KNOWN, Point.SEARCHED, Point.COMPOSED, Point.CARD_MADE}
    assert trail.points == [point for point in Point if point not in in_use_cases]


@pytest.mark.parametrize("error", [RuntimeError("somebody's words"), OSError(), TimeoutError(), RecursionError()])
async def test_an_answer_that_fails_becomes_an_apology(sqlite: Database, error: Exception, logged: Logged) -> None:
    scene = Scene(sqlite, failing(error))
    await scene.delivery.receive(message("e1"))
    assert await scene.settled() == [SORRY]
    (line,) = logged
    assert line == {
        "event": "answering failed",
        "key": "web:lena:e1",
        "error": type(error).__name__,
        "exc_info": True,
        "log_level": "error",
    }


async def test_an_answer_that_never_comes_becomes_an_apology(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_incoming: Incoming) -> Card:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(worker, "_ANSWER_SECONDS", 0.01)
    scene = Scene(sqlite, never)
    await scene.delivery.receive(message("e1"))
    assert await scene.settled() == [SORRY]


def test_an_answer_ends_before_its_lease() -> None:
    assert worker._LEASE.total_seconds() > worker._ANSWER_SECONDS


async def test_a_message_that_kills_every_process_gets_an_apology(database: Database) -> None:
    asked: list[Incoming] = []

    async def deadly(incoming: Incoming) -> Card:
        asked.append(incoming)
        raise Died

    killed = Scene(database, deadly)
    await killed.delivery.receive(message("e1"))
    for _ in range(3):
        # As a dead process leaves it: taken up, never finished, freed by the next start.
        assert await killed.inbox.claim(lease("dead"))
        await killed.inbox.release_all()
    assert await killed.settled() == [SORRY]
    assert asked == []


async def test_whoever_lost_the_lease_while_answering_sends_nothing(database: Database) -> None:
    cards = [CARD, SORRY]
    scene = Scene(database, answering)

    async def slow(_incoming: Incoming) -> Card:
        mine = cards.pop()
        if mine is SORRY:
            scene.clock.move(31)
            assert await scene.delivery.handle_one()
        return mine

    scene.delivery = replace(scene.delivery, answer=slow)
    await scene.delivery.receive(message("e1"))
    assert await scene.settled() == [CARD]


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), ValueError("a bug in drawing the card")])
async def test_a_post_that_fails_is_tried_again_on_schedule_and_then_given_up(
    sqlite: Database, error: Exception
) -> None:
    scene = Scene(sqlite, answering, sender=FakeSender(errors=[error] * 99))
    await scene.delivery.receive(message("e1"))
    await scene.settled()
    for tried, pause in enumerate(RETRIES, 1):
        assert (scene.sender.tried, await scene.outbox.counts()) == (tried, {"pending": 1})
        scene.clock.move(pause - 0.1)
        assert not await scene.delivery.send_one()
        scene.clock.move(0.1)
        assert await scene.delivery.send_one()
    assert (scene.sender.tried, await scene.outbox.counts()) == (6, {"failed": 1})
    scene.clock.move(9999)
    assert not await scene.delivery.send_one()


async def test_a_post_that_fails_once_is_made_good(database: Database) -> None:
    scene = Scene(database, answering, sender=FakeSender(errors=[OSError(), None]))
    await scene.delivery.receive(message("e1"))
    assert await scene.settled() == []
    scene.clock.move(1)
    assert await scene.settled() == [CARD]


async def test_a_card_for_nobody_known_does_not_stop_the_others(database: Database) -> None:
    scene = Scene(database, answering)
    await scene.delivery.receive(message("e1", platform="pigeon", at=-5))
    await scene.delivery.receive(message("e2"))
    assert await scene.settled() == [CARD]
    assert await scene.outbox.counts() == {"pending": 1, "sent": 1}


async def test_a_card_that_was_posted_before_death_is_on_the_page_once(database: Database) -> None:
    clock = FakeClock()
    page = PageTranscript(database, clock)
    scene = Scene(database, answering, clock=clock, reached=Trail(fatal=Point.POSTED))
    dying = scene.with_sender(page)
    await dying.receive(message("e1"))
    await dying.handle_one()
    with pytest.raises(Died):
        await dying.send_one()
    after = Scene(database, answering, clock=clock)
    await after.outbox.release_all()
    assert await after.with_sender(page).send_one()
    assert await after.outbox.counts() == {"sent": 1}
    assert [said.card for said in await page.read(message("e1").place) if said.card] == [CARD]
