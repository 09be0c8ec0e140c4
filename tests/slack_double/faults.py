"""What may happen to one call of Slack's Web API instead of the usual."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to one call: see the constructors below."""

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
