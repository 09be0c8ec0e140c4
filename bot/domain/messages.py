"""What comes in from a person, and where an answer to it goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.people import PartnerId

#: The platform's own id of an event, prefixed with the platform: unique, so that a repeat has no effect.
EventKey = NewType("EventKey", str)
#: Where an answer is posted, as its adapter understands it.
Place = NewType("Place", str)


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One message from one person, translated by its adapter. `received_at` is aware."""

    key: EventKey
    platform: str
    place: Place
    partner: PartnerId
    text: str
    received_at: datetime

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("received_at must say its time zone")
