"""What somebody sees who raises a barrier: what would be stored, what looks like the same, and what was logged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.coaching.barriers.about import about_barrier
from bot.coaching.drafting import (
    CONSENT,
    FACTOR,
    ORGANISATIONS,
    OTHERS,
    SHARE,
    STATEMENT,
    YES,
    Draft,
)
from bot.domain.barriers import Barrier, Consent, Raiser
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.partnership import FACTORS, PartnershipPlan
from knowledge.triage.phrases import factor_names
from prompts import Words

#: The actions of the buttons and of the form.
LOG, CANCEL, NEW, JOIN = "barrier-log", "barrier-cancel", "barrier-new", "barrier-join"
OFFER, SHORTCUT = "barrier-offer", "barrier-shortcut"
CONSENT_OF, CONSENTED, WITHDRAW, WITHDRAWN = (
    "barrier-consent",
    "barrier-consented",
    "barrier-withdraw",
    "barrier-withdrawn",
)
_NEXT = 2
#: In characters: of one's own wording, and of another's that is offered.
_REMINDER, _OFFERED = 120, 400
#: In the order in which they are offered: the default first, then from the widest.
_CONSENTS = (Consent.COUNTED, Consent.OWN_LEADS, Consent.NAMED, Consent.PRIVATE)


@dataclass(frozen=True, kw_only=True)
class Start:
    """A form before it is sent: what stands in it, the factors that come next, and what is said above it."""

    draft: Draft
    value: str
    next_factors: Sequence[str] = ()
    said: tuple[str, ...] = ()


def form_card(start: Start, plan: PartnershipPlan, words: Words) -> Card:
    """Exactly what would be stored, to confirm, correct or cancel; and who would see what."""
    sees = words("barrier.form.sees")
    return Card(
        title=words("barrier.form.title"),
        paragraphs=tuple(Paragraph(text=text) for text in (*start.said, sees)),
        form=Form(id=LOG, submit=words("barrier.form.submit"), fields=_fields(start, plan, words), value=start.value),
        buttons=(Button(label=words("barrier.form.cancel"), action=CANCEL, value=start.value),),
        note=words("barrier.form.note"),
    )


def _fields(start: Start, plan: PartnershipPlan, words: Words) -> tuple[Field, ...]:
    draft, names = start.draft, factor_names()
    factors = tuple((factor, names[factor]) for factor in FACTORS)
    following = [names[factor] for factor in start.next_factors]
    return (
        Field(id=STATEMENT, label=words("barrier.form.statement"), input=Input.TEXT, initial=draft.statement),
        Field(
            id=FACTOR,
            label=words("barrier.form.factor"),
            input=Input.CHOICE,
            choices=factors,
            hint=_next(following, words),
            initial=draft.factor,
        ),
        Field(
            id=OTHERS,
            label=words("barrier.form.others"),
            input=Input.CHOICES,
            choices=factors,
            required=False,
            initial=",".join(draft.others),
        ),
        Field(
            id=ORGANISATIONS,
            label=words("barrier.form.organisations"),
            input=Input.CHOICES,
            choices=tuple((each.id, each.name) for each in plan.organisations),
            required=False,
            initial=",".join(draft.organisations),
        ),
        *consent_fields(draft.consent, words, shared=draft.shared),
    )


def _next(factors: Sequence[str], words: Words) -> str:
    """The two that come next, where two do."""
    if len(factors) < _NEXT:
        return ""
    return words("barrier.form.factor_hint", first=factors[0], second=factors[1])


def consent_fields(consent: Consent, words: Words, *, shared: bool) -> tuple[Field, ...]:
    """Who may see what, with what holds now chosen; and, apart from it, whether the wording may be shown."""
    return (
        Field(
            id=CONSENT,
            label=words("barrier.form.consent"),
            input=Input.CHOICE,
            choices=consents(words),
            initial=consent.value,
        ),
        Field(
            id=SHARE,
            label=words("barrier.form.share"),
            input=Input.CHOICES,
            choices=((YES, words("barrier.form.share_yes")),),
            required=False,
            hint=words("barrier.form.share_hint"),
            initial=YES if shared else "",
        ),
    )


def consents(words: Words) -> tuple[tuple[str, str], ...]:
    """What may be chosen of who sees something: the default first."""
    return tuple((each.value, words(f"barrier.consent.{each.name.lower()}")) for each in _CONSENTS)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A barrier that may be the same, and a wording of it that may be shown.

    Where a model thinks so too, `here` and `there` are words of what was raised and of the wording that show why.
    """

    barrier: Barrier
    wording: str
    here: str = ""
    there: str = ""


def twins_card(draft_id: str, offered: Sequence[Offer], words: Words) -> Card:
    """Barriers that may be the same, each with a button to join it: an offer, never a verdict."""
    joins = tuple(
        Button(
            label=words("barrier.twins.join", label=each.barrier.label),
            action=JOIN,
            value=f"{draft_id}.{each.barrier.id}",
        )
        for each in offered
    )
    return Card(
        title=words("barrier.twins.title"),
        paragraphs=tuple(Paragraph(text=text) for each in offered for text in _looks(each, words)),
        buttons=(
            *joins,
            Button(label=words("barrier.twins.new"), action=NEW, value=draft_id),
            Button(label=words("barrier.form.cancel"), action=CANCEL, value=draft_id),
        ),
        note=words("barrier.twins.note"),
        by_model=any(each.there for each in offered),
    )


def _looks(each: Offer, words: Words) -> Iterator[str]:
    wording = beginning(each.wording, _OFFERED)
    yield words("barrier.twins.looks_like", label=each.barrier.label, wording=wording)
    if each.there:
        yield words("barrier.twins.why", label=each.barrier.label, here=each.here, there=each.there)


def logged_card(barrier: Barrier, own: Raiser, plan: PartnershipPlan, words: Words) -> Card:
    """What was stored, and who sees it from now on."""
    joined = barrier.history[0].by != own.partner
    title = words("barrier.logged.joined", label=barrier.label) if joined else words("barrier.logged.title")
    return Card(
        title=title,
        paragraphs=(Paragraph(text=words("barrier.own_wording", wording=own.wording)), *seen(own, words)),
        facts=tuple(_facts(barrier, own, plan, words)),
        buttons=own_buttons(barrier, words),
        note=words("barrier.logged.note"),
        about=about_barrier(barrier.id),
    )


def joined_notice(own: Raiser, words: Words) -> Card:
    """What somebody hears when another raised the same: that they did, and nothing of who."""
    return Card(
        title=words("barrier.joined.title"),
        paragraphs=(Paragraph(text=words("barrier.joined.text")),),
        items=(words("barrier.own_wording", wording=beginning(own.wording)),),
        note=words("barrier.joined.note"),
    )


def beginning(wording: str, longest: int = _REMINDER) -> str:
    """The first words of a wording, enough to tell what it is about."""
    plain = " ".join(wording.split())
    return plain if len(plain) <= longest else plain[:longest].rsplit(maxsplit=1)[0] + "…"


def seen(own: Raiser, words: Words) -> tuple[Paragraph, ...]:
    """Who sees what of somebody's part in a barrier, plainly."""
    sees = Paragraph(text=words(f"barrier.sees.{own.consent.name.lower()}"))
    return (sees, Paragraph(text=words("barrier.sees.shared"))) if own.shared else (sees,)


def own_buttons(barrier: Barrier, words: Words) -> tuple[Button, ...]:
    """What anybody can do about their own part at any time."""
    return (
        Button(label=words("barrier.own.consent"), action=CONSENT_OF, value=barrier.id),
        Button(label=words("barrier.own.withdraw"), action=WITHDRAW, value=barrier.id),
    )


def _facts(barrier: Barrier, own: Raiser, plan: PartnershipPlan, words: Words) -> list[Fact]:
    """What it affects was said by who raised it first, and may tell where they are."""
    names = {each.id: each.name for each in plan.organisations}
    factors = ", ".join(factor_names()[each] for each in (barrier.factor, *barrier.also))
    affected = ", ".join(names.get(each, each) for each in barrier.organisations)
    facts = [Fact(name=words("barrier.fact.factor"), value=factors)]
    facts += [Fact(name=words("barrier.fact.affects"), value=affected)] if own is barrier.raisers[0] else []
    facts += [Fact(name=words("barrier.fact.number"), value=barrier.label)] if barrier.label else []
    return facts
