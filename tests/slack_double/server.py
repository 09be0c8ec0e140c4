"""The double as a web server on loopback: arguments in, Slack's answers out."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from tests.slack_double import agent, conversations, messages, streams, views
from tests.slack_double.state import TOKEN, Arguments, Workspace
from tests.slack_rules import Unacceptable

_AREAS = (agent, conversations, messages, streams, views)
ARGUMENTS: Mapping[str, str] = {name: given for area in _AREAS for name, given in area.ARGUMENTS.items()}
METHODS: Mapping[str, Callable[[Workspace, Arguments], Arguments]] = {
    name: perform for area in _AREAS for name, perform in area.METHODS.items()
}
#: What comes as JSON within a form: docs.slack.dev/apis/web-api, “JSON-encoded bodies”.
_JSON = ("view", "blocks", "metadata", "prompts", "loading_messages", "chunks")


@dataclass(kw_only=True)
class SlackDouble(Workspace):
    """One workspace and its Web API."""

    def application(self) -> web.Application:
        """The server of the API, under `/api/`."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        self.calls.append((method, arguments))
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None and fault.hang:
            await asyncio.sleep(30)
        if fault is None or fault.deliver:
            answer = self._answer(request, method, arguments)
        if fault is None:
            return web.json_response(answer)
        if fault.status == 0:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if fault.body:
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=fault.headers)

    def _answer(self, request: web.Request, method: str, arguments: Arguments) -> Arguments:
        try:
            # docs.slack.dev/authentication/tokens: the token is a bearer token
            if request.headers.get("Authorization") != f"Bearer {TOKEN}":
                raise Unacceptable("invalid_auth")
            self._check_arguments(method, arguments)
            return {"ok": True, **METHODS[method](self, arguments)}
        except Unacceptable as error:
            # What this Slack does not have yet is no mistake of the caller, who cannot know.
            if str(error) not in ("unknown_method", "missing_scope", "invalid_blocks: unknown kind"):
                self.refused.append(f"{method}: {error}")
            return {"ok": False, "error": str(error).partition(":")[0]}

    def _check_arguments(self, method: str, arguments: Arguments) -> None:
        if method in self.unknown:
            raise Unacceptable("unknown_method")
        if method not in METHODS:
            raise Unacceptable("unknown_method: " + method)
        if method in self.scopes_missing:
            raise Unacceptable("missing_scope")
        known = {each.rstrip("!?"): each for each in ARGUMENTS[method].split()}
        for name in arguments:
            if name not in known:
                raise Unacceptable(f"invalid_arguments: {name}")
        for name, written in known.items():
            if (written.endswith("!") and not arguments.get(name)) or (written.endswith("?") and name not in arguments):
                raise Unacceptable(f"invalid_arguments: without {name}")


async def _arguments(request: web.Request) -> Arguments:
    """Arguments come as JSON, as a form or in the address: docs.slack.dev/apis/web-api, “POST bodies”."""
    if request.content_type == "application/json":
        return dict(json.loads(await request.text()))
    given: Arguments = {**request.query, **(await request.post())}
    return {name: json.loads(value) if name in _JSON else value for name, value in given.items()}
