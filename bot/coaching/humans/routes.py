"""Whom a question can go to: the partnership's contacts for it whom the coach can write to, and the leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.coaching.changes import derived_id
from bot.domain.human_asks import Addressee, HumanAsk
from bot.domain.partnership import Contact, PartnershipPlan
from bot.domain.partnership_rules import is_address
from bot.domain.people import OrganisationId, PartnerId
from bot.store.homes import Homes
from bot.store.people import People

#: The ids of the ways to the leads and to whoever answered before.
LEADS, SAME = "leads", "same"
_ID = 16


@dataclass(frozen=True, kw_only=True)
class Route:
    """One choice of its asker. `name` is what the partnership calls them, empty for the leads."""

    id: str
    name: str
    addressees: tuple[Addressee, ...]


@dataclass(frozen=True, kw_only=True)
class Routes:
    """The choices, the fitting one first, and the contacts whom the coach cannot write to."""

    ways: tuple[Route, ...]
    elsewhere: tuple[Contact, ...]

    def way(self, chosen: str) -> Route | None:
        """The choice with this id; the first one where none was made."""
        if not chosen:
            return self.ways[0] if self.ways else None
        return next((each for each in self.ways if each.id == chosen), None)


@dataclass(frozen=True, kw_only=True)
class HumanRoutes:
    """Looks afresh each time: who is met, and who leads, changes."""

    people: People
    homes: Homes

    async def of(self, ask: HumanAsk, plan: PartnershipPlan) -> Routes:
        """The ways that a question may go. Another organisation's own contacts are none of them."""
        fitting = fitting_contacts(plan, ask.organisation, ask.factor)
        emails = [each.how.strip() for each in fitting if is_address(each.how.strip())]
        known = await self.people.by_email(plan.id, emails)
        homes = await self.homes.of(list(known.values()))
        ways, seen, elsewhere = list[Route](), {ask.asker}, list[Contact]()
        for contact in fitting:
            partner = known.get(contact.how.strip())
            if partner is None or partner not in homes:
                elsewhere.append(contact)
            elif partner not in seen:
                seen.add(partner)
                ways.append(_to_contact(contact, partner))
        leads = await self.leads(plan, ask.asker)
        ways += [Route(id=LEADS, name="", addressees=leads)] if leads else []
        return Routes(ways=(*await self._same(ask), *ways), elsewhere=tuple(elsewhere))

    async def leads(self, plan: PartnershipPlan, *but: PartnerId) -> tuple[Addressee, ...]:
        """The leads whom the coach can write to, without these people."""
        met = [partner for partner in await self.people.leads(plan) if partner not in but]
        homes = await self.homes.of(met)
        return tuple(Addressee(partner=each) for each in met if each in homes)

    async def _same(self, ask: HumanAsk) -> Sequence[Route]:
        """Whoever answered the question that this one follows up."""
        if not ask.again or ask.by is None or ask.by not in await self.people.active(ask.partnership):
            return ()
        if ask.by not in await self.homes.of([ask.by]):
            return ()
        return (Route(id=SAME, name=ask.answerer, addressees=(Addressee(partner=ask.by, contact=ask.answerer),)),)


def fitting_contacts(plan: PartnershipPlan, organisation: OrganisationId, factor: str) -> Sequence[Contact]:
    """The contacts for a matter that somebody of an organisation may turn to, the closest first."""
    may = [
        each
        for each in plan.contacts
        if each.for_organisation in (None, organisation) and each.for_factor in (None, factor or None)
    ]
    return sorted(may, key=lambda each: (each.for_factor is None, each.for_organisation is None))


def _to_contact(contact: Contact, partner: PartnerId) -> Route:
    addressee = Addressee(partner=partner, contact=contact.name)
    return Route(id=derived_id(contact.name, contact.how)[:_ID], name=contact.name, addressees=(addressee,))
