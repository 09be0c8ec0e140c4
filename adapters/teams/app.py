"""The door for Teams: `/api/messages` takes activities for keeps, and only then says so."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from aiohttp import web

from adapters.teams.activity import Activity, Json, text
from adapters.teams.events import CARD_ACTION, Housekeeping, Uninstalled, translate
from adapters.teams.references import Reference, References, of_person, person_key, reference_of
from adapters.teams.shortcut import dialog, is_shortcut, shortcut
from adapters.teams.transport import ConnectorFailed, TeamsTransport, Unauthorised
from bot.delivery.ports import Clock, Receive
from bot.domain.messages import Incoming, Place
from prompts import Words

__all__ = ["LARGEST_BODY", "Door", "teams_app"]

_LOG = logging.getLogger(__name__)
#: Teams sends 100 kB of message at most.
LARGEST_BODY = 256 * 1024
#: More conversations than these see no sign of typing; their answers come all the same.
_MOST_TYPING = 50

#: Is told, after it happened, that the coach was installed or removed, or that people came or went.
Notice = Callable[[Housekeeping], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the door is given to work with."""

    transport: TeamsTransport
    references: References
    receive: Receive
    notice: Notice
    clock: Clock
    words: Words


def teams_app(door: Door) -> web.Application:
    """The door as a web application. Whether strangers are believed is the transport's affair, decided when it is made.

    400 for what is no activity, 401 and 403 for what Microsoft did not send, 413 for what is too large, 503 for what
    could not be kept; 202 for what is kept, and for what needs no answer.
    """
    routes = _Routes(door=door)
    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_post("/api/messages", routes.take)
    app.on_cleanup.append(routes.close)
    return app


@dataclass(frozen=True, kw_only=True)
class _Routes:
    door: Door
    typing: set[asyncio.Task[None]] = field(default_factory=set)

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
            if is_shortcut(activity):
                return _answered(activity, dialog(self.door.words(await self._keep_shortcut(activity))))
            kept = await self._keep(activity)
        except Exception as error:
            _LOG.error("teams.not_kept cause=%s", type(error).__name__)
            return self._not_kept(activity)
        return self._answer(activity) if kept else _answered(activity, {})

    async def close(self, _: web.Application) -> None:
        """Stops what is still being sent."""
        for task in list(self.typing):
            task.cancel()
        await asyncio.gather(*self.typing, return_exceptions=True)

    async def _keep(self, activity: Activity) -> bool:
        """Makes an activity durable: first how to answer, then what to. False when it needs no answer."""
        reference, event = reference_of(activity), translate(activity, self.door.clock())
        if reference is None or event is None:
            return False
        if isinstance(event, Incoming):
            await self.door.references.save(reference)
            if event.direct:
                await self.door.references.save(of_person(event.sender, reference))
            if await self.door.receive(event):
                self._show_typing(reference.at(event.place))
            return True
        if isinstance(event, Uninstalled):
            await self.door.references.forget(event.conversation)
        else:
            await self.door.references.save(reference)
        await self.door.notice(event)
        return False

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
            self._show_typing(alone)
        return "teams.barrier.taken"

    def _show_typing(self, reference: Reference) -> None:
        if len(self.typing) < _MOST_TYPING:
            task = asyncio.create_task(self._type(reference))
            self.typing.add(task)
            task.add_done_callback(self.typing.discard)

    async def _type(self, reference: Reference) -> None:
        """Shows that the coach is at work; nobody misses a sign that could not be shown."""
        try:
            await self.door.transport.send(reference, {"type": "typing"})
        except ConnectorFailed as failed:
            _LOG.info("teams.no_typing reason=%s status=%s", failed.reason, failed.status)

    def _answer(self, activity: Activity) -> web.Response:
        body = {
            "statusCode": 200,
            "type": "application/vnd.microsoft.activity.message",
            "value": self.door.words("teams.taken"),
        }
        return _answered(activity, body)

    def _not_kept(self, activity: Activity) -> web.Response:
        """Teams tries a message again; whoever pressed a button is told to."""
        if is_shortcut(activity):
            return _answered(activity, dialog(self.door.words("teams.not_kept")))
        if text(activity, "name") != CARD_ACTION:
            return _said(503, "not kept")
        error = {"code": "NotKept", "message": self.door.words("teams.not_kept")}
        return _answered(activity, {"statusCode": 500, "type": "application/vnd.microsoft.error", "value": error})


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
