"""What a partner sees of a check-in before they reply: the invite, a reminder of it, and the form.

An invite says in one look what is asked, why, and who would see a reply.
"""

from collections.abc import Sequence

from bot.coaching.barriers.raising_cards import consents
from bot.coaching.drafting import CONSENT, SHARE, YES
from bot.domain.barriers import Consent
from bot.domain.cards import Button, Card, Field, Form, Input, Paragraph
from bot.domain.check_ins import CheckIn, Reflection, View
from bot.domain.partnership import PartnershipPlan
from bot.domain.questions import ReflectionQuestion, Wording
from prompts import Words, current_locale

#: The actions of the buttons and of the forms, all with a check-in's id as their value.
ANSWER, REPLY, EDIT = "check-in-answer", "check-in-reply", "check-in-edit"
ANOTHER, SKIP, SNOOZE = "check-in-another", "check-in-skip", "check-in-snooze"
BARRIER = "check-in-barrier"
#: A card of a check-in is read in a moment, or not at all.
MOST_WORDS = 60
#: What is answered by those who keep a partner's settings.
AWAY, STOP, EXPORT = "check-in-away", "check-in-stop", "own-export"
#: The fields of the form; who may see it is in the same fields as a barrier's.
REPLY_TEXT, VIEW = "reply", "view"
#: The fields that hold choices, which nobody wrote.
CHOICES = frozenset({VIEW, CONSENT, SHARE})


def _length(text: str) -> int:
    return len(text.split())


def asked(question: ReflectionQuestion) -> Wording:
    """A question and its follow-up in the language that is being spoken, where it was translated; else in English."""
    own = Wording(text=question.text, follow_up=question.follow_up)
    return question.wordings.get(current_locale(), own)


def invite_card(
    check_in: CheckIn,
    question: ReflectionQuestion,
    reason: str,
    did: Sequence[str],
    plan: PartnershipPlan,
    words: Words,
) -> Card:
    """The question, why this one, one thing that came of what was said before, and who would see a reply.

    `reason` is a line, or empty. Of `did` the first is said that fits: it is one question, not a newsletter.
    """
    title, sees = words("check_in.title", partnership=plan.name), words("check_in.sees")
    opening = asked(question).text, reason
    room = MOST_WORDS - sum(_length(text) for text in (title, *opening, sees))
    came_of_it = next((line for line in did if _length(line) <= room), "")
    return Card(
        title=title,
        paragraphs=tuple(Paragraph(text=text) for text in (*opening, came_of_it, sees) if text),
        buttons=_buttons(check_in, words),
    )


def reminder_card(check_in: CheckIn, question: ReflectionQuestion, plan: PartnershipPlan, words: Words) -> Card:
    """The question once more. It says neither how often it was sent nor that nothing came back."""
    said = (words("check_in.open"), asked(question).text, words("check_in.sees"))
    return Card(
        title=words("check_in.title", partnership=plan.name),
        paragraphs=tuple(Paragraph(text=text) for text in said),
        buttons=_buttons(check_in, words),
    )


def answer_card(check_in: CheckIn, question: ReflectionQuestion, words: Words) -> Card:
    """The form for a reply: what somebody says, how they find things stand, and who may see it."""
    return Card(
        title=asked(question).text,
        form=Form(
            id=REPLY,
            submit=words("check_in.form.send"),
            fields=(*_said("", None, words), *seen_fields(Consent.COUNTED, words, shared=False)),
            value=form_value(check_in, question),
        ),
        buttons=(Button(label=words("check_in.barrier"), action=BARRIER, value=check_in.id),),
        note=words("check_in.form.note"),
    )


def edit_card(reflection: Reflection, question: ReflectionQuestion, words: Words) -> Card:
    """The same form with what was said."""
    fields = (
        *_said(reflection.text, reflection.view, words),
        *seen_fields(reflection.consent, words, shared=reflection.shared),
    )
    value = f"{reflection.check_in}:{question.id}"
    return Card(
        title=asked(question).text,
        form=Form(id=REPLY, submit=words("check_in.form.save"), fields=fields, value=value),
        note=words("check_in.form.note"),
    )


def form_value(check_in: CheckIn, question: ReflectionQuestion) -> str:
    """What a form carries: the check-in, and the question that it showed, which may have been changed since."""
    return f"{check_in.id}:{question.id}"


def _said(text: str, view: View | None, words: Words) -> tuple[Field, ...]:
    views = tuple((each.value, words(f"check_in.view.{each.value}")) for each in View)
    return (
        Field(id=REPLY_TEXT, label=words("check_in.form.reply"), input=Input.TEXT, initial=text),
        Field(
            id=VIEW,
            label=words("check_in.form.view"),
            input=Input.CHOICE,
            choices=views,
            required=False,
            initial=view.value if view else "",
        ),
    )


def seen_fields(consent: Consent, words: Words, *, shared: bool) -> tuple[Field, ...]:
    """Who may see a reply and, apart from it, whether its wording may be shown without a name."""
    return (
        Field(
            id=CONSENT,
            label=words("check_in.form.consent"),
            input=Input.CHOICE,
            choices=consents(words),
            initial=consent.value,
        ),
        Field(
            id=SHARE,
            label=words("check_in.form.share"),
            input=Input.CHOICES,
            choices=((YES, words("check_in.form.share_yes")),),
            required=False,
            initial=YES if shared else "",
        ),
    )


def _buttons(check_in: CheckIn, words: Words) -> tuple[Button, ...]:
    """In the order in which they are wanted; another question can be had once."""
    actions = [
        ("answer", ANSWER),
        *([] if check_in.instead_of else [("another", ANOTHER)]),
        ("skip", SKIP),
        ("snooze", SNOOZE),
        ("away", AWAY),
        ("stop", STOP),
    ]
    return tuple(Button(label=words(f"check_in.{name}"), action=action, value=check_in.id) for name, action in actions)
