"""What raising a barrier needs of others; each port may be absent, and then nothing of its kind is offered."""

from collections.abc import Sequence
from typing import Protocol

from bot.coaching.recognising import Recognised
from bot.domain.barriers import Barrier, BarrierId
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.domain.people import PartnerId, PartnershipId


class Twins(Protocol):
    """Tells which barriers may be the same as one that is being raised."""

    async def offers(self, text: str, log: Sequence[tuple[BarrierId, str]]) -> Sequence[tuple[BarrierId, float]]:
        """The barriers of the log that are worth an offer, likeliest first; a barrier may have several wordings."""


class Remedies(Protocol):
    """What may help against a barrier."""

    async def __call__(self, barrier: Barrier, incoming: Incoming, recognised: Recognised, /) -> tuple[Card, ...]:
        """Cards that follow the one that says it is logged; they say so where nothing fits."""


class Withholding(Protocol):
    """Keeps figures from being shown that rest on what somebody no longer allows."""

    async def withhold(self, partnership: PartnershipId, partner: PartnerId, barrier: BarrierId, /) -> None:
        """Withhold every frozen cell that this partner's part in this barrier stands behind; again has no effect."""
