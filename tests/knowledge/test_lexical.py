"""Search by words: what shares a word is found, what shares none is not, whatever was typed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexical import LexicalIndex, _Bm25, _Lines
from tests.knowledge.shelves import MONEY, POWER, TRUST
from tests.texts import ANY

INDEX = LexicalIndex([[TRUST], [MONEY, "Who gets what we save?", "Is saving shared?"], [POWER]])


@pytest.mark.parametrize(
    ("question", "best"), [("Who trusts whom?", 0), ("budget savings", 1), ("RESIDENT BOARDS deciding", 2)]
)
def test_words_match_by_their_stem(question: str, best: int) -> None:
    assert int(INDEX.scores(question).argmax()) == best


@pytest.mark.parametrize("question", ["", "   ", "the of and", "???", "xylophone", "\ud800", "信任", "\x00"])
def test_a_question_that_shares_no_word_scores_nothing(question: str) -> None:
    assert INDEX.scores(question).tolist() == [0, 0, 0]


def test_unknown_words_do_not_change_the_scores_of_known_ones() -> None:
    assert INDEX.scores("budget xylophone").tolist() == INDEX.scores("budget").tolist()


@pytest.mark.parametrize("texts", [[], ["the", "of"], ["", ""]])
def test_texts_without_words_can_be_indexed(texts: list[str]) -> None:
    assert LexicalIndex([[text] for text in texts]).scores("budget").tolist() == [0] * len(texts)


@given(st.lists(st.text(ANY, max_size=30), max_size=5), st.text(ANY, max_size=30))
def test_every_text_gets_a_finite_score_of_nought_or_more(texts: list[str], question: str) -> None:
    scores = LexicalIndex([[text] for text in texts]).scores(question)
    assert scores.shape == (len(texts),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()


def test_what_was_noted_of_a_text_is_found_with_it_and_by_its_best_line() -> None:
    assert int(INDEX.scores("Is it shared?").argmax()) == 1
    assert int(INDEX.note_scores("who saves").argmax()) == 1
    assert INDEX.note_scores("trust partners").tolist() == [0, 0, 0], "the texts themselves are no notes"
    assert INDEX.note_scores("shared saving")[1] > INDEX.note_scores("shared")[1]


@given(
    st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), min_size=1, max_size=12),
    st.lists(st.sampled_from("abcdefg")),
)
def test_lines_are_scored_as_bm25s_scores_texts(lines: list[list[str]], words: list[str]) -> None:
    assert _Lines(lines).scores(words) == pytest.approx(_Bm25(lines).scores(words), abs=1e-5)
