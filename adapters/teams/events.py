"""What an activity means to the coach: a person's words, a change of who is there, or nothing."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.teams.activity import Activity, part, storable, text
from adapters.teams.elements import ACTION
from adapters.teams.inert import as_typed
from adapters.teams.references import SHARED, Reference, direct_of, kind_of, place_of, reference_of, tenant_of
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity
from bot.domain.zones import known_zone
from prompts import Words

PLATFORM = "teams"
#: The invoke that a button or a form in one of our cards sends.
CARD_ACTION = "adaptiveCard/action"
_MOST_VALUES = 50
_MENTION = re.compile(r"<at(?:\s[^<>]*)?>(.*?)</at>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Installed:
    """The coach can now write to a conversation. `person` installed it, or is the one in a personal chat.

    `place` is where a first message goes: in a channel it begins a thread, as there is none yet.
    """

    reference: Reference
    place: Place
    person: Identity | None


@dataclass(frozen=True, kw_only=True)
class Uninstalled:
    """The coach can no longer write to a conversation."""

    conversation: str


@dataclass(frozen=True, kw_only=True)
class MembersChanged:
    """Somebody came into a conversation, or left it."""

    conversation: str


Housekeeping = Installed | Uninstalled | MembersChanged


def first_question(event: Installed, words: Words, received_at: datetime) -> Incoming | None:
    """What somebody who installs the coach would ask first: what it can do. Once a conversation, however often.

    None where nobody in particular installed it.
    """
    if event.person is None:
        return None
    return Incoming(
        key=EventKey(f"{PLATFORM}:{event.reference.conversation}:installed"),
        place=event.place,
        sender=event.person,
        text=words("help.calls").partition(",")[0],
        received_at=received_at,
    )


def translate(activity: Activity, received_at: datetime) -> Incoming | Housekeeping | None:
    """The meaning of an authenticated activity; None for what other bots say, reactions, edits and all else."""
    reference = reference_of(activity)
    if reference is None:
        return None
    kind = text(activity, "type")
    if kind == "message" or (kind == "invoke" and text(activity, "name") == CARD_ACTION):
        return _incoming(activity, received_at)
    if kind == "installationUpdate":
        return _installation(activity, reference)
    if kind == "conversationUpdate":
        return _members(activity, reference)
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


def _installation(activity: Activity, reference: Reference) -> Housekeeping | None:
    action = text(activity, "action")
    if action.startswith("add"):
        return Installed(reference=reference, place=Place(reference.conversation), person=sender_of(activity))
    return Uninstalled(conversation=reference.conversation) if action == "remove" else None


def _members(activity: Activity, reference: Reference) -> Housekeeping | None:
    added, removed = _ids(activity, "membersAdded"), _ids(activity, "membersRemoved")
    if reference.bot in removed:
        return Uninstalled(conversation=reference.conversation)
    if reference.bot in added:
        return Installed(reference=reference, place=Place(reference.conversation), person=sender_of(activity))
    return MembersChanged(conversation=reference.conversation) if added or removed else None


def _ids(activity: Activity, name: str) -> set[str]:
    members = activity.get(name)
    found = members if isinstance(members, list) else []
    return {text(member, "id") for member in found if isinstance(member, Mapping)}


def _is_bot(sender: Activity) -> bool:
    """Bots are known by their role, and by the `28:` before their ids where people have `29:`."""
    return text(sender, "role") in {"bot", "skill"} or text(sender, "id").startswith("28:")
