"""What replying to a check-in needs of others."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.coaching.recognising import Recognised
from bot.domain.check_ins import CheckIn
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.questions import ReflectionQuestion

#: Every question that a partnership has or had, by id: one that was asked can be shown when it is retired.
Bank = Callable[[PartnershipPlan], Awaitable[Mapping[str, ReflectionQuestion]]]
#: The line that says why a check-in asks what it asks.
Reasoned = Callable[[CheckIn, PartnershipPlan], str]
#: The check-in with another question, chosen by what is known at a moment and not saved yet; None where none suits.
Another = Callable[[CheckIn, Recognised, datetime], Awaitable[CheckIn | None]]
#: Gives a partner the check-in of this week at once, because they asked for it; None where there is none to be had.
AskNow = Callable[[Recognised, datetime], Awaitable[CheckIn | None]]
#: The moment to which a check-in is put off: tomorrow, or the next day that suits; None where none is left.
PutOff = Callable[[CheckIn, Recognised, datetime], Awaitable[datetime | None]]


class Withholds(Protocol):
    """Keeps figures from being shown that rest on what somebody no longer allows."""

    async def withhold(self, partnership: PartnershipId, partner: PartnerId, source: str, /) -> None:
        """Withhold every frozen cell that this partner's reply stands behind; again has no effect."""
