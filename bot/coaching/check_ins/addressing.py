"""Whom a partnership may write to unasked, where and when: what inviting, reminding and previews begin with."""

import asyncio
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from bot.coaching.check_ins.open_days import DaysOff
from bot.domain.due_now import NOTHING_CHOSEN
from bot.domain.evidence import Person
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.rolls import Rolls
from bot.domain.sending_times import welcome_until
from bot.store.homes import Homes
from bot.store.members import Members
from bot.store.preferences import OwnSettings


@dataclass(frozen=True, kw_only=True)
class Addressees:
    """The partners of a partnership at a moment, and what they chose."""

    plan: PartnershipPlan
    now: datetime
    people: tuple[Person, ...]
    settings: Mapping[PartnerId, PartnerSettings]
    days_off: Container[date]
    _ends: dict[PartnerSettings, datetime] = field(default_factory=dict)

    def chosen(self, partner: PartnerId) -> PartnerSettings:
        """What somebody chose, or that they chose nothing."""
        return self.settings.get(partner, NOTHING_CHOSEN)

    @cached_property
    def partners(self) -> frozenset[PartnerId]:
        """Who they are."""
        return frozenset(each.partner for each in self.people)

    def welcome_until(self, partner: PartnerId) -> datetime:
        """Until when a message that is sent now is welcome; most people chose the same, so it is worked out once."""
        chosen = self.chosen(partner)
        if chosen not in self._ends:
            wish = chosen.preferences(self.plan)
            self._ends[chosen] = welcome_until(self.now, wish, self.plan.rhythm, self.days_off)
        return self._ends[chosen]

    def only(self, partners: Container[PartnerId]) -> list[Person]:
        """Those of these partners who belong to it."""
        return [each for each in self.people if each.partner in partners]


@dataclass(frozen=True, kw_only=True)
class Addressing:
    """Looks them up."""

    members: Members
    homes: Homes
    own: OwnSettings
    days_off: DaysOff

    async def __call__(self, plan: PartnershipPlan, rolls: Rolls, now: datetime) -> Addressees:
        """Everybody whom a partnership has met and who belongs to it today."""
        return (await self.together([plan], rolls, now))[plan.id]

    async def together(
        self, plans: Sequence[PartnershipPlan], rolls: Rolls, now: datetime
    ) -> Mapping[PartnershipId, Addressees]:
        """The same of several partnerships at once."""
        members = await self.members.of([plan.id for plan in plans])
        people = await asyncio.to_thread(
            lambda: {plan.id: rolls.present(plan, members.get(plan.id, ())) for plan in plans}
        )
        settings = await self.own.of([each.partner for present in people.values() for each in present])
        return {
            plan.id: Addressees(
                plan=plan, now=now, people=people[plan.id], settings=settings, days_off=self.days_off(plan, now)
            )
            for plan in plans
        }

    async def unchanged(self, found: Iterable[Addressees], partners: Collection[PartnerId]) -> frozenset[PartnerId]:
        """Who of these partners still wants it as they were found: they may have stopped while cards were written."""
        latest = await self.own.of(partners)
        before = {name: chosen for each in found for name, chosen in each.settings.items()}
        return frozenset(each for each in partners if latest.get(each) == before.get(each))
