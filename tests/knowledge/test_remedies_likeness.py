"""Likeness: what two texts share in sense and in words, both ways, whatever else is compared beside them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.embedding import Encoded
from knowledge.remedies_likeness import Map, Phrases, phrases
from tests.fake_embedder import AS_IT_IS, DIMENSIONS, FakeEmbedder

WORDS = ["budget", "silence", "meeting", "minutes", "trust", "ward", "letter", "quarrel"]
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
BY_SENSE = FakeEmbedder()
WITH_WORDS = FakeEmbedder(tokens_name="fake words")


def encoded(embedder: FakeEmbedder, *texts: str) -> list[Encoded]:
    return embedder.encode([[text] for text in texts])


def of(*texts: str, embedder: FakeEmbedder = WITH_WORDS) -> Phrases:
    return phrases(encoded(embedder, *texts), AS_IT_IS)


@given(text=TEXT)
def test_a_text_is_most_like_itself(text: str) -> None:
    likeness = of(*WORDS, text).likeness(encoded(WITH_WORDS, text)[0])
    assert likeness.max() == pytest.approx(likeness[-1], abs=0.01)
    assert likeness[-1] == pytest.approx(1, abs=0.02)


@given(texts=st.lists(TEXT, min_size=1, max_size=8), asked=TEXT)
def test_what_stands_beside_a_phrase_changes_nothing(texts: list[str], asked: str) -> None:
    (text,) = encoded(WITH_WORDS, asked)
    together = of(*texts).likeness(text)
    alone = [float(of(each).likeness(text)[0]) for each in texts]
    assert np.allclose(together, alone, atol=1e-5)


def test_more_phrases_than_are_compared_at_once_are_all_compared() -> None:
    texts = [f"{WORDS[at % 7]} {at}" for at in range(1200)]
    (text,) = encoded(WITH_WORDS, "quarrel")
    likeness = of(*texts[:1100], "quarrel", *texts[1100:]).likeness(text)
    assert len(likeness) == 1201
    assert int(likeness.argmax()) == 1100


def test_words_count_both_ways() -> None:
    """A long phrase that holds every word asked for is less like the text than one that holds nothing else."""
    (text,) = encoded(WITH_WORDS, "quarrel ward")
    long, short = of("quarrel ward budget silence meeting letter", "ward quarrel").likeness(text)
    assert short > long


def test_without_words_the_sense_speaks_alone() -> None:
    (text,) = encoded(BY_SENSE, "quarrel ward")
    (other,) = encoded(BY_SENSE, "quarrel letter")
    expected = float(text.vectors[0] @ other.vectors[0])
    assert of("quarrel letter", embedder=BY_SENSE).likeness(text)[0] == pytest.approx(expected, abs=1e-6)
    assert of("quarrel letter").likeness(text)[0] == pytest.approx(expected, abs=1e-6)


def test_a_map_decides_what_counts() -> None:
    """Where the map drops all directions but the first, only those are compared."""
    turn = np.zeros((DIMENSIONS, 1), np.float32)
    turn[0] = 1
    through = Map(centre=np.zeros(DIMENSIONS, np.float32), turn=turn)
    found = phrases(encoded(BY_SENSE, *WORDS), through).likeness(encoded(BY_SENSE, "anything")[0])
    assert np.allclose(np.abs(found), 1, atol=1e-5)


def test_nothing_is_like_no_phrases() -> None:
    assert len(phrases((), AS_IT_IS).likeness(encoded(WITH_WORDS, "quarrel")[0])) == 0
