"""The demo partnership put together: with `bot.bootstrap` and `bot.chats`, the only modules that know adapters.

Apart from `bot.bootstrap`, because only the server opens it and every command would wait for its imports.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from aiohttp import web

from adapters.web.app import Page, demo_app
from bot import demo
from bot.bootstrap import Coach, crash_point, demo_file, new_id, now, usable_store
from bot.coaching.answers.card import apology_card
from bot.delivery.worker import Delivery
from bot.desks.digests import mount_digest_page
from bot.desks.front import front_door
from bot.desks.safeguarding import safeguarding
from bot.domain.messages import Incoming
from bot.own_page import mount_own_page
from bot.store.curated import CuratedAnswers
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.page import PageTranscript
from bot.store.partnerships import Partnerships


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The demo partnership, its data apart from everything else."""

    delivery: Delivery
    database: Database
    app: web.Application


@asynccontextmanager
async def open_demo(coach: Coach) -> AsyncIterator[Demo]:
    """The demo's own store, loops and page over the coach's library."""
    path = demo_file(coach.settings)
    advice = f"Remove the folder {path.parent}, which holds the demo only, or set COACH_DATA_DIR to another."
    async with usable_store(f"sqlite+aiosqlite:///{path}", advice) as database:
        of_demo = await _over(database, coach)
        page = PageTranscript(database, now)
        delivery = _delivery(of_demo, page)
        # The lock on the data directory says that no other process holds a lease here.
        await delivery.inbox.release_all()
        await delivery.outbox.release_all()
        yield Demo(delivery=delivery, database=database, app=_page(of_demo, delivery, page))


async def _over(database: Database, coach: Coach) -> Coach:
    """The same coach with people and data of the demo alone, whose pages are on the demo's own address."""
    partnerships = Partnerships(database)
    if await partnerships.applied() != (demo.PLAN,):
        await partnerships.save(demo.PLAN, now())
    return replace(
        coach,
        settings=coach.settings.model_copy(update={"public_url": f"http://127.0.0.1:{coach.settings.demo_port}"}),
        database=database,
        partnerships=partnerships,
        curating=replace(coach.curating, answers=CuratedAnswers(database)),
    )


def _delivery(coach: Coach, page: PageTranscript) -> Delivery:
    reached = crash_point(coach.settings)

    async def forget(incoming: Incoming) -> None:
        await page.forget(incoming.of or incoming.key, coach.words("sensitive.not_kept"))

    return Delivery(
        inbox=Inbox(coach.database, reached),
        outbox=Outbox(coach.database, reached),
        answer=front_door(coach, safeguarding(coach, forget=forget), {demo.PLATFORM: demo.DemoPresence()}),
        apology=lambda: apology_card(coach.words),
        senders={demo.PLATFORM: page},
        clock=now,
        new_id=new_id,
        reached=reached,
    )


def _page(coach: Coach, delivery: Delivery, transcript: PageTranscript) -> web.Application:
    async def healthy() -> bool:
        return coach.library.snapshot is not None

    application = demo_app(
        Page(
            partnership_name=demo.NAME,
            organisations=demo.ORGANISATIONS,
            outside=demo.OUTSIDE,
            partners=demo.PARTNERS,
            identity=demo.identity,
            receive=delivery.receive,
            transcript=transcript,
            pressed=transcript.pressed,
            clock=now,
            new_id=new_id,
            words=coach.words,
            port=coach.settings.demo_port,
            healthy=healthy,
        )
    )
    mount_digest_page(coach, application)
    mount_own_page(coach, application)
    return application
