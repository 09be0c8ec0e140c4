"""Cards survive a durable row unchanged, and read well as plain text."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cards import (
    Button,
    Card,
    Fact,
    Field,
    Form,
    Image,
    Input,
    Paragraph,
    Quotation,
    from_json,
    straight,
    to_json,
)
from tests.bot.plans import steady
from tests.texts import ANY

_text = st.text(ANY, max_size=30)
_numbers = st.integers(0, 99)
_quotations = st.builds(
    Quotation,
    number=_numbers,
    text=_text,
    title=_text,
    author=_text,
    year=st.none() | st.integers(1, 9999),
    section=_text,
    document=_text,
    where=_text,
    before=_text,
    after=_text,
)
_forms = st.builds(
    Form,
    id=_text,
    submit=_text,
    fields=st.lists(
        st.builds(
            Field,
            id=_text,
            label=_text,
            input=st.sampled_from(Input),
            choices=st.lists(st.tuples(_text, _text), max_size=3).map(tuple),
            required=st.booleans(),
            hint=_text,
            initial=_text,
        ),
        max_size=3,
    ).map(tuple),
    value=_text,
)
_single = st.builds(
    Card,
    title=_text,
    paragraphs=st.lists(
        st.builds(Paragraph, text=_text, citations=st.lists(_numbers, max_size=3).map(tuple)), max_size=3
    ).map(tuple),
    facts=st.lists(st.builds(Fact, name=_text, value=_text), max_size=3).map(tuple),
    items=st.lists(_text, max_size=3).map(tuple),
    image=st.none() | st.builds(Image, url=_text, alt=_text),
    quotations=st.lists(_quotations, max_size=3).map(tuple),
    form=st.none() | _forms,
    buttons=st.lists(st.builds(Button, label=_text, action=_text, value=_text), max_size=3).map(tuple),
    note=_text,
    by_model=st.booleans(),
    locale=st.sampled_from(["", "en", "cy"]),
)
_cards = st.builds(lambda card, more: replace(card, more=tuple(more)), _single, st.lists(_single, max_size=2))


@steady
@given(_cards)
def test_a_card_survives_a_durable_row(card: Card) -> None:
    restored = from_json(json.loads(json.dumps(to_json(card))))
    assert restored == card
    assert hash(restored) == hash(card)


@steady
@given(_cards)
def test_plain_text_holds_every_word_that_is_shown(card: Card) -> None:
    shown = [card.title, card.note]
    shown += [paragraph.text for paragraph in card.paragraphs]
    shown += [quotation.text for quotation in card.quotations]
    shown += [text for fact in card.facts for text in (fact.name, fact.value)]
    shown += [*card.items, card.image.alt if card.image else ""]
    shown += [field.label for field in card.form.fields] if card.form else []
    assert all(straight(text) in card.plain for text in shown)
    assert card.plain == replace(card, more=()).plain
    assert card.plain
    assert straight(card.plain) == card.plain


def test_a_row_of_an_older_version_is_read() -> None:
    form = Form(id="log", submit="Log", fields=(Field(id="what", label="What?"),))
    row = json.loads(json.dumps(to_json(Card(title="Old", form=form))))
    del row["more"]
    del row["locale"]
    del row["form"]["fields"][0]["initial"]
    assert from_json(row) == Card(title="Old", form=form)


def test_only_what_can_be_chosen_is_chosen_at_first() -> None:
    choices = (("a", "A"), ("b", "B"), ("c", "C"))
    several = Field(id="x", label="X", input=Input.CHOICES, choices=choices, initial="c,a,unheard-of")
    assert several.chosen == ("a", "c")
    assert replace(several, initial="").chosen == ()
    assert replace(several, input=Input.CHOICE, initial="b").chosen == ("b",)
    assert replace(several, input=Input.CHOICE, initial="a,b").chosen == ()


def test_marks_that_turn_the_direction_are_not_shown() -> None:
    assert straight("pay \u202egnp.exe\u202c \u2066now\u2069 \u200fلا") == "pay gnp.exe now \u200fلا"


def test_plain_text_shows_which_quotation_bears_a_sentence_out() -> None:
    quotation = Quotation(
        number=1, text="trust grows", title="On Trust", author="A", year=None, section="", document="t", where="line 4"
    )
    card = Card(
        paragraphs=(Paragraph(text="Trust takes time.", citations=(1,)),), quotations=(quotation,), note="Small."
    )
    assert card.plain == "Trust takes time. [1]\n[1] “trust grows” On Trust, line 4\nSmall."
