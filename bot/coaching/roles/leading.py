"""Lead: leads invite another one, hand over, or step down; whoever is asked becomes a lead by accepting, not before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.coaching.changes import change_id, derived_id
from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.coaching.roles.changing import Roles, check_lead, organisation_named, organisation_of, said
from bot.coaching.roles.commands import HAND_OVER, INVITE_LEAD, STEP_DOWN, Named, named_in
from bot.coaching.roles.peopling import check_address
from bot.delivery.saying import Says
from bot.domain.cards import Button, Card, Field, Form, Paragraph
from bot.domain.messages import Incoming
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import Organisation, PartnerId
from bot.store.inbox import Reply
from bot.store.lead_offers import LeadOffer
from prompts import Words

#: The actions of the buttons and of the forms.
INVITE_SAVE, HAND_OVER_ASK, HAND_OVER_SAVE = "lead-invite-save", "lead-hand-over", "lead-hand-over-save"
TAKE, DECLINE = "lead-take", "lead-decline"
STEP_DOWN_YES, WIND_UP_ASK = "lead-step-down-yes", "wind-up"
#: The field of the forms: an address, and the organisation where the domain does not tell it.
WHOM = "lead_email"
_LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class Leading:
    """The use-case."""

    roles: Roles

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the commands."""
        acts: Mapping[str, Act] = {INVITE_LEAD: self.invite, HAND_OVER: self.hand_over, STEP_DOWN: self.step_down}
        return declining(acts, self.roles.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and the forms."""
        acts: Mapping[str, Act] = {
            INVITE_SAVE: self.invite,
            HAND_OVER_ASK: self.hand_over,
            HAND_OVER_SAVE: self.hand_over,
            TAKE: self.taken,
            DECLINE: self.declined,
            STEP_DOWN_YES: self.stepped_down,
        }
        return declining(acts, self.roles.words)

    async def invite(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Offer somebody to lead as well; whom, where nobody was named."""
        return await self._offer(incoming, recognised, hands_over=False)

    async def hand_over(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Offer somebody to lead instead; until they accept, nothing changes."""
        return await self._offer(incoming, recognised, hands_over=True)

    async def taken(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Whoever was asked leads from now on; whoever handed over does so no more."""
        plan, words, now = recognised.plan, self.roles.words, incoming.received_at
        partner = confirmed(recognised)
        offer = await self._own_offer(incoming, recognised)
        # Unless this very message was half taken up before, whoever asked must still be a lead.
        if not recognised.standing.lead and offer.by not in await self.roles.leads(plan.id):
            raise Declined("partners.offer_gone")
        lead = Lead(
            name=" ".join(recognised.person.name.split())[:_LONGEST_NAME] or offer.email.partition("@")[0],
            organisation=recognised.standing.organisation,
            email=offer.email,
        )
        await self.roles.make_lead(plan, partner, lead, offer.id, now)
        if offer.hands_over and offer.by != partner:
            email = await self.roles.changes.email_of(offer.by)
            await self.roles.end_lead(plan, [offer.by], email, offer.id, now)
        told = await self.roles.leads_told(plan, partner, offer.id, "partners.told_leads", lead=lead.name)
        if offer.hands_over:
            given = partial(said, words, "partners.handed_over", lead=lead.name)
            told += await self.roles.told({offer.by} - {partner}, plan, derived_id(offer.id, "given"), given)
        await self.roles.offers.end(offer.id)
        return Says(card=said(words, "partners.you_lead", partnership=plan.name), elsewhere=told)

    async def declined(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Nothing changes, and whoever asked is told."""
        offer = await self._own_offer(incoming, recognised)
        made = partial(said, self.roles.words, "partners.told_declined", email=offer.email)
        told = await self.roles.told([offer.by], recognised.plan, derived_id(offer.id, "declined"), made)
        await self.roles.offers.end(offer.id)
        return Says(card=said(self.roles.words, "partners.declined"), elsewhere=told)

    async def step_down(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """Ask once more; the last lead may hand over or wind up, and nothing else."""
        partner, words = check_lead(recognised), self.roles.words
        if not await self._others(recognised.plan, partner):
            return self._last()
        return Card(
            title=words("partners.step_down_title"),
            paragraphs=(Paragraph(text=words("partners.step_down_text")),),
            buttons=(Button(label=words("partners.step_down_yes"), action=STEP_DOWN_YES, value=partner),),
        )

    async def stepped_down(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Whoever pressed the button that was made for them leads no more."""
        partner, plan, now = confirmed(recognised), recognised.plan, incoming.received_at
        change = change_id(incoming, STEP_DOWN_YES)
        if incoming.values.get("value", "") != partner:
            raise Declined("partners.not_for_you")
        if recognised.standing.lead:
            if not await self._others(plan, partner):
                return self._last()
            email = await self.roles.changes.email_of(partner)
            await self.roles.end_lead(plan, [partner], email, change, now)
            if not await self.roles.leads(plan.id):
                # The other one stepped down in the same moment: neither has a successor, so both stay.
                await self.roles.make_lead(plan, partner, _as_lead(recognised, email), change, now)
                return self._last()
        told = await self.roles.leads_told(
            plan, partner, change, "partners.told_stepped_down", lead=recognised.person.name
        )
        return Says(card=said(self.roles.words, "partners.stepped_down"), elsewhere=told)

    async def _offer(self, incoming: Incoming, recognised: Recognised, *, hands_over: bool) -> Card:
        partner, plan, words = check_lead(recognised), recognised.plan, self.roles.words
        named = named_in(incoming.values.get(WHOM, "") or incoming.text, words)
        if not named.email:
            return self._form(hands_over=hands_over)
        organisation = self._organisation(plan, named)
        await check_address(self.roles, plan, organisation, named.email)
        if named.email == (await self.roles.changes.email_of(partner)):
            raise Declined("partners.you_lead_already")
        if organisation_of(plan, named.email) is None:
            await self.roles.changes.add(plan.id, organisation.id, named.email)
        offer = LeadOffer(
            id=change_id(incoming, INVITE_SAVE),
            partnership=plan.id,
            organisation=organisation.id,
            email=named.email,
            by=partner,
            hands_over=hands_over,
            at=incoming.received_at,
        )
        await self.roles.offers.make(offer)
        return said(words, "partners.hand_over_offered" if hands_over else "partners.lead_offered", email=named.email)

    def _organisation(self, plan: PartnershipPlan, named: Named) -> Organisation:
        found = organisation_named(plan, named.name) if named.name else organisation_of(plan, named.email)
        if found is None:
            raise Declined("partners.which_organisation", names=", ".join(each.name for each in plan.organisations))
        return found

    async def _own_offer(self, incoming: Incoming, recognised: Recognised) -> LeadOffer:
        """The offer of a button, as long as it is for whoever pressed it, by their verified address."""
        offer = await self.roles.offers.find(incoming.values.get("value", ""), incoming.received_at)
        partner = confirmed(recognised)
        if offer is None or offer.partnership != recognised.plan.id:
            raise Declined("partners.offer_gone")
        if await self.roles.changes.email_of(partner) != offer.email:
            raise Declined("partners.not_for_you")
        return offer

    async def _others(self, plan: PartnershipPlan, partner: PartnerId) -> set[PartnerId]:
        return set(await self.roles.leads(plan.id)) - {partner}

    def _form(self, *, hands_over: bool) -> Card:
        words = self.roles.words
        field = Field(id=WHOM, label=words("partners.email"), hint=words("partners.whom_hint"))
        name = "partners.hand_over_title" if hands_over else "partners.invite_title"
        return Card(
            title=words(name),
            paragraphs=(Paragraph(text=words("partners.offer_text")),),
            form=Form(
                id=HAND_OVER_SAVE if hands_over else INVITE_SAVE, submit=words("partners.offer"), fields=(field,)
            ),
        )

    def _last(self) -> Card:
        words = self.roles.words
        return Card(
            paragraphs=(Paragraph(text=words("partners.last_lead")),),
            buttons=(
                Button(label=words("partners.hand_over"), action=HAND_OVER_ASK),
                Button(label=words("partners.wind_up"), action=WIND_UP_ASK),
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Offering:
    """Asks whoever was offered to lead, once, as soon as the coach knows where they alone are written to."""

    roles: Roles

    async def __call__(self, now: datetime) -> None:
        """Ask those who were met since the last round."""
        await self.roles.offers.forget(now)
        for plan in await self.roles.plans():
            for offer in await self.roles.offers.of(plan.id, now):
                if offer.shown_at is None and (replies := await self._asks(plan, offer)):
                    await self.roles.barriers.save(notices=replies, now=now)
                    await self.roles.offers.shown(offer, now)

    async def _asks(self, plan: PartnershipPlan, offer: LeadOffer) -> tuple[Reply, ...]:
        known = await self.roles.people.by_email(plan.id, [offer.email])
        made = partial(offer_card, offer, plan, self.roles.words)
        return await self.roles.told(list(known.values()), plan, derived_id(offer.id, "asks"), made)


def offer_card(offer: LeadOffer, plan: PartnershipPlan, words: Words) -> Card:
    """The question to whoever shall lead."""
    return Card(
        title=words("partners.asked_title", partnership=plan.name),
        paragraphs=(Paragraph(text=words("partners.asked_over" if offer.hands_over else "partners.asked_beside")),),
        buttons=(
            Button(label=words("partners.take"), action=TAKE, value=offer.id),
            Button(label=words("partners.decline"), action=DECLINE, value=offer.id),
        ),
        note=words("partners.asked_note"),
    )


def _as_lead(recognised: Recognised, email: str) -> Lead:
    name = recognised.person.name or email.partition("@")[0]
    return Lead(name=name, organisation=recognised.standing.organisation, email=email)
