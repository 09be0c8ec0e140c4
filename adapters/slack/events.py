"""What Slack says happened, as `Incoming`. Payloads come in as plain JSON; nothing of Slack's goes further.

Sources: docs.slack.dev/reference/events/message, …/app_mention, /interactivity/implementing-slash-commands,
/reference/interaction-payloads. Events carry the ids that `read_id` accepts and nothing else is believed of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.slack.arrivals import added, home_opened
from adapters.slack.changed import change_of
from adapters.slack.context import OPEN_CONTEXT
from adapters.slack.feedback import voted
from adapters.slack.forms import OPEN_FORM, SEND_FORM, decoded, filled_in, spoken_in
from adapters.slack.guard import Payload
from adapters.slack.payloads import (
    Malformed,
    channel_of,
    direct_of,
    person_of,
    read_id,
    read_text,
    read_timestamp,
    read_token,
)
from adapters.slack.places import Spot, parse_place
from adapters.slack.reactions import reaction
from adapters.slack.render import pressed
from adapters.slack.said import is_addressed, is_said, message_in, own_user
from adapters.slack.shortcuts import shortcut
from adapters.slack.text import plain, storable
from bot.domain.cards import Form
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity

__all__ = ["ContextAsked", "FormAsked", "Malformed", "context_asked", "form_asked", "translate"]

#: What is made of the events in which nobody says anything.
_NEWS: Mapping[str, Callable[[Payload, datetime], Incoming | None]] = {
    "reaction_added": reaction,
    "app_home_opened": home_opened,
    "member_joined_channel": added,
}


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
    team: str


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
        return ContextAsked(
            value=read_text(_pressed(payload)["value"]),
            trigger=read_text(payload["trigger_id"]),
            team=_spot_of_action(payload).team,
        )
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise Malformed(type(error).__name__) from error


def _event(payload: Payload, now: datetime) -> Incoming | None:
    event = payload["event"]
    if event["type"] in _NEWS:
        return _NEWS[event["type"]](payload, now)
    if is_said(event, own_user(payload)):
        told = is_addressed(event, own_user(payload))
        return message_in(payload, event["channel"], event, now) if told else None
    change = change_of(payload, now)
    return change.incoming if change is not None and change.sure else None


def _command(payload: Payload, now: datetime) -> Incoming:
    """A slash command; nobody else sees it, so the answer goes to the person's direct messages."""
    team, user = read_id(payload["team_id"]), read_id(payload["user_id"])
    alone = Spot(team=team, channel=user).place
    typed_in = payload.get("channel_id")
    return Incoming(
        key=EventKey(f"slack:command:{team}:{read_token(payload['trigger_id'])}"),
        place=alone,
        direct=alone,
        channel=channel_of(Spot(team=team, channel=read_id(typed_in))) if typed_in else Place(""),
        sender=Identity(platform="slack", tenant=team, user=user),
        # Everywhere in Slack a command without words asks what it can do.
        text=plain(read_text(payload.get("text") or "")).strip() or "help",
        received_at=now,
    )


def _action(payload: Payload, now: datetime) -> Incoming | None:
    """A pressed button: its `value` and, of a form in a message, what was filled in."""
    button = _pressed(payload)
    vote = voted(button)
    name = vote[0] if vote else pressed(read_text(button["action_id"]))
    if (vote is None and button.get("type") != "button") or name in (OPEN_FORM, OPEN_CONTEXT):
        return None
    spot, person = _spot_of_action(payload), person_of(payload)
    container = payload.get("container") or {}
    pressed_at = read_timestamp(button["action_ts"])
    when = f"{container.get('message_ts', '')}:{storable(read_text(button['action_id']))}:{pressed_at}"
    filled = filled_in(payload.get("state") or {}) if name.startswith(SEND_FORM) else {}
    value = storable(vote[1] if vote else read_text(button.get("value") or ""))
    return Incoming(
        key=EventKey(f"slack:action:{person.tenant}:{person.user}:{spot.channel}:{when}"),
        place=spot.place,
        conversation=spot.conversation,
        direct=direct_of(spot, person),
        channel=channel_of(spot),
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
    # In a shared channel the payload names the presser's workspace, the message the coach's.
    team = read_id(message.get("team") or (payload.get("team") or {}).get("id") or person.tenant)
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
        channel=channel_of(spot),
        sender=person,
        text="",
        received_at=now,
        action=storable(read_text(view["callback_id"])),
        values={**filled, "value": storable(value)} if value else filled,
    )
