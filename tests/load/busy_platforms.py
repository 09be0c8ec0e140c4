"""`python -m tests.load.busy_platforms PORT SEED`: both platforms on a bad day, in a process of their own.

Slack's Web API at /api/ and Teams' connector at /teams/: each call takes 150 ms, one in twenty is refused with 429 and
a Retry-After, one in a hundred fails with a 5xx after which the message may be there or not. What was begun is
finished though its sender died meanwhile: a message may appear long after the connection closed. Every call that posts
is written down; /report says them all as JSON, /count how many there are. It shares no code with the product.
"""

import asyncio
import hashlib
import json
import random
import re
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

LATENCY_S, TOO_MANY, BROKEN = 0.15, 0.05, 0.01
#: What Retry-After names, in seconds.
PAUSES = (1, 1, 1, 2, 3)
#: Of the messages whose sender hung up, this share is posted late.
LATE, LATE_S = 0.2, 4.0
_CHECK_IN = re.compile(r"(slack|teams)\d{6}w\d+")


@dataclass(kw_only=True)
class Call:
    """One call that posts. Moments are in seconds of the machine's monotonic clock, 0 where there is none.

    `message` tells messages apart: by the check-in in their buttons, which a crowd's have, else by the key in Slack's
    metadata or by what Teams' say. `hung_up` is when the sender closed the connection before it had its answer.
    """

    channel: str
    message: str
    arrived: float
    status: int = 0
    retry_after: int = 0
    posted: float = 0.0
    answered: float = 0.0
    hung_up: float = 0.0


@dataclass(kw_only=True)
class World:
    """What outlives a connection."""

    chance: random.Random
    calls: list[Call] = field(default_factory=list)
    asked: int = 0
    hung_up: int = 0
    shown: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def begin(self, call: Call) -> None:
        """Decide what becomes of a call."""
        self.calls.append(call)
        lot = self.chance.random()
        if lot < TOO_MANY:
            call.status, call.retry_after = 429, self.chance.choice(PAUSES)
        elif lot < TOO_MANY + BROKEN:
            call.status = 503
        else:
            call.status = 200

    def posts(self, call: Call) -> bool:
        """Whether a call posts its message: of those that break, every other."""
        return call.status == 200 or (call.status == 503 and self.chance.random() < 0.5)

    def post(self, call: Call, metadata: Any) -> None:
        """The message is there from now on."""
        call.posted = time.monotonic()
        ts = f"{1_774_000_000 + len(self.shown[call.channel])}.{len(self.calls):06}"
        self.shown[call.channel].insert(0, {"ts": ts, "bot_id": "B0BOT", "metadata": metadata})


class Connection(asyncio.Protocol):
    """One kept connection, with one call at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._read = b""
        self._transport: asyncio.Transport | None = None
        self._open: Call | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._open is not None:
            self._open.hung_up = time.monotonic()
            self._world.hung_up += 1

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        if len(body) < int(length.partition(b":")[2]):
            return
        self._read = b""
        target = urlsplit(head.split(b" ", 2)[1].decode())
        if target.path == "/report":
            self._answer(200, {"calls": [asdict(call) for call in self._world.calls], "asked": self._world.asked})
        elif target.path == "/count":
            self._answer(200, {"calls": len(self._world.calls), "hung_up": self._world.hung_up})
        elif target.path.startswith("/teams/"):
            self._teams(target.path, body)
        else:
            self._slack(target.path.rpartition("/")[2], _given(target.query or body.decode()))

    # --- the platforms ---

    def _teams(self, path: str, body: bytes) -> None:
        channel = unquote(path.split("/conversations/")[1].partition("/")[0])
        said = json.dumps(json.loads(body).get("attachments"), sort_keys=True)
        call = Call(channel=channel, message=_check_in(said) or _digest(said), arrived=time.monotonic())
        self._take(call, {"id": "sent"}, None)

    def _slack(self, method: str, given: dict[str, Any]) -> None:
        if method == "chat.postMessage":
            metadata = given["metadata"]
            payload = metadata["event_payload"]
            message = _check_in(json.dumps(given.get("blocks"))) or f"{payload['key']}:{payload['part']}"
            call = Call(channel=given["channel"], message=message, arrived=time.monotonic())
            self._take(call, {"ok": True, "ts": f"{1_773_000_000 + len(self._world.calls)}.000100"}, metadata)
            return
        if method == "conversations.history":
            self._world.asked += 1
        self._later(LATENCY_S, 200, {"ok": True, **self._said(method, given)})

    def _said(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        if method == "auth.test":
            return {"team_id": "T0HOME", "user_id": "U0BOT", "bot_id": "B0BOT"}
        if method == "conversations.members":
            return {"members": [given["channel"][1:], "U0BOT"], "response_metadata": {"next_cursor": ""}}
        if method == "users.info":
            return {"user": {"id": given["user"], "team_id": "T0HOME", "is_bot": given["user"] == "U0BOT"}}
        if method == "conversations.history":
            return {"messages": self._world.shown[given["channel"]], "response_metadata": {"next_cursor": ""}}
        return {}

    def _take(self, call: Call, said: dict[str, Any], metadata: Any) -> None:
        """Write a call down, post its message at some moment while its sender waits, and answer."""
        world, loop = self._world, asyncio.get_running_loop()
        world.begin(call)
        self._open = call
        if world.posts(call):
            loop.call_later(world.chance.uniform(0, LATENCY_S), self._post, call, metadata)
        if call.status == 200:
            loop.call_later(LATENCY_S, self._done, call, 200, said)
        elif call.status == 429:
            loop.call_later(LATENCY_S, self._done, call, 429, {"ok": False, "error": "ratelimited"})
        else:
            loop.call_later(LATENCY_S, self._done, call, 503, None)

    def _post(self, call: Call, metadata: Any) -> None:
        """Post now, or much later where the sender is gone already: a network may keep a request for a while."""
        if call.hung_up and self._world.chance.random() < LATE:
            asyncio.get_running_loop().call_later(LATE_S, self._world.post, call, metadata)
        else:
            self._world.post(call, metadata)

    def _done(self, call: Call, status: int, said: dict[str, Any] | None) -> None:
        call.answered = time.monotonic()
        self._open = None
        self._answer(status, said, call.retry_after)

    # --- HTTP ---

    def _later(self, seconds: float, status: int, said: dict[str, Any]) -> None:
        asyncio.get_running_loop().call_later(seconds, self._answer, status, said)

    def _answer(self, status: int, said: dict[str, Any] | None, retry_after: int = 0) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        body = b"<html>upstream</html>" if said is None else json.dumps(said).encode()
        kind = "text/html" if said is None else "application/json"
        wait = f"Retry-After: {retry_after}\r\n" if retry_after else ""
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{wait}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


def _given(said: str) -> dict[str, Any]:
    """The arguments of a call, as a form or as JSON."""
    if said.startswith("{"):
        found: dict[str, Any] = json.loads(said)
        return found
    return {name: values[0] for name, values in parse_qs(said).items()}


def _check_in(said: str) -> str:
    found = _CHECK_IN.search(said)
    return found.group() if found else ""


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:32]


async def main(port: int, seed: int) -> None:
    """Answer until the process is ended."""
    world = World(chance=random.Random(seed))
    server = await asyncio.get_running_loop().create_server(lambda: Connection(world), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
