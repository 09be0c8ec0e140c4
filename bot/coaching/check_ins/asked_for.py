"""What a partner may ask of their own check-in: this week's at once, another question, or the same one later."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.coaching.check_ins.addressing import Addressing
from bot.coaching.check_ins.evidence import CheckInEvidence
from bot.coaching.check_ins.inviting import new_check_in
from bot.coaching.check_ins.passing import put_off_to
from bot.coaching.check_ins.reasons import reason_parts
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.delivery.ports import NewId
from bot.domain.check_ins import CheckIn
from bot.domain.choosing import Choice, choose
from bot.domain.due_now import NOTHING_CHOSEN
from bot.domain.evidence import Person
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.domain.planning import Slot, Week, slot
from bot.domain.rolls import Rolls
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns


@dataclass(frozen=True, kw_only=True)
class AskedFor:
    """The use-case behind the ports of `bot.coaching.check_ins.ports`; whoever asks is answered, stopped or not."""

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    addressing: Addressing
    check_ins: CheckIns
    barriers: Barriers
    evidence: CheckInEvidence
    new_id: NewId

    async def at_once(self, recognised: Recognised, now: datetime) -> CheckIn | None:
        """This week's check-in: the one that there is, or a new one, which then takes the place of the planned one.

        None where no question suits. Nothing more is sent for a new one: its partner has it before them.
        """
        partner, plan = confirmed(recognised), recognised.plan
        settings = await self._settings(partner)
        week = _week(now, settings, plan)
        latest = await self.check_ins.latest(partner)
        if latest is not None and (latest.partnership, latest.week) == (plan.id, str(week)):
            return latest
        choice = await self._chosen(recognised, now)
        if choice is None:
            return None
        planned = self._slot(week, settings, plan, now)
        fresh = new_check_in(plan, _person(recognised), choice, planned, now, settings, self.new_id)
        await self.check_ins.invite([(replace(fresh, remind_at=None), None)], now)
        # Somebody else may have come first: the planner, or the same person on another platform.
        return await self.check_ins.latest(partner)

    async def another(self, check_in: CheckIn, recognised: Recognised, now: datetime) -> CheckIn | None:
        """The check-in with another question, not saved yet; None where no other suits."""
        choice = await self._chosen(recognised, now)
        if choice is None or choice.question_id == check_in.question:
            return None
        return replace(check_in, question=choice.question_id, factor=choice.factor, reason=reason_parts(choice.reason))

    async def later(self, check_in: CheckIn, recognised: Recognised, now: datetime) -> datetime | None:
        """The moment to which a check-in is put off; None where no day is left."""
        plan, settings = recognised.plan, await self._settings(confirmed(recognised))
        off = self.addressing.days_off(plan, now)
        return put_off_to(now, check_in.until, settings.preferences(plan), plan.rhythm, off)

    def _slot(self, week: Week, settings: PartnerSettings, plan: PartnershipPlan, now: datetime) -> Slot:
        """When it would have been asked, or this very moment where the week has no such time."""
        planned = slot(week, settings.preferences(plan), plan.rhythm, self.addressing.days_off(plan, now))
        return planned or Slot(week=week, at=now, until=now)

    async def _chosen(self, recognised: Recognised, now: datetime) -> Choice | None:
        plan, person = recognised.plan, _person(recognised)
        found = await self.addressing(plan, Rolls.of(await self.plans()), now)
        barriers = await self.barriers.all(plan.id)
        evidence = await self.evidence(plan, found.people, barriers, now)
        return await asyncio.to_thread(choose, person, evidence, now, plan.id)

    async def _settings(self, partner: PartnerId) -> PartnerSettings:
        return (await self.addressing.own.of([partner])).get(partner, NOTHING_CHOSEN)


def _person(recognised: Recognised) -> Person:
    standing = recognised.standing
    return Person(partner=confirmed(recognised), organisation=standing.organisation, lead=standing.lead)


def _week(now: datetime, settings: PartnerSettings, plan: PartnershipPlan) -> Week:
    return Week.of(now.astimezone(ZoneInfo(settings.preferences(plan).zone)).date())
