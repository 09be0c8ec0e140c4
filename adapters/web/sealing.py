"""What every page of somebody's own has: safety headers, a sentence where a link opens nothing, and small forms."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qs

from aiohttp import web

from bot.coaching.code_gate import NotOpened, Unopened

#: What browsers say of a request that the page itself makes, or the address bar.
OWN_SITE = frozenset({"", "same-origin", "none"})
#: In bytes: how much a form on these pages may send.
_LARGEST_FORM = 1_000
_STATUS = {Unopened.UNKNOWN: HTTPStatus.NOT_FOUND}

Handler = Callable[[web.Request], Awaitable[web.Response]]
#: The page that says why there is nothing to see.
Refuse = Callable[[str, int], web.Response]


def sealed(handler: Handler, refuse: Refuse, policy: str) -> Handler:
    """Answer with the safety headers, and in a sentence where a link opens nothing."""

    async def answer(request: web.Request) -> web.Response:
        try:
            response = await handler(request)
        except NotOpened as error:
            response = refuse(error.reason.value, _STATUS.get(error.reason, HTTPStatus.FORBIDDEN))
        response.headers.update(
            {
                "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "no-store",
                "X-Robots-Tag": "noindex",
            }
        )
        return response

    return answer


def as_page(page: str, status: int = HTTPStatus.OK) -> web.Response:
    """A drawn page."""
    body = page.encode("utf-8", "replace")
    return web.Response(body=body, status=status, content_type="text/html", charset="utf-8")


async def posted(request: web.Request) -> Mapping[str, str] | None:
    """The fields of a small form; None for anything else, however long it is."""
    if request.content_type != "application/x-www-form-urlencoded":
        return None
    body = await request.content.read(_LARGEST_FORM + 1)
    if len(body) > _LARGEST_FORM or not request.content.at_eof():
        return None
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}
