"""React: an emoji on one's own message asks it, one on a barrier that the coach shows follows that barrier."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot.coaching.barriers.about import barrier_in
from bot.domain.messages import EventKey, Incoming, Place
from bot.store.outbox import Posted

#: The action that a reaction comes in as, and what is said in its values: what it wants, and the message's own key.
REACTION, WANTS, OF = "reaction", "wants", "of"
ASK, FOLLOW = "ask", "follow"
#: Of a message of the coach's: the platform's reference, and how the places begin where that is meant.
POSTED, WITHIN = "posted", "within"


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that somebody reacted to: what it says, where an answer to it goes, and whether they wrote it."""

    text: str
    place: Place
    own: bool


class Quoted(Protocol):
    """Looks up, on one platform, what somebody reacted to; only once their reaction is being handled."""

    async def quoted(self, reaction: Incoming) -> Message | None:
        """The message; None where it is gone or cannot be read. Never raises for either."""


class Cards(Protocol):
    """The cards that were posted."""

    async def posted_card(self, platform: str, reference: str, beginning: str = "") -> Posted | None:
        """A card by its platform's reference, at a place that begins like this."""


@dataclass(frozen=True, kw_only=True)
class Reacting:
    """Turns a reaction into what it asks for. `quoted` is by platform; `took` knows what was asked already."""

    quoted: Mapping[str, Quoted]
    took: Callable[[EventKey], Awaitable[bool]]
    cards: Cards

    async def asked_already(self, reaction: Incoming) -> bool:
        """Whether the message was one to the coach anyway: it has its answer."""
        return await self.took(EventKey(reaction.values.get(OF, "")))

    async def barrier(self, reaction: Incoming) -> str:
        """The barrier that the coach's message shows; empty where it shows none."""
        reference, within = (reaction.values.get(name, "") for name in (POSTED, WITHIN))
        found = await self.cards.posted_card(reaction.platform, reference, within) if reference else None
        return "" if found is None else barrier_in(found.about)

    async def asked(self, reaction: Incoming) -> Incoming | None:
        """The message as if it had been said to the coach; None where it is not the reactor's own or has no words."""
        platform = self.quoted.get(reaction.platform)
        message = None if platform is None else await platform.quoted(reaction)
        if message is None or not message.own or not message.text.strip():
            return None
        return replace(reaction, action="", values={}, text=message.text, place=message.place)
