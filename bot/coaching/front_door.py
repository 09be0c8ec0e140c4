"""The front door: which use-case a message is for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.coaching.answer_card import help_card
from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """Routes a message: a greeting or a call for help to the help card, everything else to asking."""

    ask: Callable[[Incoming], Awaitable[Card]]
    words: Words
    reached: Reached = pass_by

    async def __call__(self, incoming: Incoming) -> Card:
        """The card that answers a message."""
        wants_help = incoming.text.strip().lower().rstrip("!?. ") in self._calls_for_help
        self.reached(Point.ROUTED)
        return help_card(self.words) if wants_help else await self.ask(incoming)

    @property
    def _calls_for_help(self) -> frozenset[str]:
        return frozenset(self.words("help.calls").split(", "))
