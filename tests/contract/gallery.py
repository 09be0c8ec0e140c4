"""Test cards: every kind that the coach posts, each part of the vocabulary alone and together, and the awkward ones."""

from collections.abc import Mapping
from dataclasses import replace

from bot.coaching.answers.card import Beside, answer_card, apology_card, help_card
from bot.coaching.answers.curating import curated_card
from bot.coaching.answers.feedback import Rating, why_card
from bot.coaching.answers.gaps import PassingOn
from bot.coaching.slips import Slip, Slips
from bot.domain.cards import Button, Card, Fact, Field, Form, Image, Input, Paragraph, Quotation
from knowledge.answers import Answer, Reason
from prompts import words
from tests.bot.coaching.answers.test_curating import CHAIR
from tests.bot.coaching.answers.test_feedback import FakeFeedback
from tests.bot.coaching.answers.test_gaps import FakeGaps
from tests.bot.plans import PLAN
from tests.fakes import message

WORDS = words()
HOSTILE = (
    "**b** <!channel> <@U1> [x](https://evil.example) ![i](https://evil.example/p.png) <at>everyone</at> "
    "{{DATE(2026-01-01T00:00:00Z)}} ${user} :tada: \u202e\n# h"
)
QUOTATION = Quotation(
    number=1,
    text="Trust grows with small promises kept.",
    title="Working together",
    author="A. Reed",
    year=2019,
    section="Trust › Where it comes from",
    document="working.md",
    where="lines 12 to 19",
    before="Partners often wait for trust before they act.\nIt mostly works the other way round.\n\n",
    after="\nChoose a first piece of work that is soon finished.",
)
FORM = Form(
    id="barrier",
    submit="Log it",
    fields=(
        Field(id="what", label="What stands in the way?", input=Input.TEXT, hint="A sentence is enough."),
        Field(id="who", label="Who could help?", required=False),
        Field(
            id="consent",
            label="Who may see it?",
            input=Input.CHOICE,
            choices=(("leads", "The leads, with my name"), ("counted", "Nobody: count it only")),
        ),
    ),
)
_FACTORS = ("purpose", "voice", "trust", "power", "leadership", "culture", "accountability", "money")
BARRIER = Form(
    id="barrier-log",
    submit="Log it",
    value="d1",
    fields=(
        Field(id="statement", label="What stands in the way?", input=Input.TEXT, initial="Two forms for one person."),
        Field(
            id="factor",
            label="What is it mostly about?",
            input=Input.CHOICE,
            choices=tuple((each, each.title()) for each in _FACTORS),
            initial="trust",
        ),
        Field(
            id="organisations",
            label="Whom does it affect?",
            input=Input.CHOICES,
            choices=(("council", "The Council"), ("charity", "Harbour Charity"), ("housing", "Harbour Housing")),
            initial="council,housing",
            required=False,
            hint="As far as you know.",
        ),
        Field(
            id="consent",
            label="Who may see it?",
            input=Input.CHOICE,
            choices=(
                ("named", "The leads, with my name"),
                ("own_leads", "My organisation's leads, with my name"),
                ("counted", "Nobody: count it only"),
                ("private", "Nobody: keep it for me and do not count it in any figure that others can see"),
            ),
            initial="counted",
        ),
    ),
)
WHOLE = Card(
    title="What helps",
    paragraphs=(Paragraph(text="Start small.", citations=(1, 2)), Paragraph(text="Then build on it.")),
    facts=(Fact(name="Owner", value="Amira"), Fact(name="Due", value="1 May")),
    items=("first", "second"),
    image=Image(url="https://coach.example.org/i.png", alt="Barriers by factor, as bars"),
    quotations=(QUOTATION, replace(QUOTATION, number=2, author="", year=None, section="", before="", after="")),
    form=FORM,
    buttons=(Button(label="Ask on", action="ask", value="Why?"), Button(label="Pass it on", action="pass")),
    note="From the library.",
    by_model=True,
)
_LONG = "A sentence that goes on for a while, as sentences in reports do. "
_ASKED = message("e1", platform="slack")
_SLIPS = Slips(secret=b"key")
#: As long as a question may be, and of what takes most room when it is written down.
_LONGEST_QUESTION = '"\n' * 2000
_PASSING_ON = PassingOn(gaps=FakeGaps(), slips=_SLIPS, words=WORDS)
_RATING = Rating(feedback=FakeFeedback(), slips=_SLIPS, words=WORDS)
_VALUE = _SLIPS.write(_ASKED.key, _ASKED.sender, _LONGEST_QUESTION)

GALLERY: Mapping[str, Card] = {
    "help": help_card(WORDS),
    "apology": apology_card(WORDS),
    "refusal": answer_card(Answer(reason=Reason.NOTHING_FOUND), "Why?", WORDS),
    "refusal with a way on": answer_card(
        Answer(reason=Reason.NOTHING_FOUND),
        _LONGEST_QUESTION,
        WORDS,
        Beside(
            contacts=PLAN.contacts,
            note=_PASSING_ON.note(_LONGEST_QUESTION),
            buttons=(_PASSING_ON.offer(_LONGEST_QUESTION, _ASKED),),
        ),
    ),
    "rated": replace(WHOLE, form=None, buttons=_RATING.offer("How do we build trust?", _ASKED)),
    "rated, long question": replace(WHOLE, form=None, buttons=_RATING.offer(_LONGEST_QUESTION, _ASKED)),
    "what was wrong": why_card(Slip(answer="0" * 24, question="Why?", own=True), _VALUE, WORDS),
    "what was wrong, to others": why_card(Slip(answer="0" * 24, question="", own=False), _VALUE, WORDS),
    "curated": curated_card(CHAIR, PLAN, WORDS),
    "too long": answer_card(Answer(reason=Reason.TOO_LONG), "Why? " * 900, WORDS),
    "empty library": answer_card(Answer(reason=Reason.EMPTY_LIBRARY), "Why?", WORDS),
    "no question": answer_card(Answer(reason=Reason.EMPTY_QUESTION), "", WORDS),
    "whole": WHOLE,
    "nothing": Card(),
    "title": Card(title="What helps"),
    "paragraph": Card(paragraphs=WHOLE.paragraphs[:1]),
    "facts": Card(facts=WHOLE.facts),
    "items": Card(items=WHOLE.items),
    "image": Card(image=WHOLE.image),
    "quotation": Card(quotations=WHOLE.quotations[:1]),
    "form": Card(form=FORM),
    "buttons": Card(buttons=WHOLE.buttons),
    "note": Card(note=WHOLE.note),
    "five quotations": Card(
        paragraphs=tuple(Paragraph(text=_LONG, citations=(number,)) for number in range(1, 6)),
        quotations=tuple(
            replace(QUOTATION, number=number, before=_LONG * 9, after=_LONG * 9) for number in range(1, 6)
        ),
        note=WORDS("ask.note"),
    ),
    "long": Card(
        title=_LONG * 3,
        paragraphs=(Paragraph(text=_LONG * 200),),
        quotations=(replace(QUOTATION, text=_LONG * 60, before=_LONG * 200, title=_LONG * 5),),
        buttons=(Button(label=_LONG, action="ask", value=_LONG * 20),),
        note=_LONG * 40,
    ),
    "tall": Card(items=tuple(f"item {number}" for number in range(400)), facts=WHOLE.facts * 60, note="The end."),
    "many buttons": Card(buttons=tuple(Button(label=f"Choice {n}", action="ask", value=f"{n}") for n in range(60))),
    "long form": Card(
        form=Form(
            id="join",
            submit="Join the barrier that was raised elsewhere",
            fields=(
                Field(
                    id="to",
                    label=_LONG * 4,
                    input=Input.CHOICE,
                    choices=tuple((str(number), f"{number} {_LONG}") for number in range(60)),
                    hint=_LONG * 4,
                ),
            ),
        )
    ),
    "barrier form": Card(
        title="Is this right?",
        paragraphs=(Paragraph(text="Nothing is stored before you send it."),),
        form=BARRIER,
        buttons=(Button(label="Leave it", action="barrier-cancel", value="d1"),),
    ),
    "barrier form, long statement": Card(
        form=replace(BARRIER, fields=(replace(BARRIER.fields[0], initial=_LONG * 45), *BARRIER.fields[1:]))
    ),
    "barrier form, longest statement": Card(
        form=replace(BARRIER, fields=(replace(BARRIER.fields[0], initial=(_LONG * 160)[:10_000]), *BARRIER.fields[1:]))
    ),
    "with more": Card(
        title="This week",
        paragraphs=(Paragraph(text="Three decisions are needed from you."),),
        facts=WHOLE.facts,
        more=(
            Card(title="New", items=("B-014 Two forms for one person", "B-015 Nobody may sign")),
            Card(title="Worse", items=("B-003 No room on Tuesdays",), buttons=WHOLE.buttons),
            Card(title="Nothing closed", note="The end."),
        ),
    ),
    "hostile": Card(
        title=HOSTILE,
        paragraphs=(Paragraph(text=HOSTILE, citations=(1,)),),
        facts=(Fact(name=HOSTILE, value=HOSTILE),),
        items=(HOSTILE,),
        image=Image(url="http://evil.example/i.png", alt=HOSTILE),
        quotations=(replace(QUOTATION, text=HOSTILE, title=HOSTILE, author=HOSTILE, before=HOSTILE, after=HOSTILE),),
        buttons=(Button(label=HOSTILE, action="ask", value=HOSTILE),),
        note=HOSTILE,
    ),
}
