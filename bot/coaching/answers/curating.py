"""Curating: where the leads have answered a question themselves, their answer wins over the library's."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cards import Card, Paragraph
from bot.domain.curated import CuratedAnswer
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Audience
from bot.store.curated import CuratedAnswers
from knowledge.embedding import Vectors
from knowledge.folding import fold
from prompts import Words

#: A question whose vector is at least this near to one of an answer's wordings asks the same. Measured on pairs of our
#: own, which `tests/bot/coaching/answers/test_curating_measured.py` holds it to.
SAME_FROM = 0.85

_NEGATION = re.compile(
    r"no|not|never|without|nobody|none|nothing|cannot|(?:do|does|did|ca|could|should|would|wo|is|are|was|were|has|have)nt"
)
#: These ask for different things, while what, which and how may ask for any of them.
_ASKS_FOR = re.compile(r"(who|when|where|why)(?:s|re)?")
#: One question with a word of one side and another with a word of the other are two.
_OPPOSITES = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        ("next", "last previous former"),
        ("join joining", "leave leaving"),
        ("before", "after"),
        ("start starting begin", "stop stopping end ending"),
        ("more most", "less fewer least"),
        ("open opening", "close closed closing"),
        ("give giving", "get getting take taking"),
    )
)
#: Unit vectors of texts, float32 [texts, dimensions]; takes milliseconds and runs in a thread.
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, kw_only=True)
class Curating:
    """Finds the leads' answer to a question. Who may see it is looked at for every question anew."""

    answers: CuratedAnswers
    embed: Embed
    _vectors: dict[str, Vectors] = field(default_factory=dict)

    async def find(self, question: str, plan: PartnershipPlan, audience: Audience) -> CuratedAnswer | None:
        """The answer to this question, in these words or others, where this audience may see one."""
        mine = [each for each in await self.answers.all(plan.id) if each.is_for(audience)]
        if not mine:
            return None
        asked = folded(question)
        exact = next((each for each in mine if asked in map(folded, each.questions)), None)
        return exact or await asyncio.to_thread(self._nearest, question, mine)

    def _nearest(self, question: str, curated: Sequence[CuratedAnswer]) -> CuratedAnswer | None:
        wordings = {text: each for each in reversed(curated) for text in each.questions}
        vectors = self._known(list(wordings))
        asked = self.embed([question.encode("utf-8", "replace").decode()])[0]
        near = {text: float(vectors[text] @ asked) for text in wordings}
        same = [text for text, nearness in near.items() if nearness >= SAME_FROM and alike(text, question)]
        return wordings[max(same, key=near.__getitem__)] if same else None

    def _known(self, wordings: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of wordings, each made once while it is in use."""
        # Questions are answered in several threads at once: what one drops, another still has.
        held = dict(self._vectors)
        new = [text for text in wordings if text not in held]
        held |= dict(zip(new, self.embed(new), strict=True)) if new else {}
        known = {text: held[text] for text in wordings}
        self._vectors.clear()
        self._vectors.update(known)
        return known


def folded(question: str) -> str:
    """A question without what its case, white space, quotation marks and last mark add."""
    return fold(question).text.strip(" ?!.…'\"")


def alike(one: str, other: str) -> bool:
    """Whether two questions may ask the same: vectors hardly tell when from where, or with from without."""
    mine, yours = _words(one), _words(other)
    if _numbers(mine) != _numbers(yours) or _negated(mine) != _negated(yours):
        return False
    wanted = [{found[1] for word in words if (found := _ASKS_FOR.fullmatch(word))} for words in (mine, yours)]
    if all(wanted) and wanted[0] != wanted[1]:
        return False
    return not any((mine & a and yours & b) or (mine & b and yours & a) for a, b in _OPPOSITES)


def _words(question: str) -> frozenset[str]:
    return frozenset(word.strip('.,;:()!?"') for word in folded(question).replace("'", "").split())


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.strip("£$€%") for word in words if any(mark.isdigit() for mark in word))


def _negated(words: frozenset[str]) -> bool:
    return any(_NEGATION.fullmatch(word) for word in words)


def curated_card(curated: CuratedAnswer, plan: PartnershipPlan, words: Words) -> Card:
    """The leads' answer, said to be theirs, from when, and to which question; it quotes nothing."""
    return Card(
        title=words("curated.title"),
        paragraphs=tuple(Paragraph(text=each) for each in paragraphs(curated.answer)),
        note=words("curated.note", date=day(curated.at, plan.zone, words), question=curated.question),
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """A text by its empty lines."""
    return tuple(each.strip() for each in text.replace("\r\n", "\n").split("\n\n") if each.strip())


def day(at: datetime, zone: str, words: Words) -> str:
    """A day as the partnership writes it, by its own clock."""
    return words.day(at.astimezone(ZoneInfo(zone)))
