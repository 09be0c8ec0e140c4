"""The round of questions to a person: one reminder, an end that its asker is told of, and forgetting."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.coaching.humans.cards import asked_card
from bot.coaching.humans.telling import HumanTelling
from bot.domain import human_asks as rules
from bot.domain.days_off import Holidays, days_off
from bot.domain.human_asks import CLOSE_AFTER, REMIND_AFTER, HumanAsk, working_days
from bot.domain.partnership import PartnershipPlan

#: What somebody began and did not send is forgotten after this.
_DRAFTS_FOR = timedelta(days=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class HumanMinding:
    """Asked every minute, it says each thing once, on a working day outside the partnership's quiet hours."""

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    telling: HumanTelling
    holidays: Holidays

    async def __call__(self, now: datetime) -> None:
        """Look after the questions of every partnership."""
        for plan in await self.plans():
            kept_for = timedelta(days=plan.retention.questions)
            await self.telling.asks.forget(plan.id, now - kept_for, now - _DRAFTS_FOR)
            waiting = await self.telling.asks.open(plan.id)
            if not waiting or plan.quiet_hours.cover(now.astimezone(ZoneInfo(plan.zone)).hour):
                continue
            first = min(each.since for each in waiting).date() - _DAY
            off = days_off(plan, self.holidays, first, now.date() + _DAY)
            if working_days(now - _DAY, now, plan.zone, off):
                for ask in waiting:
                    await self._minded(ask, plan, working_days(ask.since, now, plan.zone, off), now)

    async def _minded(self, ask: HumanAsk, plan: PartnershipPlan, days: int, now: datetime) -> None:
        asks, words = self.telling.asks, self.telling.words
        if days >= CLOSE_AFTER or not ask.hands:
            over = rules.closed(ask)
            if over is not None:
                await asks.save(ask, over, await self.telling.to_asker(over, plan, "closed"), now)
        elif days >= REMIND_AFTER:
            after = rules.reminded(ask)
            if after is not None:
                made = partial(asked_card, ask, plan, words, "human.asked_again")
                await asks.save(ask, after, await self.telling.to(ask.hands, ask, plan, "remind", made), now)
