"""Who belongs to a partnership today, of those whom it has met: for what the coach does unasked.

Somebody who asks is looked at afresh, with what their platform says of them at that moment. Whoever is to be written to
unasked is judged by what was kept, and in doubt is left alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.evidence import Person
from bot.domain.membership import Held, Standing, standing
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Identity, Organisation


@dataclass(frozen=True, kw_only=True)
class Member:
    """A partner as they were kept: their standing of then, their verified e-mail address and their identities' keys."""

    held: Held
    email: str
    identities: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Rolls:
    """The partnerships by the e-mail domains, teams and tenants of their members."""

    plans: Mapping[str, Sequence[PartnershipPlan]]

    @classmethod
    def of(cls, plans: Iterable[PartnershipPlan]) -> "Rolls":
        """The rolls of these partnerships."""
        found = defaultdict[str, list[PartnershipPlan]](list)
        for plan in plans:
            for mark in {mark for each in plan.organisations for mark in _marks(each)}:
                found[mark].append(plan)
        return cls(plans=found)

    def present(self, plan: PartnershipPlan, members: Iterable[Member]) -> tuple[Person, ...]:
        """Those who belong to a partnership today, in their organisation of today, leads or not."""
        found = ((member, self._standing(member, plan)) for member in members)
        return tuple(
            Person(partner=member.held.partner, organisation=now.organisation, lead=now.lead)
            for member, now in found
            if now is not None
        )

    def _standing(self, member: Member, plan: PartnershipPlan) -> Standing | None:
        for key in member.identities:
            found = self._standing_of(key, member, plan)
            if found is not None and found.partnership == plan.id:
                return found
        return None

    def _standing_of(self, key: str, member: Member, plan: PartnershipPlan) -> Standing | None:
        """What an identity is now. That it was a guest is not kept, so its team or tenant says no more than it did."""
        platform, tenant, user = key.split(":", 2)
        plans = self._around(member.email, f"{platform}:{tenant}", plan)
        visitor = Identity(platform=platform, tenant=tenant, user=user, email=member.email, guest=True)
        own = standing(visitor, member.held, plans)
        if own is not None:
            return own
        regular = Identity(platform=platform, tenant=tenant, user=user, email=member.email)
        found = standing(regular, member.held, plans)
        return found if found and found.organisation == member.held.standing.organisation else None

    def _around(self, email: str, tenant: str, plan: PartnershipPlan) -> Sequence[PartnershipPlan]:
        """Every partnership that could call somebody its own, each once."""
        domain = email.lower().rpartition("@")[2]
        marked = [*self.plans.get(f"@{domain}", ()), *self.plans.get(tenant, ()), plan]
        return list({each.id: each for each in marked}.values())


def _marks(organisation: Organisation) -> Iterable[str]:
    """What of somebody tells that they are of an organisation."""
    yield from (f"@{domain}" for domain in organisation.email_domains)
    yield from (f"slack:{team}" for team in organisation.slack_teams)
    yield from (f"teams:{tenant}" for tenant in organisation.teams_tenants)
