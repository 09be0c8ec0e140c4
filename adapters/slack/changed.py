"""A message that its author edited or deleted.

Sources: docs.slack.dev/reference/events/message/message_changed, …/message_deleted. An unfurled link changes a message
too, without changing its words, and a deleted message that others have answered is changed to a “tombstone”.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.slack.guard import Payload
from adapters.slack.payloads import read_timestamp
from adapters.slack.said import is_direct, is_person, message_in, names, own_user
from bot.domain.messages import REVISED, WITHDRAWN, EventKey, Incoming

#: The value that holds the key of the message.
OF = "of"
_TOMBSTONE = "tombstone"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of the message with the key `of`. `sure` says that it had been said to the coach."""

    incoming: Incoming
    of: EventKey
    sure: bool


def change_of(payload: Payload, now: datetime) -> Change | None:
    """What somebody did to a message of theirs; None for any other event, and for what leaves the words alone."""
    event = payload["event"]
    if event["type"] != "message":
        return None
    if event.get("subtype") == "message_deleted":
        return _withdrawn(payload, event.get("previous_message") or {}, now)
    if event.get("subtype") != "message_changed":
        return None
    before, after = event.get("previous_message") or {}, event.get("message") or {}
    if after.get("subtype") == _TOMBSTONE:
        return _withdrawn(payload, before, now)
    return _revised(payload, before, after, now)


def _revised(payload: Payload, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> Change | None:
    edited = after.get("edited")
    if not edited or not is_person(after, own_user(payload)) or before.get("text") == after.get("text"):
        return None
    said = message_in(payload, payload["event"]["channel"], after, now)
    key = f"slack:changed:{said.key.removeprefix('slack:')}:{read_timestamp(edited['ts'])}"
    changed = replace(said, key=EventKey(key), action=REVISED, values={OF: said.key})
    return Change(incoming=changed, of=said.key, sure=_was_said_to_us(payload, before))


def _withdrawn(payload: Payload, before: Mapping[str, Any], now: datetime) -> Change | None:
    if not before or not is_person(before, own_user(payload)):
        return None
    said = message_in(payload, payload["event"]["channel"], before, now)
    key = f"slack:deleted:{said.key.removeprefix('slack:')}"
    gone = replace(said, key=EventKey(key), text="", action=WITHDRAWN, values={OF: said.key})
    return Change(incoming=gone, of=said.key, sure=_was_said_to_us(payload, before))


def _was_said_to_us(payload: Payload, before: Mapping[str, Any]) -> bool:
    return is_direct(payload["event"]) or names(before, own_user(payload))
