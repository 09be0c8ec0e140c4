"""Which barriers of an open log may be the same obstacle, told by somebody else: a ranking, never a verdict.

Twins share hardly a word, and look-alikes share many. So what organisations and their trades bring into every text is
taken out of the embedder's vectors by a map that was learned from obstacles of our own (`knowledge.similar_training`).
The score of a pair depends on no other text of the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.embedding import Vectors
from knowledge.similar_weights import Weights

#: How many are offered to somebody who raises a barrier, and how many `coach similar` prints.
OFFERED, PRINTED = 3, 5
#: The score from which a barrier is offered; `docs/similar.md` says what it finds and what it lets through.
FLOOR = 0.5


@dataclass(frozen=True, kw_only=True)
class Similar:
    """A barrier of the log. `score`, from 0 to 1, grows with likeness: at 0.5 it begins to be worth an offer."""

    id: str
    score: float


def similar(
    vector: Vectors,
    ids: Sequence[str],
    vectors: Vectors,
    weights: Weights,
    *,
    most: int = OFFERED,
    floor: float = FLOOR,
) -> tuple[Similar, ...]:
    """The barriers that may be the one with this vector [d], likeliest first: at most `most`, none below `floor`.

    `ids` and `vectors` [n, d] are of wordings that may be shown to whoever raises it. Vectors are those of the
    embedder that the weights fit. Takes milliseconds for some hundred of them.
    """
    if not len(ids):
        return ()
    found = scores(mapped(vector[None], weights), mapped(vectors, weights), weights)[0]
    return _best(ids, found, most, floor)


def similar_in(
    ids: Sequence[str], vectors: Vectors, weights: Weights, *, most: int = PRINTED
) -> list[tuple[Similar, ...]]:
    """For each barrier of one open log, in their order, the `most` others that are likeliest the same."""
    if not len(ids):
        return []
    about = mapped(vectors, weights)
    found = scores(about, about, weights)
    return [_best([*ids[:at], *ids[at + 1 :]], np.delete(row, at), most, 0.0) for at, row in enumerate(found)]


def mapped(vectors: Vectors, weights: Weights) -> Vectors:
    """What texts are about, whoever tells it: unit vectors [n, d]."""
    return unit(np.asarray((vectors - weights.centre) @ weights.turn, np.float32))


def scores(these: Vectors, those: Vectors, weights: Weights) -> Vectors:
    """The score of each pair of mapped vectors, from 0 to 1, [n, m]."""
    return np.asarray(1 / (1 + np.exp((weights.middle - these @ those.T) / weights.spread)))


def unit(rows: Vectors) -> Vectors:
    """The rows at unit length; a row of noughts stays what it is."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _best(ids: Sequence[str], found: Vectors, most: int, floor: float) -> tuple[Similar, ...]:
    order = [int(at) for at in np.argsort(-found, kind="stable")[:most]]
    return tuple(Similar(id=ids[at], score=float(found[at])) for at in order if found[at] >= floor)
