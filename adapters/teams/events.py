"""What an activity means to the coach: a person's words, what became of a conversation, or nothing."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime

from adapters.teams.activity import Activity, part, storable, text
from adapters.teams.elements import ACTION
from adapters.teams.housekeeping import Housekeeping, conversation_changed, installation
from adapters.teams.inert import as_typed
from adapters.teams.references import SHARED, channel_of, direct_of, kind_of, place_of, reference_of, tenant_of
from bot.domain.messages import EventKey, Incoming
from bot.domain.people import Identity
from bot.domain.zones import known_zone

PLATFORM = "teams"
#: The invoke that a button or a form in one of our cards sends.
CARD_ACTION = "adaptiveCard/action"
_MOST_VALUES = 50
_MENTION = re.compile(r"<at(?:\s[^<>]*)?>(.*?)</at>", re.DOTALL | re.IGNORECASE)


def translate(activity: Activity, received_at: datetime) -> Incoming | Housekeeping | None:
    """The meaning of an authenticated activity; None for what other bots say, reactions and all else.

    What became of a message that was there before is in `adapters.teams.changed`.
    """
    reference = reference_of(activity)
    if reference is None:
        return None
    kind = text(activity, "type")
    if kind == "message" or (kind == "invoke" and text(activity, "name") == CARD_ACTION):
        return _incoming(activity, received_at)
    if kind == "installationUpdate":
        return installation(activity, reference, sender_of(activity))
    if kind == "conversationUpdate":
        return conversation_changed(activity, reference, sender_of(activity))
    return None


def sender_of(activity: Activity) -> Identity | None:
    """Who sent an activity, None when it was a bot.

    An activity rarely says whose guest somebody is: `guest` is certain when True, and to be checked with the roster
    otherwise. Somebody whose tenant cannot be known is a guest.
    """
    sender = part(activity, "from")
    if not text(sender, "id") or _is_bot(sender) or text(sender, "id") == text(activity, "recipient", "id"):
        return None
    tenant, own = tenant_of(activity), text(sender, "tenantId").lower()
    unknown = not tenant or not text(sender, "aadObjectId") or (kind_of(activity) == SHARED and not own)
    return Identity(
        platform=PLATFORM,
        tenant=tenant,
        user=text(sender, "aadObjectId").lower() or text(sender, "id"),
        name=text(sender, "name"),
        guest=unknown or (own or tenant) != tenant or text(sender, "userRole").lower() in {"guest", "anonymous"},
        zone=known_zone(text(activity, "localTimezone")),
    )


def _incoming(activity: Activity, received_at: datetime) -> Incoming | None:
    sender = sender_of(activity)
    if sender is None:
        return None
    action, values = _pressed(activity)
    if text(activity, "type") == "invoke" and not action:
        return None
    return Incoming(
        key=key_of(activity),
        place=place_of(activity),
        direct=direct_of(activity),
        channel=channel_of(activity),
        sender=sender,
        text="" if action else typed(activity),
        received_at=received_at,
        action=action,
        values=values,
    )


def key_of(activity: Activity) -> EventKey:
    """The conversation and the activity's id in it; a digest where there is no id, the same for the same activity."""
    own = text(activity, "id")
    if not own:
        own = hashlib.sha256(json.dumps(activity, sort_keys=True, default=dict).encode()).hexdigest()
    return EventKey(f"{PLATFORM}:{text(activity, 'conversation', 'id')}:{own}")


def _pressed(activity: Activity) -> tuple[str, Mapping[str, str]]:
    """The action of a button or a form, with its values; Action.Execute sends an invoke, Action.Submit a message."""
    if text(activity, "type") == "invoke":
        pressed = part(activity, "value", "action")
        verb, data = text(pressed, "verb"), part(pressed, "data")
    else:
        verb, data = "", part(activity, "value")
    given = {name: _value(data[name]) for name in list(data)[:_MOST_VALUES] if name != ACTION}
    action = verb or text(data, ACTION)
    return action, {name: value for name, value in given.items() if value is not None} if action else {}


def _value(found: object) -> str | None:
    if isinstance(found, str):
        return as_typed(storable(found))
    if isinstance(found, bool):
        return str(found).lower()
    return str(found) if isinstance(found, int | float) else None


def typed(activity: Activity) -> str:
    """What was typed, without the coach's own name; others who are mentioned keep theirs."""
    said = text(activity, "text")
    own = text(activity, "recipient", "id")
    entities = activity.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, Mapping) and text(entity, "mentioned", "id") == own and text(entity, "text"):
            said = said.replace(text(entity, "text"), " ")
    return _MENTION.sub(r"\1", said).replace("&nbsp;", " ").replace("\r\n", "\n").strip()


def _is_bot(sender: Activity) -> bool:
    """Bots are known by their role, and by the `28:` before their ids where people have `29:`."""
    return text(sender, "role") in {"bot", "skill"} or text(sender, "id").startswith("28:")
