"""Everything of somebody in a browser: the routes that their signed link leads to, and how the page is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from markupsafe import Markup

from adapters.web.code_page import CodePage
from adapters.web.digest_drawing import DigestDrawing
from adapters.web.sealing import OWN_SITE, Handler, as_page, posted, sealed
from bot.coaching.code_gate import NotOpened, Unopened
from bot.coaching.own_data.opening import OwnOpened, OwnOpening
from bot.coaching.own_data.taking_out import Section
from prompts import Words, speaking

_KINDS = {"json": "application/json", "html": "text/html"}


@dataclass(frozen=True, kw_only=True)
class OwnDrawing:
    """Draws it with the digest's style: complete in itself, without a script."""

    drawing: DigestDrawing
    words: Words

    def page(self, sections: Sequence[Section], *, downloads: bool) -> str:
        """Every kind of which there are rows, with ways to save them where it is on the web."""
        forms = [(form, self.words(f"mine.export.{form}")) for form in _KINDS] if downloads else []
        return self._draw(
            "own.html",
            title=self.words("mine.export.page_title"),
            lede=self.words("mine.export.page_text"),
            sections=sections,
            empty=self.words("mine.export.page_empty"),
            downloads=forms,
        )

    def gate(self, said: str = "") -> str:
        """The page on which somebody asks for a code and enters it."""
        names = ("send", "code", "open", "again")
        return self._draw(
            "digest_gate.html",
            title=self.words("mine.export.gate_title"),
            message=self.words(f"digest.page.said.{said}") if said else "",
            texts={
                "gate_text": self.words("mine.export.gate_text"),
                **{name: self.words(f"digest.page.{name}") for name in names if name != "open"},
                "open": self.words("mine.export.open"),
            },
        )

    def _draw(self, template: str, **values: object) -> str:
        drawing = self.drawing
        return drawing.templates.get_template(template).render(
            lang=self.words("page.lang"),
            skip=self.words("mine.export.skip"),
            style=Markup(drawing.style),  # noqa: S704 - our own file
            policy=drawing.policy,
            **values,
        )


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """The routes. Nothing that a request says of itself counts but its token, its cookie and its form."""

    opening: OwnOpening
    drawing: OwnDrawing

    def mount(self, application: web.Application) -> None:
        """Add the routes to the application that listens."""
        application.router.add_get("/own/{token}", self._sealed(self.show))
        application.router.add_post("/own/{token}", self._sealed(self.enter))

    async def show(self, request: web.Request) -> web.Response:
        """The page for whoever entered a code, and the one that asks for a code for everybody else."""
        opened = await self._opened(request)
        if not self._entry.admits(opened.token, request):
            return self._entry.asked(request, self.drawing.gate)
        form = request.query.get("format", "")
        if form == "json":
            return _file(await self.opening.taking_out.as_json(opened.grant.partner), form)
        sections = await self.opening.taking_out.sections(opened.grant.partner)
        if form == "html":
            return _file(self.drawing.page(sections, downloads=False), form)
        return as_page(self.drawing.page(sections, downloads=True))

    async def enter(self, request: web.Request) -> web.Response:
        """Send a code, or take the one that was sent."""
        if request.headers.get("Sec-Fetch-Site", "").lower() not in OWN_SITE:
            raise NotOpened(Unopened.UNKNOWN)
        opened = await self._opened(request)
        form = await posted(request)
        if form is None or ("code" in form) == ("send" in form):
            raise NotOpened(Unopened.UNKNOWN)
        if "code" in form:
            return await self._entry.enter(opened.bearer, form["code"], self.drawing.gate)
        return await self._entry.send(opened.token, self.opening.send_code(opened), self.drawing.gate)

    async def _opened(self, request: web.Request) -> OwnOpened:
        return await self.opening.opened(request.match_info["token"])

    @property
    def _entry(self) -> CodePage:
        return CodePage(folder="own", cookie="coach-own", gate=self.opening.gate)

    def _refused(self, reason: str, status: int) -> web.Response:
        sentence = self.drawing.words(f"mine.export.unopened.{reason}")
        return as_page(self.drawing.drawing.refusal(sentence), status)

    def _sealed(self, handler: Handler) -> Handler:
        """Answer in the language of whoever the link is for."""
        answer = sealed(handler, self._refused, self.drawing.drawing.policy)

        async def spoken(request: web.Request) -> web.Response:
            with speaking(await self.opening.language(request.match_info["token"])):
                return await answer(request)

        return spoken


def _file(content: str, form: str) -> web.Response:
    headers: Mapping[str, str] = {"Content-Disposition": f'attachment; filename="everything-of-mine.{form}"'}
    body = content.encode("utf-8", "replace")
    return web.Response(body=body, headers=headers, content_type=_KINDS[form], charset="utf-8")
