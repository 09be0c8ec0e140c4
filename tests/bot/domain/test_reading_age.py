"""Reading age: syllables as they are heard, and plain words easier than long ones."""

import pytest

from bot.domain.reading_age import grade, syllables

HEARD = {
    1: "makes used trained safe we a rhythm's",
    2: "partner table people something lately quiet needed Someone's useful",
    3: "services area idea decision partnership",
    5: "organisation",
}


@pytest.mark.parametrize(("count", "word"), [(count, word) for count, told in HEARD.items() for word in told.split()])
def test_syllables_are_counted_as_they_are_heard(count: int, word: str) -> None:
    assert syllables(word) == count


def test_the_grade_is_the_published_formula() -> None:
    # Six words, seven syllables, one sentence.
    assert grade("The cat sat on the table.") == pytest.approx(0.39 * 6 + 11.8 * 7 / 6 - 15.59)


def test_sentences_are_counted() -> None:
    assert grade("We met. We ate. We left.") < grade("We met and we ate and we left.")


def test_long_words_are_harder_and_no_words_are_not() -> None:
    assert grade("What interdependencies characterise organisational accountability?") > 20
    assert grade("Who helps?") < 3
    assert grade("?") == 0.0
