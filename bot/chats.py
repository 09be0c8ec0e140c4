"""The chat platforms of one installation, put together; with `bot.bootstrap` the only module that knows adapters."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from sqlalchemy import Connection

from adapters.slack.places import lanes as slack_lanes
from adapters.teams.references import conversation_of
from adapters.teams.references import lanes as teams_lanes
from bot.bootstrap import Coach, crash_point, new_id, now
from bot.coaching.answers.card import apology_card
from bot.coaching.safeguarding import Safeguarding
from bot.delivery.worker import Delivery
from bot.desks.channels import heeding
from bot.desks.digests import mount_digest_page
from bot.desks.front import front_door
from bot.desks.revising import limiting
from bot.desks.safeguarding import safeguarding, warming
from bot.documents_page import mount_documents_page
from bot.domain.messages import Place
from bot.own_page import mount_own_page
from bot.platforms import Platforms
from bot.slack_platform import open_slack
from bot.store.conversations import known
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.pacing import Lanes, Pacing
from bot.teams_platform import open_teams
from bot.tracing import Watching

_WATCHING = Watching()


@asynccontextmanager
async def open_chats(
    coach: Coach, application: web.Application, watching: Watching = _WATCHING
) -> AsyncIterator[Delivery]:
    """Mount every platform that is set up on the application, and deliver between them and the coach."""
    platforms = Platforms()
    safeguard = safeguarding(coach)
    delivery = _delivery(coach, platforms, safeguard, watching)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(warming(safeguard))
        await open_slack(coach, application, delivery, platforms, stack)
        await open_teams(coach, application, delivery, platforms, stack)
        mount_digest_page(coach, application)
        mount_own_page(coach, application)
        mount_documents_page(coach, application)
        if coach.database.skips_locked is False:
            # One process to a SQLite file: whatever is leased was leased by one that is gone.
            await delivery.inbox.release_all()
            await delivery.outbox.release_all()
        await delivery.outbox.doubt_abandoned(now())
        yield delivery


def _delivery(coach: Coach, platforms: Platforms, safeguard: Safeguarding, watching: Watching) -> Delivery:
    reached = crash_point(coach.settings)
    door = front_door(coach, safeguard, platforms.presences, platforms.forget, pages=platforms.pages)
    return Delivery(
        inbox=Inbox(coach.database, reached),
        outbox=Outbox(coach.database, reached, Pacing(clock=now, lanes_of=_lanes)),
        answer=watching.answers(heeding(coach, safeguard, door, platforms.quoted)),
        apology=lambda: apology_card(coach.words),
        senders=platforms.senders,
        clock=now,
        new_id=new_id,
        admit=watching.admits(limiting(safeguard)),
        reached=reached,
    )


def _lanes(connection: Connection, platform: str, place: Place) -> Lanes | None:
    """What a post passes on either platform. Where Teams' tenant is not known, the post will fail anyway."""
    if platform == "slack":
        return slack_lanes(place)
    if platform != "teams":
        return None
    return teams_lanes(place, (known(connection, conversation_of(place)) or {}).get("tenant", ""))
