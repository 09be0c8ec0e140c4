"""What stands before every page that is for one person: asking for a code, entering it, and a cookie for an hour."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from adapters.web.sealing import as_page
from bot.coaching.code_gate import Bearer, CodeGate, Sent

_AFTER_SENDING = {Sent.MANY: HTTPStatus.TOO_MANY_REQUESTS, Sent.NOWHERE: HTTPStatus.CONFLICT}
#: Draws the page that asks for a code, with what is said on it: nothing, what became of a code, or that it was wrong.
Ask = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class CodePage:
    """The way in. `folder` is where pages of one kind are: `/<folder>/<token>`; each kind has a cookie of its own."""

    folder: str
    cookie: str
    gate: CodeGate

    def admits(self, token: str, request: web.Request) -> bool:
        """Whether whoever asks has entered a code for this link within the hour."""
        return self.gate.admits(token, self.session(request))

    def session(self, request: web.Request) -> str:
        """What they show in place of a code, be it good or not."""
        return request.cookies.get(self.cookie, "")

    def asked(self, request: web.Request, ask: Ask) -> web.Response:
        """The page that asks for a code, for whoever is not admitted."""
        return as_page(ask(Sent.SENT.value if request.query.get("said") == Sent.SENT.value else ""))

    async def send(self, token: str, sending: Awaitable[Sent], ask: Ask) -> web.Response:
        """Back to the page that asks, where a code was sent."""
        sent = await sending
        return self.back(token, sent.value) if sent is Sent.SENT else as_page(ask(sent.value), _AFTER_SENDING[sent])

    async def enter(self, bearer: Bearer, code: str, ask: Ask) -> web.Response:
        """To the page itself, where it is the code that was sent."""
        session = await self.gate.session(bearer, code)
        if not session:
            return as_page(ask("wrong"), HTTPStatus.FORBIDDEN)
        response = self.back(bearer.token)
        response.set_cookie(
            self.cookie,
            session,
            path=self._path(bearer.token),
            max_age=self.gate.session_seconds,
            httponly=True,
            secure=self.gate.signing.secure,
            samesite="Strict",
        )
        return response

    def back(self, token: str, said: str = "") -> web.Response:
        """To the page again, which says what was done."""
        query = f"?said={said}" if said else ""
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": f"{self._path(token)}{query}"})

    def _path(self, token: str) -> str:
        return f"{self.gate.signing.path}/{self.folder}/{token}"
