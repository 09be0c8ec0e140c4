"""Teams put together for one installation; like `bot.chats` one of the few modules that know adapters."""

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass

import aiohttp
from aiohttp import web

from adapters.teams.app import Door, teams_app
from adapters.teams.botbuilder import BotbuilderTransport, Registration, registered, unregistered
from adapters.teams.housekeeping import Housekeeping, Installed, opened
from adapters.teams.presence import TeamsPresence
from adapters.teams.ratings import Rated, Ratings
from adapters.teams.references import Reference
from adapters.teams.send import TeamsSender
from adapters.teams.streams import Streams
from adapters.teams.wire import watched
from bot.bootstrap import Coach, now
from bot.coaching.slips import Slips
from bot.delivery.ports import Receive
from bot.delivery.worker import Delivery
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import EventKey, Place
from bot.domain.people import Identity
from bot.platforms import Platforms, secret_of
from bot.settings import Settings, secret
from bot.store.conversations import Conversations
from bot.store.departures import Departures
from bot.store.inbox import Reply
from bot.store.notices import put
from bot.store.outbox import Outbox
from prompts import Words

_ANSWER = "teams:answer:"
#: Whoever rates an answer that this process did not post is not known to be the one who asked.
_NOBODY = Identity(platform="teams", tenant="", user="")


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

    async def channels(self, team: str) -> Sequence[str]:
        return await self.conversations.of_team(team)


async def open_teams(
    coach: Coach, application: web.Application, delivery: Delivery, platforms: Platforms, stack: AsyncExitStack
) -> None:
    """Mount Teams where it is set up."""
    session = await stack.enter_async_context(aiohttp.ClientSession(trace_configs=[watched()]))
    transport = _transport(coach.settings, session)
    if transport is None:
        return
    references = _References(conversations=Conversations(coach.database))
    ratings = Ratings(_stored(delivery.outbox, Slips(secret=secret(coach.settings))))
    streams = _streams(coach, transport)
    platforms.senders["teams"] = TeamsSender(
        transport=transport, references=references, words=coach.words, streams=streams, ratings=ratings
    )
    presence = TeamsPresence(transport=transport, references=references, monotonic=time.monotonic)
    platforms.presences["teams"] = presence
    door = Door(
        transport=transport,
        references=references,
        receive=delivery.receive,
        notice=_notices(coach, delivery, presence),
        clock=now,
        words=coach.words,
        streams=streams,
        ratings=ratings,
    )
    _mount(application, teams_app(door))


def _mount(application: web.Application, other: web.Application) -> None:
    for route in other.router.routes():
        application.router.add_route(route.method, route.resource.canonical, route.handler)  # type: ignore[union-attr]
    application.on_cleanup.extend(other.on_cleanup)


def _streams(coach: Coach, transport: BotbuilderTransport) -> Streams | None:
    """Streams live in the process that began them, and with several it may be another that posts the answer."""
    alone = coach.database.skips_locked is False
    return Streams(transport=transport, monotonic=time.monotonic) if alone else None


def _stored(outbox: Outbox, slips: Slips) -> Callable[[str, str], Awaitable[Rated]]:
    async def stored(conversation: str, posted: str) -> Rated:
        """The answer to which a message belongs, from its row in the outbox, which has no question in it."""
        found = await outbox.posted_card("teams", posted, conversation) if posted else None
        if found is None or not found.key.startswith(_ANSWER):
            return Rated()
        asked = EventKey(found.key.removeprefix(_ANSWER))
        return Rated(up=slips.answer(asked), down=slips.write(asked, _NOBODY, ""))

    return stored


@dataclass(frozen=True, kw_only=True)
class _Notices:
    """What follows when Teams installs or removes the coach, or when people come and go."""

    presence: TeamsPresence
    receive: Receive
    departures: Departures
    say_once: Callable[[Reply], Awaitable[None]]
    words: Words

    async def __call__(self, event: Housekeeping, gone: tuple[str, ...]) -> None:
        self.presence.forget()
        for conversation in gone:
            await self.departures.close("teams", Place(conversation))
        if not isinstance(event, Installed):
            return
        contact = opened(event, now())
        if contact is not None:
            await self.receive(contact)
        elif not event.alone:
            await self.say_once(_introduction(event, self.words))


def _introduction(event: Installed, words: Words) -> Reply:
    """What a team or a group is told, once ever, of what has joined it."""
    said = [words(f"teams.installed.{name}") for name in ("what", "hears", "alone")]
    card = Card(title=words("teams.installed.title"), paragraphs=tuple(Paragraph(text=each) for each in said))
    return Reply(key=f"notice:teams:installed:{event.place}", platform="teams", place=event.place, card=card)


def _notices(coach: Coach, delivery: Delivery, presence: TeamsPresence) -> _Notices:
    async def say_once(notice: Reply) -> None:
        await coach.database.write(lambda connection: put(connection, coach.database, [notice], now()))
        delivery.outbox_bell.set()

    return _Notices(
        presence=presence,
        receive=delivery.receive,
        departures=Departures(coach.database),
        say_once=say_once,
        words=coach.words,
    )


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
