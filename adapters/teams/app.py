"""The door for Teams: `/api/messages` takes activities for keeps, and only then says so."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from aiohttp import web

from adapters.teams.activity import Activity, Json, text
from adapters.teams.changed import changed
from adapters.teams.events import CARD_ACTION, translate
from adapters.teams.housekeeping import Housekeeping, Installed, Uninstalled
from adapters.teams.ratings import OPENED, Ratings, is_rating, rating
from adapters.teams.references import Reference, References, of_person, person_key, reference_of
from adapters.teams.shortcut import dialog, is_shortcut, shortcut
from adapters.teams.streams import Streams
from adapters.teams.transport import TeamsTransport, Unauthorised
from adapters.teams.waiting import Waiting
from bot.delivery.ports import Clock, Receive
from bot.domain.messages import Incoming, Place
from prompts import Words

__all__ = ["LARGEST_BODY", "Door", "teams_app"]

_LOG = logging.getLogger(__name__)
#: Teams sends 100 kB of message at most.
LARGEST_BODY = 256 * 1024

#: Is told, after it happened, what became of a conversation: of one that is gone, of all its channels.
Notice = Callable[[Housekeeping, tuple[str, ...]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the door is given to work with. Without `streams` the sign of typing is all that is shown."""

    transport: TeamsTransport
    references: References
    receive: Receive
    notice: Notice
    clock: Clock
    words: Words
    streams: Streams | None = None
    ratings: Ratings = field(default_factory=Ratings)


def teams_app(door: Door) -> web.Application:
    """The door as a web application. Whether strangers are believed is the transport's affair, decided when it is made.

    400 for what is no activity, 401 and 403 for what Microsoft did not send, 413 for what is too large, 503 for what
    could not be kept; 202 for what is kept, and for what needs no answer.
    """
    waiting = Waiting(transport=door.transport, words=door.words, streams=door.streams)
    routes = _Routes(door=door, waiting=waiting)
    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_post("/api/messages", routes.take)
    app.on_cleanup.append(routes.close)
    return app


@dataclass(frozen=True, kw_only=True)
class _Routes:
    door: Door
    waiting: Waiting

    async def take(self, request: web.Request) -> web.Response:
        """Takes one activity."""
        activity = _activity(request.content_type, await request.read())
        if activity is None:
            return _said(400, "not an activity")
        # Two headers of one name become one that no check passes.
        headers = {name.lower(): ", ".join(request.headers.getall(name)) for name in request.headers}
        try:
            await self.door.transport.authenticate(headers, activity)
        except Unauthorised as refused:
            _LOG.warning("teams.refused reason=%s", refused.reason)
            return _said(refused.status, "not from Microsoft")
        try:
            return await self._taken(activity)
        except Exception as error:
            _LOG.error("teams.not_kept cause=%s", type(error).__name__)
            return self._not_kept(activity)

    async def close(self, _: web.Application) -> None:
        """Stops what is still being sent."""
        await self.waiting.close()

    async def _taken(self, activity: Activity) -> web.Response:
        if is_shortcut(activity):
            return _answered(activity, dialog(self.door.words(await self._keep_shortcut(activity))))
        if is_rating(activity):
            return await self._keep_rating(activity)
        kept = await self._keep(activity)
        if text(activity, "type") == "invoke" and text(activity, "name") == CARD_ACTION:
            return _answered(activity, self._shown() if kept else self._refused(400, "BadRequest"))
        # Of what else Teams asks for, it takes an empty object and nothing less.
        return _answered(activity, {})

    async def _keep(self, activity: Activity) -> bool:
        """Makes an activity durable: first how to answer, then what to. False when it needs no answer."""
        reference, now = reference_of(activity), self.door.clock()
        event = changed(activity, now) or translate(activity, now)
        if reference is None or event is None:
            return False
        if isinstance(event, Incoming):
            await self.door.references.save(reference)
            if event.direct:
                await self.door.references.save(of_person(event.sender, reference))
            if await self.door.receive(event):
                self.waiting.show(event, reference.at(event.place))
            return True
        await self._keep_house(event, reference)
        return False

    async def _keep_house(self, event: Housekeeping, reference: Reference) -> None:
        gone: tuple[str, ...] = ()
        if isinstance(event, Uninstalled):
            channels = await self.door.references.channels(event.team) if event.team else ()
            gone = tuple(dict.fromkeys((event.conversation, *channels)))
            for each in gone:
                await self.door.references.forget(each)
        else:
            await self.door.references.save(reference)
        if isinstance(event, Installed) and event.reference != reference:
            await self.door.references.save(event.reference)
        await self.door.notice(event, gone)

    async def _keep_rating(self, activity: Activity) -> web.Response:
        """Makes a vote durable. Teams thanks for it by itself, and takes an empty object for an answer."""
        reference = reference_of(activity)
        event = await rating(activity, self.door.ratings, self.door.references, self.door.clock())
        if reference is not None and event is not None:
            await self.door.references.save(reference)
            await self.door.receive(event)
        opened = text(activity, "name") == OPENED
        return _answered(activity, dialog(self.door.words("teams.taken")) if opened else {})

    async def _keep_shortcut(self, activity: Activity) -> str:
        """Makes durable what somebody wants to log, and names the word that says so.

        It is answered where they are alone with the coach: the command is at hand in conversations that the coach is
        no part of, and what stands in somebody's way is for them to show.
        """
        event = shortcut(activity, self.door.clock())
        if event is None:
            return "teams.not_kept"
        known = await self.door.references.find(person_key(event.sender))
        alone = await self.door.references.find(known.alone) if known else None
        if alone is None:
            return "teams.barrier.alone_first"
        place = Place(alone.conversation)
        if await self.door.receive(replace(event, place=place, direct=place)):
            self.waiting.show(event, alone)
        return "teams.barrier.taken"

    def _shown(self) -> Json:
        """The answer to a pressed button: a message that is shown for a moment."""
        value = self.door.words("teams.taken")
        return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": value}

    def _refused(self, status: int, code: str) -> Json:
        """The same where nothing was taken. The request itself is answered well: Teams shows what stands in it."""
        error = {"code": code, "message": self.door.words("teams.not_kept")}
        return {"statusCode": status, "type": "application/vnd.microsoft.error", "value": error}

    def _not_kept(self, activity: Activity) -> web.Response:
        """Teams tries a message again; whoever pressed a button is told to."""
        if is_shortcut(activity):
            return _answered(activity, dialog(self.door.words("teams.not_kept")))
        if text(activity, "name") != CARD_ACTION:
            return _said(503, "not kept")
        return _answered(activity, self._refused(500, "NotKept"))


def _activity(content_type: str, body: bytes) -> Activity | None:
    if content_type != "application/json":
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and text(found, "type") else None


def _answered(activity: Activity, body: Json) -> web.Response:
    """An invoke is answered with a body at once; everything else is answered by the sender, later."""
    return web.json_response(body) if text(activity, "type") == "invoke" else web.Response(status=202)


def _said(status: int, error: str) -> web.Response:
    return web.json_response({"error": error}, status=status)
