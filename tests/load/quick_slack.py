"""`python -m tests.load.quick_slack PORT`: the few answers of Slack's Web API that an answered question needs.

What was posted is told at /api/posted, by the machine's monotonic clock.

It runs in a process of its own and does as little as it can, so that a benchmark measures the coach alone. It checks
nothing: `tests/slack_double.py` does.
"""

import asyncio
import json
import sys
import time
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

#: As long as a call to Slack takes on a good day.
DELAY_S = 0.05
#: As much of a message tells it from others.
_BEGINNING = 80


#: What it says of who the coach is, and to whatever else is asked.
_COACH: dict[str, object] = {"team_id": "T0HOME", "user_id": "U0BOT", "bot_id": "B0BOT"}


class Quick(asyncio.Protocol):
    """Answers every call; keeps where and in which thread something was posted when, and how it begins."""

    posted: ClassVar[list[tuple[str, str, float, str]]] = []

    def __init__(self) -> None:
        self._read = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

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
        given = _given(target.query or body.decode("utf-8", "replace"))
        method = target.path.rpartition("/")[2]
        wait = 0.0 if method == "posted" else DELAY_S
        asyncio.get_running_loop().call_later(wait, self._answer, method, given)

    def _answer(self, method: str, given: dict[str, Any]) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        body = json.dumps({"ok": True, **self._said(method, given)}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)

    def _said(self, method: str, given: dict[str, Any]) -> dict[str, object]:
        if method == "conversations.members":
            return {"members": [given["channel"][1:], "U0BOT"], "response_metadata": {"next_cursor": ""}}
        if method == "users.info":
            return {"user": {"id": given["user"], "team_id": "T0HOME", "is_bot": given["user"] == "U0BOT"}}
        if method == "conversations.open":
            return {"channel": {"id": f"D{given['users']}"}}
        if method == "posted":
            return {"posted": Quick.posted}
        if method == "chat.postMessage":
            if given["metadata"]["event_payload"]["part"] == 0:
                thread, beginning = given.get("thread_ts", ""), given["text"][:_BEGINNING]
                Quick.posted.append((given["channel"], thread, time.monotonic(), beginning))
            return {"channel": given["channel"], "ts": f"{1_773_000_000 + len(Quick.posted)}.000100"}
        return {"ok": False, "error": "unknown_method"} if method.startswith("chat.") else _COACH


def _given(said: str) -> dict[str, Any]:
    """The arguments of a call, as a form or as JSON."""
    if said.startswith("{"):
        found: dict[str, Any] = json.loads(said)
        return found
    return {name: values[0] for name, values in parse_qs(said).items()}


async def main(port: int) -> None:
    """Answer until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Quick, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
