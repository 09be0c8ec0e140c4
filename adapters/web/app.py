"""The demo page as a web application: routes, and what each answers."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from mimetypes import guess_type

from aiohttp import web

from adapters.web.acting import Done, done
from adapters.web.asked import LARGEST_BODY, Asked, read_asked
from adapters.web.conversation import as_json
from adapters.web.drawing import Drawing, address, drawing
from adapters.web.guard import Handler, guard, seal
from adapters.web.page import Page
from adapters.web.refusals import NotKept, Refused
from adapters.web.telling import telling, wants_json
from bot.delivery.ports import Utterance
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Partner

__all__ = ["Page", "demo_app"]

_STATIC = ("page.css", "page.js", "icon.svg")


def demo_app(page: Page) -> web.Application:
    """The demo page for one partnership, to be served on loopback at `page.port`; does nothing until it runs."""
    drawn = drawing(page)
    routes = _Routes(page=page, drawing=drawn)
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[telling(drawn), guard(page.port)])
    app.on_response_prepare.append(seal)
    app.router.add_get("/", routes.show)
    app.router.add_post("/messages", routes.ask)
    app.router.add_get("/conversation", routes.conversation)
    app.router.add_get("/conversation.json", routes.conversation_json)
    app.router.add_get("/healthz", routes.health)
    for name in _STATIC:
        app.router.add_get(f"/static/{name}", _static(name))
    return app


@dataclass(frozen=True, kw_only=True)
class _Routes:
    page: Page
    drawing: Drawing

    async def show(self, request: web.Request) -> web.Response:
        """The chooser, or one partner's page."""
        if "as" not in request.query:
            return _html(self.drawing.chooser())
        partner = self._partner(request)
        return _html(self.drawing.conversation_page(partner, await self._said(partner), _checks(request)))

    async def ask(self, request: web.Request) -> web.Response:
        """Takes what somebody did for keeps, and only then says so."""
        asked = _asked(request.content_type, await request.read(), self.page.new_id())
        partner = self.page.partner(asked.partner)
        new = await self._keep(asked, partner)
        if wants_json(request):
            return web.json_response({"event": asked.event, "new": new}, status=202)
        return web.Response(status=303, headers={"Location": address(partner.id)})

    async def conversation(self, request: web.Request) -> web.Response:
        """The part of the page that changes, or 304 when it has not."""
        partner = self._partner(request)
        html = self.drawing.conversation(partner, await self._said(partner))
        etag = hashlib.sha256(_bytes(html)).hexdigest()[:32]
        seen = {tag.value for tag in request.if_none_match or ()}
        response = web.Response(status=304) if etag in seen else _html(html)
        response.etag = etag
        return response

    async def conversation_json(self, request: web.Request) -> web.Response:
        """The same for programs: a list of utterances."""
        return web.json_response([as_json(said) for said in await self._said(self._partner(request))])

    async def health(self, _: web.Request) -> web.Response:
        """Whether questions are being answered."""
        if not await self.page.healthy():
            raise Refused(503, "unhealthy")
        return web.Response(text="ok")

    def _partner(self, request: web.Request) -> Partner:
        return self.page.partner(request.query.get("as", ""))

    async def _said(self, partner: Partner) -> tuple[Utterance, ...]:
        return await self.page.transcript.read(Place(partner.id))

    async def _keep(self, asked: Asked, partner: Partner) -> bool:
        said = () if asked.is_typed else await self._said(partner)
        what = done(asked, self._message(asked, partner), said)
        try:
            new = await self.page.receive(what.incoming)
            await self._note(what)
        except Exception as error:
            raise NotKept(asked) from error
        return new

    def _message(self, asked: Asked, partner: Partner) -> Incoming:
        return Incoming(
            key=EventKey(f"web:{partner.id}:{asked.event}"),
            place=Place(partner.id),
            direct=Place(partner.id),
            sender=self.page.identity(partner),
            text="",
            received_at=self.page.clock(),
        )

    async def _note(self, what: Done) -> None:
        if what.pressed is not None:
            await self.page.pressed(what.incoming.place, what.pressed)


def _asked(content_type: str, body: bytes, event: str) -> Asked:
    try:
        return read_asked(content_type, body, event)
    except ValueError as error:
        raise Refused(400, "content") from error


def _checks(request: web.Request) -> int:
    given = request.query.get("check", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < len("1000") else 0


def _static(name: str) -> Handler:
    body = files("adapters.web").joinpath("static", name).read_bytes()
    kind = guess_type(name)[0]

    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8")

    return serve


def _bytes(html: str) -> bytes:
    return html.encode("utf-8", "replace")


def _html(html: str) -> web.Response:
    return web.Response(body=_bytes(html), content_type="text/html", charset="utf-8")
