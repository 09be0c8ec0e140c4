"""Direct messages to the coach as Slack delivers them: signed requests in the bytes that go over the wire.

Sources: docs.slack.dev/apis/events-api, /reference/events/message.im, /authentication/verifying-requests-from-slack.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

SIGNING_SECRET = "load-signing-secret"
#: As many people write as this, each from direct messages of their own: so many that none meets a limit.
PEOPLE = 20_000


@dataclass(frozen=True, kw_only=True)
class DirectMessage:
    """What one person typed, once; `number` tells messages apart."""

    number: int
    text: str
    team: str = "T0HOME"
    bot: str = "U0BOT"

    @property
    def user(self) -> str:
        return f"U0P{self.number % PEOPLE:04}"

    @property
    def channel(self) -> str:
        return f"D{self.user}"

    @property
    def timestamp(self) -> str:
        """Slack's own id of a message within its conversation."""
        return f"{1_772_000_000 + self.number}.000100"

    @property
    def key(self) -> str:
        """What makes the message unique, as the inbox keeps it."""
        return f"slack:{self.team}:{self.channel}:{self.timestamp}"

    @property
    def body(self) -> bytes:
        """The payload of the Events API."""
        event = {
            "type": "message",
            "channel_type": "im",
            "channel": self.channel,
            "user": self.user,
            "team": self.team,
            "text": self.text,
            "ts": self.timestamp,
        }
        authorizations = [{"team_id": self.team, "user_id": self.bot, "is_bot": True}]
        outer = {"type": "event_callback", "team_id": self.team, "event_id": f"Ev{self.number}"}
        return json.dumps({**outer, "authorizations": authorizations, "event": event}).encode()

    def request(self, at: float, retry: int = 0) -> bytes:
        """The request as it is sent at a moment, in seconds since 1970; `retry` counts earlier deliveries."""
        body, sent = self.body, str(int(at))
        mark = hmac.new(SIGNING_SECRET.encode(), f"v0:{sent}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Host": "127.0.0.1",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "X-Slack-Request-Timestamp": sent,
            "X-Slack-Signature": f"v0={mark}",
            **({"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST /slack/events HTTP/1.1\r\n{lines}\r\n".encode() + body
