"""Teams put together for one installation; like `bot.chats` one of the few modules that know adapters."""

import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass

import aiohttp
from aiohttp import web

from adapters.teams.app import Door, teams_app
from adapters.teams.botbuilder import BotbuilderTransport, Registration, registered, unregistered
from adapters.teams.events import Housekeeping, Installed, first_question
from adapters.teams.presence import TeamsPresence
from adapters.teams.references import Reference
from adapters.teams.send import TeamsSender
from adapters.teams.wire import watched
from bot.bootstrap import Coach, now
from bot.delivery.ports import Receive
from bot.delivery.worker import Delivery
from bot.platforms import Platforms, secret_of
from bot.settings import Settings
from bot.store.conversations import Conversations
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class _References:
    """`adapters.teams.references.References` over the store."""

    conversations: Conversations

    async def save(self, reference: Reference) -> None:
        await self.conversations.save(reference.conversation, asdict(reference))

    async def find(self, conversation: str) -> Reference | None:
        found = await self.conversations.find(conversation)
        return None if found is None else Reference(**found)

    async def forget(self, conversation: str) -> None:
        await self.conversations.forget(conversation)


async def open_teams(
    coach: Coach, application: web.Application, delivery: Delivery, platforms: Platforms, stack: AsyncExitStack
) -> None:
    """Mount Teams where it is set up."""
    session = await stack.enter_async_context(aiohttp.ClientSession(trace_configs=[watched()]))
    transport = _transport(coach.settings, session)
    if transport is None:
        return
    references = _References(conversations=Conversations(coach.database))
    platforms.senders["teams"] = TeamsSender(transport=transport, references=references, words=coach.words)
    presence = TeamsPresence(transport=transport, references=references, monotonic=time.monotonic)
    platforms.presences["teams"] = presence
    door = Door(
        transport=transport,
        references=references,
        receive=delivery.receive,
        notice=_Notices(presence=presence, receive=delivery.receive, words=coach.words),
        clock=now,
        words=coach.words,
    )
    _mount(application, teams_app(door))


def _mount(application: web.Application, other: web.Application) -> None:
    for route in other.router.routes():
        application.router.add_route(route.method, route.resource.canonical, route.handler)  # type: ignore[union-attr]
    application.on_cleanup.extend(other.on_cleanup)


@dataclass(frozen=True, kw_only=True)
class _Notices:
    """What follows when Teams installs or removes the coach, or when people come and go."""

    presence: TeamsPresence
    receive: Receive
    words: Words

    async def __call__(self, event: Housekeeping) -> None:
        self.presence.forget()
        question = first_question(event, self.words, now()) if isinstance(event, Installed) else None
        if question is not None:
            await self.receive(question)


def _transport(settings: Settings, session: aiohttp.ClientSession) -> BotbuilderTransport | None:
    if settings.teams_app_id is None:
        if settings.teams_development == "no":
            return None
        return unregistered(session=session, host=settings.host, development=True)
    registration = Registration(
        app_id=settings.teams_app_id,
        secret=secret_of(settings, "teams_app_password"),
        tenant=settings.teams_tenant_id or "",
    )
    return registered(registration, session=session, clock=now)
