"""What a partnership has heard, as choosing reads it: from replies, barriers and questions that were passed on.

What somebody keeps private is nothing here, nor what they took back. What was said stays where it is: an observation
tells that something was heard of a factor from an organisation, and when.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.coaching.check_ins.ports import Bank
from bot.domain.barriers import Barrier, Consent
from bot.domain.choosing import NO_REPEAT
from bot.domain.counting import last_week
from bot.domain.evidence import WEIGHTS, Evidence, Observation, Person, Source
from bot.domain.heard import Gap
from bot.domain.insight import blocked, disputed
from bot.domain.partnership import FACTORS, PartnershipPlan
from bot.domain.people import PartnershipId
from bot.store.hearing import Hearing

#: What was heard longer ago has faded to a sixteenth. So long is kept in mind, too, what each person was asked.
_LOOKS_BACK = max(timedelta(weeks=104), NO_REPEAT)
#: Questions whose factor is kept in mind.
_MOST_KEPT = 10_000
#: The factor that a question is about; takes milliseconds, so that it is called in a thread.
FactorOf = Callable[[str], str | None]


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a partnership already: all its partners, and all its barriers."""

    plan: PartnershipPlan
    people: Sequence[Person]
    barriers: Sequence[Barrier]


@dataclass(frozen=True, kw_only=True)
class CheckInEvidence:
    """Gathers it from what is kept."""

    hearing: Hearing
    bank: Bank
    factor_of: FactorOf
    _factors: dict[str, str | None] = field(default_factory=dict)

    async def __call__(
        self, plan: PartnershipPlan, people: Sequence[Person], barriers: Sequence[Barrier], now: datetime
    ) -> Evidence:
        """The evidence of a partnership at a moment. `people` are all its partners, `barriers` all its barriers."""
        return (await self.together([Known(plan=plan, people=people, barriers=barriers)], now))[plan.id]

    async def together(self, known: Sequence[Known], now: datetime) -> Mapping[PartnershipId, Evidence]:
        """The same of several partnerships at once."""
        names, since = [each.plan.id for each in known], now - _LOOKS_BACK
        weeks = {each.plan.id: last_week(now, each.plan.zone) for each in known}
        replied, asked = await self.hearing.replies(names, since), await self.hearing.asked(names, since)
        passed_on = await self.hearing.passed_on(names)
        frozen = await self.hearing.frozen(names, set(weeks.values()))
        found = {}
        for each in known:
            plan, bank = each.plan, await self.bank(each.plan)
            waiting = [heard async for heard in self._waiting(passed_on.get(plan.id, ()))]
            heard = (*replied.get(plan.id, ()), *raised(each.barriers), *waiting)
            figures, week = frozen.get(plan.id, {}), weeks[plan.id]
            found[plan.id] = Evidence(
                people=each.people,
                questions=tuple(bank.values()),
                observations=[each for each in heard if each.at >= since],
                asked=asked.get(plan.id, ()),
                retired=frozenset(each.id for each in bank.values() if each.retired),
                disputed=disputed(figures, week, plan),
                blocked=blocked(figures, week, plan),
                k=plan.disclosure.k,
            )
        return found

    async def _waiting(self, passed_on: Sequence[Gap]) -> AsyncIterator[Observation]:
        """What questions tell of that wait for the leads, where it is known what they are about."""
        for gap in passed_on:
            factor = await self._factor(gap)
            if factor in FACTORS:
                weight = WEIGHTS[Source.QUESTION]
                yield Observation(factor=factor, organisation=gap.organisation, at=gap.at, weight=weight)

    async def _factor(self, gap: Gap) -> str | None:
        """What it is about, worked out once: a question does not change."""
        if gap.id not in self._factors:
            if len(self._factors) >= _MOST_KEPT:
                self._factors.clear()
            self._factors[gap.id] = await asyncio.to_thread(self.factor_of, gap.question)
        return self._factors[gap.id]


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
