"""The front door: which use-case a message is for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.coaching.answer_card import help_card
from bot.coaching.joining import code_in
from bot.coaching.recognising import Recognised
from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """Routes a message. A stranger gets a friendly line and nothing else, unless they bring a one-time code."""

    recognise: Callable[[Incoming], Awaitable[Recognised | None]]
    join: Callable[[Incoming, str], Awaitable[Card]]
    ask: Callable[[str, Recognised], Awaitable[Card]]
    words: Words
    reached: Reached = pass_by

    async def __call__(self, incoming: Incoming) -> Card:
        """The card that answers a message."""
        question = incoming.values.get("value", "") if incoming.action == "ask" else incoming.text
        code = code_in(question)
        if code is not None:
            return await self.join(incoming, code)
        recognised = await self.recognise(incoming)
        self.reached(Point.AUDIENCE_KNOWN)
        if recognised is None:
            return Card(paragraphs=(Paragraph(text=self.words("join.stranger")),))
        wants_help = question.strip().lower().rstrip("!?. ") in self._calls_for_help
        self.reached(Point.ROUTED)
        return help_card(self.words) if wants_help else await self.ask(question, recognised)

    @property
    def _calls_for_help(self) -> frozenset[str]:
        return frozenset(self.words("help.calls").split(", "))
