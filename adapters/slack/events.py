"""What Slack says happened, as `Incoming`. Payloads come in as plain JSON; nothing of Slack's goes further.

Sources: docs.slack.dev/reference/events/message, …/app_mention, /interactivity/implementing-slash-commands,
/reference/interaction-payloads. Events carry the ids that `read_id` accepts and nothing else is believed of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.slack.context import OPEN_CONTEXT
from adapters.slack.forms import OPEN_FORM, SEND_FORM, decoded, filled_in, spoken_in
from adapters.slack.guard import Payload
from adapters.slack.payloads import (
    Malformed,
    direct_of,
    person_of,
    read_id,
    read_text,
    read_timestamp,
    read_token,
)
from adapters.slack.places import Spot, parse_place
from adapters.slack.render import pressed
from adapters.slack.shortcuts import shortcut
from adapters.slack.text import plain, storable
from bot.domain.cards import Form
from bot.domain.messages import EventKey, Incoming
from bot.domain.people import Identity

__all__ = ["ContextAsked", "FormAsked", "Malformed", "context_asked", "form_asked", "translate"]

#: The subtypes under which a person says something; every other is news about a conversation.
_SAID = ("", "file_share", "me_message", "thread_broadcast")
_SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, kw_only=True)
class FormAsked:
    """Somebody pressed the button of a form: the modal must be opened while `trigger` holds, three seconds.

    `locale` is the form's language.
    """

    form: Form
    trigger: str
    spot: Spot
    locale: str = ""


@dataclass(frozen=True, kw_only=True)
class ContextAsked:
    """Somebody wants to read a quotation in its passage, which the button carries as `value`."""

    value: str
    trigger: str


def translate(payload: Payload, now: datetime) -> Incoming | None:
    """The message in a payload, or None where nobody said anything to the coach; raises `Malformed`."""
    kind = payload.get("type")
    try:
        if kind == "event_callback":
            return _event(payload, now)
        if kind == "block_actions":
            return _action(payload, now)
        if kind == "view_submission":
            return _submission(payload, now)
        if kind in ("message_action", "shortcut"):
            return shortcut(payload, now)
        if "command" in payload:
            return _command(payload, now)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise Malformed(type(error).__name__) from error
    if not isinstance(kind, str):
        raise Malformed("type")
    return None


def form_asked(payload: Payload) -> FormAsked | None:
    """The form whose button was pressed, if it was one; raises `Malformed`."""
    try:
        if payload.get("type") != "block_actions" or pressed(_pressed(payload)["action_id"]) != OPEN_FORM:
            return None
        carried = _pressed(payload)["value"]
        return FormAsked(
            form=decoded(carried),
            trigger=read_text(payload["trigger_id"]),
            spot=_spot_of_action(payload),
            locale=spoken_in(carried),
        )
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise Malformed(type(error).__name__) from error


def context_asked(payload: Payload) -> ContextAsked | None:
    """The passage whose button was pressed, if it was one; raises `Malformed`."""
    try:
        if payload.get("type") != "block_actions" or pressed(_pressed(payload)["action_id"]) != OPEN_CONTEXT:
            return None
        return ContextAsked(value=read_text(_pressed(payload)["value"]), trigger=read_text(payload["trigger_id"]))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise Malformed(type(error).__name__) from error


def _event(payload: Payload, now: datetime) -> Incoming | None:
    event = payload["event"]
    bot = _own_user(payload)
    if not _said_to_us(event, bot):
        return None
    team, channel, timestamp = _team(payload), read_id(event["channel"]), read_timestamp(event["ts"])
    spot = Spot(team=team, channel=channel, thread=read_timestamp(event.get("thread_ts") or timestamp))
    author = _author(payload, event)
    return Incoming(
        key=EventKey(f"slack:{team}:{channel}:{timestamp}"),
        place=spot.place,
        conversation=spot.conversation,
        direct=direct_of(spot, author),
        sender=author,
        text=_spoken(read_text(event.get("text") or ""), bot),
        received_at=now,
    )


def _said_to_us(event: Mapping[str, Any], bot: str) -> bool:
    """Whether a person addressed the coach: in direct messages, by its name, or in a thread that it began."""
    if event["type"] not in ("app_mention", "message") or (event.get("subtype") or "") not in _SAID:
        return False
    if event.get("hidden") or event.get("bot_id") or event.get("user") in (None, bot, _SLACKBOT):
        return False
    if event["type"] == "app_mention" or event.get("channel_type") == "im" or event["channel"].startswith("D"):
        return True
    named = re.search(rf"<@{bot}(\|[^>]*)?>", event.get("text") or "")
    return bool(bot) and (named is not None or event.get("parent_user_id") == bot)


def _own_user(payload: Payload) -> str:
    """The coach's own user id, which every event names; empty where it does not."""
    given = payload.get("authorizations") or []
    return next((read_id(each["user_id"]) for each in given if each.get("is_bot")), "")


def _team(payload: Payload) -> str:
    """The workspace through which the coach was told, wherever the author belongs."""
    given = [each.get("team_id") for each in payload.get("authorizations") or []]
    return read_id(payload.get("context_team_id") or next(filter(None, given), None) or payload["team_id"])


def _author(payload: Payload, event: Mapping[str, Any]) -> Identity:
    """The author under their own workspace. In a channel shared with others, one without a workspace is a guest."""
    profile = event.get("user_profile") or {}
    own = event.get("user_team") or event.get("source_team")
    restricted = bool(profile.get("is_restricted") or profile.get("is_ultra_restricted"))
    return Identity(
        platform="slack",
        tenant=read_id(own or event.get("team") or _team(payload)),
        user=read_id(event["user"]),
        guest=restricted or (own is None and bool(payload.get("is_ext_shared_channel"))),
    )


def _spoken(markup: str, bot: str) -> str:
    """The text without the coach's own name."""
    name = bot or (r"[UW][A-Z0-9]+" if markup.lstrip().startswith("<@") else "")
    if name:
        markup = re.sub(rf"\s*<@{name}(?:\|[^>]*)?>\s*", " ", markup, count=0 if bot else 1)
    return plain(markup).strip()


def _command(payload: Payload, now: datetime) -> Incoming:
    """A slash command; nobody else sees it, so the answer goes to the person's direct messages."""
    team, user = read_id(payload["team_id"]), read_id(payload["user_id"])
    alone = Spot(team=team, channel=user).place
    return Incoming(
        key=EventKey(f"slack:command:{team}:{read_token(payload['trigger_id'])}"),
        place=alone,
        direct=alone,
        sender=Identity(platform="slack", tenant=team, user=user),
        text=plain(read_text(payload.get("text") or "")).strip(),
        received_at=now,
    )


def _action(payload: Payload, now: datetime) -> Incoming | None:
    """A pressed button: its `value` and, of a form in a message, what was filled in."""
    button = _pressed(payload)
    name = pressed(read_text(button["action_id"]))
    if button.get("type") != "button" or name in (OPEN_FORM, OPEN_CONTEXT):
        return None
    spot, person = _spot_of_action(payload), person_of(payload)
    container = payload.get("container") or {}
    pressed_at = read_timestamp(button["action_ts"])
    when = f"{container.get('message_ts', '')}:{storable(read_text(button['action_id']))}:{pressed_at}"
    filled = filled_in(payload.get("state") or {}) if name.startswith(SEND_FORM) else {}
    value = storable(read_text(button.get("value") or ""))
    return Incoming(
        key=EventKey(f"slack:action:{person.tenant}:{person.user}:{spot.channel}:{when}"),
        place=spot.place,
        conversation=spot.conversation,
        direct=direct_of(spot, person),
        sender=person,
        text="",
        received_at=now,
        action=storable(name.removeprefix(SEND_FORM)),
        values={**filled, "value": value} if value else filled,
    )


def _pressed(payload: Payload) -> Mapping[str, Any]:
    pressed_first: Mapping[str, Any] = payload["actions"][0]
    return pressed_first


def _spot_of_action(payload: Payload) -> Spot:
    """The thread under the message with the button; the person's direct messages for a button elsewhere."""
    person, message, container = person_of(payload), payload.get("message") or {}, payload.get("container") or {}
    team = read_id((payload.get("team") or {}).get("id") or person.tenant)
    channel = (payload.get("channel") or {}).get("id") or container.get("channel_id")
    if not channel:
        return Spot(team=team, channel=person.user)
    thread = message.get("thread_ts") or container.get("thread_ts") or message.get("ts") or container.get("message_ts")
    return Spot(team=team, channel=read_id(channel), thread=read_timestamp(thread) if thread else "")


def _submission(payload: Payload, now: datetime) -> Incoming:
    """A sent form; a modal is sent once, so its own id makes it unique."""
    view, person = payload["view"], person_of(payload)
    place, _, value = read_text(view["private_metadata"]).partition("\n")
    filled, spot = filled_in(view.get("state") or {}), parse_place(place)
    return Incoming(
        key=EventKey(f"slack:view:{person.tenant}:{read_id(view['id'])}"),
        place=spot.place,
        direct=direct_of(spot, person),
        sender=person,
        text="",
        received_at=now,
        action=storable(read_text(view["callback_id"])),
        values={**filled, "value": storable(value)} if value else filled,
    )
