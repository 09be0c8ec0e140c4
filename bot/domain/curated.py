"""Curated answers: what the leads say themselves to a question, in the place of what the library says."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import WHOLE_PARTNERSHIP, Audience, OrganisationId, PartnershipId

#: In characters: a curated answer is one message, and a question or a paraphrase a sentence or two.
LONGEST_ANSWER = 2_000
LONGEST_QUESTION = 500


@dataclass(frozen=True, kw_only=True)
class CuratedAnswer:
    """An answer of the leads to a question and its `paraphrases`; `organisations` that may see it, none meaning all."""

    id: str
    partnership: PartnershipId
    question: str
    answer: str
    at: datetime
    paraphrases: tuple[str, ...] = ()
    organisations: tuple[OrganisationId, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """Every wording that it answers."""
        return (self.question, *self.paraphrases)

    def is_for(self, audience: Audience) -> bool:
        """Whether it may be shown in front of everyone present."""
        return audience.may_see(self.organisations or (WHOLE_PARTNERSHIP,))
