"""Whom a partnership may write to unasked, where and when: what inviting, reminding and previews begin with."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from bot.coaching.open_days import DaysOff
from bot.domain.due_now import NOTHING_CHOSEN
from bot.domain.evidence import Person
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.domain.rolls import Rolls
from bot.store.homes import Homes
from bot.store.members import Members
from bot.store.preferences import OwnSettings


@dataclass(frozen=True, kw_only=True)
class Addressees:
    """The partners of a partnership at a moment, and what they chose."""

    people: tuple[Person, ...]
    settings: Mapping[PartnerId, PartnerSettings]
    days_off: Container[date]

    def chosen(self, partner: PartnerId) -> PartnerSettings:
        """What somebody chose, or that they chose nothing."""
        return self.settings.get(partner, NOTHING_CHOSEN)

    @cached_property
    def partners(self) -> frozenset[PartnerId]:
        """Who they are."""
        return frozenset(each.partner for each in self.people)

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
        people = rolls.present(plan, await self.members.of(plan.id))
        settings = await self.own.of([each.partner for each in people])
        return Addressees(people=people, settings=settings, days_off=self.days_off(plan, now))
