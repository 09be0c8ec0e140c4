"""Learning likeness: what tellings share counts more afterwards, it is the same every time, and the file is current."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from knowledge.minilm import MiniLM
from knowledge.similar import mapped, unit
from knowledge.similar_examples import Obstacle, digest, obstacles
from knowledge.similar_training import folds, fresh_logs, made_from, train
from knowledge.similar_weights import Weights, load, to_bytes
from tests.fake_embedder import FakeEmbedder

WHO = ("council", "hospital", "school", "police", "charity", "church")
WHAT = ("money", "papers", "rooms", "rules", "keys", "vans", "forms", "maps", "phones")
KNOWN = tuple(
    Obstacle(
        source="test.yaml",
        told=tuple(f"{who} {who} {what} missing" for who in WHO),
        alike=(f"{WHO[at % 6]} {WHO[at % 6]} plenty {at}",) if at % 2 else (),
    )
    for at, what in enumerate(WHAT)
)


@pytest.fixture(scope="module")
def learned() -> Weights:
    return train(KNOWN, FakeEmbedder())


def test_whoever_tells_it_counts_less_than_it_did(learned: Weights) -> None:
    texts = ["council council keys missing", "church church keys missing", "council council vans missing"]
    vectors = FakeEmbedder().embed(texts)
    before, after = unit(vectors - learned.centre), mapped(vectors, learned)
    assert before[0] @ before[2] > before[0] @ before[1]
    assert after[0] @ after[1] > before[0] @ before[1]
    assert after[0] @ after[2] < before[0] @ before[2]


def test_the_same_obstacles_give_the_same_file(learned: Weights) -> None:
    assert to_bytes(learned) == to_bytes(train(KNOWN, FakeEmbedder()))


def test_other_obstacles_or_another_embedder_are_told_apart(learned: Weights) -> None:
    other = train(KNOWN, FakeEmbedder(name="fake:2"))
    assert len({learned.made_from, other.made_from, made_from(KNOWN[:-1], "fake:1")}) == 3


def test_a_file_gives_back_what_was_written(learned: Weights, tmp_path: Path) -> None:
    path = tmp_path / "similar.npz"
    path.write_bytes(to_bytes(learned))
    found = load(path)
    assert found.made_from == learned.made_from
    assert (found.middle, found.spread) == pytest.approx((learned.middle, learned.spread))
    assert np.allclose(found.turn, learned.turn, atol=1e-2)
    assert np.allclose(found.centre, learned.centre, atol=1e-2)


def test_no_two_texts_of_a_fresh_log_tell_the_same() -> None:
    for texts in fresh_logs(KNOWN, count=5):
        of = [next(at for at, each in enumerate(KNOWN) if text in each.told) for text in texts]
        assert sorted(of) == list(range(len(KNOWN)))
    assert list(fresh_logs(KNOWN)) == list(fresh_logs(KNOWN))


def test_nothing_is_learned_from_what_is_held_out() -> None:
    parts = list(folds(KNOWN))
    assert Counter(each for _, held in parts for each in held) == Counter(KNOWN)
    assert [set(learned) & set(held) for learned, held in parts] == [set()] * len(parts)


def test_the_shipped_weights_are_made_from_the_obstacles_as_they_are() -> None:
    """When this fails: `python -m knowledge.similar_training`."""
    assert load().made_from == made_from(obstacles(), MiniLM.name)


def test_our_obstacles_are_many_and_each_text_is_there_once() -> None:
    known = obstacles()
    texts = [text for each in known for text in (*each.told, *each.alike)]
    assert len(known) >= 280
    assert min(len(each.told) for each in known) >= 2
    assert [text for text in texts if text != text.strip() or not text] == []
    assert [text for text, times in Counter(text.lower() for text in texts).items() if times > 1] == []


def test_a_changed_text_changes_the_digest() -> None:
    changed = Obstacle(source="test.yaml", told=(*KNOWN[0].told[:-1], "another"), alike=KNOWN[0].alike)
    assert digest([changed]) != digest(KNOWN[:1])
