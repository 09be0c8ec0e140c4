"""Late interaction: each word of a question counts once, by whatever meets it best."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge.late_interaction import NO_TOKENS, WIDTH, Tokens, as_tokens, basis, condensed, main_directions, met

EYE = np.eye(WIDTH, dtype=np.float32)
tokens = st.integers(1, 6).flatmap(lambda rows: arrays(np.int8, (rows, WIDTH), elements=st.integers(-127, 127)))


def words(*numbers: int) -> Tokens:
    """Words that have nothing to do with each other."""
    return condensed(EYE[list(numbers)], numbers, EYE)


def test_a_question_is_met_as_far_as_its_words_are() -> None:
    assert met(words(1, 2), words(2, 3, 1)) == pytest.approx(1)
    assert met(words(1, 2), words(2, 3)) == pytest.approx(0.5)
    assert met(words(1, 2), words(3, 4)) == 0
    assert met(NO_TOKENS, words(1)) == met(words(1), NO_TOKENS) == 0


@given(tokens, tokens, tokens)
def test_more_words_meet_no_less(question: Tokens, passage: Tokens, more: Tokens) -> None:
    assert met(question, np.concatenate([passage, more])) >= met(question, passage) - 1e-6


@given(tokens)
def test_tokens_are_read_back_as_they_were_kept(found: Tokens) -> None:
    assert np.array_equal(as_tokens(found.tobytes()), found)


def test_a_word_that_comes_again_is_kept_once_as_the_mean_of_its_places() -> None:
    twice = condensed(EYE[[0, 1, 2]], [7, 9, 7], EYE)
    assert len(twice) == 2
    assert met(words(0), twice) == pytest.approx(met(words(2), twice), abs=0.01) == pytest.approx(0.5**0.5, abs=0.01)
    assert condensed(EYE[:0], [], EYE).shape == NO_TOKENS.shape


def test_the_directions_kept_are_those_that_hold_most() -> None:
    rows = np.zeros((100, WIDTH + 2), np.float32)
    rows[np.arange(100), np.arange(100) % WIDTH] = 5
    rows[0, WIDTH:] = 0.1
    kept = main_directions(rows)
    assert kept.shape == (WIDTH + 2, WIDTH)
    assert np.abs(kept[WIDTH:]).max() < 0.05
    assert np.allclose(kept.T @ kept, np.eye(WIDTH), atol=1e-5)


def test_the_directions_that_ship_stand_at_right_angles() -> None:
    assert basis().shape == (384, WIDTH)
    assert np.allclose(basis().T @ basis(), np.eye(WIDTH), atol=0.01)
