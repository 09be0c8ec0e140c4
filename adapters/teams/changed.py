"""Messages that their writers have changed or deleted.

Source: the events of `channelData.eventType` that Microsoft's SDK tells apart in `TeamsActivityHandler`
(learn.microsoft.com: OnTeamsMessageEditAsync, OnTeamsMessageSoftDeleteAsync, OnTeamsMessageUndeleteAsync). The
activity has the id of the message that it is about, so that both have the same key.
"""

import hashlib
from datetime import datetime

from adapters.teams.activity import Activity, text
from adapters.teams.events import PLATFORM, key_of, sender_of, typed
from adapters.teams.references import channel_of, direct_of, place_of
from bot.domain.messages import EventKey, Incoming

#: The actions that they become.
REVISED, WITHDRAWN = "revised", "withdrawn"
_UPDATE, _DELETE = "messageUpdate", "messageDelete"
#: What happened, as Teams names it; other clients name nothing. A message that is shown again stays unanswered.
_EDITED, _DELETED = frozenset({"editMessage", ""}), frozenset({"softDeleteMessage", ""})


def changed(activity: Activity, received_at: datetime) -> Incoming | None:
    """What became of a message, under a key of its own: a deletion sorts after every change. None for all else."""
    kind, event = text(activity, "type"), text(activity, "channelData", "eventType")
    revised, withdrawn = kind == _UPDATE and event in _EDITED, kind == _DELETE and event in _DELETED
    sender = sender_of(activity)
    if sender is None or not (revised or withdrawn) or not text(activity, "id"):
        return None
    original = key_of(activity)
    within = original.removeprefix(f"{PLATFORM}:")
    return Incoming(
        key=EventKey(f"{PLATFORM}:changed:{within}:{_moment(activity)}" if revised else f"{PLATFORM}:deleted:{within}"),
        place=place_of(activity),
        direct=direct_of(activity),
        channel=channel_of(activity),
        sender=sender,
        text=typed(activity) if revised else "",
        received_at=received_at,
        action=REVISED if revised else WITHDRAWN,
        values={"of": original},
    )


def _moment(activity: Activity) -> str:
    """When it was changed, as the activity says, or what it says now: the same for a repeat."""
    return text(activity, "timestamp") or hashlib.sha256(text(activity, "text").encode()).hexdigest()[:16]
