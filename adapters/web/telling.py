"""What went wrong, in words: no request ends in a traceback or in the server's own English."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from adapters.web.asked import Asked
from adapters.web.drawing import Drawing
from adapters.web.guard import Handler
from adapters.web.refusals import NotKept, Refused

_log = structlog.get_logger()
_REASONS = {404: "not_found", 405: "method", 413: "too_large"}


def wants_json(request: web.Request) -> bool:
    """Whether a program, or the page's script, is asking."""
    return request.content_type == "application/json" or request.path.endswith(".json")


def telling(drawing: Drawing) -> Middleware:
    """Turns whatever stops a request into a status and a sentence, as a page or as JSON `{"error": ...}`.

    The log gets the kind of an unforeseen error and nothing of its message, which may hold a person's words.
    """

    @web.middleware
    async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
        draft: Asked | None = None
        try:
            return await handler(request)
        except Refused as refused:
            status, reason = refused.status, refused.reason
        except NotKept as lost:
            status, draft = 503, lost.asked
            reason = "not_kept" if draft.is_written else "not_done"
            _log.error("message not kept", error=type(lost.__cause__).__name__)
        except web.RequestPayloadError:
            status, reason = 400, "content"
        except web.HTTPException as error:
            return _kept_headers(error, _told(request, drawing, error.status, _REASONS.get(error.status, "other")))
        except Exception as error:
            status, reason = 500, "failed"
            _log.error("page failed", error=type(error).__name__, path=request.path, exc_info=True)
        return _told(request, drawing, status, reason, draft)

    return tell


def _told(request: web.Request, drawing: Drawing, status: int, reason: str, draft: Asked | None = None) -> web.Response:
    sentence = drawing.page.words(f"page.refused.{reason}", port=drawing.page.port)
    if wants_json(request):
        return web.json_response({"error": sentence}, status=status)
    html = drawing.error(sentence, draft)
    return web.Response(body=html.encode("utf-8", "replace"), content_type="text/html", charset="utf-8", status=status)


def _kept_headers(error: web.HTTPException, response: web.Response) -> web.Response:
    """The response with what HTTP asks of a refusal: which methods there are."""
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response
