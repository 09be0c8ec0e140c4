"""What a partnership has heard, as choosing reads it: from replies, barriers and questions that were passed on.

What somebody keeps private is nothing here, nor what they took back. What was said stays where it is: an observation
tells that something was heard of a factor from an organisation, and when.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.coaching.check_in_ports import Bank
from bot.domain.barriers import Barrier, Consent
from bot.domain.check_ins import CheckIn, Reflection, State
from bot.domain.choosing import NO_REPEAT
from bot.domain.counting import last_week
from bot.domain.evidence import WEIGHTS, Asked, Evidence, Observation, Outcome, Person, Source
from bot.domain.heard import Gap
from bot.domain.insight import blocked, disputed
from bot.domain.partnership import FACTORS, PartnershipPlan
from bot.store.check_ins import CheckIns
from bot.store.gaps import Gaps
from bot.store.reflections import Reflections
from bot.store.snapshots import Snapshots

#: What was heard longer ago has faded to a sixteenth. So long is kept in mind, too, what each person was asked.
_LOOKS_BACK = max(timedelta(weeks=104), NO_REPEAT)
_OUTCOMES = {
    State.ASKED: Outcome.WAITING,
    State.SNOOZED: Outcome.WAITING,
    State.ANSWERED: Outcome.ANSWERED,
    State.SKIPPED: Outcome.UNANSWERED,
}
#: The two questions of a check-in that was changed for another were put one after the other.
_BEFORE = timedelta(microseconds=1)
#: Questions whose factor is kept in mind.
_MOST_KEPT = 10_000
#: The factor that a question is about; takes milliseconds, so that it is called in a thread.
FactorOf = Callable[[str], str | None]


@dataclass(frozen=True, kw_only=True)
class CheckInEvidence:
    """Gathers it from what is kept."""

    check_ins: CheckIns
    reflections: Reflections
    gaps: Gaps
    snapshots: Snapshots
    bank: Bank
    factor_of: FactorOf
    _factors: dict[str, str | None] = field(default_factory=dict)

    async def __call__(
        self, plan: PartnershipPlan, people: Sequence[Person], barriers: Sequence[Barrier], now: datetime
    ) -> Evidence:
        """The evidence of a partnership at a moment. `people` are all its partners, `barriers` all its barriers."""
        bank, week = await self.bank(plan), last_week(now, plan.zone)
        frozen = await self.snapshots.of(plan.id)
        since = now - _LOOKS_BACK
        heard = [
            *replies(await self.reflections.in_partnership(plan.id)),
            *raised(barriers),
            *await self._passed_on(plan),
        ]
        return Evidence(
            people=people,
            questions=tuple(bank.values()),
            observations=[each for each in heard if each.at >= since],
            asked=list(asked(await self.check_ins.since(plan.id, since))),
            retired=frozenset(each.id for each in bank.values() if each.retired),
            disputed=disputed(frozen, week, plan),
            blocked=blocked(frozen, week, plan),
            k=plan.disclosure.k,
        )

    async def _passed_on(self, plan: PartnershipPlan) -> list[Observation]:
        """The questions that the library did not answer and that wait for the leads."""
        found = []
        for gap in await self.gaps.open(plan.id):
            factor = await self._factor(gap)
            if factor in FACTORS:
                weight = WEIGHTS[Source.QUESTION]
                found.append(Observation(factor=factor, organisation=gap.organisation, at=gap.at, weight=weight))
        return found

    async def _factor(self, gap: Gap) -> str | None:
        """What it is about, worked out once: a question does not change."""
        if gap.id not in self._factors:
            if len(self._factors) >= _MOST_KEPT:
                self._factors.clear()
            self._factors[gap.id] = await asyncio.to_thread(self.factor_of, gap.question)
        return self._factors[gap.id]


def replies(reflections: Sequence[Reflection]) -> Iterator[Observation]:
    """What replies tell of, those that count."""
    for each in reflections:
        if each.counts:
            yield Observation(factor=each.factor, organisation=each.organisation, at=each.at)


def raised(barriers: Sequence[Barrier]) -> Iterator[Observation]:
    """What barriers tell of, from each raiser who does not keep theirs private."""
    for barrier in barriers:
        for raiser in barrier.raisers if barrier.into is None else ():
            if raiser.consent is not Consent.PRIVATE:
                yield Observation(
                    factor=barrier.factor,
                    organisation=raiser.organisation,
                    at=raiser.at,
                    weight=WEIGHTS[Source.BARRIER],
                )


def asked(check_ins: Sequence[CheckIn]) -> Iterator[Asked]:
    """What people were asked. A question that somebody had changed for another was asked of them as well."""
    for each in check_ins:
        now = Asked(partner=each.partner, question=each.question, at=each.asked_at, outcome=_OUTCOMES[each.state])
        yield now
        if each.instead_of:
            before = each.asked_at - _BEFORE
            yield replace(now, question=each.instead_of, at=before, outcome=Outcome.UNANSWERED)
