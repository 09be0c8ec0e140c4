"""What somebody does on the page besides writing: only what stands in their own conversation can be meant."""

from dataclasses import replace

import pytest

from adapters.web.acting import done
from adapters.web.asked import Asked, read_asked
from adapters.web.refusals import Refused
from bot.delivery.ports import Utterance
from bot.domain.cards import Button, Card, Field, Form, Input
from bot.domain.messages import EventKey, Incoming, Place
from tests.adapters.web.fakes import LEAD, NOW, identity

FIELDS = (
    Field(id="what", label="What", input=Input.TEXT),
    Field(id="seen", label="Seen by", input=Input.CHOICE, choices=(("named", "Named"), ("counted", "Counted"))),
    Field(id="also", label="Also", input=Input.CHOICES, choices=(("a", "A"), ("b", "B"), ("c", "C")), required=False),
)
CARD = Card(
    title="A barrier",
    form=Form(id="log", submit="Log it", fields=FIELDS, value="mark"),
    buttons=(Button(label="Leave it", action="leave", value="7"),),
    more=(Card(title="More", buttons=(Button(label="Help", action="help"),)),),
)
TYPED = Utterance(key=EventKey("web:amira:event-1"), partner=LEAD.id, at=NOW, text="barrier")
ANSWER = Utterance(key=EventKey("answer-1"), partner=LEAD.id, at=NOW, card=CARD, answers=TYPED.key)
PRESSED = Utterance(key=EventKey("web:amira:event-2"), partner=LEAD.id, at=NOW, text="Help", answers=ANSWER.key)
SAID = (TYPED, ANSWER, PRESSED)
MESSAGE = Incoming(
    key=EventKey("web:amira:event-9"), place=Place("amira"), sender=identity(LEAD), text="", received_at=NOW
)


def asked(**what: object) -> Asked:
    return replace(Asked(partner="amira", event="event-9"), **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("named", "action", "value", "label"),
    [("answer-1|0|0", "leave", "7", "Leave it"), ("answer-1|1|0", "help", "", "Help")],
)
def test_a_button_brings_what_its_card_says(named: str, action: str, value: str, label: str) -> None:
    made = done(asked(press=named), MESSAGE, SAID)
    assert (made.incoming.action, made.incoming.values, made.incoming.text) == (action, {"value": value}, "")
    assert made.pressed is not None
    assert (made.pressed.key, made.pressed.text, made.pressed.answers) == (MESSAGE.key, label, ANSWER.key)


def test_a_form_brings_every_field_and_no_choice_that_it_does_not_have() -> None:
    fields = {"what": "No time\n", "seen": "named", "also": "c,a,z", "more": "?"}
    made = done(asked(fills="answer-1|0", fields=fields), MESSAGE, SAID)
    assert made.incoming.action == "log"
    assert made.incoming.values == {"what": "No time\n", "seen": "named", "also": "a,c", "value": "mark"}
    assert made.pressed is not None
    assert made.pressed.text == "Log it"


@pytest.mark.parametrize(
    "fields", [{}, {"what": " ", "seen": "named"}, {"what": "No time"}, {"what": "No time", "seen": "everybody"}]
)
def test_a_form_without_what_it_needs_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        done(asked(fills="answer-1|0", fields=fields), MESSAGE, SAID)
    assert (refused.value.status, refused.value.reason) == (400, "field")


def test_ones_own_words_are_changed_and_taken_away() -> None:
    changed = done(asked(revises=TYPED.key, text="How?"), MESSAGE, SAID).incoming
    assert (changed.action, changed.text, changed.of) == ("revised", "How?", TYPED.key)
    gone = done(asked(withdraws=TYPED.key), MESSAGE, SAID).incoming
    assert (gone.action, gone.text, gone.of) == ("withdrawn", "", TYPED.key)


NOT_THERE = [
    {"press": "answer-1|0|1"},
    {"press": "answer-1|0|-1"},
    {"press": "answer-1|0|x"},
    {"press": "answer-1|0"},
    {"press": "answer-2|0|0"},
    {"press": "||"},
    {"fills": "answer-1|1"},
    {"fills": "answer-1"},
    {"revises": ANSWER.key, "text": "How?"},
    {"revises": PRESSED.key, "text": "How?"},
    {"withdraws": "web:joe:event-1"},
]


@pytest.mark.parametrize("what", NOT_THERE)
def test_what_does_not_stand_there_cannot_be_meant(what: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        done(asked(**what), MESSAGE, SAID)
    assert (refused.value.status, refused.value.reason) == (409, "gone")


FORM = "application/x-www-form-urlencoded"


def test_a_form_is_read_as_a_browser_sends_it() -> None:
    body = b"as=amira&fills=answer-1%7C0&field.what=a%0D%0Ab&field.also=a&field.also=c"
    read = read_asked(FORM, body, event="made-here")
    assert (read.event, read.fills, read.fields) == ("made-here", "answer-1|0", {"what": "a\nb", "also": "a,c"})
    assert not read.is_typed


@pytest.mark.parametrize(
    "body",
    [
        b"as=amira&press=",
        b"as=amira&press=answer-1%7C0%7C0&withdraws=web%3Aamira%3Aevent-1",
        b"as=amira&revises=web%3Aamira%3Aevent-1",
        b"as=amira&press=answer-1%7C0%7C0&event=short",
    ],
)
def test_two_things_at_once_or_none_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"thing|text|event"):
        read_asked(FORM, body, event="made-here")
