"""A process that was stopped with a card in its hands does not post it when it goes on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

import pytest
from aiohttp import ClientSession, web

from adapters.slack.client import watched as slack_watched
from adapters.teams.wire import watched as teams_watched
from bot.delivery import worker
from bot.delivery.holding import Hold, HoldOver, holding, still_holding
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Place
from bot.store.database import Database
from bot.store.inbox import Promise
from bot.store.outbox import Outbox
from tests.bot.delivery.scene import Scene, answering
from tests.bot.store.rows import put


@dataclass
class Stopped:
    """A sender that is stopped before its request, for so long."""

    sleeps: Callable[[], Awaitable[None]]
    requests: int = 0

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        await self.sleeps()
        still_holding()
        self.requests += 1
        return ""


@pytest.mark.parametrize("promise", Promise)
@pytest.mark.parametrize(("seconds", "posts"), [(13, 1), (15, 0), (62, 0)])
async def test_whoever_wakes_when_its_time_is_over_posts_nothing(
    sqlite: Database, promise: Promise, seconds: float, posts: int
) -> None:
    scene = Scene(sqlite, answering)

    async def sleeps() -> None:
        scene.clock.move(seconds)

    stopped = Stopped(sleeps=sleeps)
    await put(sqlite, "e1", promise=promise)
    assert await scene.with_sender(stopped).send_one()
    assert stopped.requests == posts
    assert await scene.outbox.counts() == ({"sent": 1} if posts else {"pending": 1})


async def test_a_clock_that_was_set_back_does_not_make_the_time_longer(sqlite: Database) -> None:
    scene, ran = Scene(sqlite, answering), 0.0

    async def sleeps() -> None:
        nonlocal ran
        ran = 62.0

    stopped = Stopped(sleeps=sleeps)
    await put(sqlite, "e1", promise=Promise.NOTICE)
    assert await replace(scene.with_sender(stopped), monotonic=lambda: ran).send_one()
    assert stopped.requests == 0


async def test_what_others_made_of_a_card_meanwhile_stands(sqlite: Database) -> None:
    scene = Scene(sqlite, answering)

    async def sleeps() -> None:
        scene.clock.move(31)
        await Outbox(sqlite).doubt_abandoned(scene.clock.now)

    await put(sqlite, "e1", promise=Promise.NOTICE)
    stopped = Stopped(sleeps=sleeps)
    assert await scene.with_sender(stopped).send_one()
    assert (stopped.requests, await scene.outbox.counts()) == (0, {"unknown": 1})


@pytest.fixture
async def door() -> AsyncIterator[tuple[str, list[str]]]:
    """An address, and what arrived there."""
    arrived: list[str] = []

    async def take(request: web.Request) -> web.Response:
        arrived.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/", arrived
    await runner.cleanup()


@pytest.mark.parametrize("watched", [slack_watched, teams_watched])
async def test_each_platforms_requests_ask_before_their_first_byte(
    door: tuple[str, list[str]], watched: Callable[[], object]
) -> None:
    (address, arrived), may, begun = door, True, []
    async with ClientSession(trace_configs=[watched()]) as session:  # type: ignore[list-item]
        with holding(Hold(may_post=lambda: may, begins=lambda: begun.append(1))):
            async with session.post(address, data="one"):
                pass
            assert begun
            may = False
            with pytest.raises(HoldOver):
                await session.post(address, data="two")
        async with session.post(address, data="three"):  # whatever belongs to no card
            pass
    assert arrived == ["one", "three"]


def test_a_request_that_is_begun_ends_before_the_lease() -> None:
    from adapters.slack.client import TIMEOUT_S
    from adapters.teams.wire import _TIMEOUT

    assert worker._POSTING.total_seconds() > max(TIMEOUT_S, _TIMEOUT.total or 0)


def test_a_hold_ends_with_its_block() -> None:
    with holding(Hold(may_post=lambda: False, begins=lambda: None)), pytest.raises(HoldOver):
        still_holding()
    still_holding()
