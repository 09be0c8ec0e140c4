"""People: leads say who is a partner besides those whom an organisation's identities recognise, and who is not.

Nothing here tells who wrote to the coach: somebody whom it never met is added and removed in the same words.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.coaching.changes import change_id
from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.roles.changing import Roles, check_lead, organisation_named, organisation_of, said
from bot.coaching.roles.commands import ADD_PARTNER, PARTNERS, REMOVE_PARTNER, named_in
from bot.delivery.saying import Says
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.membership import Standing
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.partnership_rules import is_address
from bot.domain.people import Organisation, OrganisationId, PartnerId
from bot.store.lead_offers import LeadOffer

#: The actions of the buttons and of the forms.
SHOW, ADD, SAVE = "partners", "partners-add", "partners-save"
REMOVE, REMOVE_SAVE, REMOVE_YES = "partners-remove", "partners-remove-save", "partners-remove-yes"
#: The fields; the first holds a choice.
ORGANISATION, EMAIL = "partner_organisation", "partner_email"
CHOICES = frozenset({ORGANISATION})
_MOST_LISTED = 40
#: Makes a one-time code.
Code = Callable[[Standing], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class Peopling:
    """The use-case."""

    roles: Roles
    code: Code

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the commands."""
        acts: Mapping[str, Act] = {PARTNERS: self.show, ADD_PARTNER: self.add, REMOVE_PARTNER: self.remove}
        return declining(acts, self.roles.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and the forms."""
        acts: Mapping[str, Act] = {
            SHOW: self.show,
            ADD: self.add,
            SAVE: self.save,
            REMOVE: self.remove,
            REMOVE_SAVE: self.remove,
            REMOVE_YES: self.removed,
        }
        return declining(acts, self.roles.words)

    async def show(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """How people are recognised, who leads, and whom leads added or removed."""
        check_lead(recognised)
        words, plan = self.roles.words, recognised.plan
        added = await self.roles.changes.named(plan.id, active=True)
        removed = await self.roles.changes.named(plan.id, active=False)
        return Card(
            title=words("partners.title", partnership=plan.name),
            paragraphs=(Paragraph(text=words("partners.text")),),
            facts=tuple(self._facts(plan, added, removed)),
            buttons=(
                Button(label=words("partners.add"), action=ADD),
                Button(label=words("partners.remove"), action=REMOVE),
            ),
            note=words("partners.note"),
        )

    async def add(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Add whoever was named, or ask whom; without an address, the lead gets a code to pass on."""
        check_lead(recognised)
        words, plan = self.roles.words, recognised.plan
        named = named_in(incoming.text, words)
        if not named.email and not named.name:
            return self._form(plan)
        organisation = organisation_named(plan, named.name) if named.name else organisation_of(plan, named.email)
        if organisation is None:
            raise Declined("partners.which_organisation", names=", ".join(each.name for each in plan.organisations))
        return await self._added(incoming, recognised, organisation, named.email, lead=named.lead)

    async def save(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Add whom the form names."""
        check_lead(recognised)
        email = incoming.values.get(EMAIL, "").strip().lower()
        organisation = organisation_named(recognised.plan, incoming.values.get(ORGANISATION, ""))
        if organisation is None:
            raise Declined("partners.organisation_gone")
        return await self._added(incoming, recognised, organisation, email, lead=False)

    async def remove(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Ask once more, or whom; an address is enough, whether the coach has met them or not."""
        partner = check_lead(recognised)
        words = self.roles.words
        email = incoming.values.get(EMAIL, "").strip().lower() or named_in(incoming.text, words).email
        if not email:
            field = Field(id=EMAIL, label=words("partners.email"))
            form = Form(id=REMOVE_SAVE, submit=words("partners.remove"), fields=(field,))
            return Card(title=words("partners.remove_title"), form=form)
        await self._check_removable(email, partner, recognised.plan)
        return Card(
            title=words("partners.remove_title"),
            paragraphs=(Paragraph(text=words("partners.remove_text", email=email)),),
            buttons=(Button(label=words("partners.remove_yes"), action=REMOVE_YES, value=email),),
        )

    async def removed(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Somebody is a partner no more: what they said stays as they consented, and nothing is sent to them."""
        partner, plan = check_lead(recognised), recognised.plan
        email, change = incoming.values.get("value", ""), change_id(incoming, REMOVE_YES)
        await self._check_removable(email, partner, plan)
        found = await self.roles.changes.of_address(plan.id, email)
        lead = email in {each.email.lower() for each in plan.leads} or not {*found}.isdisjoint(
            await self.roles.leads(plan.id)
        )
        own = organisation_of(plan, email)
        await self.roles.changes.remove(plan.id, email, own.id if own else plan.organisations[0].id)
        await self.roles.changes.quieten(found)
        await self.roles.offers.withdraw(plan.id, email=email)
        if lead:
            await self.roles.end_lead(plan, found, email, change, incoming.received_at)
        told = await self.roles.leads_told(plan, partner, change, "partners.told_removed", email=email)
        return Says(card=said(self.roles.words, "partners.removed", email=email), elsewhere=told)

    async def _check_removable(self, email: str, partner: PartnerId, plan: PartnershipPlan) -> None:
        if not is_address(email):
            raise Declined("partners.bad_email")
        if partner in await self.roles.changes.of_address(plan.id, email):
            raise Declined("partners.not_yourself")

    async def _added(
        self, incoming: Incoming, recognised: Recognised, organisation: Organisation, email: str, *, lead: bool
    ) -> Card | Says:
        words, plan = self.roles.words, recognised.plan
        partner = check_lead(recognised)
        if not email:
            offered = Standing(partnership=plan.id, organisation=organisation.id)
            code = await self.code(offered)
            return said(words, "partners.code", code=code, organisation=organisation.name)
        await check_address(self.roles, plan, organisation, email)
        change = change_id(incoming, SAVE)
        await self.roles.changes.add(plan.id, organisation.id, email)
        if lead:
            offer = LeadOffer(
                id=change,
                partnership=plan.id,
                organisation=organisation.id,
                email=email,
                by=partner,
                hands_over=False,
                at=incoming.received_at,
            )
            await self.roles.offers.make(offer)
        made = partial(said, words, "partners.told_added", email=email, organisation=organisation.name)
        leads = set(await self.roles.leads(plan.id)) - {partner}
        told = await self.roles.told(leads, plan, change, made)
        name = "partners.added_lead" if lead else "partners.added"
        return Says(card=said(words, name, email=email, organisation=organisation.name), elsewhere=told)

    def _form(self, plan: PartnershipPlan) -> Card:
        words = self.roles.words
        choices = tuple((each.id, each.name) for each in plan.organisations)
        fields = (
            Field(id=ORGANISATION, label=words("partners.organisation"), input=Input.CHOICE, choices=choices),
            Field(id=EMAIL, label=words("partners.email"), required=False, hint=words("partners.email_hint")),
        )
        return Card(
            title=words("partners.add_title"),
            paragraphs=(Paragraph(text=words("partners.add_text")),),
            form=Form(id=SAVE, submit=words("partners.add"), fields=fields),
        )

    def _facts(
        self,
        plan: PartnershipPlan,
        added: Sequence[tuple[str, OrganisationId]],
        removed: Sequence[tuple[str, OrganisationId]],
    ) -> Iterator[Fact]:
        words = self.roles.words
        for each in plan.organisations:
            marks = [*each.email_domains, *each.slack_teams, *each.teams_tenants]
            leads = [words("partners.leads", name=lead.name) for lead in plan.leads if lead.organisation == each.id]
            own = [email for email, organisation in added if organisation == each.id]
            yield Fact(name=each.name, value=_listed([*(marks or [words("partners.by_code_only")]), *leads, *own]))
        if removed:
            yield Fact(name=words("partners.removed_list"), value=_listed([email for email, _ in removed]))


async def check_address(roles: Roles, plan: PartnershipPlan, organisation: Organisation, email: str) -> None:
    """Raise `Declined` for what is no address, and for one that is another organisation's, in any partnership here:
    a lead's word outranks what a partnership makes of its own people, and so it must not reach another's.
    """
    if not is_address(email):
        raise Declined("partners.bad_email")
    owner = organisation_of(plan, email)
    if owner is not None and owner.id != organisation.id:
        raise Declined("partners.others_address", organisation=owner.name)
    others = [each for each in await roles.plans() if each.id != plan.id]
    claimed = owner is None and any(organisation_of(each, email) for each in others)
    if claimed or await roles.changes.elsewhere(plan.id, email):
        raise Declined("partners.taken", mark=email)


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values[:_MOST_LISTED]) + (" …" if len(values) > _MOST_LISTED else "")
