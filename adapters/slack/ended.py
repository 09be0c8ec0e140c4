"""A workspace took the coach away, as Slack tells it.

Sources: docs.slack.dev/reference/events/app_uninstalled, …/tokens_revoked. Both come for one removal, in any order.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.slack.guard import Payload
from adapters.slack.payloads import Malformed, read_id


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The coach is no longer installed in the workspace `team` since `at`."""

    team: str
    at: datetime


def ended_of(payload: Payload) -> Ended | None:
    """The end of an installation, if a payload tells of one; raises `Malformed`."""
    event = payload.get("event")
    if payload.get("type") != "event_callback" or not isinstance(event, dict):
        return None
    try:
        if event.get("type") == "app_uninstalled" or (event.get("type") == "tokens_revoked" and event["tokens"]["bot"]):
            return Ended(team=read_id(payload["team_id"]), at=datetime.fromtimestamp(int(payload["event_time"]), UTC))
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise Malformed(type(error).__name__) from error
    return None
