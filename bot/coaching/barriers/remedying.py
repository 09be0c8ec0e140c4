"""Remedies: what may help against a barrier that was just logged, or that nothing fits, and one open question."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.coaching.answers.asking import eligible
from bot.coaching.answers.attribution import source_name
from bot.coaching.answers.card import answer_card
from bot.coaching.answers.closing import Closing
from bot.coaching.answers.gaps import PassingOn
from bot.coaching.recognising import Recognised
from bot.domain.barriers import Barrier, BarrierId, Consent, Kind, Status
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.messages import Incoming
from bot.domain.people import PartnershipId
from bot.domain.questions import ReflectionQuestion
from knowledge.answers import Answer, Reason
from knowledge.remedies import MOST_OFFERS, NOTHING, Offers
from knowledge.remedies import Remedies as FromLibrary
from prompts import Words

_DAYS_IN_WEEK = 7


class Likeness(Protocol):
    """Tells which barriers of a log are alike to a text."""

    async def offers(self, text: str, log: Sequence[tuple[BarrierId, str]]) -> Sequence[tuple[BarrierId, float]]:
        """Those that are alike enough, likeliest first; a barrier may have several wordings in the log."""


@dataclass(frozen=True, kw_only=True)
class Unlocked:
    """How a barrier like it was resolved: the weeks that it took, and what a lead wrote of it."""

    weeks: int
    because: str


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """What may help: from the library, and from this partnership; `question` is an open one, empty for none.

    `pass_on` gives the barrier to the leads as a gap of the library; `note` says who would see what.
    """

    offers: Offers = NOTHING
    unlocked: Unlocked | None = None
    question: str = ""
    pass_on: Button | None = None
    note: str = ""

    @property
    def any(self) -> bool:
        """Whether anything fits."""
        return bool(self.offers.sentences) or self.unlocked is not None


@dataclass(frozen=True, kw_only=True)
class Remedying:
    """The use-case. Nothing is kept: what it offers rests on the barriers and documents of this moment only."""

    library: FromLibrary
    likeness: Likeness
    barriers: Callable[[PartnershipId], Awaitable[Sequence[Barrier]]]
    bank: Sequence[ReflectionQuestion]
    words: Words
    passing_on: PassingOn | None = None

    async def __call__(self, barrier: Barrier, incoming: Incoming, recognised: Recognised) -> tuple[Card, ...]:
        """The card that follows the one which says that a barrier is logged, for the partner who raised it."""
        own = None if recognised.partner is None else barrier.raiser(recognised.partner)
        if own is None:
            return ()
        factors = (barrier.factor, *barrier.also)
        return (remedy_card(await self.find(own.wording, factors, incoming, recognised, barrier.id), self.words),)

    async def find(
        self,
        text: str,
        factors: Sequence[str],
        incoming: Incoming,
        recognised: Recognised,
        except_for: BarrierId | None = None,
    ) -> Remedies:
        """What may help against a barrier in somebody's words; three things at most."""
        plan = recognised.plan
        unlocked = await self._unlocked(text, plan.id, except_for)
        may_use = eligible(recognised.audience, plan.document_audiences)
        offers = await self.library(text, factors, may_use, MOST_OFFERS - (unlocked is not None))
        question = await self._question(text, factors, incoming, recognised)
        if offers.sentences or unlocked is not None or self.passing_on is None:
            return Remedies(offers=offers, unlocked=unlocked, question=question)
        return Remedies(
            question=question,
            pass_on=self.passing_on.offer(text, incoming),
            note=f"{self.passing_on.note(text)} {self.words('remedy.gap_note')}",
        )

    async def _unlocked(self, text: str, partnership: PartnershipId, except_for: BarrierId | None) -> Unlocked | None:
        known = {each.id: each for each in await self.barriers(partnership) if may_be_offered(each)}
        known.pop(except_for or BarrierId(""), None)
        log = [(each.id, raiser.wording) for each in known.values() for raiser in each.raisers]
        alike = await self.likeness.offers(text, log) if log else ()
        return next((unlocked(known[key]) for key, _ in alike if key in known), None)

    async def _question(self, text: str, factors: Sequence[str], incoming: Incoming, recognised: Recognised) -> str:
        async def confirmed(_text: str) -> str | None:
            return next(iter(factors), None)

        closing = Closing(bank=self.bank, factor_of=confirmed)
        return await closing(text, incoming.key, lead=recognised.standing.lead)


def may_be_offered(barrier: Barrier) -> bool:
    """Whether how a barrier was resolved may be told to somebody who raises the like.

    A lead must have written how and let it be read, and everybody whose barrier it is must have let their wording be
    shown unnamed. Somebody who takes that back takes the remedy with it.
    """
    behind = (*barrier.raisers, *barrier.aside)
    by_lead = next((each.lead for each in reversed(barrier.history) if each.kind is Kind.MOVED), False)
    told = barrier.status is Status.RESOLVED and barrier.shared and by_lead and bool(barrier.because.strip())
    allowed = all(each.shared and each.consent is not Consent.PRIVATE for each in behind)
    return told and bool(barrier.raisers) and allowed and barrier.into is None


def unlocked(barrier: Barrier) -> Unlocked:
    """How a resolved barrier was unlocked."""
    days = (barrier.moved_at - barrier.raised_at).days
    return Unlocked(weeks=max(1, round(days / _DAYS_IN_WEEK)), because=barrier.because.strip())


def remedy_card(remedies: Remedies, words: Words) -> Card:
    """The card: what helped, each with where it stands, or that nothing fits; then one open question."""
    answer = Answer(reason=Reason.ANSWERED, sentences=remedies.offers.sentences, citations=remedies.offers.citations)
    return Card(
        title=words("remedy.title"),
        paragraphs=tuple(_paragraphs(remedies, words)),
        quotations=answer_card(answer, "", words).quotations,
        buttons=() if remedies.pass_on is None else (remedies.pass_on,),
        note=words("remedy.sources") if remedies.offers.sentences else remedies.note,
    )


def _paragraphs(remedies: Remedies, words: Words) -> Iterator[Paragraph]:
    yield Paragraph(text=words("remedy.opening" if remedies.any else "remedy.nothing"))
    if remedies.unlocked is not None:
        weeks, because = remedies.unlocked.weeks, remedies.unlocked.because
        yield Paragraph(text=words.count("remedy.unlocked", weeks, because=because))
    cited = {citation.n: citation for citation in remedies.offers.citations}
    for sentence in remedies.offers.sentences:
        source = source_name(cited[sentence.citations[0]], words)
        text = words("ask.attributed", source=source, text=sentence.text)
        yield Paragraph(text=text, citations=sentence.citations)
    if remedies.question:
        yield Paragraph(text=words("ask.closing", question=remedies.question))
