"""Sentences are said in their authors' names, and a body is not taken for a person."""

from dataclasses import replace

import pytest

from bot.coaching.answers.attribution import attributed, short_title, source_name
from knowledge.answers import Answer, Citation, Quote, Reason, Sentence
from knowledge.documents import Chapter, Passage, Source
from prompts import words

WORDS = words()
SOURCE = Source(
    file="essays.md",
    title="Essays",
    author="Simon Parker and Niamh Gallagher (eds.)",
    year=2007,
    chapters=(Chapter(start=10, title="Twelve", author="Henry Tam"), Chapter(start=50, title="Two", author="Sue Goss")),
)


def _citation(number: int, start: int = 10, source: Source = SOURCE) -> Citation:
    passage = Passage(file=source.file, ordinal=number, section=(), text="Words.", start=start, end=start)
    return Citation(n=number, passage=passage, source=source, quote=Quote(text="Words.", start=start, end=start))


def _answer(*sentences: tuple[str, tuple[int, ...]], by_model: bool = False) -> Answer:
    return Answer(
        reason=Reason.ANSWERED,
        sentences=tuple(Sentence(text=text, citations=numbers) for text, numbers in sentences),
        citations=(_citation(1), _citation(2, 20), _citation(3, 60)),
        by_model=by_model,
    )


def _said(answer: Answer) -> list[tuple[str, tuple[int, ...]]]:
    return [(each.text, each.citations) for each in attributed(answer, WORDS)]


def test_the_first_sentence_of_each_author_in_a_row_is_led_in() -> None:
    answer = _answer(("One.", (1,)), ("Two.", (2, 3)), ("Three.", (3,)), ("Four.", (1,)))
    assert _said(answer) == [
        ("Tam, 2007: One.", (1,)),
        ("Two.", (2, 3)),
        ("Goss, 2007: Three.", (3,)),
        ("Tam, 2007: Four.", (1,)),
    ]


def test_what_a_model_wrote_and_what_cites_nothing_stand_as_they_are() -> None:
    assert _said(_answer(("One.", (1,)), by_model=True)) == [("One.", (1,))]
    assert _said(_answer(("One.", ()), ("Two.", (9,)))) == [("One.", ()), ("Two.", (9,))]


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Henry Tam", "Tam"),
        ("Simon Parker and Niamh Gallagher (eds.)", "Parker and Gallagher"),
        ("Edited by Simon Parker & Niamh Gallagher", "Parker and Gallagher"),
        ("Emily Miles with William Trott", "Miles and Trott"),
        ("Blundell, Rosenbach, Hameed and FitzGerald", "Blundell and others"),
        ("Ana Reed; Bo Ng; Cy Ode", "Reed and others"),
        ("Tam, Henry", "Tam"),
        ("Tam, Henry J.", "Tam"),
        ("Dr Charlotte van der Berg OBE", "van der Berg"),
        ("Mary-Anne O’Neill, PhD", "O’Neill"),
        ("Reed", "Reed"),
        ("Institute for Government", "Institute for Government"),
        ("NHS England", "NHS England"),
        ("The King's Fund", "The King's Fund"),
        ("Bristol City Council", "Bristol City Council"),
        ("  ", "Working well"),
        ("", "Working well"),
    ],
)
def test_a_source_is_named_by_its_people_or_its_body(author: str, name: str) -> None:
    source = Source(file="a.md", title="Working well: a guide", author=author, year=2014)
    assert source_name(_citation(1, source=source), WORDS) == f"{name}, 2014"
    assert source_name(_citation(1, source=replace(source, year=None)), WORDS) == name


def test_a_body_that_publishes_itself_is_no_person() -> None:
    source = Source(file="a.md", title="T", author="Quay Voices", publisher="Quay Voices Press", year=2020)
    assert source_name(_citation(1, source=source), WORDS) == "Quay Voices, 2020"
    assert source_name(_citation(1, source=replace(source, publisher="Other")), WORDS) == "Voices, 2020"


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("On trust", "On trust"),
        ("On trust: what we learnt", "On trust"),
        ("On trust – what we learnt", "On trust"),
        ("On trust (second edition)", "On trust"),
        ("word " * 20, "word word word word word word word word word word word…"),
    ],
)
def test_a_long_title_is_cut_at_a_word(title: str, short: str) -> None:
    assert short_title(title) == short
