"""The demo partnership put together: with `bot.bootstrap` and `bot.chats`, the only modules that know adapters.

Apart from `bot.bootstrap`, because only the server opens it and every command would wait for its imports.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from adapters.web.app import Page, demo_app
from bot import demo
from bot.around_answers import closing
from bot.bootstrap import Coach, crash_point, demo_file, new_id, now, pick, usable_store
from bot.coaching.answer_card import apology_card
from bot.coaching.asking import Asking
from bot.coaching.elsewhere import only_in_chats
from bot.coaching.following import Following
from bot.coaching.front_door import FrontDoor
from bot.coaching.joining import Joining
from bot.delivery.worker import Delivery
from bot.domain.messages import Incoming
from bot.human_route import safeguarding
from bot.settings import secret
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.last_questions import LastQuestions
from bot.store.outbox import Outbox
from bot.store.page import PageTranscript
from bot.store.people import People


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The demo partnership, its data apart from everything else."""

    delivery: Delivery
    database: Database
    app: web.Application


@asynccontextmanager
async def open_demo(coach: Coach) -> AsyncIterator[Demo]:
    """The demo's own store, loops and page over the coach's library."""
    reached = crash_point(coach.settings)
    path = demo_file(coach.settings)
    advice = f"Remove the folder {path.parent}, which holds the demo only, or set COACH_DATA_DIR to another."
    async with usable_store(f"sqlite+aiosqlite:///{path}", advice) as database:
        inbox, outbox, page = Inbox(database, reached), Outbox(database, reached), PageTranscript(database, now)
        # The lock on the data directory says that no other process holds a lease here.
        await inbox.release_all()
        await outbox.release_all()
        join = Joining(
            people=People(database, new_id), words=coach.words, secret=secret(coach.settings), clock=now, pick=pick
        )

        async def forget(incoming: Incoming) -> None:
            await page.forget(incoming.key, coach.words("sensitive.not_kept"))

        safeguard = safeguarding(coach, forget=forget)
        ask = Asking(
            answerer=coach.answerer,
            words=coach.words,
            closing=closing(safeguard),
            following=Following(last=LastQuestions(database)),
            reached=reached,
        )
        delivery = Delivery(
            inbox=inbox,
            outbox=outbox,
            answer=FrontDoor(
                recognise=demo.recognise,
                join=join,
                ask=ask,
                safeguard=safeguard,
                words=coach.words,
                commands=only_in_chats(coach.words),
                reached=reached,
            ),
            apology=lambda: apology_card(coach.words),
            senders={"web": page},
            clock=now,
            new_id=new_id,
            reached=reached,
        )
        yield Demo(delivery=delivery, database=database, app=_page(coach, delivery, page))


def _page(coach: Coach, delivery: Delivery, transcript: PageTranscript) -> web.Application:
    async def healthy() -> bool:
        return coach.library.snapshot is not None

    return demo_app(
        Page(
            partnership_name=demo.NAME,
            organisations=demo.ORGANISATIONS,
            partners=demo.PARTNERS,
            receive=delivery.receive,
            transcript=transcript,
            clock=now,
            new_id=new_id,
            words=coach.words,
            port=coach.settings.demo_port,
            healthy=healthy,
        )
    )
