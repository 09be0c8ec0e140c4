"""What Slack and Teams send when somebody changes or deletes a message of theirs.

Slack: docs.slack.dev/reference/events/message/message_changed and message_deleted. Teams: MicrosoftDocs/msteams-docs
msteams-platform/bots/how-to/conversations/conversation-messages.md, “Update and delete messages sent from bot” and
“Receive edit and delete events”.
"""

from collections.abc import Mapping
from typing import Any

from tests.adapters.slack.signing import wrapped

Json = Mapping[str, Any]


def changed_in_slack(message: Json, text: str, at: str) -> dict[str, object]:
    """A direct message of this `user`, `channel`, `ts` and `text` says something else from `at` on."""
    edited = {**_stood(message), "text": text, "edited": {"user": message["user"], "ts": at}}
    event = {"subtype": "message_changed", "message": edited, "previous_message": _stood(message), "hidden": True}
    return _about(message, at, event)


def deleted_in_slack(message: Json, at: str) -> dict[str, object]:
    """The same message is gone."""
    event = {"subtype": "message_deleted", "deleted_ts": message["ts"], "previous_message": _stood(message)}
    return _about(message, at, {**event, "hidden": True})


def _stood(message: Json) -> dict[str, object]:
    named = {name: message[name] for name in ("user", "ts", "text", "team", "thread_ts") if name in message}
    return {"type": "message", **named}


def _about(message: Json, at: str, event: Mapping[str, object]) -> dict[str, object]:
    place = {"type": "message", "channel": message["channel"], "channel_type": "im", "ts": at, "event_ts": at}
    return wrapped({**place, **event}, event_id=f"Ev{at}")


def changed_in_teams(activity: Json, text: str) -> dict[str, Any]:
    """A message that somebody sent says something else."""
    return _event(activity, "messageUpdate", "editMessage", text)


def deleted_in_teams(activity: Json) -> dict[str, Any]:
    """The same message is gone."""
    return _event(activity, "messageDelete", "softDeleteMessage", "")


def _event(activity: Json, kind: str, event: str, text: str) -> dict[str, Any]:
    data = {**activity["channelData"], "eventType": event}
    return {**activity, "type": kind, "text": text, "channelData": data}
