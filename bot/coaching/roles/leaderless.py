"""A partnership whose last lead is gone: nobody is asked after the week is over, and those who can help are told once.

A lead whom the coach has not met yet is none: whether a partnership ever had one is kept, so that a new partnership,
whose leads have not written yet, is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.coaching.changes import derived_id
from bot.coaching.roles.changing import Roles, said
from bot.domain.chat_settings import WITHOUT_LEAD
from bot.domain.partnership import PartnershipPlan
from bot.domain.partnership_rules import is_address

_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Leaderless:
    """The round: it notes when the last lead went, and forgets it when one is there again."""

    roles: Roles

    async def __call__(self, now: datetime) -> None:
        """Look at every partnership."""
        for plan in await self.roles.plans():
            state = (await self.roles.settings.of(plan.id)).get(WITHOUT_LEAD, {})
            after = await self._after(plan, state, now)
            if after != state:
                await self.roles.settings.keep(plan.id, WITHOUT_LEAD, after, now)

    async def _after(self, plan: PartnershipPlan, state: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        if await self.roles.people.leads(plan):
            return {"led": True}
        if not state.get("led"):
            return state
        if "since" not in state:
            await self._tell(plan, now)
            return {"led": True, "since": now.isoformat(), "asks_nobody": False}
        return {**state, "asks_nobody": now >= _next_monday(datetime.fromisoformat(state["since"]), plan)}

    async def _tell(self, plan: PartnershipPlan, now: datetime) -> None:
        """A line to the contacts whom the coach can write to: those whose way is a partner's verified address."""
        emails = {each.how.strip().lower() for each in plan.contacts if is_address(each.how.strip())}
        known = await self.roles.people.by_email(plan.id, emails)
        made = partial(said, self.roles.words, "partners.told_no_lead", partnership=plan.name)
        change = derived_id(plan.id, "without lead", now.isoformat())
        replies = await self.roles.told(list(known.values()), plan, change, made)
        await self.roles.barriers.save(notices=replies, now=now)


def _next_monday(since: datetime, plan: PartnershipPlan) -> datetime:
    """When the ISO week ends, by the partnership's own clock."""
    here = since.astimezone(ZoneInfo(plan.zone))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + _WEEK - timedelta(days=midnight.weekday())
