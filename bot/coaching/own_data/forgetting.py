"""Forget: what a partnership keeps for a time only is deleted once the time is over."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.barriers import ENDED, Barrier
from bot.domain.counting import last_week
from bot.domain.disclosure import WINDOWS, weeks_until
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnershipId
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.reflections import Reflections
from bot.store.snapshots import Snapshots

#: A digest of the last quarter shows figures that look back another.
_WEEKS_OF_FIGURES = 2 * max(WINDOWS)
#: What somebody was asked is remembered as long, so that it does not come again soon.
_ASKED_BEFORE = timedelta(weeks=26)


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    """The use-case; asked as often as one likes, it does each partnership once a day."""

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    barriers: Barriers
    snapshots: Snapshots
    gaps: Gaps
    feedback: Feedback
    reflections: Reflections
    check_ins: CheckIns
    _done: dict[PartnershipId, date] = field(default_factory=dict)

    async def __call__(self, now: datetime) -> None:
        """Delete what is too old by the partnership's own rules."""
        for plan in await self.plans():
            if self._done.get(plan.id) != now.date():
                await self._forget(plan, now)
                self._done[plan.id] = now.date()

    async def _forget(self, plan: PartnershipPlan, now: datetime) -> None:
        asked = now - timedelta(days=plan.retention.questions)
        await self.gaps.forget(plan.id, asked)
        await self.feedback.forget(plan.id, asked)
        replied = now - timedelta(days=plan.retention.replies)
        await self.reflections.forget(plan.id, replied)
        await self.check_ins.forget(plan.id, min(replied, now - _ASKED_BEFORE))
        ended = now - timedelta(days=plan.retention.barriers)
        every = await self.barriers.all(plan.id)
        await self.barriers.forget(*(each.id for each in every if _is_over(each, ended, every)))
        *_, oldest = weeks_until(last_week(now, plan.zone), _WEEKS_OF_FIGURES)
        await self.snapshots.forget(plan.id, oldest)


def _is_over(barrier: Barrier, before: datetime, every: Sequence[Barrier]) -> bool:
    """Whether a barrier ended before a time; one that was merged away ends with the one that it went into."""
    while barrier.into is not None:
        into = next((each for each in every if each.id == barrier.into), None)
        if into is None:
            return True
        barrier = into
    return barrier.status in ENDED and barrier.moved_at < before
