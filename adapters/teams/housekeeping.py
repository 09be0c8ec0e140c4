"""What Teams tells the coach of itself: where it was installed or removed, and what became of people and channels.

Source: MicrosoftDocs/msteams-docs, msteams-platform/bots/how-to/conversations/subscribe-to-conversation-events.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.teams.activity import Activity, text
from adapters.teams.references import PERSONAL, Reference, conversation_of
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity

#: The action of somebody who opens their chat with the coach, and why it was opened.
OPENED, INSTALLED = "opened", "installed"
_CHANNEL_GONE = frozenset({"channelDeleted", "channelUnshared"})
_TEAM_GONE = frozenset({"teamDeleted", "teamHardDeleted", "teamArchived"})
_SHOWN_ANEW = frozenset(
    {"teamRenamed", "teamRestored", "teamUnarchived", "channelCreated", "channelRenamed", "channelRestored"}
)


@dataclass(frozen=True, kw_only=True)
class Installed:
    """The coach can now write to a conversation. `person` installed it, or is the one in a personal chat.

    `reference` is that of the place where a first message goes: in a team its General channel, whichever was chosen.
    """

    reference: Reference
    person: Identity | None

    @property
    def place(self) -> Place:
        """Where a first message goes: in a channel it begins a thread, as there is none yet."""
        return Place(self.reference.conversation)

    @property
    def alone(self) -> bool:
        """Whether it is one person's own chat."""
        return self.reference.kind == PERSONAL


@dataclass(frozen=True, kw_only=True)
class Uninstalled:
    """The coach can no longer write to a conversation, nor to any channel of `team` where one is named."""

    conversation: str
    team: str = ""


@dataclass(frozen=True, kw_only=True)
class MembersChanged:
    """Somebody came into a conversation, or left it. Nobody is greeted before the others."""

    conversation: str


@dataclass(frozen=True, kw_only=True)
class Renamed:
    """A team or a channel has another name, or is there again; it is reached as this activity was."""

    conversation: str


Housekeeping = Installed | Uninstalled | MembersChanged | Renamed


def opened(event: Installed, received_at: datetime) -> Incoming | None:
    """The first contact of whoever has the coach to themselves now, once a conversation, however often it comes.

    Teams tells of an installation twice and again after every removal. None in groups and teams, and where nobody in
    particular installed it.
    """
    if event.person is None or not event.alone:
        return None
    return Incoming(
        key=EventKey(f"{event.person.platform}:{event.reference.conversation}:installed"),
        place=event.place,
        direct=event.place,
        sender=event.person,
        text="",
        received_at=received_at,
        action=OPENED,
        values={"why": INSTALLED},
    )


def installation(activity: Activity, reference: Reference, person: Identity | None) -> Housekeeping | None:
    """What an `installationUpdate` means."""
    action = text(activity, "action")
    if action.startswith("add"):
        return Installed(reference=general(reference), person=person)
    return _uninstalled(reference) if action == "remove" else None


def conversation_changed(activity: Activity, reference: Reference, person: Identity | None) -> Housekeeping | None:
    """What a `conversationUpdate` means."""
    added, removed = _ids(activity, "membersAdded"), _ids(activity, "membersRemoved")
    if reference.bot in removed:
        return _uninstalled(reference)
    if reference.bot in added:
        return Installed(reference=general(reference), person=person)
    if added or removed:
        return MembersChanged(conversation=reference.conversation)
    return _named(activity, reference, text(activity, "channelData", "eventType"))


def general(reference: Reference) -> Reference:
    """The reference of a team's General channel, which has the team's own id; any other reference as it is."""
    return replace(reference, conversation=reference.team) if reference.team else reference


def _named(activity: Activity, reference: Reference, event: str) -> Housekeeping | None:
    channel = conversation_of(text(activity, "channelData", "channel", "id"))
    if event in _CHANNEL_GONE and channel:
        return Uninstalled(conversation=channel)
    if event in _TEAM_GONE:
        return _uninstalled(reference)
    return Renamed(conversation=reference.conversation) if event in _SHOWN_ANEW else None


def _uninstalled(reference: Reference) -> Uninstalled:
    return Uninstalled(conversation=reference.conversation, team=reference.team)


def _ids(activity: Activity, name: str) -> set[str]:
    members = activity.get(name)
    found = members if isinstance(members, list) else []
    return {text(member, "id") for member in found if isinstance(member, Mapping)}
