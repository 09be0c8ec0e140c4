"""What comes in from Slack: events that are tried again as Slack tries them, and the news about messages and tabs."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.slack_double.state import BOT, TEAM

#: docs.slack.dev/apis/events-api, “Error handling”: tried again nearly at once, after a minute and after five.
RETRIES = 3
Json = dict[str, Any]
#: Posts a payload with headers of its own; gives the status and the headers of the answer.
Post = Callable[[Json, Mapping[str, str]], Awaitable[tuple[int, Mapping[str, str]]]]


async def push(post: Post, payload: Json, *, reason: str = "http_error") -> list[int]:
    """Deliver an event until it is taken: the statuses that were answered, the last one first to be a 2xx.

    Each further try says in its headers which it is, and why; `X-Slack-No-Retry: 1` in an answer ends it.
    """
    statuses: list[int] = []
    for number in range(RETRIES + 1):
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}
        status, headers = await post(payload, again)
        statuses.append(status)
        if 200 <= status < 300 or headers.get("X-Slack-No-Retry") == "1":
            break
    return statuses


def event(inner: Json, **more: Any) -> Json:
    """docs.slack.dev/apis/events-api, the wrapper of every event."""
    authorizations = [{"team_id": TEAM, "user_id": BOT, "is_bot": True}]
    outer = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{inner.get('event_ts', '1')}"}
    return {**outer, "authorizations": authorizations, "event": inner, **more}


def changed(channel: str, user: str, ts: str, text: str, *, edited: str, before: str = "") -> Json:
    """docs.slack.dev/reference/events/message/message_changed."""
    message = {"type": "message", "user": user, "ts": ts, "text": text, "edited": {"user": user, "ts": edited}}
    return event(
        {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "ts": edited,
            "event_ts": edited,
            "message": message,
            "previous_message": {"type": "message", "user": user, "ts": ts, "text": before},
        }
    )


def deleted(channel: str, user: str, ts: str, *, at: str, before: str = "") -> Json:
    """docs.slack.dev/reference/events/message/message_deleted."""
    return event(
        {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "ts": at,
            "event_ts": at,
            "deleted_ts": ts,
            "previous_message": {"type": "message", "user": user, "ts": ts, "text": before},
        }
    )


def home_opened(user: str, tab: str, *, at: str) -> Json:
    """docs.slack.dev/reference/events/app_home_opened."""
    return event({"type": "app_home_opened", "user": user, "channel": f"D{user}", "tab": tab, "event_ts": at})


def reaction(user: str, name: str, channel: str, ts: str, *, author: str, at: str) -> Json:
    """docs.slack.dev/reference/events/reaction_added."""
    item = {"type": "message", "channel": channel, "ts": ts}
    return event(
        {"type": "reaction_added", "user": user, "reaction": name, "item_user": author, "item": item, "event_ts": at}
    )


def voted(user: str, value: str, channel: str, ts: str, trigger: str, *, thread: str, action: str) -> Json:
    """A press of feedback buttons: docs.slack.dev/tools/bolt-js/reference/interfaces/FeedbackButtonsAction."""
    pressed = {"type": "feedback_buttons", "action_id": action, "block_id": "b", "value": value, "action_ts": ts}
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "channel": {"id": channel},
        "container": {"type": "message", "message_ts": ts, "channel_id": channel},
        "message": {"ts": ts, "thread_ts": thread},
        "trigger_id": trigger,
        "actions": [pressed],
    }


def pressed_at_home(user: str, action: str, value: str, trigger: str, *, at: str) -> Json:
    """A press on the Home tab, which names a view and no channel.

    docs.slack.dev/reference/interaction-payloads/block_actions-payload.
    """
    pressed = {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": at}
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "container": {"type": "view", "view_id": "V0HOME"},
        "view": {"id": "V0HOME", "type": "home", "team_id": TEAM, "app_installed_team_id": TEAM},
        "trigger_id": trigger,
        "actions": [pressed],
    }
