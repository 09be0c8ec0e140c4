"""Features: the same for the same text, and long messages are read in pieces to their end."""

import numpy as np
import pytest

from knowledge.triage.features import MOST_CHARACTERS, centre, features, pieces, sense, without_shape
from tests.fake_embedder import DIMENSIONS
from tests.knowledge.triage.fakes import FakeTokens

#: What the first reader sees, with a one at its end, and what the second sees at its two depths.
FIRST, SECOND = 5 * DIMENSIONS + 2 * 4096 + 1, 2 * DIMENSIONS
NOWHERE = np.zeros((2, DIMENSIONS), np.float32)


def test_a_text_has_one_row() -> None:
    rows = features(FakeTokens(), ["We never meet.", "Why?"], NOWHERE)
    assert rows.shape == (2, FIRST + SECOND)
    assert rows.dtype == np.float32
    assert rows[:, FIRST - 1].tolist() == [1, 1]


def test_white_space_and_quote_style_do_not_count() -> None:
    rows = features(FakeTokens(), ["they don’t  know\n", "they don't know"], NOWHERE)
    assert np.array_equal(rows[0], rows[1])


def test_punctuation_and_order_count() -> None:
    rows = features(FakeTokens(), ["we know", "know we", "we know?"], NOWHERE)
    assert not np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])


def test_what_no_text_can_hold_is_read_as_a_mark() -> None:
    tokens = FakeTokens()
    features(tokens, ["a\ud800b"], NOWHERE)
    assert tokens.seen == ["a?b"]


def test_no_more_is_read_than_the_first_characters() -> None:
    tokens = FakeTokens()
    features(tokens, ["x" * 9999], NOWHERE)
    assert [len(text) for text in tokens.seen] == [MOST_CHARACTERS]


def test_without_shape_keeps_sense_letters_and_words() -> None:
    rows = features(FakeTokens(), ["We never meet."], NOWHERE)
    about = without_shape(rows, DIMENSIONS)
    assert np.array_equal(about[:, :DIMENSIONS], rows[:, :DIMENSIONS])
    assert not about[:, DIMENSIONS : 5 * DIMENSIONS].any()
    assert np.array_equal(about[:, 5 * DIMENSIONS :], rows[:, 5 * DIMENSIONS :])


def test_the_second_reader_is_read_from_the_middle_of_what_it_makes_of_phrases() -> None:
    texts = ["We never meet.", "Why do we never meet?"]
    middle = centre(FakeTokens(), texts)
    rows = features(FakeTokens(), texts, middle)
    senses = sense(rows, DIMENSIONS)
    assert np.linalg.norm(senses, axis=1) == pytest.approx([1, 1], rel=1e-5)
    # Two texts lie on opposite sides of their middle, however near to each other.
    assert float(senses[0] @ senses[1]) == pytest.approx(-1, rel=1e-5)


def test_a_text_in_the_very_middle_has_no_direction() -> None:
    rows = features(FakeTokens(), ["We never meet."], centre(FakeTokens(), ["We never meet."]))
    assert not rows[:, FIRST:].any()


def test_a_short_message_is_one_piece() -> None:
    assert pieces(" We never meet.  Why? ") == ["We never meet. Why?"]


def test_a_long_message_is_also_read_in_stretches_that_reach_its_end() -> None:
    sentences = [f"Sentence number {number} is about nothing at all." for number in range(40)]
    whole, *stretches = pieces(" ".join(sentences))
    assert whole == " ".join(stretches) == " ".join(sentences)
    assert max(len(stretch.split()) for stretch in stretches) <= 50


def test_a_sentence_without_an_end_is_cut() -> None:
    _, *stretches = pieces("word " * 250)
    assert [len(stretch.split()) for stretch in stretches] == [50] * 5
