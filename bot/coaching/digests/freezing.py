"""Freeze: once a week is over its figures are counted, for ever."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.barrier_views import EVER
from bot.domain.barriers import Barrier
from bot.domain.check_ins import Reflection
from bot.domain.counting import Counted, Span, counted, last_week, span_of
from bot.domain.disclosure import WINDOWS, weeks_until
from bot.domain.disclosure_freezing import freeze
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.reflected import reflected
from bot.store.barriers import Barriers
from bot.store.snapshots import Snapshots


class Replies(Protocol):
    """What partners replied to check-ins."""

    async def counting_since(self, partnership: PartnershipId, moment: datetime, /) -> Sequence[Reflection]:
        """The replies from a moment on that count: nothing private, nothing withdrawn."""


@dataclass(frozen=True, kw_only=True)
class _Said:
    """Everything that figures rest on, as it is at a moment."""

    barriers: Sequence[Barrier]
    replies: Sequence[Reflection]

    def counted(self, week: Span) -> tuple[Counted, ...]:
        return (*counted(self.barriers, week), *reflected(self.replies, week))

    def changed_since(self, before: "_Said") -> tuple["_Said", "_Said"]:
        """Of what was there before: what has changed, as it was and as it is. A reply may be gone."""
        barriers = {each.id: each for each in before.barriers}
        now = [each for each in self.barriers if barriers.get(each.id, each) != each]
        was = [barriers[each.id] for each in now]
        still = set(self.replies)
        gone = [each for each in before.replies if each not in still]
        taken = {each.check_in for each in gone}
        edited = [each for each in self.replies if each.check_in in taken]
        return _Said(barriers=was, replies=gone), _Said(barriers=now, replies=edited)


@dataclass(frozen=True, kw_only=True)
class Freezing:
    """The use-case; asked as often as one likes, it counts each week once. What was not withdrawn by then counts.

    Nobody waits for anybody: a raiser or an author may change what they allow while a week is counted. Whoever does
    withholds what was kept by then, after their change too; and what they changed before it was kept is found here,
    after keeping.
    """

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    barriers: Barriers
    replies: Replies
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
        weeks = [each for each in reversed(weeks_until(newest, max(WINDOWS))) if each > max(done, default="")]
        said = await self._said(plan, weeks)
        for week in weeks:
            own = said.counted(span_of(week, plan.zone))
            history = dict(await self.snapshots.history(plan.id, weeks_until(week, max(WINDOWS))))
            history[week] = [each.contribution for each in own]
            members = [each.id for each in plan.organisations]
            rules = plan.disclosure.since(span_of(week, plan.zone).start)
            done[week] = freeze(week, history, rules, members, done, plan.disclosure.since(EVER))
            await self.snapshots.keep(plan.id, done[week], own)
        await self._withhold_changed(plan, weeks, said)
        return len(weeks)

    async def _said(self, plan: PartnershipPlan, weeks: Sequence[str]) -> _Said:
        since = min(span_of(week, plan.zone).start for week in weeks)
        replies = await self.replies.counting_since(plan.id, since)
        return _Said(barriers=await self.barriers.all(plan.id), replies=replies)

    async def _withhold_changed(self, plan: PartnershipPlan, weeks: Sequence[str], before: _Said) -> None:
        """Withhold what rests on somebody who has changed what they allow since it was read."""
        was, now = (await self._said(plan, weeks)).changed_since(before)
        for week in weeks:
            span = span_of(week, plan.zone)
            for each in _no_more(was.counted(span), now.counted(span)):
                await self.snapshots.withhold(plan.id, PartnerId(each.contribution.person), each.source)


def _no_more(before: Iterable[Counted], now: Iterable[Counted]) -> set[Counted]:
    return set(before) - set(now)
