"""Ask: a question in plain words, answered from the documents that everyone present may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.coaching.answer_card import answer_card
from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.domain.people import Audience
from knowledge.answering import Answerer
from knowledge.documents import Source
from knowledge.search import MayUse
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The use-case. `document_audiences` is what the partnership says of files, over what the library says."""

    answerer: Answerer
    words: Words
    audience_of: Callable[[Incoming], Audience]
    document_audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reached: Reached = pass_by

    async def __call__(self, incoming: Incoming) -> Card:
        """The card that answers a question, or says why not and what to do next."""
        may_use = eligible(self.audience_of(incoming), self.document_audiences)
        self.reached(Point.AUDIENCE_KNOWN)
        evidence = await self.answerer.search(incoming.text, may_use)
        self.reached(Point.SEARCHED)
        answer = await self.answerer.compose(evidence)
        self.reached(Point.COMPOSED)
        card = answer_card(answer, incoming.text, self.words)
        self.reached(Point.CARD_MADE)
        return card


def eligible(audience: Audience, document_audiences: Mapping[str, tuple[str, ...]]) -> MayUse:
    """Whether a document may be used in front of an audience."""

    def may_use(source: Source) -> bool:
        return audience.may_see(document_audiences.get(source.file, source.audience))

    return may_use
