"""Requests as Slack signs them, written from docs.slack.dev/authentication/verifying-requests-from-slack."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import urlencode

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET, kind: str = JSON) -> dict[str, str]:
    """The headers of a request with this body, sent `at` seconds since 1970."""
    sent = str(int(NOW.timestamp() if at is None else at))
    mark = hmac.new(secret.encode(), f"v0:{sent}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": sent, "X-Slack-Signature": f"v0={mark}", "Content-Type": kind}


def as_json(payload: object) -> bytes:
    return json.dumps(payload).encode()


def as_form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def dm(text: object = "How do we build trust?", ts: object = "1772452800.000100", **more: object) -> dict[str, object]:
    """A direct message as the Events API delivers it: docs.slack.dev/reference/events/message.im."""
    event = {"type": "message", "channel": "D0ANA", "channel_type": "im", "user": "U0ANA", "text": text, "ts": ts}
    return wrapped({**event, "team": "T0HOME", **more})


def mention(text: object = "<@U0BOT> why?", ts: object = "1772452800.000200", **more: object) -> dict[str, object]:
    """docs.slack.dev/reference/events/app_mention."""
    event = {"type": "app_mention", "channel": "C0ROOM", "user": "U0ANA", "text": text, "ts": ts, "team": "T0HOME"}
    return wrapped({**event, **more})


def wrapped(event: dict[str, object], **more: object) -> dict[str, object]:
    """docs.slack.dev/apis/events-api, the wrapper of every event."""
    authorizations = [{"team_id": "T0HOME", "user_id": "U0BOT", "is_bot": True}]
    outer = {"type": "event_callback", "team_id": "T0HOME", "event_id": "Ev1", "authorizations": authorizations}
    return {**outer, "event": event, **more}


def command(text: str = "how do we start?", **more: str) -> dict[str, str]:
    """docs.slack.dev/interactivity/implementing-slash-commands."""
    given = {"command": "/coach", "text": text, "team_id": "T0HOME", "channel_id": "C0ROOM", "user_id": "U0ANA"}
    return {**given, "trigger_id": "133.72.abc", **more}


def press(action_id: str = "ask", value: str = "And then?", **more: object) -> dict[str, object]:
    """docs.slack.dev/reference/interaction-payloads/block_actions-payload."""
    action = {"type": "button", "action_id": action_id, "value": value, "action_ts": "1772452900.1"}
    return {
        "type": "block_actions",
        "team": {"id": "T0HOME"},
        "user": {"id": "U0ANA", "team_id": "T0HOME"},
        "channel": {"id": "C0ROOM"},
        "container": {"type": "message", "message_ts": "1772452801.000300", "channel_id": "C0ROOM"},
        "message": {"ts": "1772452801.000300", "thread_ts": "1772452800.000200"},
        "trigger_id": "133.73.def",
        "actions": [action],
        **more,
    }


def message_shortcut(**more: object) -> dict[str, object]:
    """“Log as barrier” on one's own message.

    docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload.
    """
    message = {"type": "message", "user": "U0ANA", "ts": "1772452700.000100", "text": "Forms &amp; <@U1|bo>'s rules"}
    return {
        "type": "message_action",
        "callback_id": "barrier-shortcut",
        "trigger_id": "133.74.ghi",
        "action_ts": "1772452900.2",
        "message_ts": message["ts"],
        "response_url": "https://hooks.slack.com/app/T0HOME/1/x",
        "team": {"id": "T0HOME", "domain": "council"},
        "user": {"id": "U0ANA", "team_id": "T0HOME", "name": "ana"},
        "channel": {"id": "C0ROOM", "name": "room"},
        "message": message,
        **more,
    }


def global_shortcut(**more: object) -> dict[str, object]:
    """“Log a barrier” from anywhere, which names no channel: the same page."""
    given = {name: value for name, value in message_shortcut().items() if name in ("team", "user", "action_ts")}
    return {**given, "type": "shortcut", "callback_id": "barrier-new-form", "trigger_id": "133.75.jkl", **more}


def submission(**more: object) -> dict[str, object]:
    """docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""
    values = {
        "what": {"value": {"type": "plain_text_input", "value": "No time"}},
        "see": {"value": {"type": "radio_buttons", "selected_option": {"value": "counted"}}},
        "who": {"value": {"type": "plain_text_input", "value": None}},
    }
    view = {"id": "V0ONE", "callback_id": "barrier", "private_metadata": "T0HOME/D0ANA/", "state": {"values": values}}
    return {"type": "view_submission", "team": {"id": "T0HOME"}, "user": press()["user"], "view": view, **more}


def aside(text: str = "and how?", ts: str = "1772452900.000400", **more: object) -> dict[str, object]:
    """A message in a channel that does not call the coach: docs.slack.dev/reference/events/message.channels."""
    return mention(text, ts, **{"type": "message", "channel_type": "channel", **more})


def edited(text: str, before: dict[str, object], edited_ts: str = "1772453000.000000") -> dict[str, object]:
    """What becomes of a message that its author edited: docs.slack.dev/reference/events/message/message_changed."""
    said: dict[str, object] = dict(before["event"])  # type: ignore[call-overload]
    after = {**said, "text": text, "edited": {"user": said["user"], "ts": edited_ts}}
    return _changed(before, "message_changed", message=after, previous_message=said)


def deleted(before: dict[str, object]) -> dict[str, object]:
    """docs.slack.dev/reference/events/message/message_deleted."""
    said: dict[str, object] = dict(before["event"])  # type: ignore[call-overload]
    return _changed(before, "message_deleted", deleted_ts=said["ts"], previous_message=said)


def _changed(before: dict[str, object], subtype: str, **more: object) -> dict[str, object]:
    said: dict[str, object] = dict(before["event"])  # type: ignore[call-overload]
    kept = {name: said[name] for name in ("channel", "channel_type") if name in said}
    event = {"type": "message", "subtype": subtype, "hidden": True, "ts": "1772453000.000100", **kept, **more}
    return wrapped(event)


def reacted(emoji: str = "question", **more: object) -> dict[str, object]:
    """docs.slack.dev/reference/events/reaction_added."""
    item = {"type": "message", "channel": "C0ROOM", "ts": "1772452700.000100"}
    event = {"type": "reaction_added", "user": "U0ANA", "reaction": emoji, "item_user": "U0ANA", "item": item}
    return wrapped({**event, "event_ts": "1772453000.000200", **more})
