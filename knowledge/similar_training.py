"""Learns the weights of likeness from our own obstacles, with numpy alone: `python -m knowledge.similar_training`.

A map is learned that brings the tellings of an obstacle together and keeps look-alikes apart, for a few steps only:
more of them learn our obstacles by heart, and new ones are found worse than without. From which score a barrier is
offered comes from logs made of obstacles that the map has not seen. The same obstacles give the same weights up to
rounding. Source of the loss: supervised contrastive learning (Khosla et al., 2020).
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors
from knowledge.minilm import MiniLM
from knowledge.similar import mapped
from knowledge.similar_examples import Obstacle, digest, obstacles
from knowledge.similar_weights import FILE, Weights, to_bytes

#: Changes whenever the same obstacles would give other weights.
VERSION = "similar-1"
FOLDS = 3
#: How far the map is learned: chosen on our own obstacles, held out.
_STEPS, _RATE, _TEMPERATURE = 25, 3e-4, 0.1
_LOGS, _LOG_SIZE = 30, 72
#: The share of our own fresh barriers, in logs of 72, that may be offered anything.
OFFERED_WRONGLY = 0.15

_Numbers = NDArray[np.float64]
_Places = NDArray[np.int64]


def made_from(known: Sequence[Obstacle], embedder: str) -> str:
    """What weights say that they fit."""
    return f"{VERSION} {embedder} {digest(known)}"


def train(known: Sequence[Obstacle], embedder: Embedder) -> Weights:
    """Weights for these obstacles."""
    texts, _ = _told(known)
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    nearest = _nearest(known, vectors)
    middle = float(np.quantile(nearest, 1 - OFFERED_WRONGLY))
    learned = fitted(known, vectors)
    return replace(learned, middle=middle, spread=float(nearest.std()), made_from=made_from(known, embedder.name))


def fitted(known: Sequence[Obstacle], vectors: Mapping[str, Vectors], steps: int = _STEPS) -> Weights:
    """The map that these obstacles teach in so many steps; it scores nothing yet."""
    texts, numbers = _told(known)
    rows = np.array([vectors[text] for text in texts])
    centre = rows.mean(axis=0)
    turn = _turn((rows - centre).astype(np.float64), numbers, steps).astype(np.float32)
    return Weights(made_from="", centre=centre, turn=turn, middle=0.0, spread=1.0)


def folds(known: Sequence[Obstacle]) -> Iterator[tuple[Sequence[Obstacle], Sequence[Obstacle]]]:
    """Obstacles to learn from and those that are held out meanwhile, in turn."""
    for fold in range(FOLDS):
        yield (
            [each for at, each in enumerate(known) if at % FOLDS != fold],
            [each for at, each in enumerate(known) if at % FOLDS == fold],
        )


def fresh_logs(known: Sequence[Obstacle], count: int = _LOGS, seed: int = 0) -> Iterator[list[str]]:
    """Logs of at most 72 texts of which no two tell the same, and none borrows another's words."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield [str(rng.choice(known[at].told)) for at in rng.permutation(len(known))[:_LOG_SIZE]]


def _nearest(known: Sequence[Obstacle], vectors: Mapping[str, Vectors]) -> _Numbers:
    """The cosine of each text's nearest other in fresh logs of obstacles that the map has not seen."""
    nearest: list[float] = []
    for learned_from, held in folds(known):
        weights = fitted(learned_from, vectors)
        for texts in fresh_logs(held):
            about = mapped(np.array([vectors[text] for text in texts]), weights)
            near = about @ about.T
            np.fill_diagonal(near, -np.inf)
            nearest += near.max(axis=1).tolist()
    return np.array(nearest)


def _told(known: Sequence[Obstacle]) -> tuple[list[str], _Places]:
    """Every text, and the number of its obstacle: -1 for those that are only alike."""
    pairs = [(text, at) for at, each in enumerate(known) for text in each.told]
    pairs += [(text, -1) for each in known for text in each.alike]
    return [text for text, _ in pairs], np.array([at for _, at in pairs])


def _turn(rows: _Numbers, numbers: _Places, steps: int) -> _Numbers:
    """The map [d, d] after a few steps of Adam from the identity, for rows [n, d]."""
    turn = np.eye(rows.shape[1])
    mean, square = np.zeros_like(turn), np.zeros_like(turn)
    same = (numbers[:, None] == numbers) & (numbers >= 0) & ~np.eye(len(numbers), dtype=bool)
    used = np.flatnonzero(same.any(axis=1))
    wanted = same[used] / same[used].sum(axis=1, keepdims=True)
    for step in range(1, steps + 1):
        slope = _slope(rows, turn, used, wanted)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        turn -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return turn


def _slope(rows: _Numbers, turn: _Numbers, used: _Places, wanted: _Numbers) -> _Numbers:
    """The gradient of the loss: how far each text's share in the likeness of another is from what is wanted."""
    turned = rows @ turn
    lengths = np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9)
    units = turned / lengths
    near = units[used] @ units.T / _TEMPERATURE
    near[np.arange(len(used)), used] = -np.inf
    shares = np.exp(near - near.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    error = (shares - wanted) / (_TEMPERATURE * len(used))
    pull = error.T @ units[used]
    pull[used] += error @ units
    slope: _Numbers = rows.T @ ((pull - (pull * units).sum(axis=1, keepdims=True) * units) / lengths)
    return slope


def main() -> None:
    """Train on the obstacles as they are now, and write the file that the coach reads."""
    known = obstacles()
    with tempfile.TemporaryDirectory() as folder:
        weights = train(known, MiniLM(Path(folder)))
    FILE.write_bytes(to_bytes(weights))
    sys.stdout.write(f"{len(known)} obstacles: {FILE.name} written, {FILE.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
