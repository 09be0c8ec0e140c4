"""The chat platforms of one installation, put together; with `bot.bootstrap` the only module that knows adapters."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Protocol, runtime_checkable

import aiohttp
from aiohttp import web
from sqlalchemy import Connection

from adapters.slack.app import SlackApp
from adapters.slack.client import slack_client
from adapters.slack.looking import Looking
from adapters.slack.places import lanes as slack_lanes
from adapters.slack.presence import SlackPresence
from adapters.slack.send import SlackSender
from adapters.teams.app import Door, teams_app
from adapters.teams.botbuilder import BotbuilderTransport, Registration, registered, unregistered
from adapters.teams.events import Housekeeping, Installed, first_question
from adapters.teams.presence import TeamsPresence
from adapters.teams.references import Reference, conversation_of
from adapters.teams.references import lanes as teams_lanes
from adapters.teams.send import TeamsSender
from adapters.teams.wire import watched
from bot.bootstrap import Coach, crash_point, new_id, now, pick
from bot.chat_desks import chat_desks
from bot.coaching.answer_card import apology_card
from bot.coaching.front_door import FrontDoor
from bot.coaching.joining import Joining
from bot.coaching.languages import Languages
from bot.coaching.recognising import Recognising
from bot.coaching.remembering import Remembering
from bot.coaching.safeguarding import Safeguarding
from bot.delivery.ports import Presence, Receive, Sender
from bot.delivery.worker import Answer, Delivery
from bot.digest_desk import mount_digest_page
from bot.domain.errors import SettingError
from bot.domain.messages import Place
from bot.human_route import safeguarding, warming
from bot.own_page import mount_own_page
from bot.settings import Settings, secret
from bot.store.conversations import Conversations, known
from bot.store.homes import Homes
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.pacing import Lanes, Pacing
from bot.store.people import People
from bot.store.preferences import OwnSettings
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


@runtime_checkable
class _Forgets(Protocol):
    """Holds in memory what it has looked up."""

    def forget(self) -> None:
        """Empty it."""


@dataclass(kw_only=True)
class _Platforms:
    """What the platforms add to the delivery while it is put together."""

    senders: dict[str, Sender] = field(default_factory=dict)
    presences: dict[str, Presence] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget who was seen where: they are looked up again."""
        for presence in self.presences.values():
            if isinstance(presence, _Forgets):
                presence.forget()


def secret_of(settings: Settings, name: str) -> str:
    """A secret setting in the clear, empty when unset."""
    value = getattr(settings, name)
    return value.get_secret_value() if value else ""


def _as_it_is(answer: Answer) -> Answer:
    return answer


@asynccontextmanager
async def open_chats(
    coach: Coach, application: web.Application, timed: Callable[[Answer], Answer] = _as_it_is
) -> AsyncIterator[Delivery]:
    """Mount every platform that is set up on the application, and deliver between them and the coach.

    `timed` may be told how long answering takes.
    """
    platforms = _Platforms()
    safeguard = safeguarding(coach)
    delivery = _delivery(coach, platforms, safeguard, timed)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(warming(safeguard))
        await _open_slack(coach, application, delivery, platforms, stack)
        await _open_teams(coach, application, delivery, platforms, stack)
        mount_digest_page(coach, application)
        mount_own_page(coach, application)
        if coach.database.skips_locked is False:
            # One process to a SQLite file: whatever is leased was leased by one that is gone.
            await delivery.inbox.release_all()
            await delivery.outbox.release_all()
        await delivery.outbox.doubt_abandoned(now())
        yield delivery


def _delivery(
    coach: Coach, platforms: _Platforms, safeguard: Safeguarding, timed: Callable[[Answer], Answer]
) -> Delivery:
    reached, people = crash_point(coach.settings), People(coach.database, new_id)
    join = Joining(people=people, words=coach.words, secret=secret(coach.settings), clock=now, pick=pick)
    recognise = Remembering(
        recognise=Recognising(people=people, plans=coach.partnerships.all, presences=platforms.presences),
        homes=Homes(coach.database),
        own=OwnSettings(coach.database),
    )
    desks = chat_desks(coach, safeguard, platforms.forget)
    return Delivery(
        inbox=Inbox(coach.database, reached),
        outbox=Outbox(coach.database, reached, Pacing(clock=now, lanes_of=_lanes)),
        answer=timed(
            FrontDoor(
                recognise=recognise,
                join=join,
                ask=desks.around.ask,
                safeguard=safeguard,
                words=coach.words,
                actions=desks.actions,
                commands=desks.commands,
                chosen=desks.chosen,
                meant=desks.meant,
                sounds=desks.sounds,
                plainly=desks.plainly,
                language=Languages(own=OwnSettings(coach.database), words=coach.words).of,
                reached=reached,
            )
        ),
        apology=lambda: apology_card(coach.words),
        senders=platforms.senders,
        clock=now,
        new_id=new_id,
        reached=reached,
    )


def _lanes(connection: Connection, platform: str, place: Place) -> Lanes | None:
    """What a post passes on either platform. Where Teams' tenant is not known, the post will fail anyway."""
    if platform == "slack":
        return slack_lanes(place)
    if platform != "teams":
        return None
    return teams_lanes(place, (known(connection, conversation_of(place)) or {}).get("tenant", ""))


async def _open_slack(
    coach: Coach, application: web.Application, delivery: Delivery, platforms: _Platforms, stack: AsyncExitStack
) -> None:
    settings, token = coach.settings, secret_of(coach.settings, "slack_bot_token")
    signing, app_token = secret_of(settings, "slack_signing_secret"), secret_of(settings, "slack_app_token")
    if not token:
        return
    if not signing and not app_token:
        raise SettingError(
            "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (for events over the web) nor SLACK_APP_TOKEN "
            "(for Socket Mode): set one of them."
        )
    address = {"base_url": settings.slack_api_url} if settings.slack_api_url else {}
    client = await stack.enter_async_context(slack_client(token, **address))
    looking = Looking(client=client, words=coach.words)
    platforms.senders["slack"] = SlackSender(client=client, words=coach.words, looking=looking)
    platforms.presences["slack"] = SlackPresence(client=client, clock=now)
    app = SlackApp(receive=delivery.receive, client=client, looking=looking, words=coach.words, clock=now)
    if signing:
        app.mount(application, signing)
    if app_token:
        await stack.enter_async_context(app.socket_mode(app_token))


async def _open_teams(
    coach: Coach, application: web.Application, delivery: Delivery, platforms: _Platforms, stack: AsyncExitStack
) -> None:
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
