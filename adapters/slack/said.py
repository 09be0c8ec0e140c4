"""What a person said in a message event: who, where, and the words without the coach's own name.

Sources: docs.slack.dev/reference/events/message, …/app_mention, /apis/events-api (“authorizations”).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.slack.guard import Payload
from adapters.slack.payloads import channel_of, direct_of, read_id, read_text, read_timestamp
from adapters.slack.places import Spot
from adapters.slack.text import plain
from bot.domain.messages import EventKey, Incoming
from bot.domain.people import Identity

#: The subtypes under which a person says something; every other is news about a conversation.
_SAID = ("", "file_share", "me_message", "thread_broadcast")
_SLACKBOT = "USLACKBOT"
#: A call of a person, a group of people, or everybody.
_CALLED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|<!(?:subteam\^|here|channel|everyone)[^>]*>")


def is_said(event: Mapping[str, Any], bot: str) -> bool:
    """Whether a person says something in an event, to whomever."""
    if event["type"] not in ("app_mention", "message") or (event.get("subtype") or "") not in _SAID:
        return False
    return not event.get("hidden") and is_person(event, bot)


def is_person(message: Mapping[str, Any], bot: str) -> bool:
    """Whether a message is a person's rather than a bot's."""
    return not message.get("bot_id") and message.get("user") not in (None, bot, _SLACKBOT)


def is_addressed(event: Mapping[str, Any], bot: str) -> bool:
    """Whether something is said to the coach: in direct messages, or by its name."""
    return event["type"] == "app_mention" or is_direct(event) or names(event, bot)


def is_direct(event: Mapping[str, Any]) -> bool:
    """Whether an event is of somebody's direct messages with the coach."""
    return event.get("channel_type") == "im" or bool(event["channel"].startswith("D"))


def names(message: Mapping[str, Any], bot: str) -> bool:
    """Whether the coach is called by its name in a message."""
    return bool(bot) and bot in _CALLED.findall(message.get("text") or "")


def names_others(message: Mapping[str, Any], bot: str) -> bool:
    """Whether anybody else is called in a message."""
    return any(called != bot for called in _CALLED.findall(message.get("text") or ""))


def own_user(payload: Payload) -> str:
    """The coach's own user id, which every event names; empty where it does not."""
    given = payload.get("authorizations") or []
    return next((read_id(each["user_id"]) for each in given if each.get("is_bot")), "")


def team_of(payload: Payload) -> str:
    """The workspace through which the coach was told, wherever the author belongs."""
    given = [each.get("team_id") for each in payload.get("authorizations") or []]
    return read_id(payload.get("context_team_id") or next(filter(None, given), None) or payload["team_id"])


def key_of(team: str, channel: str, timestamp: str) -> EventKey:
    """What makes a message unique: a mention arrives as two events."""
    return EventKey(f"slack:{team}:{channel}:{timestamp}")


def author_of(payload: Payload, message: Mapping[str, Any]) -> Identity:
    """The author under their own workspace. In a channel shared with others, one without a workspace is a guest."""
    profile = message.get("user_profile") or {}
    own = message.get("user_team") or message.get("source_team")
    restricted = bool(profile.get("is_restricted") or profile.get("is_ultra_restricted"))
    return Identity(
        platform="slack",
        tenant=read_id(own or message.get("team") or team_of(payload)),
        user=read_id(message["user"]),
        guest=restricted or (own is None and bool(payload.get("is_ext_shared_channel"))),
    )


def message_in(payload: Payload, channel: str, message: Mapping[str, Any], now: datetime) -> Incoming:
    """A message of a channel as it was said."""
    team, timestamp = team_of(payload), read_timestamp(message["ts"])
    thread = read_timestamp(message.get("thread_ts") or timestamp)
    spot = Spot(team=team, channel=read_id(channel), thread=thread)
    author = author_of(payload, message)
    return Incoming(
        key=key_of(team, spot.channel, timestamp),
        place=spot.place,
        conversation=spot.conversation,
        direct=direct_of(spot, author),
        channel=channel_of(spot),
        sender=author,
        text=_spoken(read_text(message.get("text") or ""), own_user(payload)),
        received_at=now,
    )


def _spoken(markup: str, bot: str) -> str:
    """The text without the coach's own name."""
    name = bot or (r"[UW][A-Z0-9]+" if markup.lstrip().startswith("<@") else "")
    if name:
        markup = re.sub(rf"\s*<@{name}(?:\|[^>]*)?>\s*", " ", markup, count=0 if bot else 1)
    return plain(markup).strip()
