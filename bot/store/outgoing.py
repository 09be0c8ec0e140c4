"""Cards of the outbox as those who send them see them: about to be posted, posted, or in doubt."""

from dataclasses import dataclass

from bot.domain.cards import Card
from bot.domain.messages import EventKey, Place
from bot.store.leases import Lease
from bot.store.replies import Promise


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A card that was posted: by which reference its platform knows it, and what it is about."""

    key: EventKey
    place: Place
    reference: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A card that this process is about to post, and how often it was tried.

    An answer is `doubtful` when an earlier try may have posted it. `lane` is nobody else's until the post has ended.
    `instead_of` is the key of the card that it stands instead of, `former` where that one was posted.
    """

    key: EventKey
    platform: str
    place: Place
    card: Card
    promise: Promise
    attempts: int
    lease: Lease
    doubtful: bool = False
    lane: str = ""
    instead_of: str = ""
    former: Posted | None = None


@dataclass(frozen=True, kw_only=True)
class Doubted:
    """A notice of which nobody can tell whether its last try posted it."""

    key: EventKey
    platform: str
    place: Place
    attempts: int
