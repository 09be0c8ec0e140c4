"""Cards survive a durable row unchanged, and read well as plain text."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cards import Card, Paragraph, Quotation, Suggestion, from_json, to_json
from tests.bot.plans import steady

_text = st.text(max_size=30)
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
_cards = st.builds(
    Card,
    title=_text,
    paragraphs=st.lists(
        st.builds(Paragraph, text=_text, citations=st.lists(_numbers, max_size=3).map(tuple)), max_size=3
    ).map(tuple),
    quotations=st.lists(_quotations, max_size=3).map(tuple),
    suggestions=st.lists(st.builds(Suggestion, label=_text, ask=_text), max_size=3).map(tuple),
    note=_text,
)


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
    assert all(text in card.plain for text in shown)


def test_plain_text_shows_which_quotation_bears_a_sentence_out() -> None:
    quotation = Quotation(
        number=1, text="trust grows", title="On Trust", author="A", year=None, section="", document="t", where="line 4"
    )
    card = Card(
        paragraphs=(Paragraph(text="Trust takes time.", citations=(1,)),), quotations=(quotation,), note="Small."
    )
    assert card.plain == "Trust takes time. [1]\n[1] “trust grows” On Trust, line 4\nSmall."
