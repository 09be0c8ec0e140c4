"""Freeze: once a week is over its figures are counted, for ever."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.barriers import Barrier
from bot.domain.counting import counted, last_week, span_of
from bot.domain.disclosure import WINDOWS, weeks_until
from bot.domain.disclosure_freezing import freeze
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.barriers import Barriers
from bot.store.snapshots import Snapshots


@dataclass(frozen=True, kw_only=True)
class Freezing:
    """The use-case; asked as often as one likes, it counts each week once. What was not withdrawn by then counts.

    Nobody waits for anybody: a raiser may change what they allow while a week is counted. Whoever does withholds what
    was kept by then, after their change too; and what they changed before it was kept is found here, after keeping.
    """

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    barriers: Barriers
    snapshots: Snapshots

    async def __call__(self, now: datetime) -> int:
        """Freeze what is over and not yet frozen; returns how many weeks that were."""
        return sum([await self._partnership(plan, now) for plan in await self.plans()])

    async def _partnership(self, plan: PartnershipPlan, now: datetime) -> int:
        """A service that was down for weeks counts them one after the other, the oldest first."""
        newest = last_week(now, plan.zone)
        done = dict(await self.snapshots.of(plan.id))
        if newest in done:
            return 0
        barriers = await self.barriers.all(plan.id)
        weeks = [each for each in reversed(weeks_until(newest, max(WINDOWS))) if each > max(done, default="")]
        for week in weeks:
            own = counted(barriers, span_of(week, plan.zone))
            history = dict(await self.snapshots.history(plan.id, weeks_until(week, max(WINDOWS))))
            history[week] = [each.contribution for each in own]
            members = [each.id for each in plan.organisations]
            done[week] = freeze(week, history, plan.disclosure, members, done)
            await self.snapshots.keep(plan.id, done[week], own)
        await self._withhold_changed(plan, weeks, barriers)
        return len(weeks)

    async def _withhold_changed(self, plan: PartnershipPlan, weeks: Sequence[str], barriers: Sequence[Barrier]) -> None:
        """Withhold what rests on somebody who has changed what they allow since the barriers were read."""
        before = {each.id: each for each in barriers}
        changed = [each for each in await self.barriers.all(plan.id) if before.get(each.id, each) != each]
        former = [before[each.id] for each in changed]
        for week in weeks:
            span = span_of(week, plan.zone)
            for each in set(counted(former, span)) - set(counted(changed, span)):
                person = PartnerId(each.contribution.person)
                await self.snapshots.withhold(plan.id, person, each.barrier)
