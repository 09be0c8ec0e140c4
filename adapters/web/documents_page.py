"""A partnership's documents in a browser: the routes that a lead's signed link leads to, and what each answers."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.web.code_page import Ask, CodePage
from adapters.web.documents_drawing import SOME, DocumentsDrawing
from adapters.web.sealing import OWN_SITE, Handler, as_page, sealed
from bot.coaching.code_gate import NotOpened, Unopened
from bot.coaching.library.documents import LARGEST, Documents, NotTaken
from bot.coaching.library.opening import DocumentsOpened, DocumentsOpening
from bot.delivery.ports import NewId
from prompts import speaking

_SAID = ("sent", "added", "changed", "removed")
#: In bytes: a form with the names of some hundred organisations.
_LARGEST_FORM = 40_000
_LONGEST_FIELD = 2_000
#: Of a form that brings a file.
_MOST_PARTS = 8
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
#: What aiohttp raises of a body that is no form: it asserts some things, and warns of others, which may be errors too.
_MISSHAPEN = (ValueError, HttpProcessingError, AssertionError, RuntimeError, RuntimeWarning)
_Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class DocumentsPage:
    """The routes. Nothing that a request says of itself counts but its token, its cookie and its form."""

    opening: DocumentsOpening
    documents: Documents
    drawing: DocumentsDrawing
    new_id: NewId

    def mount(self, application: web.Application) -> None:
        """Add the routes to the application that listens."""
        application.router.add_get("/documents/{token}", self._sealed(self.show))
        application.router.add_post("/documents/{token}", self._sealed(self.enter))

    async def show(self, request: web.Request) -> web.Response:
        """The documents for whoever entered a code, and the page that asks for one for everybody else."""
        opened = await self._opened(request)
        with speaking(opened.locale):
            said = request.query.get("said", "")
            if not self._admitted(opened, request):
                return self._entry.asked(request, self._ask(opened))
            done = self.drawing.words(f"documents.said.{said}") if said in _SAID[1:] else ""
            return await self._drawn(opened, request.query.get("file", ""), done, self._mark(request))

    async def enter(self, request: web.Request) -> web.Response:
        """Send a code, take the one that was sent, or make a change."""
        if request.headers.get("Sec-Fetch-Site", "").lower() not in OWN_SITE:
            raise NotOpened(Unopened.UNKNOWN)
        opened = await self._opened(request)
        with speaking(opened.locale):
            if request.content_type == _MULTIPART:
                return await self._brought(opened, request)
            form = await _posted(request)
            if form is None:
                raise NotOpened(Unopened.UNKNOWN)
            if "do" in form:
                return await self._changed(opened, form, request)
            if ("code" in form) == ("send" in form):
                raise NotOpened(Unopened.UNKNOWN)
            if "code" in form:
                return await self._entry.enter(opened.bearer, form["code"][0], self._ask(opened))
            return await self._entry.send(opened.token, self.opening.send_code(opened), self._ask(opened))

    async def _opened(self, request: web.Request) -> DocumentsOpened:
        return await self.opening.opened(request.match_info["token"])

    async def _drawn(
        self, opened: DocumentsOpened, file: str, said: str, mark: str, status: int = HTTPStatus.OK
    ) -> web.Response:
        keeper = opened.keeper
        if file:
            with suppress(NotTaken):
                one = await self.documents.one(keeper, file)
                return as_page(self.drawing.one(keeper.plan, one, mark, said), status)
        return as_page(self.drawing.listed(keeper.plan, await self.documents.seen(keeper), mark, said), status)

    async def _changed(self, opened: DocumentsOpened, form: _Fields, request: web.Request) -> web.Response:
        """Set who sees a document, or take it out."""
        self._check(opened, request, form.get("mark", [""])[0])
        file, deed = form.get("file", [""])[0], form["do"][0]
        try:
            if deed == "remove":
                await self.documents.remove(opened.keeper, file)
                return self._back(opened, "removed")
            kind = form.get("for", [SOME])[0]
            audience = tuple(form.get("organisation", ())) if kind == SOME else (kind,)
            await self.documents.set_audience(opened.keeper, file, audience)
        except NotTaken as refused:
            return await self._drawn(opened, file, self._why(refused), self._mark(request), HTTPStatus.CONFLICT)
        return self._back(opened, "changed")

    async def _brought(self, opened: DocumentsOpened, request: web.Request) -> web.Response:
        """Take in a file; the form's own mark comes before it, so that nothing is read for anybody else."""
        if not self._admitted(opened, request):
            raise NotOpened(Unopened.UNKNOWN)
        arrived = await asyncio.to_thread(self.documents.place_for, opened.keeper, self.new_id())
        fields: dict[str, str] = {}
        try:
            return await self._kept(opened, request, await request.multipart(), fields, arrived)
        except NotTaken as refused:
            return await self._drawn(opened, "", self._why(refused), self._mark(request), HTTPStatus.CONFLICT)
        except _MISSHAPEN as strange:
            raise NotOpened(Unopened.UNKNOWN) from strange
        finally:
            for each in await asyncio.to_thread(lambda: list(arrived.parent.glob(f"{arrived.name}*"))):
                each.unlink(missing_ok=True)

    async def _kept(
        self,
        opened: DocumentsOpened,
        request: web.Request,
        parts: MultipartReader,
        fields: dict[str, str],
        arrived: Path,
    ) -> web.Response:
        for _ in range(_MOST_PARTS):
            part = await parts.next()
            if part is None:
                break
            if not isinstance(part, BodyPartReader):
                raise NotOpened(Unopened.UNKNOWN)
            if part.name != "file":
                fields[part.name or ""] = await _short(part)
                continue
            self._check(opened, request, fields.get("mark", ""))
            name = part.filename or ""
            whole = arrived.with_name(f"{arrived.name}{Path(name).suffix.lower()[:8]}")
            await _written(part, whole)
            await self.documents.add(opened.keeper, name, whole, replace=fields.get("replace") == "yes")
            return self._back(opened, "added")
        raise NotTaken("empty")

    def _check(self, opened: DocumentsOpened, request: web.Request, mark: str) -> None:
        """Raise `NotOpened` unless a code was entered here, and the form is one of this page's own."""
        if not self._admitted(opened, request) or not mark or mark != self._mark(request):
            raise NotOpened(Unopened.UNKNOWN)

    def _admitted(self, opened: DocumentsOpened, request: web.Request) -> bool:
        return self._entry.admits(opened.token, request)

    def _mark(self, request: web.Request) -> str:
        return self.opening.links.mark(self._entry.session(request))

    def _ask(self, opened: DocumentsOpened) -> Ask:
        return lambda said: self.drawing.gate(opened.keeper.plan.name, said)

    @property
    def _entry(self) -> CodePage:
        return CodePage(folder="documents", cookie="coach-documents", gate=self.opening.gate)

    def _why(self, refused: NotTaken) -> str:
        if refused.reason == "unreadable":
            return self.drawing.words("documents.refused.unreadable", **refused.values)
        return self.drawing.words(f"documents.refused.{refused.reason}", **refused.values)

    def _back(self, opened: DocumentsOpened, said: str) -> web.Response:
        return self._entry.back(opened.token, said)

    def _refused(self, reason: str, status: int) -> web.Response:
        sentence = self.drawing.words(f"documents.unopened.{reason}")
        return as_page(self.drawing.drawing.refusal(sentence), status)

    def _sealed(self, handler: Handler) -> Handler:
        return sealed(handler, self._refused, self.drawing.policy)


async def _posted(request: web.Request) -> _Fields | None:
    """The fields of a form; None for anything else, however long it is."""
    if request.content_type != _URLENCODED:
        return None
    body = await request.content.read(_LARGEST_FORM + 1)
    if len(body) > _LARGEST_FORM or not request.content.at_eof():
        return None
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1_000)


async def _short(part: BodyPartReader) -> str:
    chunk = await part.read_chunk(_LONGEST_FIELD + 1)
    if len(chunk) > _LONGEST_FIELD or await part.read_chunk():
        raise NotOpened(Unopened.UNKNOWN)
    return chunk.decode("utf-8", "replace")


async def _written(part: BodyPartReader, path: Path) -> None:
    """Put a file on disk as it comes in; raises `NotTaken` for one that is too large."""
    size = 0
    with path.open("wb") as file:
        while chunk := await part.read_chunk(2**16):
            size += len(chunk)
            if size > LARGEST:
                raise NotTaken("large", size=str(LARGEST // 2**20))
            file.write(chunk)
