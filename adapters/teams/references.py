"""Conversations: how each is reached, and the one string under which the rest of the coach knows it.

A `Place` is Teams' own id of the conversation. In a channel it names the thread, as Teams itself does:

    a:1pbZ…                                     a chat of one person with the coach
    19:5b41…@thread.v2                          a group chat
    19:2e3c…@thread.tacv2;messageid=1700000001  a thread of a channel

What stands before the `;` is what a `Reference` is filed under; all threads of a channel share one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from adapters.teams.activity import Activity, part, text
from bot.domain.messages import Place
from bot.domain.people import Identity
from bot.store.pacing import Lanes

PERSONAL = "personal"
CHANNEL = "channel"
#: A channel that other organisations' teams share. Its roster does not name everybody who reads it.
SHARED = "sharedChannel"
#: No conversation: where somebody is written to alone, filed under `person_key`.
PERSON = "person"
_THREAD = ";messageid="
#: Microsoft takes 50 requests a second of an app in a tenant, once 30; it counts more than messages.
#: Source: MicrosoftDocs/msteams-docs, bots/how-to/rate-limit.md.
_A_SECOND = 25.0


@dataclass(frozen=True, kw_only=True)
class Reference:
    """How a conversation is reached. `service_url` may change with any activity; the latest one holds.

    `kind` is Teams' conversation type, `SHARED`, or `PERSON`. `tenant` is the conversation's own, empty where Teams
    names none. `bot` is the coach's id there. `alone` is, for a `PERSON`, the chat that they have with the coach.
    `team` is, for a channel, the team that it belongs to, whose id is also that of its General channel.
    """

    conversation: str
    kind: str
    service_url: str
    tenant: str
    bot: str
    alone: str = ""
    team: str = ""

    def at(self, place: Place) -> "Reference":
        """The same, with the thread that a place names."""
        return replace(self, conversation=place)


class References(Protocol):
    """Where references are kept, by conversation."""

    async def save(self, reference: Reference) -> None:
        """Keep a reference in place of the former one, durably; a forgotten conversation is known again."""

    async def find(self, conversation: str) -> Reference | None:
        """The latest reference, None when it was never kept or has been forgotten."""

    async def forget(self, conversation: str) -> None:
        """Stop writing to a conversation: the coach was removed or blocked there."""

    async def channels(self, team: str) -> Sequence[str]:
        """The conversations of a team that are not forgotten."""


def person_key(person: Identity) -> str:
    """What the chat of a person with the coach is filed under."""
    return f"{PERSON}:{person.tenant}:{person.user}"


def of_person(person: Identity, reference: Reference) -> Reference:
    """Where a person is written to alone, once they have written there: `reference` is that conversation's."""
    return replace(reference, conversation=person_key(person), kind=PERSON, alone=reference.conversation)


def conversation_of(place: str) -> str:
    """The conversation to which a place belongs."""
    return place.partition(_THREAD)[0]


def lanes(place: str, tenant: str) -> Lanes:
    """What a post there passes. A refusal means the conversation: each is counted by itself."""
    channel = f"teams:{conversation_of(place)}"
    return Lanes(channel=channel, workspace=f"teams:{tenant}", a_second=_A_SECOND, limited=channel)


def place_of(activity: Activity) -> Place:
    """Where an answer to an activity goes: its conversation, in a channel the thread that it stands in or begins."""
    conversation, mark, _ = text(activity, "conversation", "id").partition(_THREAD)
    if mark or kind_of(activity) not in {CHANNEL, SHARED}:
        return Place(text(activity, "conversation", "id"))
    root = text(activity, "replyToId") or text(activity, "id")
    return Place(f"{conversation}{_THREAD}{root}" if root else conversation)


def direct_of(activity: Activity) -> Place:
    """The conversation if Teams says that its sender is alone with the coach there, and nothing otherwise."""
    personal = text(activity, "conversation", "conversationType") == PERSONAL
    return place_of(activity) if personal else Place("")


def channel_of(activity: Activity) -> Place:
    """The channel or group chat of an activity, whatever the thread; empty where its sender is alone with the coach."""
    conversation = conversation_of(text(activity, "conversation", "id"))
    return Place("" if kind_of(activity) == PERSONAL else conversation)


def reference_of(activity: Activity) -> Reference | None:
    """How to reach the conversation of an activity, None when it does not say."""
    reference = Reference(
        conversation=conversation_of(text(activity, "conversation", "id")),
        kind=kind_of(activity),
        service_url=text(activity, "serviceUrl"),
        tenant=tenant_of(activity),
        bot=text(activity, "recipient", "id"),
        team=text(activity, "channelData", "team", "id"),
    )
    return reference if reference.conversation and reference.service_url and reference.bot else None


def tenant_of(activity: Activity) -> str:
    """The tenant of the conversation, in small letters; empty where Teams names none."""
    named = text(activity, "channelData", "tenant", "id") or text(activity, "conversation", "tenantId")
    return named.lower()


def kind_of(activity: Activity) -> str:
    """What sort of conversation an activity stands in."""
    if part(activity, "channelData", "channel").get("type") == "shared":
        return SHARED
    return text(activity, "conversation", "conversationType") or PERSONAL
