"""`coach serve`: the server, and the demo where no partnership was applied."""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Mapping
from contextlib import AsyncExitStack
from functools import partial

from rich.console import Console

from bot import demo, memory
from bot.bootstrap import Coach, now, open_coach
from bot.chats import open_chats
from bot.commands.doctoring import model_problem
from bot.commands.opening import ProgressBar
from bot.commands.screen import screen
from bot.demo_page import open_demo
from bot.desks.library import in_words
from bot.metrics import Metrics, metrics_page
from bot.rounds import go_round, rounds_of
from bot.server import health_app, listening, local_socket, tidy, until_stopped, watch
from bot.settings import Settings
from bot.store.backlog import Backlog
from bot.store.outbox import Outbox
from knowledge.snapshot import Snapshot

_LOOPBACK = "127.0.0.1"
_SWITCH_SECONDS = 0.0005


async def serve(settings: Settings) -> None:
    """Index, listen, and work until told to stop."""
    # A thread that computes gives way to the one that acknowledges.
    sys.setswitchinterval(_SWITCH_SECONDS)
    memory.keep_together()
    console, bar = screen(error=True), ProgressBar()
    async with AsyncExitStack() as stack:
        stack.enter_context(in_words())
        coach = await stack.enter_async_context(open_coach(settings, bar))
        enter = stack.enter_async_context
        application = health_app(lambda: readiness(coach))
        applied = bool(await coach.partnerships.all())
        metrics = Metrics()
        chats = await enter(open_chats(coach, application, metrics.watching)) if applied else None
        await enter(listening(application, settings.host, settings.port, "COACH_PORT"))
        snapshot = await coach.library.refresh(bar)
        _spare_the_collector()
        bar.stop()
        await enter(local_socket(coach.desk, settings.data_dir))
        _say_what_is_served(console, snapshot)
        loops: list[Awaitable[None]] = [watch(coach.library), tidy(coach.database, now)]
        if chats is None:
            opened = await enter(open_demo(coach))
            await enter(listening(opened.app, _LOOPBACK, settings.demo_port, "COACH_DEMO_PORT"))
            loops += [opened.delivery.run(), tidy(opened.database, now)]
            console.print(f"DEMO of a fictional partnership, {demo.NAME}, for this machine only. Open:")
            console.print(f"  http://{_LOOPBACK}:{settings.demo_port}/", style="bold")
        else:
            await enter(metrics_page(settings.metrics_port, partial(_figures, metrics, coach, chats.outbox)))
            loops += [chats.run(), go_round(rounds_of(coach), now)]
            console.print("A partnership is applied, so the demo is closed.")
            if not chats.senders:
                console.print("Neither Slack nor Teams is set up, so nobody can ask yet: see `coach doctor`.")
        console.print(f"Health: http://{settings.host}:{settings.port}/readyz · Stop with Ctrl-C.")
        await until_stopped(*loops)


def _spare_the_collector() -> None:
    """Give back what indexing freed, and never look for rubbish among what stays: that stops everything for 0.2 s."""
    gc.collect()
    gc.freeze()
    memory.give_back()


def _say_what_is_served(console: Console, snapshot: Snapshot) -> None:
    documents = len(snapshot.shelf.volumes)
    console.print(f"The library is ready: {documents} documents, {len(snapshot.entries)} passages.")
    for item in snapshot.shelf.set_aside:
        console.print(f"Set aside: {item.file}. {item.reason}")


async def _figures(metrics: Metrics, coach: Coach, outbox: Outbox) -> bytes:
    return await metrics.read(lambda: readiness(coach), Backlog(coach.database), outbox, now())


async def readiness(coach: Coach) -> Mapping[str, str]:
    """What keeps the coach from answering, by part; empty where nothing does."""
    snapshot, problem = coach.library.snapshot, coach.library.problem
    return {
        "database": await _database_problem(coach),
        "library": "the library is still being indexed" if snapshot is None else "",
        "documents": f"the documents could not be read again ({problem})" if problem else "",
        "index": coach.index.problem,
        "model": await model_problem(coach.writer),
    }


async def _database_problem(coach: Coach) -> str:
    try:
        async with asyncio.timeout(2):
            await coach.store.generation()
    except Exception as error:
        return f"the database does not answer ({type(error).__name__})"
    return ""
