"""`python -m tests.bench_similar [--write]`: how often the twin of a barrier is among the first offers.

COACH_EVAL_BARRIERS names a log whose lines may have a `twin`; only figures are printed, no text and no single case.
Our own obstacles stand beside it, each judged by a map that has not seen it. `--write` keeps the tables in
docs/similar.md.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from knowledge.embedding import Vectors
from knowledge.minilm import MiniLM
from knowledge.similar import OFFERED, mapped, scores, similar, unit
from knowledge.similar_examples import Obstacle, obstacles
from knowledge.similar_training import fitted, folds, fresh_logs
from knowledge.similar_weights import Weights, load
from tests.bench_pages import ROOT, table, taken, write

_PAGE = ROOT / "docs" / "similar.md"
_COMMAND = "COACH_EVAL_BARRIERS=… python -m tests.bench_similar --write"
_HEAD = ("barriers", "ranked by", "twin first", "in first 3", "in first 5", "look-alike above twin")
_FLOORS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
#: The obstacles that are told as the barriers of a log are: one thing that happened, by the two sides of it.
_TWO_SIDES = "two_sides.yaml"

#: Logs of ours are like those that are measured: 18 pairs of twins and as many texts again that have none.
_PAIRS, _ALONE = 18, 36

Embedded = dict[str, Vectors]
#: From the vectors of a log [n, d] the likeness of each pair [n, n].
Ranking = Callable[[Vectors], Vectors]


@dataclass(frozen=True, kw_only=True, eq=False)
class Log:
    """An open log made of obstacles: its texts, and for each the place of its twin or -1."""

    texts: tuple[str, ...]
    twins: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One barrier of a log with a twin: where the twin came, from 0, and the share of others without one above it."""

    rank: int
    alike_above: float


def logs(known: Sequence[Obstacle], count: int = 30, seed: int = 0) -> Iterator[Log]:
    """Logs of 72 texts where there are enough: pairs of twins, then texts without one, look-alikes among them."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        order = [known[at] for at in rng.permutation(len(known))]
        pairs = order[: min(_PAIRS, len(order) // 2)]
        texts = [each.told[at] for each in pairs for at in rng.permutation(len(each.told))[:2]]
        twins = [at ^ 1 for at in range(len(texts))]
        alone = [text for each in order[len(pairs) :] for text in (rng.choice(each.told), *each.alike)][:_ALONE]
        texts += [str(text) for text in alone]
        yield Log(texts=tuple(texts), twins=np.array([*twins, *[-1] * len(alone)]))


def cases(log: Log, near: Vectors) -> Iterator[Case]:
    """Where the twins of a log come by these likenesses [n, n]."""
    for at in np.flatnonzero(log.twins >= 0):
        others = np.delete(near[at], at)
        above = np.delete(np.arange(len(near)), at)[others > near[at, log.twins[at]]]
        without = int((log.twins < 0).sum())
        yield Case(rank=len(above), alike_above=float((log.twins[above] < 0).sum()) / max(without, 1))


def row(name: str, ranked_by: str, found: Sequence[Case]) -> tuple[str, ...]:
    """One line of the table."""
    shares = [sum(case.rank < most for case in found) / len(found) for most in (1, 3, 5)]
    above = sum(case.alike_above for case in found) / len(found)
    return (name, ranked_by, *(f"{share:.2f}" for share in shares), f"{above:.3f}")


def cosine(vectors: Vectors) -> Vectors:
    """The likeness that the embedder alone sees."""
    units = unit(vectors)
    return units @ units.T


def by_map(weights: Weights) -> Ranking:
    """The likeness after the map."""

    def near(vectors: Vectors) -> Vectors:
        return cosine(mapped(vectors, weights))

    return near


def read(path: Path) -> Log:
    """A log with labels."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    places = {each["id"]: at for at, each in enumerate(rows)}
    twins = [places.get(each.get("twin"), -1) for each in rows]
    return Log(texts=tuple(each["text"] for each in rows), twins=np.array(twins))


def own(known: Sequence[Obstacle], embedded: Embedded, source: Callable[[Obstacle], bool]) -> list[tuple[Log, Weights]]:
    """Logs of our own obstacles, each with a map that was learned without them."""
    return [
        (log, weights)
        for learned_from, held in folds(known)
        for weights in [fitted(learned_from, embedded)]
        for log in logs([each for each in held if source(each)])
    ]


def vectors(log: Log, embedded: Embedded) -> Vectors:
    """The vectors of a log's texts."""
    return np.array([embedded[text] for text in log.texts])


def rows_of(name: str, judged: Sequence[tuple[Log, Weights]], embedded: Embedded) -> list[tuple[str, ...]]:
    """Both rankings of the same logs."""
    alone = [case for log, _ in judged for case in cases(log, cosine(vectors(log, embedded)))]
    learned = [case for log, weights in judged for case in cases(log, by_map(weights)(vectors(log, embedded)))]
    return [row(name, "MiniLM's cosine", alone), row(name, "what is served", learned)]


def best(texts: Sequence[str], embedded: Embedded, weights: Weights, shipped: Weights) -> list[float]:
    """The best score of each text of a log in which no two tell the same."""
    about = mapped(np.array([embedded[text] for text in texts]), weights)
    found = scores(about, about, shipped)
    np.fill_diagonal(found, 0)
    return [float(score) for score in found.max(axis=1)]


def fresh_scores(known: Sequence[Obstacle], embedded: Embedded, shipped: Weights) -> list[float]:
    """The best score of each of our own fresh barriers, by maps that have not seen them."""
    return [
        score
        for learned_from, held in folds(known)
        for weights in [fitted(learned_from, embedded)]
        for texts in fresh_logs(held)
        for score in best(texts, embedded, weights, shipped)
    ]


def offered(judged: Sequence[tuple[Log, Weights]], embedded: Embedded, shipped: Weights, floor: float) -> str:
    """How many of those that have a twin are offered it."""
    twins: list[bool] = []
    for log, weights in judged:
        about = mapped(vectors(log, embedded), weights)
        found = scores(about, about, shipped)
        np.fill_diagonal(found, 0)
        for at in np.flatnonzero(log.twins >= 0):
            score = float(found[at, log.twins[at]])
            twins.append(score >= floor and int((found[at] > score).sum()) < OFFERED)
    return f"{np.mean(twins):.2f}"


def milliseconds(weights: Weights, size: int = 500) -> float:
    """How long one barrier takes among so many, its vector and theirs being known; the best of ten."""
    rows: NDArray[np.float32] = np.random.default_rng(0).normal(size=(size, len(weights.centre))).astype(np.float32)
    ids, times = [str(at) for at in range(size)], []
    for _ in range(10):
        begun = perf_counter()
        similar(rows[0], ids, rows, weights)
        times.append(perf_counter() - begun)
    return 1000 * min(times)


def sections() -> dict[str, str]:
    """The tables by their titles."""
    known, shipped = obstacles(), load()
    file = os.environ.get("COACH_EVAL_BARRIERS")
    given = [(read(Path(file)), shipped)] if file else []
    texts = [text for each in known for text in (*each.told, *each.alike)]
    texts += [text for log, _ in given for text in log.texts]
    model = MiniLM(Path(os.environ.get("COACH_DATA_DIR", "data")) / "models")
    embedded = dict(zip(texts, model.embed(texts), strict=True))
    two_sides = own(known, embedded, lambda each: each.source == _TWO_SIDES)
    in_general = own(known, embedded, lambda each: each.source != _TWO_SIDES)
    ranked = rows_of("the log that was named", given, embedded) if given else []
    ranked += rows_of("ours, one thing by its two sides", two_sides, embedded)
    ranked += rows_of("ours, one obstacle in general", in_general, embedded)
    fresh = fresh_scores(known, embedded, shipped)
    head = ("floor", "fresh ones offered anything", "ours offered their twin", "offered it in the log that was named")
    floors = [
        (
            f"{floor:.1f}",
            f"{np.mean([score >= floor for score in fresh]):.2f}",
            offered(two_sides, embedded, shipped, floor),
            offered(given, embedded, shipped, floor) if given else "",
        )
        for floor in _FLOORS
    ]
    return {
        "How often the twin is offered": table(_HEAD, ranked),
        "The floor": table(head, floors),
        "How long it takes": f"One barrier among 500, vectors known: {milliseconds(shipped):.1f} ms.\n",
    }


def main() -> None:
    """Print the tables, and keep them where that is asked for."""
    note = taken(_COMMAND, datetime.now(UTC))
    for title, body in sections().items():
        Console(highlight=False, markup=False, soft_wrap=True).print(f"## {title}\n\n{body}")
        if "--write" in sys.argv:
            write(_PAGE, title, f"{note}\n{body}")


if __name__ == "__main__":
    main()
