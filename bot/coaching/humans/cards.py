"""The cards of a question to a person: for whoever asks, for whoever is asked, for the lead who keeps an answer."""

from collections.abc import Sequence
from dataclasses import replace

from bot.coaching.answers.curating import paragraphs
from bot.coaching.humans.routes import LEADS, Route, Routes, fitting_contacts
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.curated import LONGEST_QUESTION
from bot.domain.human_asks import CLOSE_AFTER, AskState, HumanAsk, Proposal
from bot.domain.partnership import Contact, PartnershipPlan
from bot.domain.people import OrganisationId
from bot.store.human_asks import about_ask
from prompts import Words

#: The actions of whoever asks.
ASK, SEND, CANCEL, HELPED, AGAIN = "person-ask", "person-send", "person-cancel", "person-helped", "person-again"
WITHDRAW, MINE = "person-withdraw", "person-mine"
#: Those of whoever is asked.
ANSWER, REPLY, LATER, NOT_ME = "person-answer", "person-reply", "person-later", "person-decline"
#: Those of keeping an answer for others.
KEEP, KEPT, CONFIRM, LEAVE = "person-keep", "person-kept", "person-confirm", "person-leave"
#: The fields of the forms; those in which nobody writes; who may see what is kept.
TO, QUESTION, REPLIED, SEEN_BY = "human_to", "human_question", "human_answer", "human_for"
CHOICES = frozenset({TO, SEEN_BY})
THESE, EVERYONE = "these", "everyone"
_BRIEF = 120


def ask_card(ask: HumanAsk, name: str, question: str, routes: Routes, plan: PartnershipPlan, words: Words) -> Card:
    """What will happen, before anything does: who gets what, and a form to say it in."""
    if not routes.ways:
        return _nobody(routes.elsewhere, words)
    who = words("human.who", name=name, organisation=organisation_name(plan, ask.organisation))
    ways = tuple((each.id, route_name(each, words)) for each in routes.ways)
    fields = (
        Field(id=TO, label=words("human.to"), input=Input.CHOICE, choices=ways, initial=ways[0][0]),
        Field(id=QUESTION, label=words("human.question"), input=Input.TEXT, initial=question),
    )
    return Card(
        title=words("human.title"),
        paragraphs=(Paragraph(text=words("human.seen", who=who)), *_reach_them(routes.elsewhere, words)),
        facts=_facts(routes.elsewhere),
        form=Form(id=SEND, submit=words("human.send"), fields=fields, value=ask.id),
        buttons=(Button(label=words("human.cancel"), action=CANCEL, value=ask.id),),
        note=words("human.note" if routes.ways[-1].id == LEADS else "human.note_no_leads"),
    )


def status_card(ask: HumanAsk, plan: PartnershipPlan, words: Words) -> Card:
    """What has become of a question, for whoever asked it."""
    if ask.state is AskState.ANSWERED:
        return answer_card(ask, words)
    if ask.state is AskState.CLOSED:
        return _closed(ask, plan, words)
    if ask.state is AskState.WITHDRAWN:
        return _says(words("human.status.withdrawn"))
    if ask.state is AskState.TAKEN:
        return _waits(words("human.status.taken", who=ask.answerer), ask, words)
    to = sorted({each.contact for each in ask.addressees if not each.declined} - {""})
    text = words("human.status.sent", to=", ".join(to) or words("human.leads"), days=CLOSE_AFTER)
    return _waits(text, ask, words)


def passed_card(ask: HumanAsk, former: str, words: Words) -> Card:
    """It was not for whoever had it, and somebody else has it now."""
    return _waits(words("human.status.passed", name=former), ask, words)


def unanswered_card(asks: Sequence[HumanAsk], plan: PartnershipPlan, words: Words) -> Card:
    """Everything that somebody asked people and that waits for an answer, each by itself."""
    if not asks:
        return _says(words("human.mine_none"))
    each = tuple(status_card(ask, plan, words) for ask in asks)
    return replace(_says(words("human.mine_text")), title=words("human.mine_title"), more=each)


def answer_card(ask: HumanAsk, words: Words) -> Card:
    """What a person says, in their name; nothing of it is the library's."""
    if not ask.answer:
        return _says(words("human.gone"))
    buttons = [Button(label=words("human.helped"), action=HELPED, value=ask.id)] if not ask.helped else []
    buttons += [Button(label=words("human.again"), action=AGAIN, value=ask.id)] if not ask.again else []
    return Card(
        title=words("human.answered"),
        paragraphs=(
            Paragraph(text=words("human.answered_by", who=ask.answerer)),
            *(Paragraph(text=each) for each in paragraphs(ask.answer)),
        ),
        buttons=tuple(buttons),
        note=words("human.answered_note", question=_brief(ask.question)),
    )


def asked_card(ask: HumanAsk, plan: PartnershipPlan, words: Words, opening: str = "human.asked") -> Card:
    """The question, for somebody who is asked."""
    return Card(
        title=words("human.asked_title"),
        paragraphs=(Paragraph(text=words(opening, who=_asker(ask, plan, words))), Paragraph(text=_quoted(ask, words))),
        buttons=(
            Button(label=words("human.answer"), action=ANSWER, value=ask.id),
            Button(label=words("human.later"), action=LATER, value=ask.id),
            Button(label=words("human.not_me"), action=NOT_ME, value=ask.id),
        ),
        note=words("human.asked_note"),
        about=about_ask(ask.id),
    )


def reply_card(ask: HumanAsk, plan: PartnershipPlan, words: Words) -> Card:
    """The form for an answer."""
    who = _asker(ask, plan, words)
    field = Field(id=REPLIED, label=words("human.reply"), input=Input.TEXT)
    return Card(
        title=words("human.reply_title"),
        paragraphs=(Paragraph(text=_quoted(ask, words)),),
        form=Form(id=REPLY, submit=words("human.send"), fields=(field,), value=ask.id),
        note=words("human.reply_note", who=who),
        about=about_ask(ask.id),
    )


def withdrawn_card(words: Words) -> Card:
    """What stands where a question stood that was taken back."""
    return _says(words("human.withdrawn"))


def withdrawn_taken_card(words: Words) -> Card:
    """The same, for whoever has promised an answer."""
    return _says(words("human.withdrawn_taken"))


def replied_card(ask: HumanAsk, plan: PartnershipPlan, words: Words) -> Card:
    """The answer is on its way; it may be kept for others."""
    keep = Button(label=words("human.keep"), action=KEEP, value=ask.id)
    card = _says(words("human.replied", who=_asker(ask, plan, words)))
    return replace(card, buttons=() if ask.kept or ask.proposal else (keep,))


def keep_card(ask: HumanAsk, words: Words, said: Proposal, *, warning: str = "") -> Card:
    """The form in which a question and its answer are worded for others."""
    choices = ((THESE, words("human.for.these")), (EVERYONE, words("human.for.everyone")))
    first = THESE if said.organisations else EVERYONE
    question = said.question[:LONGEST_QUESTION]
    fields = (
        Field(id=QUESTION, label=words("human.keep_question"), input=Input.TEXT, initial=question),
        Field(id=REPLIED, label=words("human.keep_answer"), input=Input.TEXT, initial=said.answer),
        Field(id=SEEN_BY, label=words("human.for.label"), input=Input.CHOICE, choices=choices, initial=first),
    )
    return Card(
        title=words("human.keep_title"),
        paragraphs=(Paragraph(text=warning),) if warning else (),
        form=Form(id=KEPT, submit=words("human.keep_submit"), fields=fields, value=ask.id),
        note=words("human.keep_note"),
    )


def proposal_card(ask: HumanAsk, proposal: Proposal, plan: PartnershipPlan, words: Words) -> Card:
    """What somebody would keep for others, for a lead to decide; nothing of it says who asked."""
    names = ", ".join(organisation_name(plan, each) for each in proposal.organisations)
    return Card(
        title=words("human.proposed_title"),
        paragraphs=(
            Paragraph(text=words("human.proposed", who=ask.answerer)),
            Paragraph(text=words("human.quoted", text=proposal.question)),
            *(Paragraph(text=each) for each in paragraphs(proposal.answer)),
        ),
        buttons=(
            Button(label=words("human.confirm"), action=CONFIRM, value=ask.id),
            Button(label=words("human.leave"), action=LEAVE, value=ask.id),
        ),
        note=words("human.proposed_note", organisations=names or words("human.for.everyone")),
    )


def route_name(route: Route, words: Words) -> str:
    """What a way is called to whoever asks."""
    return route.name or words("human.leads")


def organisation_name(plan: PartnershipPlan, organisation: OrganisationId) -> str:
    """What an organisation is called."""
    return next((each.name for each in plan.organisations if each.id == organisation), organisation)


def _nobody(contacts: Sequence[Contact], words: Words) -> Card:
    card = _says(words("human.nobody_reach" if contacts else "human.nobody"))
    return replace(card, title=words("human.title"), facts=_facts(contacts))


def _closed(ask: HumanAsk, plan: PartnershipPlan, words: Words) -> Card:
    contacts = fitting_contacts(plan, ask.organisation, ask.factor)
    card = _says(words("human.status.closed_ring" if contacts else "human.status.closed"))
    return replace(card, facts=_facts(contacts), note=_about(ask, words), buttons=(_withdraw(ask, words),))


def _waits(text: str, ask: HumanAsk, words: Words) -> Card:
    return replace(_says(text), note=_about(ask, words), buttons=(_withdraw(ask, words),))


def _withdraw(ask: HumanAsk, words: Words) -> Button:
    return Button(label=words("human.withdraw"), action=WITHDRAW, value=ask.id)


def _reach_them(contacts: Sequence[Contact], words: Words) -> Sequence[Paragraph]:
    return (Paragraph(text=words("human.elsewhere")),) if contacts else ()


def _facts(contacts: Sequence[Contact]) -> tuple[Fact, ...]:
    return tuple(Fact(name=each.name, value=each.how) for each in contacts)


def _asker(ask: HumanAsk, plan: PartnershipPlan, words: Words) -> str:
    return words("human.who", name=ask.name, organisation=organisation_name(plan, ask.organisation))


def _quoted(ask: HumanAsk, words: Words) -> str:
    return words("human.quoted", text=ask.question)


def _about(ask: HumanAsk, words: Words) -> str:
    return words("human.about", question=_brief(ask.question))


def _brief(question: str) -> str:
    plain = " ".join(question.split())
    return plain if len(plain) <= _BRIEF else plain[: _BRIEF - 1].rstrip() + "…"


def _says(text: str) -> Card:
    return Card(paragraphs=(Paragraph(text=text),))
