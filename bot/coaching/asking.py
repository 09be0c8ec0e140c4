"""Ask: a question in plain words, answered from the documents that everyone present may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.coaching.answer_card import answer_card
from bot.coaching.recognising import Recognised
from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Card
from bot.domain.people import Audience
from knowledge.answering import Answerer
from knowledge.documents import Source
from knowledge.search import MayUse
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The use-case."""

    answerer: Answerer
    words: Words
    reached: Reached = pass_by

    async def __call__(self, question: str, recognised: Recognised) -> Card:
        """The card that answers a question, or says why not and what to do next."""
        may_use = eligible(recognised.audience, recognised.plan.document_audiences)
        evidence = await self.answerer.search(question, may_use)
        self.reached(Point.SEARCHED)
        answer = await self.answerer.compose(evidence)
        self.reached(Point.COMPOSED)
        card = answer_card(answer, question, self.words)
        self.reached(Point.CARD_MADE)
        return card


def eligible(audience: Audience, document_audiences: Mapping[str, tuple[str, ...]]) -> MayUse:
    """Whether a document may be used in front of an audience."""

    def may_use(source: Source) -> bool:
        return audience.may_see(document_audiences.get(source.file, source.audience))

    return may_use
