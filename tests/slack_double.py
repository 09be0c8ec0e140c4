"""A strict double of Slack's Web API on loopback, for what the coach uses of it.

It refuses what Slack refuses (`tests/slack_rules.py`), takes no argument that it does not know, and fails on request.
Every behaviour names its source: a page of docs.slack.dev, or a section of the project's research (sdk.md).
It shares no code with the product.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.slack_rules import Unacceptable, check_blocks, check_message, check_view

TOKEN, TEAM, BOT = "xoxb-double", "T0HOME", "U0BOT"

#: The arguments of each method: docs.slack.dev/reference/methods/<method>, the section “Arguments”.
ARGUMENTS = {
    "auth.test": "",
    "apps.connections.open": "",
    "chat.postMessage": "channel! text blocks thread_ts metadata unfurl_links unfurl_media link_names mrkdwn parse",
    "chat.update": "channel! ts! text blocks metadata",
    "chat.postEphemeral": "channel! user! text blocks thread_ts",
    "conversations.members": "channel! cursor limit",
    "conversations.replies": "channel! ts! cursor limit include_all_metadata",
    "conversations.history": "channel! cursor limit include_all_metadata",
    "conversations.open": "users!",
    "conversations.info": "channel!",
    "users.info": "user!",
    "views.open": "trigger_id! view!",
    "views.publish": "user_id! view!",
    "assistant.threads.setStatus": "channel_id! thread_ts! status! loading_messages",
    "assistant.threads.setSuggestedPrompts": "channel_id! prompts! thread_ts title",
    "chat.startStream": "channel! thread_ts! markdown_text recipient_team_id recipient_user_id",
    "chat.appendStream": "channel! ts! markdown_text!",
    "chat.stopStream": "channel! ts! markdown_text blocks metadata",
}
Arguments = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to one call instead of the usual: see the constructors below."""

    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    deliver: bool = False
    hang: bool = False


#: docs.slack.dev/apis/web-api/rate-limits: 429 with Retry-After in seconds.
def too_many(seconds: int) -> Fault:
    return Fault(status=429, error="ratelimited", headers={"Retry-After": str(seconds)})


#: docs.slack.dev/apis/web-api: a refusal is a 200 with `"ok": false` and an error.
def refuses(error: str) -> Fault:
    return Fault(error=error)


#: A gateway's own page in place of an answer: docs.slack.dev/apis/web-api, “HTTP 5xx”.
def broken(status: int) -> Fault:
    return Fault(status=status, body="<html>upstream</html>")


#: The message is there and the sender never hears of it (sdk.md §5: no documented idempotency key).
DELIVERED_THEN_DROPPED = Fault(deliver=True, hang=False, status=0)
#: The connection closes before anything was taken in; the sender cannot tell the two apart.
DROPPED = Fault(status=0)


@dataclass(kw_only=True)
class SlackDouble:
    """The state of one workspace. `refused` holds what Slack would have turned down: a test asserts it is empty."""

    users: dict[str, Arguments] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, list[Arguments]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, Arguments]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    streams: dict[str, str] = field(default_factory=dict)
    page: int = 200
    shows_metadata: bool = True
    _clock: int = 1_700_000_000

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of a method go wrong in this order."""
        self.faults[method].extend(faults)

    def called(self, method: str) -> list[Arguments]:
        """The arguments of every call of a method."""
        return [arguments for name, arguments in self.calls if name == method]

    def application(self) -> web.Application:
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
            perform: Callable[[Arguments], Arguments] = getattr(self, "_" + method.replace(".", "_"))
            return {"ok": True, **perform(arguments)}
        except Unacceptable as error:
            self.refused.append(f"{method}: {error}")
            return {"ok": False, "error": str(error).partition(":")[0]}

    def _check_arguments(self, method: str, arguments: Arguments) -> None:
        if method not in ARGUMENTS:
            raise Unacceptable("unknown_method")
        known = ARGUMENTS[method].split()
        for name in arguments:
            if name not in {each.rstrip("!") for each in known}:
                raise Unacceptable(f"invalid_arguments: {name}")
        for name in known:
            if name.endswith("!") and not arguments.get(name.rstrip("!")):
                raise Unacceptable(f"invalid_arguments: without {name}")

    def _channel(self, channel: str) -> list[str]:
        if channel not in self.members:
            raise Unacceptable("channel_not_found")
        if BOT not in self.members[channel]:
            raise Unacceptable("not_in_channel")
        return self.members[channel]

    def _auth_test(self, _: Arguments) -> Arguments:
        return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0BOT"}

    def _chat_postMessage(self, arguments: Arguments) -> Arguments:  # noqa: N802
        self._channel(arguments["channel"])
        check_message(arguments)
        self._clock += 1
        ts = f"{self._clock}.000100"
        # docs.slack.dev/messaging/message-metadata: kept with the message, shown to who asks for it
        self.messages[arguments["channel"]].append({**arguments, "ts": ts, "bot_id": "B0BOT", "user": BOT})
        return {"channel": arguments["channel"], "ts": ts}

    def _chat_update(self, arguments: Arguments) -> Arguments:
        check_message(arguments)
        for message in self.messages[arguments["channel"]]:
            if message["ts"] == arguments["ts"]:
                message.update(arguments)
                return {"ts": arguments["ts"]}
        raise Unacceptable("message_not_found")

    def _chat_postEphemeral(self, arguments: Arguments) -> Arguments:  # noqa: N802
        if arguments["user"] not in self._channel(arguments["channel"]):
            raise Unacceptable("user_not_in_channel")
        check_message(arguments)
        return {"message_ts": "1.1"}

    def _conversations_members(self, arguments: Arguments) -> Arguments:
        return self._paged("members", self._channel(arguments["channel"]), arguments)

    def _conversations_history(self, arguments: Arguments) -> Arguments:
        """Newest first, and no replies: docs.slack.dev/reference/methods/conversations.history."""
        self._readable(arguments["channel"])
        found = [m for m in reversed(self.messages[arguments["channel"]]) if m.get("thread_ts", m["ts"]) == m["ts"]]
        return self._paged("messages", [self._shown(m, arguments) for m in found], arguments)

    def _conversations_replies(self, arguments: Arguments) -> Arguments:
        """The parent and its replies, oldest first: docs.slack.dev/reference/methods/conversations.replies."""
        self._readable(arguments["channel"])
        wanted = arguments["ts"]
        found = [m for m in self.messages[arguments["channel"]] if wanted in (m["ts"], m.get("thread_ts"))]
        return self._paged("messages", [self._shown(m, arguments) for m in found], arguments)

    def _shown(self, message: Arguments, arguments: Arguments) -> Arguments:
        """Metadata is left out unless it is asked for: docs.slack.dev/messaging/message-metadata."""
        if self.shows_metadata and str(arguments.get("include_all_metadata")) in ("1", "true", "True"):
            return message
        return {name: value for name, value in message.items() if name != "metadata"}

    def _readable(self, channel: str) -> None:
        self._channel(channel)
        if not channel.startswith("D"):  # the app has im:history only
            raise Unacceptable("missing_scope")

    def _conversations_open(self, arguments: Arguments) -> Arguments:
        user = arguments["users"]
        if user not in self.users:
            raise Unacceptable("user_not_found")
        self.members.setdefault(f"D{user}", [user, BOT])
        return {"channel": {"id": f"D{user}"}}

    def _conversations_info(self, arguments: Arguments) -> Arguments:
        self._channel(arguments["channel"])
        return {"channel": {"id": arguments["channel"], "is_im": arguments["channel"].startswith("D")}}

    def _users_info(self, arguments: Arguments) -> Arguments:
        if arguments["user"] not in self.users:
            raise Unacceptable("user_not_found")
        return {"user": self.users[arguments["user"]]}

    def _views_open(self, arguments: Arguments) -> Arguments:
        if arguments["trigger_id"].startswith("expired"):  # sdk.md §3: a trigger lives three seconds
            raise Unacceptable("expired_trigger_id")
        check_view(arguments["view"])
        return {"view": {"id": "V0NEW"}}

    def _views_publish(self, arguments: Arguments) -> Arguments:
        check_blocks(arguments["view"]["blocks"], "view")
        return {"view": {"id": "V0HOME"}}

    def _assistant_threads_setStatus(self, arguments: Arguments) -> Arguments:  # noqa: N802
        if not arguments["channel_id"].startswith("D"):  # docs.slack.dev/ai: in the app's own threads
            raise Unacceptable("channel_not_supported")
        return {}

    def _assistant_threads_setSuggestedPrompts(self, arguments: Arguments) -> Arguments:  # noqa: N802
        if not 1 <= len(arguments["prompts"]) <= 4:  # sdk.md §3
            raise Unacceptable("invalid_arguments")
        return {}

    def _chat_startStream(self, arguments: Arguments) -> Arguments:  # noqa: N802
        # sdk.md §3: outside direct messages the recipient must be named
        if not arguments["channel"].startswith("D") and not arguments.get("recipient_user_id"):
            raise Unacceptable("missing_recipient_user_id")
        self._clock += 1
        self.streams[f"{self._clock}.000100"] = arguments.get("markdown_text", "")
        return {"ts": f"{self._clock}.000100"}

    def _chat_appendStream(self, arguments: Arguments) -> Arguments:  # noqa: N802
        if arguments["ts"] not in self.streams:
            raise Unacceptable("message_not_in_streaming_state")
        text = self.streams[arguments["ts"]] + arguments["markdown_text"]
        if len(text) > 12_000:  # sdk.md §3: markdown_text 12,000 in total
            raise Unacceptable("msg_too_long")
        self.streams[arguments["ts"]] = text
        return {}

    def _chat_stopStream(self, arguments: Arguments) -> Arguments:  # noqa: N802
        text = self.streams.pop(arguments["ts"], None)
        if text is None:
            raise Unacceptable("message_not_in_streaming_state")
        self.messages[arguments["channel"]].append({"ts": arguments["ts"], "text": text})
        return {}

    def _paged(self, name: str, rows: list[Any], arguments: Arguments) -> Arguments:
        """Cursors as in docs.slack.dev/apis/web-api/pagination: an empty one ends it."""
        start = int(arguments.get("cursor") or 0)
        end = start + min(int(arguments.get("limit") or 100), self.page)
        return {name: rows[start:end], "response_metadata": {"next_cursor": str(end) if end < len(rows) else ""}}


async def _arguments(request: web.Request) -> Arguments:
    """Arguments come as JSON, as a form or in the address: docs.slack.dev/apis/web-api, “POST bodies”."""
    if request.content_type == "application/json":
        return dict(json.loads(await request.text()))
    given: Arguments = {**request.query, **(await request.post())}
    return {name: json.loads(value) if name == "view" else value for name, value in given.items()}
