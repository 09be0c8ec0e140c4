"""What comes in from a person, and where an answer to it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from bot.domain.people import Identity

#: The platform's own id of an event, prefixed with the platform: unique, so that a repeat has no effect.
EventKey = NewType("EventKey", str)
#: Where an answer is posted, as its adapter understands it.
Place = NewType("Place", str)


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One message from one person, translated by its adapter. `received_at` is aware.

    `text` is what was typed, without the coach's own name. A pressed button or a sent form has an `action` and its
    `values` instead. `place` is where the answer goes: the adapter writes it and is alone in reading it.
    `conversation` is what several places belong to, as the threads of one person's direct messages do; empty where
    the place stands alone. `direct` is where the sender alone is written to, empty where that is not known.
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

    @property
    def platform(self) -> str:
        """Which adapter it came by."""
        return self.sender.platform

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("received_at must say its time zone")
