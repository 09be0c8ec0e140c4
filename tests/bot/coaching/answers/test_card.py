"""Every answer becomes a card that says something, in the words of the words file."""

from dataclasses import replace

import pytest

from bot.coaching.answers.card import Beside, answer_card, apology_card, help_card
from bot.domain.cards import Button, Fact
from bot.domain.partnership import Contact
from knowledge.answering import MAX_QUESTION_CHARACTERS
from knowledge.answers import Answer, Citation, Hit, Quote, Reason, Sentence
from knowledge.documents import Chapter, Passage, Source, Unit
from prompts import words

WORDS = words()
SOURCE = Source(
    file="trust.pdf",
    title="On trust",
    author="The editors",
    year=2019,
    chapters=(Chapter(start=1, title="One", author="A. Writer"), Chapter(start=9, title="Two", author="")),
)
PASSAGE = Passage(
    file="trust.pdf", ordinal=0, section=("Part", "Trust"), text="Trust grows.", start=4, end=5, unit=Unit.PAGE
)
CITATION = Citation(
    n=1, passage=PASSAGE, source=SOURCE, quote=Quote(text="Trust grows.", start=4, end=4, before="Before. ", after=".")
)
ANSWER = Answer(
    reason=Reason.ANSWERED,
    sentences=(Sentence(text="It grows.", citations=(1,)), Sentence(text="Slowly.", citations=(1, 2))),
    citations=(CITATION,),
)


def _hit(**changes: object) -> Hit:
    return Hit(passage=replace(PASSAGE, **changes), source=SOURCE, score=1.0, similarity=0.2)  # type: ignore[arg-type]


def test_an_answer_shows_its_sentences_and_the_words_they_rest_on() -> None:
    card = answer_card(ANSWER, "How?", WORDS)
    assert [(each.text, each.citations) for each in card.paragraphs] == [
        ("Writer, 2019: It grows.", (1,)),
        ("Slowly.", (1, 2)),
    ]
    (quotation,) = card.quotations
    assert (quotation.number, quotation.text, quotation.title, quotation.year) == (1, "Trust grows.", "On trust", 2019)
    assert (quotation.author, quotation.section, quotation.where) == ("A. Writer", "Part › Trust", "page 4")
    assert (quotation.document, quotation.before, quotation.after) == ("trust.pdf", "Before. ", ".")
    assert card.note == WORDS("ask.note")


def test_an_answer_in_a_models_words_says_so() -> None:
    card = answer_card(replace(ANSWER, by_model=True), "How?", WORDS)
    assert (card.note, card.by_model) == (WORDS("ask.note_model"), True)
    assert not answer_card(ANSWER, "How?", WORDS).by_model


@pytest.mark.parametrize(
    ("unit", "start", "end", "where"),
    [
        (Unit.LINE, 3, 3, "line 3"),
        (Unit.LINE, 3, 9, "lines 3 to 9"),
        (Unit.PAGE, 3, 3, "page 3"),
        (Unit.PAGE, 3, 4, "pages 3 to 4"),
    ],
)
def test_a_quotation_says_where_it_stands(unit: Unit, start: int, end: int, where: str) -> None:
    quote = replace(CITATION.quote, start=start, end=end)
    citation = replace(CITATION, passage=replace(PASSAGE, unit=unit), quote=quote)
    (quotation,) = answer_card(replace(ANSWER, citations=(citation,)), "How?", WORDS).quotations
    assert quotation.where == where


@pytest.mark.parametrize("nearest", [(), (_hit(),), (_hit(), _hit(section=()), _hit(ordinal=3))])
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_gives_a_card_that_says_something(reason: Reason, nearest: tuple[Hit, ...]) -> None:
    bare = Answer(reason=reason, nearest=nearest)
    answer = replace(ANSWER, reason=reason, nearest=nearest) if bare.answered else bare
    card = answer_card(answer, "x" * 5000, WORDS)
    assert card.paragraphs
    assert all(each.text.strip() and "$" not in each.text for each in card.paragraphs)


def test_a_refusal_offers_what_is_nearest_and_a_next_step() -> None:
    nearest = (_hit(), _hit(section=()), _hit(ordinal=3))
    card = answer_card(Answer(reason=Reason.NOTHING_FOUND, nearest=nearest), "Why?", WORDS)
    assert [each.text for each in card.paragraphs] == [
        WORDS("ask.nothing_found"),
        "The closest I have is “Trust” in On trust (2019).",
        "There is also On trust (2019).",
        WORDS("ask.next_step"),
    ]


def test_an_answer_ends_with_a_question_to_take_home_and_what_can_be_tapped() -> None:
    up = Button(label="Helpful", action="rate-up")
    card = answer_card(ANSWER, "How?", WORDS, Beside(closing="Who goes quiet?", buttons=(up,)))
    last = card.paragraphs[-1]
    assert last.text == "A question to take back to your partnership: Who goes quiet?"
    assert last.citations == ()
    assert card.buttons == (up,)
    assert len(card.paragraphs) == len(answer_card(ANSWER, "How?", WORDS).paragraphs) + 1


def test_an_answer_to_a_part_says_what_is_missing() -> None:
    card = answer_card(replace(ANSWER, missing=("Brackwater", "2031")), "How?", WORDS)
    assert "don't mention Brackwater, 2031, so" in card.paragraphs[-1].text
    assert "mention" not in answer_card(ANSWER, "How?", WORDS).plain


def test_a_refusal_names_people_and_offers_to_pass_it_on() -> None:
    beside = Beside(
        contacts=(Contact(name="Duty desk", how="01632 960 101"),),
        note="Nobody sees it.",
        buttons=(Button(label="Pass it on", action="pass-on", value="Why?"),),
    )
    card = answer_card(Answer(reason=Reason.NOTHING_FOUND), "Why?", WORDS, beside)
    assert card.paragraphs[-1].text == WORDS("ask.next_person")
    assert card.facts == (Fact(name="Duty desk", value="01632 960 101"),)
    assert (card.note, card.buttons) == (beside.note, beside.buttons)


def test_a_message_that_is_too_long_is_told_how_long_it_may_be() -> None:
    card = answer_card(Answer(reason=Reason.TOO_LONG), "x" * 12345, WORDS)
    assert "12,345" in card.plain
    assert f"{MAX_QUESTION_CHARACTERS:,}" in card.plain


def test_help_and_an_apology_say_what_to_do_next() -> None:
    card = help_card(WORDS)
    assert len(card.buttons) == 3
    assert all(each.action == "ask" and each.label == each.value and each.value.endswith("?") for each in card.buttons)
    assert card.title
    assert card.note
    assert "ask it again" in apology_card(WORDS).plain
