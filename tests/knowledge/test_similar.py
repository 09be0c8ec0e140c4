"""Ranking a log: likest first, never itself, nothing below the floor, and quick."""

from time import perf_counter

import numpy as np
import pytest

from knowledge.embedding import Vectors
from knowledge.similar import FLOOR, OFFERED, PRINTED, similar, similar_in
from knowledge.similar_weights import Weights

SIZE = 8


def plain(**changed: object) -> Weights:
    """Weights that leave vectors as they are and score a cosine of 0.5 with 0.5."""
    fields = {
        "centre": np.zeros(SIZE, np.float32),
        "turn": np.eye(SIZE, dtype=np.float32),
        "middle": 0.5,
        "spread": 0.1,
    }
    return Weights(made_from="test", **{**fields, **changed})  # type: ignore[arg-type]


def leaning(*cosines: float) -> Vectors:
    """Vectors whose cosines with the first axis are these."""
    rows = np.zeros((len(cosines), SIZE), np.float32)
    rows[:, 0] = cosines
    rows[np.arange(len(cosines)), 1 + np.arange(len(cosines)) % (SIZE - 1)] = np.sqrt(1 - np.square(cosines))
    return rows


RAISED = np.eye(SIZE, dtype=np.float32)[0]


def test_the_likest_come_first_and_no_more_than_three() -> None:
    found = similar(RAISED, ["a", "b", "c", "d", "e"], leaning(0.6, 0.9, 0.7, 0.8, 0.1), plain())
    assert [each.id for each in found] == ["b", "d", "c"]
    assert len(found) == OFFERED
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert found[0].score == pytest.approx(1 / (1 + np.exp(-4)), abs=1e-5)


def test_what_is_below_the_floor_is_not_offered() -> None:
    assert FLOOR == 0.5
    assert [each.id for each in similar(RAISED, ["a", "b"], leaning(0.49, 0.51), plain())] == ["b"]
    assert similar(RAISED, ["a"], leaning(0.49), plain()) == ()
    assert len(similar(RAISED, ["a"], leaning(0.49), plain(), floor=0.0)) == 1


def test_an_empty_log_offers_nothing() -> None:
    nothing = np.zeros((0, SIZE), np.float32)
    assert similar(RAISED, [], nothing, plain()) == ()
    assert similar_in([], nothing, plain()) == []


def test_a_log_is_ranked_for_each_of_its_barriers_and_none_is_its_own_twin() -> None:
    ids = [f"B-{number}" for number in range(9)]
    vectors = np.random.default_rng(1).normal(size=(9, SIZE)).astype(np.float32)
    vectors[4] = vectors[7] + 0.01
    found = similar_in(ids, vectors, plain())
    assert [len(each) for each in found] == [PRINTED] * 9
    assert [own for own, each in zip(ids, found, strict=True) if own in {other.id for other in each}] == []
    assert (found[4][0].id, found[7][0].id) == ("B-7", "B-4")


def test_one_barrier_and_two_have_fewer_than_five_others() -> None:
    assert similar_in(["a"], leaning(1.0), plain()) == [()]
    assert [[each.id for each in row] for row in similar_in(["a", "b"], leaning(1.0, 0.2), plain())] == [["b"], ["a"]]


def test_ties_keep_the_order_of_the_log() -> None:
    assert [each.id for each in similar(RAISED, ["z", "a"], leaning(0.8, 0.8), plain())] == ["z", "a"]


def test_what_all_have_in_common_does_not_count() -> None:
    apart = np.array([[1, 0.2, 0, 0, 0, 0, 0, 0], [1, 0, 0.2, 0, 0, 0, 0, 0]], np.float32)
    common = np.array([1, 0, 0, 0, 0, 0, 0, 0], np.float32)
    assert similar(apart[0], ["a"], apart[1:], plain())[0].score > 0.9
    assert similar(apart[0], ["a"], apart[1:], plain(centre=common)) == ()


def test_what_the_map_takes_out_does_not_count() -> None:
    turn = np.diag([0, 1, 1, 1, 1, 1, 1, 1]).astype(np.float32)
    assert similar(leaning(0.9)[0], ["a", "b"], leaning(0.9, 0.9), plain(turn=turn))[0].id == "a"
    assert len(similar(leaning(0.9)[0], ["a", "b"], leaning(0.9, 0.9), plain(turn=turn))) == 1


def test_a_text_without_a_direction_is_like_nothing() -> None:
    assert similar(np.zeros(SIZE, np.float32), ["a"], leaning(0.9), plain()) == ()


def test_a_pairs_score_depends_on_no_other_text() -> None:
    alone = similar(RAISED, ["a"], leaning(0.7), plain())
    among = similar(RAISED, ["b", "a"], leaning(0.9, 0.7), plain())
    assert among[1].score == pytest.approx(alone[0].score)


def test_five_hundred_barriers_take_less_than_a_tenth_of_a_second() -> None:
    rng = np.random.default_rng(2)
    size = 384
    weights = plain(centre=np.zeros(size, np.float32), turn=np.eye(size, dtype=np.float32))
    vectors = rng.normal(size=(500, size)).astype(np.float32)
    ids = [str(number) for number in range(500)]
    times = []
    for _ in range(5):
        begun = perf_counter()
        similar(vectors[0], ids, vectors, weights)
        times.append(perf_counter() - begun)
    assert min(times) < 0.1
