"""What leads and raisers see of a barrier, and the forms by which leads move it."""

from collections.abc import Iterator
from datetime import datetime

from bot.coaching.barriers.about import about_barrier
from bot.domain.barrier_rules import MOVES
from bot.domain.barrier_views import View
from bot.domain.barriers import ENDED, Barrier, Kind, Raiser, Status
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.partnership import PartnershipPlan
from knowledge.triage.phrases import factor_names
from prompts import Words

#: The actions of the buttons and forms.
OPEN, MOVE, ASSIGN, MERGE, PART = "barrier-open", "barrier-move", "barrier-assign", "barrier-merge", "barrier-part"
HISTORY, ASK_RAISER, GONE, STILL = "barrier-history", "barrier-ask", "barrier-gone", "barrier-still"
#: The fields of the forms.
BECAUSE, SHARE, OWNER, DUE, OTHER, QUESTION = "because", "share", "owner", "due", "other", "question"
NOBODY, YES = "nobody", "yes"
#: The statuses for which a lead is asked for words.
NEEDS_WORDS = ENDED
#: What joins, withdraws or changes its consent is not told: it would say how many stand behind a barrier.
_TOLD = frozenset({Kind.RAISED, Kind.MOVED, Kind.ASSIGNED, Kind.SORTED, Kind.ANSWERED, Kind.MERGED, Kind.PARTED})
_DAYS_A_WEEK = 7


def mark(barrier: Barrier, *more: str) -> str:
    """What a button carries: the barrier, the version it was drawn from, and what else it needs."""
    return ".".join((barrier.id, str(barrier.version), *more))


def status_words(status: Status, words: Words) -> str:
    """A status as partners read it."""
    return words(f"handling.status.{status.name.lower()}")


def age(weeks: int, words: Words) -> str:
    """How long ago a barrier was raised, in full weeks."""
    return words.count("handling.age.weeks", weeks) if weeks else words("handling.age.this_week")


def barrier_card(view: View, plan: PartnershipPlan, words: Words, now: datetime, *, lead: bool) -> Card:
    """A barrier in front of one reader, with what this reader may do."""
    barrier = view.barrier
    return Card(
        title=_title(barrier, words),
        paragraphs=(*_said(view, plan, words), *(_not_gone(barrier, words) if lead else ())),
        facts=tuple(_facts(view, plan, words, now)),
        items=tuple(words("handling.unnamed_wording", wording=each) for each in view.shared),
        buttons=tuple(_lead_buttons(view, words)) if lead else tuple(raiser_buttons(barrier, view.own, words)),
        note=words("handling.note_lead" if lead else "handling.note_raiser"),
        about=about_barrier(barrier.id),
    )


def list_card(views: tuple[View, ...], plan: PartnershipPlan, words: Words) -> Card:
    """The barriers that a lead may see, newest first, each with a button that opens it."""
    if not views:
        return _says(words("handling.none"))
    rows = [_title(view.barrier, words) + f": {status_words(view.barrier.status, words)}" for view in views]
    opens = [Button(label=view.barrier.label, action=OPEN, value=view.barrier.id) for view in views[:10]]
    return Card(title=words("handling.list", partnership=plan.name), items=tuple(rows), buttons=tuple(opens))


def history_card(barrier: Barrier, words: Words) -> Card:
    """Who changed what when. Raisers are nobody in particular here, whatever they allow."""
    rows = (
        words(
            f"handling.history.{change.kind.value}",
            day=words.day(change.at),
            status=status_words(change.status, words),
            detail=change.detail if change.kind in (Kind.MOVED, Kind.ANSWERED) else "",
        ).rstrip(": ")
        for change in barrier.history
        if change.kind in _TOLD and (change.kind is not Kind.ANSWERED or change.detail)
    )
    return Card(title=_title(barrier, words), items=tuple(rows))


def move_form(barrier: Barrier, to: Status, words: Words) -> Card:
    """Asks a lead for the words that go with ending a barrier."""
    declined = to is Status.DECLINED
    fields = [
        Field(id=BECAUSE, label=words(f"handling.because.{to.name.lower()}"), input=Input.TEXT, required=declined)
    ]
    if not declined:
        share = ((YES, words("handling.share")),)
        fields.append(
            Field(id=SHARE, label=words("handling.share_label"), input=Input.CHOICES, choices=share, required=False)
        )
    form = Form(
        id=MOVE, submit=words("handling.send"), fields=tuple(fields), value=mark(barrier, to.name.lower(), "sent")
    )
    return Card(title=_title(barrier, words), paragraphs=(Paragraph(text=words("handling.because_note")),), form=form)


def assign_form(barrier: Barrier, plan: PartnershipPlan, words: Words) -> Card:
    """Asks who looks after a barrier, and until when."""
    choices = ((NOBODY, words("handling.nobody")), *((lead.email, lead.name) for lead in plan.leads))
    known = barrier.owner if barrier.owner in {lead.email for lead in plan.leads} else NOBODY
    due = f"{barrier.due:%d.%m.%Y}" if barrier.due else ""
    fields = (
        Field(id=OWNER, label=words("handling.owner"), input=Input.CHOICE, choices=choices, initial=known),
        Field(id=DUE, label=words("handling.due"), hint=words("handling.due_hint"), required=False, initial=due),
    )
    form = Form(id=ASSIGN, submit=words("handling.send"), fields=fields, value=mark(barrier, "sent"))
    return Card(title=_title(barrier, words), form=form)


def merge_form(barrier: Barrier, words: Words) -> Card:
    """Asks which barrier is the same."""
    field = Field(id=OTHER, label=words("handling.merge_with"), hint=words("handling.merge_hint"))
    form = Form(id=MERGE, submit=words("handling.send"), fields=(field,), value=mark(barrier, "sent"))
    return Card(title=_title(barrier, words), paragraphs=(Paragraph(text=words("handling.merge_note")),), form=form)


def still_form(barrier: Barrier, words: Words) -> Card:
    """Asks a raiser what is still in the way."""
    field = Field(id=BECAUSE, label=words("handling.still_label"), input=Input.TEXT)
    form = Form(id=STILL, submit=words("handling.send"), fields=(field,), value=mark(barrier, "sent"))
    return Card(title=_title(barrier, words), form=form, note=words("handling.still_note"))


def raiser_buttons(barrier: Barrier, own: Raiser | None, words: Words) -> Iterator[Button]:
    """What a raiser is asked about a resolved barrier."""
    if own is not None and barrier.status is Status.RESOLVED and own.gone is None:
        yield Button(label=words("handling.gone"), action=GONE, value=mark(barrier))
        yield Button(label=words("handling.still"), action=STILL, value=mark(barrier))


def _lead_buttons(view: View, words: Words) -> Iterator[Button]:
    barrier = view.barrier
    yield from raiser_buttons(barrier, view.own, words)
    for status in Status:
        if status in MOVES[barrier.status]:
            label = words(f"handling.move.{status.name.lower()}")
            yield Button(label=label, action=MOVE, value=mark(barrier, status.name.lower()))
    if barrier.status not in ENDED:
        yield Button(label=words("handling.assign"), action=ASSIGN, value=mark(barrier))
        yield Button(label=words("handling.merge"), action=MERGE, value=mark(barrier))
    if any(change.kind is Kind.MERGED for change in barrier.history):
        yield Button(label=words("handling.part"), action=PART, value=mark(barrier))
    yield Button(label=words("handling.ask_raiser"), action=ASK_RAISER, value=mark(barrier))
    yield Button(label=words("handling.history.open"), action=HISTORY, value=barrier.id)


def _said(view: View, plan: PartnershipPlan, words: Words) -> Iterator[Paragraph]:
    names = {each.id: each.name for each in plan.organisations}
    if view.own is not None:
        yield Paragraph(text=words("handling.own_wording", wording=view.own.wording))
    for each in view.named:
        organisation = names.get(each.organisation, each.organisation)
        who = words("handling.who", name=each.name, organisation=organisation) if each.name else organisation
        yield Paragraph(text=words("handling.wording", wording=each.wording, who=who))
    if view.unnamed:
        yield Paragraph(text=words("handling.unnamed"))


def _not_gone(barrier: Barrier, words: Words) -> Iterator[Paragraph]:
    """Why it is open again, in the words of whoever said so, and not who that was."""
    since = max((at for at, each in enumerate(barrier.history) if each.status is Status.RESOLVED), default=None)
    for each in () if since is None else barrier.history[since + 1 :]:
        if each.kind is Kind.ANSWERED and each.detail:
            yield Paragraph(text=words("handling.not_gone", text=each.detail))


def _facts(view: View, plan: PartnershipPlan, words: Words, now: datetime) -> Iterator[Fact]:
    barrier = view.barrier
    names = {each.id: each.name for each in plan.organisations}
    leads = {lead.email: lead.name for lead in plan.leads}
    yield Fact(name=words("handling.fact.status"), value=status_words(barrier.status, words))
    if barrier.because:
        yield Fact(name=words("handling.fact.because"), value=barrier.because)
    factors = [factor_names().get(each, each) for each in (barrier.factor, *barrier.also)]
    yield Fact(name=words("handling.fact.factor"), value=", ".join(factors))
    if barrier.owner:
        yield Fact(name=words("handling.fact.owner"), value=leads.get(barrier.owner, words("handling.former_lead")))
    if barrier.due:
        yield Fact(name=words("handling.fact.due"), value=words.day(barrier.due))
    if view.affects:
        yield Fact(name=words("handling.fact.affects"), value=", ".join(names.get(each, each) for each in view.affects))
    weeks = (now - barrier.raised_at).days // _DAYS_A_WEEK
    yield Fact(name=words("handling.fact.age"), value=age(weeks, words))


def _title(barrier: Barrier, words: Words) -> str:
    factor = factor_names().get(barrier.factor, barrier.factor)
    return words("handling.title", label=barrier.label, factor=factor) if barrier.label else factor


def _says(text: str) -> Card:
    return Card(paragraphs=(Paragraph(text=text),))
