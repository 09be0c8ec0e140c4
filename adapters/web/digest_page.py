"""The digest in a browser: the routes that a signed link leads to, and what each answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from adapters.web.code_page import Ask, CodePage
from adapters.web.digest_drawing import DigestDrawing, Pictures
from adapters.web.sealing import OWN_SITE, Handler, as_page, posted, sealed
from bot.charts import Chart, ChartFailed
from bot.coaching.code_gate import Unopened
from bot.coaching.digests.opening import DigestOpening, Opened
from bot.domain.digest import Digest
from prompts import speaking

#: A chart as `svg` or `png`; raises `ChartFailed`.
Draw = Callable[[Chart, str], Awaitable[bytes]]


@dataclass(frozen=True, kw_only=True)
class Download:
    """A form that the digest can be had in as a file."""

    kind: str
    write: Callable[[Digest], Awaitable[bytes]]


@dataclass(frozen=True, kw_only=True)
class DigestPage:
    """The routes. Nothing that a request says of itself counts but its token, its cookie and its form."""

    opening: DigestOpening
    drawing: DigestDrawing
    pictures: Callable[[Digest], Awaitable[Pictures]]
    draw: Draw
    downloads: Mapping[str, Download]

    def mount(self, application: web.Application) -> None:
        """Add the routes to the application that listens."""
        application.router.add_get("/digest/chart/{token}.png", self._sealed(self.chart))
        application.router.add_get("/digest/{token}", self._sealed(self.show))
        application.router.add_post("/digest/{token}", self._sealed(self.enter))

    async def show(self, request: web.Request) -> web.Response:
        """The digest for whoever entered a code, and the page that asks for one for everybody else."""
        opened = await self._opened(request)
        with speaking(opened.locale):
            return await self._shown(opened, request)

    async def _shown(self, opened: Opened, request: web.Request) -> web.Response:
        if not self._entry.admits(opened.token, request):
            return self._entry.asked(request, self._ask(opened))
        form = request.query.get("format", "")
        if form and form not in self.downloads:
            return self._refused("strange", HTTPStatus.BAD_REQUEST)
        made = await self.opening.digest(opened)
        if form:
            return await self._file(made, form)
        return as_page(self.drawing.page(made, await self.pictures(made), tuple(self.downloads)))

    async def enter(self, request: web.Request) -> web.Response:
        """Send a code, or take the one that was sent."""
        if request.headers.get("Sec-Fetch-Site", "").lower() not in OWN_SITE:
            return self._refused("elsewhere", HTTPStatus.FORBIDDEN)
        opened = await self._opened(request)
        form = await posted(request)
        if form is None or ("code" in form) == ("send" in form):
            return self._refused("strange", HTTPStatus.BAD_REQUEST)
        with speaking(opened.locale):
            if "code" in form:
                return await self._entry.enter(opened.bearer, form["code"], self._ask(opened))
            return await self._entry.send(opened.token, self.opening.send_code(opened), self._ask(opened))

    async def chart(self, request: web.Request) -> web.Response:
        """The picture in a chat: bands only."""
        chart = await self.opening.chart(request.match_info["token"])
        if chart is None:
            return self._refused(Unopened.UNKNOWN.value, HTTPStatus.NOT_FOUND)
        try:
            return web.Response(body=await self.draw(chart, "png"), content_type="image/png")
        except ChartFailed:
            return self._refused(Unopened.UNKNOWN.value, HTTPStatus.NOT_FOUND)

    async def _opened(self, request: web.Request) -> Opened:
        return await self.opening.opened(request.match_info["token"])

    def _ask(self, opened: Opened) -> Ask:
        return lambda said: self.drawing.gate(opened.plan.name, said)

    @property
    def _entry(self) -> CodePage:
        return CodePage(folder="digest", cookie="coach-digest", gate=self.opening.gate)

    async def _file(self, made: Digest, form: str) -> web.Response:
        download = self.downloads[form]
        name = f"digest-{made.plan.id}-{made.week}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=await download.write(made), content_type=download.kind, headers=headers)

    def _refused(self, reason: str, status: int) -> web.Response:
        sentence = self.drawing.words(f"digest.page.unopened.{reason}")
        return as_page(self.drawing.refusal(sentence), status)

    def _sealed(self, handler: Handler) -> Handler:
        return sealed(handler, self._refused, self.drawing.policy)
