"""Organisations: leads take one into the partnership, by what platforms say of its people, or let one leave."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.coaching.changes import change_id, derived_id
from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.roles.changing import Roles, check_lead, organisation_named, said
from bot.coaching.roles.commands import ADD_ORGANISATION, ORGANISATIONS, REMOVE_ORGANISATION, named_in
from bot.delivery.saying import Says
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.chat_members import MEMBER, joined_value, left_value, member_key
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.partnership_rules import ANYBODYS_DOMAINS, IDENTITIES
from bot.domain.people import Organisation, OrganisationId
from prompts import Words

#: The actions of the buttons and of the forms.
SHOW, ADD, SAVE = "organisations", "organisations-add", "organisations-save"
REMOVE, REMOVE_SAVE, REMOVE_YES = "organisations-remove", "organisations-remove-save", "organisations-remove-yes"
#: The fields: of the form that adds, and the choice of the one that removes. None of them is anything but a name or an
#: identity, but only the choice was written by nobody.
NAME, WHICH = "organisation_name", "organisation_which"
CHOICES = frozenset({WHICH})
_LONGEST_NAME, _LONGEST_MARK = 80, 200
_MOST_MARKS = 10
#: Of an organisation that was there: what its last change added, so that the same message is answered alike again.
EXTENDED = "extended"


@dataclass(frozen=True, kw_only=True)
class Organising:
    """The use-case."""

    roles: Roles

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the commands."""
        acts: Mapping[str, Act] = {
            ORGANISATIONS: self.show,
            ADD_ORGANISATION: self.add,
            REMOVE_ORGANISATION: self.remove,
        }
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
        """Every organisation with what its people are recognised by."""
        check_lead(recognised)
        words, plan = self.roles.words, recognised.plan
        return Card(
            title=words("partners.organisations_title", partnership=plan.name),
            facts=tuple(Fact(name=each.name, value=marks_of(each, words)) for each in plan.organisations),
            buttons=(
                Button(label=words("partners.organisation_add"), action=ADD),
                Button(label=words("partners.organisation_out"), action=REMOVE),
            ),
        )

    async def add(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form: a name alone makes no organisation."""
        check_lead(recognised)
        words = self.roles.words
        fields = [Field(id=NAME, label=words("partners.organisation_name"), initial=incoming.text[:_LONGEST_NAME])]
        fields += [
            Field(
                id=kind,
                label=words(f"partners.mark.{kind}"),
                required=False,
                hint=words(f"partners.mark_hint.{kind}"),
            )
            for kind in IDENTITIES
        ]
        return Card(
            title=words("partners.organisation_add"),
            paragraphs=(Paragraph(text=words("partners.organisation_text")),),
            form=Form(id=SAVE, submit=words("partners.organisation_add"), fields=tuple(fields)),
        )

    async def save(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Take an organisation in, or add to what one that is there is known by; every lead is told."""
        partner, plan = check_lead(recognised), recognised.plan
        change, words = change_id(incoming, SAVE), self.roles.words
        new = _filled_in(incoming.values, change)
        here = next((each for each in plan.organisations if each.name.lower() == new.name.lower()), None)
        if here:
            new = replace(new, id=here.id, name=here.name)
        else:
            new = replace(new, id=await self._known_as(plan, new.name) or new.id)
        kept = await self._kept(plan, member_key(new.id))
        if kept.get("change") != change:
            new = _beyond(here, new) if here else new
            await self._check_new(new)
            kept = joined_value(_together(here, new) if here else new, change)
            kept |= {EXTENDED: marks_of(new, words)} if here else {}
            await self.roles.settings.keep(plan.id, member_key(new.id), kept, incoming.received_at)
        said_of = {"organisation": new.name, "marks": kept.get(EXTENDED) or marks_of(new, words)}
        if EXTENDED in kept:
            card, tells = said(words, "partners.extended", **said_of), "partners.told_extended"
        else:
            card, tells = said(words, "partners.joined", **said_of), "partners.told_joined"
        return Says(card=card, elsewhere=await self.roles.leads_told(plan, partner, change, tells, **said_of))

    async def remove(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Say what follows, and ask once more; or ask which."""
        check_lead(recognised)
        words, plan = self.roles.words, recognised.plan
        name = incoming.values.get(WHICH, "") or named_in(incoming.text, words).name
        if not name:
            choices = tuple((each.id, each.name) for each in plan.organisations)
            field = Field(
                id=WHICH,
                label=words("partners.organisation"),
                input=Input.CHOICE,
                choices=choices,
                initial=recognised.standing.organisation,
            )
            form = Form(id=REMOVE_SAVE, submit=words("partners.next"), fields=(field,))
            return Card(title=words("partners.leaves_title"), form=form)
        leaving = _member(plan, name)
        left = [each for each in plan.leads if each.organisation != leaving.id]
        items = [words(f"partners.leaves.{what}") for what in ("people", "documents", "words", "owners")]
        return Card(
            title=words("partners.leaves_asked", organisation=leaving.name),
            items=(*items, *([] if left else [words("partners.leaves.no_lead")])),
            buttons=(Button(label=words("partners.leaves_yes"), action=REMOVE_YES, value=leaving.id),),
        )

    async def removed(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """An organisation leaves: its people are partners no more, and what was frozen stays as it is."""
        partner, change = check_lead(recognised), change_id(incoming, REMOVE_YES)
        plan, value = recognised.plan, incoming.values.get("value", "")
        kept = await self._kept(plan, member_key(OrganisationId(value)))
        if kept.get("change") == change:
            # This very message was taken up before, and stopped half way.
            leaving = Organisation(id=OrganisationId(value), name=kept["name"])
        else:
            leaving = _member(plan, value)
        theirs = [each for each, own in (await self.roles.leads(plan.id)).items() if own == leaving.id]
        farewell = await self.roles.told(
            set(theirs) - {partner},
            plan,
            derived_id(change, "farewell"),
            partial(said, self.roles.words, "partners.told_left", organisation=leaving.name),
        )
        await self._leave(plan, leaving, change, incoming)
        after = await self.roles.plan(plan.id) or plan
        values = {"organisation": leaving.name}
        told = await self.roles.leads_told(after, partner, change, "partners.told_left", **values)
        return Says(card=said(self.roles.words, "partners.left", **values), elsewhere=(*farewell, *told))

    async def _leave(self, plan: PartnershipPlan, leaving: Organisation, change: str, incoming: Incoming) -> None:
        now = incoming.received_at
        people = [each.partner for each in await self.roles.present(plan, now) if each.organisation == leaving.id]
        emails = [each.email for each in plan.leads if each.organisation == leaving.id]
        emails += [await self.roles.changes.email_of(each) for each in people]
        await self.roles.settings.keep(plan.id, member_key(leaving.id), left_value(leaving, change), now)
        await self.roles.offers.withdraw(plan.id, organisation=leaving.id)
        await self.roles.changes.forget_codes(plan.id, leaving.id, now)
        await self.roles.clear_owners(plan, [each for each in emails if each], change, now)
        # Whoever lets their own organisation leave still reads the answer: that goes where they asked.
        await self.roles.changes.quieten(people)

    async def _kept(self, plan: PartnershipPlan, key: str) -> Mapping[str, str]:
        kept: Mapping[str, str] = (await self.roles.settings.of(plan.id)).get(key, {})
        return kept

    async def _known_as(self, plan: PartnershipPlan, name: str) -> OrganisationId | None:
        """The id of an organisation that left under this name: it comes back as the same."""
        kept = await self.roles.settings.of(plan.id)
        values = [value for key, value in sorted(kept.items()) if key.startswith(MEMBER)]
        found = [each["id"] for each in values if each.get("left") and each["name"].lower() == name.lower()]
        return OrganisationId(found[0]) if found else None

    async def _check_new(self, new: Organisation) -> None:
        """Raise `Declined` for what identifies nobody, or somebody else: in any partnership that is kept here."""
        if not new.name or not new.name.isprintable():
            raise Declined("partners.bad_name")
        if not any(True for _ in _marks(new)):
            raise Declined("partners.no_mark")
        taken = {
            mark.lower() for each in await self.roles.plans() for one in each.organisations for _, mark in _marks(one)
        }
        for kind, mark in _marks(new):
            if not IDENTITIES[kind][0].fullmatch(mark):
                raise Declined(f"partners.bad_mark.{kind}", mark=mark[:_LONGEST_NAME])
            if mark in ANYBODYS_DOMAINS:
                raise Declined("partners.anybodys", mark=mark)
            if mark.lower() in taken:
                raise Declined("partners.taken", mark=mark)


def marks_of(organisation: Organisation, words: Words) -> str:
    """What an organisation's people are recognised by."""
    return ", ".join(mark for _, mark in _marks(organisation)) or words("partners.by_code_only")


def _marks(organisation: Organisation) -> Iterator[tuple[str, str]]:
    for kind in IDENTITIES:
        for mark in getattr(organisation, kind):
            yield kind, mark


def _beyond(here: Organisation, new: Organisation) -> Organisation:
    """What of these marks is not its own already; raises `Declined` where that is nothing."""
    own = {(kind, mark.lower()) for kind, mark in _marks(here)}
    more = {kind: tuple(each for each in getattr(new, kind) if (kind, each.lower()) not in own) for kind in IDENTITIES}
    if not any(more.values()):
        raise Declined("partners.same_name", organisation=here.name)
    return replace(here, **more)  # type: ignore[arg-type]


def _together(here: Organisation, more: Organisation) -> Organisation:
    return replace(here, **{kind: (*getattr(here, kind), *getattr(more, kind)) for kind in IDENTITIES})  # type: ignore[arg-type]


def _filled_in(values: Mapping[str, str], change: str) -> Organisation:
    """The organisation of a form; its id says nothing and is never one that there was."""
    new = Organisation(
        id=OrganisationId(f"o-{derived_id(change)[:12]}"), name=" ".join(values.get(NAME, "").split())[:_LONGEST_NAME]
    )
    given = {kind: values.get(kind, "").replace(",", " ").split()[:_MOST_MARKS] for kind in IDENTITIES}
    given["email_domains"] = [each.lower().removeprefix("@") for each in given["email_domains"]]
    given["teams_tenants"] = [each.lower() for each in given["teams_tenants"]]
    kept = {kind: tuple(dict.fromkeys(each[:_LONGEST_MARK] for each in marks)) for kind, marks in given.items()}
    return replace(new, **kept)  # type: ignore[arg-type]


def _member(plan: PartnershipPlan, name: str) -> Organisation:
    found = organisation_named(plan, name)
    if found is None:
        raise Declined("partners.which_organisation", names=", ".join(each.name for each in plan.organisations))
    if len(plan.organisations) == 1:
        raise Declined("partners.last_organisation")
    return found
