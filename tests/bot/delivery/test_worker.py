"""The two loops: whoever asked hears, whatever fails on the way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.delivery import worker
from bot.delivery.checkpoints import OF_BARRIERS, OF_CHECK_INS, Point
from bot.delivery.ports import PostFailed
from bot.delivery.saying import Says
from bot.domain.cards import Card
from bot.domain.channel_modes import HEARD, Heard
from bot.domain.messages import WITHDRAWN, EventKey, Incoming, Place
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.inbox import Promise, Reply
from bot.store.page import PageTranscript
from bot.store.tables import inbox, outbox
from prompts import current_locale
from tests.bot.delivery.conftest import Logged
from tests.bot.delivery.scene import Scene, answering
from tests.bot.store.rows import put, rows
from tests.fakes import CARD, NOON, SORRY, Died, FakeClock, FakeSender, Trail, lease, message

RETRIES = (1, 5, 30, 120, 600)
REFUSED, UNCLEAR = PostFailed(reason="ratelimited"), PostFailed(reason="timeout", posted=None)
GONE = PostFailed(reason="channel_not_found", final=True)
LENA = PartnerId("p1")
BUG = ValueError("a bug in drawing the card, with somebody's words")


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


async def test_what_an_answer_says_elsewhere_goes_out_with_it(database: Database) -> None:
    other = Reply(key="k", platform="web", place=Place("dm"), card=SORRY)

    async def answer(_incoming: Incoming) -> Says:
        return Says(card=CARD, elsewhere=(other,))

    scene = Scene(database, answer)
    await scene.delivery.receive(message("e1"))
    await scene.settled()
    assert sorted(((place, card) for place, _, card in scene.sender.posted), key=lambda each: each[0]) == [
        ("dm", SORRY),
        ("lena", CARD),
    ]


async def test_a_card_is_posted_in_its_own_language(sqlite: Database) -> None:
    spoken = []

    class Listening(FakeSender):
        async def send(self, place: Place, key: EventKey, card: Card) -> str:
            spoken.append(current_locale())
            return await super().send(place, key, card)

    async def answer(_incoming: Incoming) -> Card:
        return replace(CARD, locale="cy")

    scene = Scene(sqlite, answer, sender=Listening())
    await scene.delivery.receive(message("e1"))
    assert await scene.settled() == [replace(CARD, locale="cy")]
    assert (spoken, current_locale()) == (["cy"], "en")


async def test_the_points_of_delivery_are_reached_in_the_order_of_their_list(sqlite: Database) -> None:
    trail = Trail()
    scene = Scene(sqlite, answering, reached=trail)
    await scene.delivery.receive(message("e1"))
    assert await scene.delivery.handle_one()
    assert await scene.delivery.send_one()
    in_use_cases = {Point.ROUTED, Point.AUDIENCE_KNOWN, Point.SEARCHED, Point.COMPOSED, Point.CARD_MADE}
    assert trail.points == [point for point in Point if point not in in_use_cases | OF_BARRIERS | OF_CHECK_INS]


@pytest.mark.parametrize("error", [RuntimeError("somebody's words"), OSError(), TimeoutError(), RecursionError()])
async def test_an_answer_that_fails_becomes_an_apology(sqlite: Database, error: Exception, logged: Logged) -> None:
    scene = Scene(sqlite, failing(error))
    await scene.delivery.receive(message("e1"))
    assert await scene.settled() == [SORRY]
    (line,) = [each for each in logged if each["log_level"] != "debug"]
    assert line == {
        "event": "answering failed",
        "key": "web:lena:e1",
        "error": type(error).__name__,
        "exc_info": True,
        "log_level": "error",
    }


@pytest.mark.parametrize(
    "incoming",
    [
        replace(message("d1", text=""), action=WITHDRAWN, values={"of": "web:lena:e1"}),
        replace(message("e1"), values={HEARD: Heard.ROOT.value}),
    ],
)
async def test_nothing_is_said_of_a_failure_where_nobody_waits_for_an_answer(
    sqlite: Database, incoming: Incoming
) -> None:
    scene = Scene(sqlite, failing(OSError()))
    await scene.delivery.receive(incoming)
    scene.clock.move(60)
    assert await scene.settled() == []
    assert await scene.inbox.waiting() == 0


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


@pytest.mark.parametrize(
    ("error", "meanwhile"),
    [
        (REFUSED, "pending"),
        (UNCLEAR, "sending"),
        (ConnectionResetError(), "sending"),
        (TimeoutError(), "sending"),
        (BUG, "sending"),
    ],
)
async def test_a_post_that_fails_is_tried_again_on_schedule_and_then_given_up(
    sqlite: Database, error: Exception, meanwhile: str
) -> None:
    scene = Scene(sqlite, answering, sender=FakeSender(errors=[error] * 99))
    await scene.delivery.receive(message("e1"))
    await scene.settled()
    for tried, pause in enumerate(RETRIES, 1):
        assert (scene.sender.tried, await scene.outbox.counts()) == (tried, {meanwhile: 1})
        scene.clock.move(pause - 0.1)
        assert not await scene.delivery.send_one()
        scene.clock.move(0.1)
        assert await scene.delivery.send_one()
    assert (scene.sender.tried, await scene.outbox.counts()) == (6, {"failed": 1})
    scene.clock.move(9999)
    assert not await scene.delivery.send_one()


async def test_a_post_that_fails_once_is_made_good(database: Database) -> None:
    scene = Scene(database, answering, sender=FakeSender(errors=[UNCLEAR, None]))
    await scene.delivery.receive(message("e1"))
    assert await scene.settled() == []
    scene.clock.move(1)
    assert await scene.settled() == [CARD]


@pytest.mark.parametrize("promise", Promise)
async def test_a_card_for_nobody_known_does_not_stop_the_others(database: Database, promise: Promise) -> None:
    scene = Scene(database, answering)
    await put(database, "e1", platform="pigeon", promise=promise, due=-5)
    await scene.delivery.receive(message("e2"))
    assert await scene.settled() == [CARD]
    assert await scene.outbox.counts() == {"pending": 1, "sent": 1}


@pytest.mark.parametrize(
    ("asked_for", "after"), [(None, 1), (0.2, 1), (7.5, 7.5), (86_400.0, 3600), (float("inf"), 3600)]
)
async def test_a_platform_that_asks_for_a_pause_gets_it(
    sqlite: Database, asked_for: float | None, after: float
) -> None:
    failure = PostFailed(reason="ratelimited", retry_after=asked_for)
    scene = Scene(sqlite, answering, sender=FakeSender(errors=[failure]))
    await put(sqlite, "e1")
    await scene.delivery.send_one()
    scene.clock.move(after - 0.1)
    assert not await scene.delivery.send_one()
    scene.clock.move(0.1)
    assert await scene.settled() == [CARD]


@pytest.mark.parametrize("promise", Promise)
async def test_a_card_that_can_never_be_posted_is_given_up_at_once(database: Database, promise: Promise) -> None:
    scene = Scene(database, answering, sender=FakeSender(errors=[GONE]))
    await put(database, "e1", promise=promise)
    assert await scene.settled() == []
    assert await scene.outbox.counts() == {"failed": 1}


@pytest.mark.parametrize(("gone", "still_at_home"), [(True, set()), (False, {LENA})])
async def test_whoever_is_gone_hears_nothing_unasked_any_more(
    database: Database, gone: bool, still_at_home: set[PartnerId]
) -> None:
    homes, refused = Homes(database), PostFailed(reason="refused", final=True, gone=gone)
    there = message("e1")
    await homes.remember(LENA, "web:demo:lena", there.platform, there.place, NOON)
    scene = Scene(database, answering, sender=FakeSender(errors=[refused]))
    await put(database, "e1", promise=Promise.NOTICE)
    await scene.settled()
    assert set(await homes.of([LENA])) == still_at_home


@pytest.mark.parametrize("error", [UNCLEAR, ConnectionResetError(), TimeoutError(), BUG])
async def test_a_notice_that_may_have_been_posted_is_not_posted_again(database: Database, error: Exception) -> None:
    scene = Scene(database, answering, sender=FakeSender(errors=[error]))
    await put(database, "e1", promise=Promise.NOTICE)
    await scene.settled()
    scene.clock.move(9999)
    assert not await scene.delivery.send_one()
    assert (scene.sender.tried, await scene.outbox.counts()) == (1, {"unknown": 1})


async def test_a_notice_that_was_surely_not_posted_is_tried_again(database: Database) -> None:
    scene = Scene(database, answering, sender=FakeSender(errors=[REFUSED]))
    await put(database, "e1", promise=Promise.NOTICE)
    await scene.settled()
    scene.clock.move(1)
    assert await scene.settled() == [CARD]
    assert await scene.outbox.counts() == {"sent": 1}


async def test_what_goes_wrong_in_posting_is_logged_without_its_words(sqlite: Database, logged: Logged) -> None:
    scene = Scene(sqlite, answering, sender=FakeSender(errors=[BUG]))
    await put(sqlite, "e1")
    await scene.settled()
    assert [(line["event"], line.get("error"), line.get("reason")) for line in logged] == [
        ("posting failed", "ValueError", None),
        ("post failed", None, "ValueError"),
    ]
    assert "words" not in repr(logged)


async def test_a_failure_comes_through_whatever_it_passes() -> None:
    @asynccontextmanager
    async def connection() -> AsyncIterator[None]:
        yield

    with pytest.raises(PostFailed) as caught:
        async with connection():
            raise PostFailed(reason="timeout", posted=None)
    assert caught.value == UNCLEAR


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
