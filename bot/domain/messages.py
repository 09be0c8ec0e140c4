"""What comes in from a person, and where an answer to it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.people import Identity

#: The platform's own id of an event, prefixed with the platform: unique, so that a repeat has no effect.
EventKey = NewType("EventKey", str)
#: Where an answer is posted, as its adapter understands it.
Place = NewType("Place", str)


#: The actions of what somebody does to a message of theirs after it was sent. `values["of"]` is its key, `text` what
#: it says now. The keys of such actions on one message sort in the order in which they were done, a withdrawal last.
REVISED, WITHDRAWN = "revised", "withdrawn"


class Became(StrEnum):
    """What became of a message once it was handled: that says what can be done when it is changed."""

    #: It was answered, and nothing was done: the answer can be made anew.
    ANSWERED = "answered"
    #: Something was done or kept.
    DONE = "done"
    #: Its author took it back.
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One message from one person, translated by its adapter. `received_at` is aware.

    `text` is what was typed, without the coach's own name. A pressed button or a sent form has an `action` and its
    `values` instead. `place` is where the answer goes: the adapter writes it and is alone in reading it.
    `conversation` is what several places belong to, as the threads of one person's direct messages do; empty where
    the place stands alone. `direct` is where the sender alone is written to, empty where that is not known.
    `channel` is the channel or group in which they spoke or typed a command, whatever the thread; empty in direct
    messages.
    """

    key: EventKey
    place: Place
    sender: Identity
    text: str
    received_at: datetime
    action: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    conversation: Place = Place("")
    direct: Place = Place("")
    channel: Place = Place("")

    @property
    def of(self) -> EventKey:
        """The key of the message that this one changes or withdraws; empty where it does neither."""
        return EventKey(self.values.get("of", "") if self.action in (REVISED, WITHDRAWN) else "")

    @property
    def platform(self) -> str:
        """Which adapter it came by."""
        return self.sender.platform

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("received_at must say its time zone")
