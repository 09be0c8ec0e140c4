"""What delivery needs of the world: each port has a fake in `tests/fakes.py` and one contract test."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.domain.cards import Card
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity, PartnerId

#: Takes a message for keeps: returns once it is durable, True when it was not there before.
Receive = Callable[[Incoming], Awaitable[bool]]
#: The present moment, aware of its zone.
Clock = Callable[[], datetime]
#: A new unguessable id.
NewId = Callable[[], str]


# Not frozen: Python itself writes to an exception on its way, such as its traceback in `contextlib`.
@dataclass(kw_only=True, unsafe_hash=True)
class PostFailed(Exception):
    """A card was not, or perhaps not, posted. Nobody is told: the outbox decides what happens next.

    `posted` is None when it cannot be known (a timeout, a 5xx), False when the platform refused. `retry_after` is in
    seconds where the platform named a time; `final` means that no retry can help (gone, blocked, not allowed);
    `limited` that the platform's limit was met, so that whatever else goes to the same workspace has to wait as well;
    `gone` that nobody reads that place any more: an account was closed, or somebody removed the coach.
    """

    reason: str
    posted: bool | None = False
    retry_after: float | None = None
    final: bool = False
    limited: bool = False
    gone: bool = False


class Sender(Protocol):
    """Posts cards on one platform."""

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        """Post a card, once per key where the platform can tell; gives the reference of its first message.

        The reference is the platform's own, at most 255 characters, unique within the workspace or conversation, and
        enough to change or remove the message with the place; empty where it is not known. Raises `PostFailed`, which
        says whether the card was surely not posted and when to try again.
        """


@runtime_checkable
class Rewriting(Protocol):
    """What a sender is besides whose platform lets messages be changed. To do the same again is harmless.

    Both raise `PostFailed`; `final` without `gone` says that this message cannot be changed (any more).
    """

    async def rewrite(self, place: Place, posted: str, key: EventKey, card: Card) -> str:
        """Show a card in the place of a message of ours; gives the reference of what stands there now.

        Of a card of several messages the first goes in place, the rest are changed or posted after it.
        """

    async def remove(self, place: Place, posted: str) -> None:
        """Take a message of ours away, with what belongs to it; one that is gone already is no failure."""


@runtime_checkable
class Settling(Protocol):
    """What a sender is besides whose platform can be asked what became of a post."""

    async def was_posted(self, place: Place, key: EventKey) -> bool | None:
        """Whether the card with this key is there; None when the platform does not say."""


@dataclass(frozen=True, kw_only=True)
class Present:
    """Who is in a conversation. `complete` is False when its platform would not say."""

    people: tuple[Identity, ...] = ()
    complete: bool = True


class Presence(Protocol):
    """Who would read an answer on one platform."""

    async def present(self, place: Place) -> Present:
        """Everyone in the conversation but the coach itself, as it stands now or was at most a minute ago.

        Never raises: what cannot be found out is not `complete`.
        """


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One entry of a conversation on the page: what a partner typed, or the card they got back.

    `answers` is the key of the message that a card answers, empty for what a partner typed.
    """

    key: EventKey
    partner: PartnerId
    at: datetime
    text: str = ""
    card: Card | None = None
    answers: str = ""


class Transcript(Protocol):
    """What was said in the page's conversations, oldest first; the page has no platform to keep it."""

    async def read(self, place: Place) -> tuple[Utterance, ...]:
        """The whole conversation."""
