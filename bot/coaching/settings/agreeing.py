"""Agree: how many people stand behind a figure before it is shown, and whom people turn to. For leads, in chat."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.coaching.changes import change_id
from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.directly import Act
from bot.coaching.languages import in_language_of
from bot.coaching.recognising import Recognised
from bot.coaching.settings.rhythm import check_lead
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.chat_agreements import (
    CONTACT,
    EVERY_MATTER,
    NO_CONTACT,
    agreed,
    disclosure_as_json,
)
from bot.domain.messages import Incoming
from bot.domain.partnership import FACTORS, K_FLOOR, M_FLOOR, Contact, Disclosure, PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.agreements import Agreements
from bot.store.homes import Home, Homes
from bot.store.inbox import Promise, Reply
from bot.store.people import People
from knowledge.triage.phrases import factor_names
from prompts import Words

#: The actions of the buttons and forms.
AGREE, AGREED, CONTACTS, CONTACT_SAVED = "setup-figures", "setup-agreed", "setup-contacts", "setup-contact"
#: The fields of the forms.
K, M, MATTER, NAME, HOW = "least_people", "least_organisations", "matter", "contact_name", "contact_how"
#: Those that hold choices.
CHOICES = frozenset({K, M, MATTER})
#: More people than this behind every figure, and hardly one would ever be shown.
_MOST_PEOPLE = 20
_LONGEST = {NAME: 80, HOW: 200}


@dataclass(frozen=True, kw_only=True)
class Agreeing:
    """The use-case."""

    agreements: Agreements
    people: People
    homes: Homes
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and forms."""
        acts = {AGREE: self.figures, AGREED: self.agree, CONTACTS: self.contacts, CONTACT_SAVED: self.name}
        return declining(acts, self.words)

    async def figures(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """What holds now, and the form that changes it."""
        check_lead(recognised)
        return _figures_card(recognised.plan, self.words)

    async def agree(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep what the form says. Lowered, it is told to every partner, and holds for what is said from now on."""
        check_lead(recognised)
        plan, words = recognised.plan, self.words
        before = plan.disclosure
        k, m = _chosen(incoming, K, before.k, _people(plan)), _chosen(incoming, M, before.m, _organisations(plan))
        after, lowered = agreed(before, k, m, incoming.received_at), k < before.k or m < before.m
        if (k, m) != (before.k, before.m):
            told = await self._told(plan, after, incoming) if lowered else []
            await self.agreements.keep(plan.id, disclosure_as_json(after), told, incoming.received_at)
        return Card(
            title=words("mine.rhythm.saved"),
            paragraphs=(Paragraph(text=words("setup.lowered" if lowered else "setup.agreed", k=k, m=m)),),
            buttons=(Button(label=words("setup.back"), action="setup"),),
        )

    async def _told(self, plan: PartnershipPlan, after: Disclosure, incoming: Incoming) -> list[Reply]:
        homes = await self.homes.of(await self.people.active(plan.id))
        return announced(plan, after, homes, change_id(incoming, AGREED), self.words)

    async def contacts(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """Whom people turn to now, and the form that names somebody."""
        check_lead(recognised)
        return _contacts_card(recognised.plan, self.words)

    async def name(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep who it is for this matter; nobody where the name is empty."""
        check_lead(recognised)
        matter = incoming.values.get(MATTER, "")
        name, how = (" ".join(incoming.values.get(field, "").split()) for field in (NAME, HOW))
        if matter not in {EVERY_MATTER, *FACTORS}:
            raise Declined("setup.no_matter")
        if bool(name) != bool(how):
            raise Declined("setup.half_a_contact")
        if any(len(text) > _LONGEST[field] or not text.isprintable() for field, text in ((NAME, name), (HOW, how))):
            raise Declined("setup.long_contact")
        value = {"name": name, "how": how} if name else NO_CONTACT
        await self.agreements.keep(recognised.plan.id, {f"{CONTACT}{matter}": value}, (), incoming.received_at)
        text = self.words("setup.named", name=name, matter=_matter(matter, self.words))
        return Card(
            title=self.words("mine.rhythm.saved"),
            paragraphs=(Paragraph(text=text if name else self.words("setup.unnamed")),),
            buttons=(
                Button(label=self.words("setup.another"), action=CONTACTS),
                Button(label=self.words("setup.back"), action="setup"),
            ),
        )


def announced(
    plan: PartnershipPlan, rules: Disclosure, homes: Mapping[PartnerId, Home], change: str, words: Words
) -> list[Reply]:
    """What every partner with a chat of their own is told once fewer people are to stand behind a figure."""

    def card() -> Card:
        text = words("setup.announced", k=rules.k, m=rules.m, partnership=plan.name)
        privacy = Button(label=words("onboarding.privacy"), action="privacy")
        return Card(title=words("setup.announced_title"), paragraphs=(Paragraph(text=text),), buttons=(privacy,))

    return [
        Reply(
            key=f"notice:figures:{change}:{partner}",
            platform=home.platform,
            place=home.place,
            card=in_language_of(home, plan, words, card),
            promise=Promise.NOTICE,
        )
        for partner, home in sorted(homes.items())
    ]


def _figures_card(plan: PartnershipPlan, words: Words) -> Card:
    rules = plan.disclosure
    people, organisations = (tuple((str(n), str(n)) for n in each) for each in (_people(plan), _organisations(plan)))
    fields = (
        Field(id=K, label=words("setup.least_people"), input=Input.CHOICE, choices=people, initial=str(rules.k)),
        Field(
            id=M,
            label=words("setup.least_organisations"),
            input=Input.CHOICE,
            choices=organisations,
            initial=str(rules.m),
        ),
    )
    return Card(
        title=words("setup.figures_title"),
        paragraphs=(Paragraph(text=words("setup.figures_text")),),
        form=Form(id=AGREED, submit=words("mine.settings.save"), fields=fields),
        note=words("setup.figures_note"),
    )


def _contacts_card(plan: PartnershipPlan, words: Words) -> Card:
    matters = tuple((each, _matter(each, words)) for each in (EVERY_MATTER, *FACTORS))
    fields = (
        Field(id=MATTER, label=words("setup.matter"), input=Input.CHOICE, choices=matters, initial=EVERY_MATTER),
        Field(id=NAME, label=words("setup.contact_name"), required=False, hint=words("setup.contact_hint")),
        Field(id=HOW, label=words("setup.contact_how"), required=False, hint=words("setup.how_hint")),
    )
    return Card(
        title=words("setup.contacts_title"),
        paragraphs=(Paragraph(text=words("setup.contacts_text")),),
        facts=tuple(_told(plan.contacts, words)),
        form=Form(id=CONTACT_SAVED, submit=words("mine.settings.save"), fields=fields),
    )


def _told(contacts: tuple[Contact, ...], words: Words) -> Iterator[Fact]:
    for each in contacts:
        matter = _matter(each.for_factor or EVERY_MATTER, words)
        yield Fact(name=matter, value=words("setup.who", name=each.name, how=each.how))


def _matter(matter: str, words: Words) -> str:
    return words("setup.every_matter") if matter == EVERY_MATTER else factor_names(words.spoken)[matter]


def _people(plan: PartnershipPlan) -> range:
    """Never fewer than the floor, whatever anybody asks for."""
    return range(K_FLOOR, max(_MOST_PEOPLE, plan.disclosure.k) + 1)


def _organisations(plan: PartnershipPlan) -> range:
    return range(M_FLOOR, max(M_FLOOR, len(plan.organisations), plan.disclosure.m) + 1)


def _chosen(incoming: Incoming, field: str, now: int, allowed: range) -> int:
    said = incoming.values.get(field, "") or str(now)
    if not said.isdecimal() or len(said) > len(str(allowed.stop)) or int(said) not in allowed:
        raise Declined("setup.not_allowed", least=allowed.start)
    return int(said)
