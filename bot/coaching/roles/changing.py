"""What every change of roles shares: who may make it, who is told, and what follows from somebody's leaving."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.coaching.changes import derived_id
from bot.coaching.check_ins.addressing import Addressing
from bot.coaching.check_ins.reply_saving import Declined
from bot.coaching.languages import in_language_of
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.domain import barrier_rules as rules
from bot.domain.barriers import ENDED, Barrier, BarrierId
from bot.domain.cards import Card, Paragraph
from bot.domain.chat_members import lead_key, lead_value, no_lead_key
from bot.domain.evidence import Person
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import Organisation, OrganisationId, PartnerId, PartnershipId
from bot.domain.rolls import Rolls
from bot.store.barriers import Barriers, ChangedMeanwhile
from bot.store.chat_settings import ChatSettings
from bot.store.homes import Homes
from bot.store.inbox import Promise, Reply
from bot.store.lead_offers import LeadOffers
from bot.store.people import People
from bot.store.people_changes import PeopleChanges
from prompts import Words

Plans = Callable[[], Awaitable[Sequence[PartnershipPlan]]]
_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The stores that roles are kept in. `plans` are as their leads have them now, `applied` as their files do."""

    plans: Plans
    applied: Plans
    settings: ChatSettings
    people: People
    changes: PeopleChanges
    offers: LeadOffers
    homes: Homes
    barriers: Barriers
    addressing: Addressing
    words: Words

    async def plan(self, partnership: PartnershipId) -> PartnershipPlan | None:
        """The plan as it is at this moment."""
        return next((each for each in await self.plans() if each.id == partnership), None)

    async def leads(self, partnership: PartnershipId) -> Mapping[PartnerId, OrganisationId]:
        """Who leads at this moment, of those whom the coach has met."""
        plan = await self.plan(partnership)
        return {} if plan is None else await self.people.leads(plan)

    async def present(self, plan: PartnershipPlan, now: datetime) -> tuple[Person, ...]:
        """Everybody whom the partnership has met and who belongs to it."""
        return (await self.addressing(plan, Rolls.of(await self.plans()), now)).people

    async def make_lead(self, plan: PartnershipPlan, partner: PartnerId, lead: Lead, change: str, at: datetime) -> None:
        """Somebody leads from now on."""
        await self.settings.drop(plan.id, no_lead_key(lead.email))
        if lead.email and lead.email.lower() not in {each.email.lower() for each in await self._in_file(plan)}:
            await self.settings.keep(plan.id, lead_key(lead.email), lead_value(lead, change), at)
        await self.changes.lead(partner, lead=True)

    async def end_lead(
        self, plan: PartnershipPlan, partners: Collection[PartnerId], email: str, change: str, at: datetime
    ) -> None:
        """Somebody leads no more, whatever the file says; what they looked after has no owner."""
        if email and email.lower() in {each.email.lower() for each in await self._in_file(plan)}:
            await self.settings.keep(plan.id, no_lead_key(email), {"left": True, "change": change}, at)
        if email:
            await self.settings.drop(plan.id, lead_key(email))
            await self.clear_owners(plan, [email], change, at)
        for partner in partners:
            await self.changes.lead(partner, lead=False)

    async def clear_owners(self, plan: PartnershipPlan, emails: Collection[str], change: str, at: datetime) -> int:
        """Barriers under way that one of these addresses looks after have nobody then; says how many there were."""
        owners = {each.lower() for each in emails}
        cleared = 0
        for each in await self.barriers.all(plan.id):
            if each.owner.lower() in owners and each.status not in ENDED and each.raisers and each.into is None:
                cleared += await self._cleared(each.id, owners, derived_id(change, each.id, "owner"), at)
        return cleared

    async def told(
        self,
        partners: Collection[PartnerId],
        plan: PartnershipPlan,
        change: str,
        made: Callable[[], Card],
    ) -> tuple[Reply, ...]:
        """A notice to each of these people who can be written to, once a change, in their own language."""
        homes = await self.homes.of(partners)
        return tuple(
            Reply(
                key=f"notice:roles:{derived_id(change, partner)}",
                platform=home.platform,
                place=home.place,
                card=in_language_of(home, plan, self.words, made),
                promise=Promise.NOTICE,
            )
            for partner, home in sorted(homes.items())
        )

    async def leads_told(
        self, plan: PartnershipPlan, but: PartnerId | None, change: str, name: str, **values: object
    ) -> tuple[Reply, ...]:
        """A line to every lead but the one who did it."""
        leads = set(await self.leads(plan.id)) - {but}
        return await self.told(leads, plan, change, partial(said, self.words, name, **values))

    async def _in_file(self, plan: PartnershipPlan) -> Sequence[Lead]:
        return [lead for each in await self.applied() if each.id == plan.id for lead in each.leads]

    async def _cleared(self, barrier: BarrierId, owners: Collection[str], change: str, at: datetime) -> bool:
        for _ in range(_TRIES):
            before = await self.barriers.find(barrier)
            if before is None or before.owner.lower() not in owners:
                return False
            try:
                await self.barriers.save((before, _unowned(before, change, at)), now=at)
            except ChangedMeanwhile:
                continue
            return True
        return False


def _unowned(barrier: Barrier, change: str, at: datetime) -> Barrier:
    return rules.assigned(barrier, "", barrier.due, change, at, None)


def said(words: Words, name: str, **values: object) -> Card:
    """A card of one paragraph."""
    return Card(paragraphs=(Paragraph(text=words(name, **values)),))


def check_lead(recognised: Recognised) -> PartnerId:
    """Who leads; raises `Declined` for anybody else."""
    partner = confirmed(recognised)
    if not recognised.standing.lead:
        raise Declined("partners.leads_only")
    return partner


def organisation_named(plan: PartnershipPlan, name: str) -> Organisation | None:
    """The organisation of a partnership with this id or name."""
    plain = " ".join(name.lower().split())
    found = [each for each in plan.organisations if plain in (each.id, each.name.lower())]
    return found[0] if len(found) == 1 else None


def organisation_of(plan: PartnershipPlan, email: str) -> Organisation | None:
    """The organisation that an address belongs to by its domain."""
    domain = email.lower().rpartition("@")[2]
    return next((each for each in plan.organisations if domain in each.email_domains), None)
