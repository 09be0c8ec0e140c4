"""Gather: what a digest needs besides barriers and figures to tell what people replied."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.coaching.answers.asking import eligible
from bot.coaching.answers.attribution import source_name
from bot.domain.barrier_views import Reader
from bot.domain.check_ins import Reflection
from bot.domain.insight import Conversation
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Audience, OrganisationId, PartnershipId
from bot.domain.questions import Depth, ReflectionQuestion, Suits
from knowledge.remedies import Remedies
from knowledge.triage.phrases import factor_names
from prompts import Words

_QUESTIONS = 2
#: Of what a question may be that opens a conversation, the best first: what lies between people, then what is.
_OPENING = (Depth.RELATING, Depth.NOTICING)


@dataclass(frozen=True, kw_only=True)
class InsightGathering:
    """`replies` are those since a moment of which somebody may see the wording; `partners` counts who is active.

    `practices` finds what helped elsewhere; without it a conversation has its questions only.
    """

    replies: Callable[[PartnershipId, datetime], Awaitable[Sequence[Reflection]]]
    partners: Callable[[PartnershipId], Awaitable[Mapping[OrganisationId, int]]]
    bank: Sequence[ReflectionQuestion]
    words: Words
    practices: Remedies | None = None

    async def conversation(self, factor: str, reader: Reader, plan: PartnershipPlan) -> Conversation:
        """How this reader can begin to talk about a factor: from documents that their organisation may see."""
        questions = opening_questions(self.bank, factor, self.words.spoken)
        if self.practices is None:
            return Conversation(questions=questions)
        audience = Audience(organisations=frozenset({reader.organisation}))
        sought = self.words("digest.perceptions.sought", factor=factor_names("en")[factor])
        offers = await self.practices(sought, (factor,), eligible(audience, plan.document_audiences), 1)
        if not offers.sentences:
            return Conversation(questions=questions)
        return Conversation(
            questions=questions,
            practice=offers.sentences[0].text,
            source=source_name(offers.citations[0], self.words),
        )


def opening_questions(bank: Sequence[ReflectionQuestion], factor: str, locale: str) -> tuple[str, ...]:
    """Two questions of the bank about a factor that anybody can be asked and that take nobody's side."""
    fit = [each for each in bank if each.factor == factor and each.suits is Suits.EVERYONE and each.depth in _OPENING]
    fit.sort(key=lambda each: (_OPENING.index(each.depth), each.id))
    chosen = [each for each in fit if not each.retired][:_QUESTIONS]
    return tuple(each.wordings[locale].text if locale in each.wordings else each.text for each in chosen)
