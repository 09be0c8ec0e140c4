"""What keeps other sites out of the page, and the page out of other sites."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware
from multidict import CIMultiDictProxy

from adapters.web.refusals import Refused

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_READING = frozenset({"GET", "HEAD"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def guard(port: int) -> Middleware:
    """Refuses requests made under another name (DNS rebinding, 421) and writes from other sites (403)."""
    hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    @web.middleware
    async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
        named = {host.lower() for host in request.headers.getall("Host", [])}
        if len(named) != 1 or not named <= hosts:
            raise Refused(421, "host")
        if request.method not in _READING and not _own(request.headers, f"http://{named.pop()}"):
            raise Refused(403, "origin")
        return await handler(request)

    return only_from_here


def _own(headers: CIMultiDictProxy[str], here: str) -> bool:
    """Whether a write comes from the page itself, or from a program, which sends neither header.

    Under `no-referrer` a browser sends a form of our own with `Origin: null`; `Sec-Fetch-Site` then tells it apart.
    """
    origin = headers.get("Origin", "").lower()
    site = headers.get("Sec-Fetch-Site", "")
    if origin == "null":
        return site == "same-origin"
    return origin in {"", here} and site in {"", "same-origin", "none"}


async def seal(_: web.Request, response: web.StreamResponse) -> None:
    """Puts the safety headers on a response that is about to leave, where it has none of its own."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
