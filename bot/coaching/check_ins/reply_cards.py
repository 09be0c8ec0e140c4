"""What a partner sees of their own reply: who reads it, what becomes of it, and what they can do about it."""

from collections.abc import Iterator
from datetime import datetime

from bot.coaching.check_ins.cards import (
    ANSWER,
    BARRIER,
    EDIT,
    asked,
    seen_fields,
)
from bot.coaching.check_ins.reply_saving import Own
from bot.domain.barriers import Consent
from bot.domain.cards import Button, Card, Field, Form, Input, Paragraph
from bot.domain.check_ins import Reflection, published, week_of
from bot.domain.counting import span_of
from bot.domain.partnership import PartnershipPlan
from prompts import Words

#: The actions of the buttons and of the forms.
FOLLOW, FOLLOW_UP = "check-in-follow", "follow_up"
CONSENT_OF, CONSENTED = "check-in-consent", "check-in-consented"
WITHDRAW, WITHDRAWN = "check-in-withdraw", "check-in-withdrawn"
AGENDA, OFF_AGENDA = "check-in-agenda", "check-in-off-agenda"
#: Of a message that was taken for a reply and was none, or that was none and should have been.
UNDO, MEANT = "check-in-undo", "check-in-meant"


def kept_card(own: Own, reply: Reflection, plan: PartnershipPlan, words: Words, now: datetime) -> Card:
    """After a reply: who sees it, what becomes of it, and the one further question, which may be left."""
    further = _further(own, reply, plan, words, now)
    return Card(
        title=words("check_in.kept.title"),
        paragraphs=tuple(Paragraph(text=text) for text in (*_becomes(own, reply, plan, words), *further)),
        form=_further_form(reply, words) if further else None,
        buttons=reply_buttons(own, reply, plan, words, now),
    )


def entry_card(own: Own, plan: PartnershipPlan, words: Words, now: datetime) -> Card:
    """One check-in as its partner finds it again: the question, what they replied, and who sees that."""
    reply = own.reply
    if reply is None:
        return _silent_card(own, words)
    said = [words("barrier.own_wording", wording=reply.text)]
    if reply.follow_up:
        ask = asked(own.shown).follow_up.ask
        said.append(words("check_in.entry.followed", ask=ask[:1].upper() + ask[1:], text=reply.follow_up))
    if reply.view:
        said.append(words("check_in.entry.view", view=words(f"check_in.view.{reply.view}")))
    return Card(
        title=asked(own.shown).text,
        paragraphs=tuple(Paragraph(text=text) for text in (*said, *_seen(own, reply, words))),
        buttons=reply_buttons(own, reply, plan, words, now),
    )


def _silent_card(own: Own, words: Words) -> Card:
    said = "taken_back" if own.given else own.check_in.state.value
    answer = Button(label=words("check_in.answer"), action=ANSWER, value=own.check_in.id)
    return Card(
        title=asked(own.shown).text,
        paragraphs=(Paragraph(text=words(f"check_in.entry.{said}")),),
        buttons=(answer,),
    )


def _becomes(own: Own, reply: Reflection, plan: PartnershipPlan, words: Words) -> Iterator[str]:
    yield from _seen(own, reply, words)
    if reply.consent is not Consent.PRIVATE:
        counts = span_of(week_of(reply.at, plan.zone), plan.zone).end.date()
        k, m = plan.disclosure.k, plan.disclosure.m
        yield words("check_in.kept.next", day=words.day(counts), k=k, m=m)


def _seen(own: Own, reply: Reflection, words: Words) -> Iterator[str]:
    if own.late(reply.at):
        yield words("check_in.seen.late")
        return
    yield words(f"check_in.seen.{reply.consent.name.lower()}")
    if reply.shared:
        yield words("check_in.seen.shared")
    if reply.agenda:
        yield words("check_in.seen.agenda")


def _further(own: Own, reply: Reflection, plan: PartnershipPlan, words: Words, now: datetime) -> tuple[str, ...]:
    """The one further question of a question, until something was said to it."""
    follow_up = asked(own.shown).follow_up
    if not follow_up.ask or reply.follow_up or published(reply, now, plan.zone):
        return ()
    return (words("check_in.kept.further", when=follow_up.when, ask=follow_up.ask),)


def _further_form(reply: Reflection, words: Words) -> Form:
    """Its question stands above it, since not every platform shows fields in a message."""
    field = Field(id=FOLLOW_UP, label=words("check_in.kept.leave"), input=Input.TEXT, required=False)
    return Form(id=FOLLOW, submit=words("check_in.form.send"), fields=(field,), value=reply.check_in)


def reply_buttons(
    own: Own, reply: Reflection, plan: PartnershipPlan, words: Words, now: datetime
) -> tuple[Button, ...]:
    """What can be done with a reply: what was published is edited no more, and what nobody sees goes on no agenda."""
    late, over = own.late(reply.at), published(reply, now, plan.zone)
    agenda = ("off_agenda", OFF_AGENDA) if reply.agenda else ("agenda", AGENDA)
    wished = not over and reply.consent is not Consent.PRIVATE
    actions = [
        *([] if over else [("edit", EDIT)]),
        *([] if late else [("seen_by", CONSENT_OF)]),
        ("barrier", BARRIER),
        *([agenda] if wished else []),
        ("withdraw", WITHDRAW),
    ]
    return tuple(
        Button(label=words(f"check_in.{name}"), action=action, value=reply.check_in) for name, action in actions
    )


def consent_card(own: Own, reply: Reflection, words: Words) -> Card:
    """The form by which somebody changes who sees their reply."""
    fields = seen_fields(reply.consent, words, shared=reply.shared)
    return Card(
        title=words("check_in.seen_by"),
        paragraphs=(Paragraph(text=asked(own.shown).text),),
        form=Form(id=CONSENTED, submit=words("check_in.form.save"), fields=fields, value=reply.check_in),
        note=words("barrier.own.consent_note"),
    )


def withdraw_card(reply: Reflection, words: Words) -> Card:
    """Asks whether somebody really takes their reply back, and says what that does."""
    return Card(
        title=words("check_in.withdrawing.title"),
        paragraphs=(Paragraph(text=words("check_in.withdrawing.text")),),
        buttons=(Button(label=words("barrier.own.withdraw_yes"), action=WITHDRAWN, value=reply.check_in),),
        note=words("barrier.own.withdraw_note"),
    )
