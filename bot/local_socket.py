"""The local socket: how a command reaches the server that holds the data directory.

A Unix socket in the data directory, for the user who runs the server only. Requests and answers are JSON.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.desks.library import Desk, View, view_from
from bot.domain.errors import CoachError, ServerUnreachable

SOCKET = "coach.sock"


def local_app(desk: Desk) -> web.Application:
    """The server's side: each route answers 200 with the result, or 422 with the sentence of a `CoachError`."""

    async def ask(request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response(await desk.ask(str(body["question"]), view_from(body)))

    async def catalogue(_request: web.Request) -> web.Response:
        return web.json_response(await desk.catalogue())

    async def refresh(_request: web.Request) -> web.Response:
        return web.json_response(await desk.refresh())

    app = web.Application(middlewares=[_in_words], client_max_size=1 << 24)
    app.add_routes([web.post("/ask", ask), web.get("/catalogue", catalogue), web.post("/refresh", refresh)])
    return app


@web.middleware
async def _in_words(request: web.Request, handler: Any) -> web.StreamResponse:
    try:
        response: web.StreamResponse = await handler(request)
    except CoachError as error:
        return web.json_response({"error": str(error)}, status=422)
    return response


class RemoteDesk:
    """The desk of a running server, as `bot.desks.library.Desk`."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / SOCKET
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "RemoteDesk":
        connector = aiohttp.UnixConnector(path=str(self._path))
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=600))
        return self

    async def __aexit__(self, *_details: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, question: str, view: View) -> dict[str, Any]:
        """The answer as `answer_json` gives it."""
        body = {"question": question, "partnership": view.partnership, "organisation": view.organisation}
        return await self._call("POST", "/ask", body)

    async def catalogue(self) -> dict[str, Any]:
        """The documents that are served and the files that were set aside."""
        return await self._call("GET", "/catalogue", None)

    async def refresh(self) -> dict[str, Any]:
        """Bring the server's index in step with the files."""
        return await self._call("POST", "/refresh", {})

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("use RemoteDesk as a context")
        try:
            async with self._session.request(method, f"http://coach{path}", json=body) as response:
                # What is not JSON is an error that the server did not foresee.
                foreseen = response.content_type == "application/json"
                answer: dict[str, Any] = await response.json() if foreseen else {}
        except (OSError, aiohttp.ClientError, TimeoutError) as error:
            raise ServerUnreachable(
                f"The folder {self._path.parent} is in use, but no coach answers at {self._path.name} there. "
                "Another command may still be working: try again in a minute, or stop it."
            ) from error
        if not foreseen or response.status != web.HTTPOk.status_code:
            raise CoachError(answer.get("error", "The server could not do that; its log says why."))
        return answer
