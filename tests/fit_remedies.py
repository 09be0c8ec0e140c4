"""Make the vectors of the known remedies: `python -m tests.fit_remedies` writes `knowledge/remedies.npz`.

Reads documents from COACH_LIBRARY_DIR and from the starter library: the remedies' own words stand only there. What is
kept of them is vectors. Prints how well a sentence that helps is told from the others, each document left out in turn,
and how much of the triage's small talk is let through, with every factor, and how many of its barriers fit something.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import yaml
from numpy.typing import NDArray

from bot.bootstrap import open_coach
from bot.domain.partnership import FACTORS
from bot.settings import load_settings
from knowledge.embedding import Vectors
from knowledge.minilm import MiniLM
from knowledge.remedies_candidates import fitting, placed
from knowledge.remedies_known import VECTORS, Known, known, phrases_of, read_remedies, sentence_digest
from knowledge.snapshot import Snapshot

Floats = NDArray[np.float64]
_RIDGE = 3.0
_STEPS = 25
_TRIAGE = Path(__file__).parents[1] / "prompts" / "triage"
#: Every so many of the triage's barriers are asked.
_EVERY = 5


async def _snapshots() -> list[Snapshot]:
    """The library of COACH_LIBRARY_DIR, and the starter library."""
    snapshots = []
    for given in ({"COACH_LIBRARY_DIR": os.environ["COACH_LIBRARY_DIR"]}, dict[str, str]()):
        with TemporaryDirectory() as folder:
            async with open_coach(load_settings(given | {"COACH_DATA_DIR": folder}, folder=Path(folder))) as coach:
                snapshots.append(await coach.library.refresh())
    return snapshots


def fit(rows: Floats, helps: NDArray[np.bool_]) -> Floats:
    """Ridge logistic regression by Newton's method, both classes counting the same: weights and bias."""
    counts = np.where(helps, 0.5 / helps.sum(), 0.5 / (~helps).sum()) * len(rows)
    inputs = np.column_stack([rows, np.ones(len(rows))])
    ridge = np.append(np.full(rows.shape[1], _RIDGE), 1e-6)
    weights = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (counts * (chance - helps)) + ridge * weights
        curve = (inputs * (counts * chance * (1 - chance))[:, None]).T @ inputs + np.diag(ridge)
        weights -= np.linalg.solve(curve, slope)
    return weights


def _bytes(rows: Vectors) -> NDArray[np.int8]:
    scaled: NDArray[np.int8] = np.rint(rows * (127 / np.abs(rows).max(axis=1, keepdims=True))).astype(np.int8)
    return scaled


def _unmade(embedder: MiniLM) -> Known:
    """The remedies without their vectors: enough to find where they stand."""
    remedies = read_remedies()
    nothing = np.zeros((0, 0), np.float32)
    return Known(
        embedder=embedder.name, remedies=remedies, situations=nothing, pairs=np.zeros((0, 2), np.int64), said=nothing,
        helping=nothing,
    )  # fmt: skip


def _sentences(snapshots: Sequence[Snapshot], known: Known) -> tuple[Floats, NDArray[np.bool_], list[str]]:
    """The vectors of every sentence, whether it begins a remedy, and its document."""
    rows, helps, files = [], [], []
    for snapshot in snapshots:
        for at, entry in enumerate(snapshot.entries):
            for text, vector in zip(entry.sentences, snapshot.sentence_vectors(at), strict=True):
                rows.append(vector)
                helps.append(sentence_digest(text) in known.by_first)
                files.append(entry.source.file)
    return np.array(rows, np.float64), np.array(helps, bool), files


def main() -> None:
    """Write the file, and print what it holds."""
    with TemporaryDirectory() as folder:
        embedder = MiniLM(Path(folder))
        snapshots, unmade = asyncio.run(_snapshots()), _unmade(embedder)
        words = {place.remedy: place.text for snapshot in snapshots for place in placed(snapshot, unmade)}
        absent = [remedy for place, remedy in enumerate(unmade.remedies) if place not in words]
        assert not absent, f"In none of the documents: {absent}"
        said = embedder.embed([words[place] for place in range(len(unmade.remedies))])
        phrases, _ = phrases_of(unmade.remedies)
        rows = embedder.embed(phrases)
        small, barriers = _asked()
        texts = list(dict.fromkeys(text for text, _ in (*small, *barriers)))
        asked = dict(zip(texts, embedder.embed(texts), strict=True))
    vectors, helps, files = _sentences(snapshots, unmade)
    _report(vectors, helps, np.array(files))
    np.savez_compressed(
        VECTORS,
        embedder=np.array(embedder.name),
        phrases=np.array([sentence_digest(phrase) for phrase in phrases]),
        rows=_bytes(rows),
        said=_bytes(said),
        helping=fit(vectors, helps).astype(np.float32),
    )
    print(f"{len(unmade.remedies)} remedies, {len(phrases)} situations: {VECTORS.stat().st_size:,} bytes")  # noqa: T201
    let, fit_something = _fits(small, asked), _fits(barriers, asked)
    print(f"{let:.3f} of small talk is let through, {fit_something:.2f} of barriers fit something")  # noqa: T201


def _asked() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Small talk with every factor, and barriers with their own."""

    def texts(name: str) -> Iterator[str]:
        read = yaml.safe_load((_TRIAGE / f"{name}.yaml").read_text(encoding="utf-8"))
        return (text for groups in read.values() for told in groups.values() for text in told)

    small = [(text, factor) for text in texts("smalltalk") for factor in FACTORS]
    barriers = [(text, factor) for factor in FACTORS for text in texts(f"barrier_{factor}")]
    return small, barriers[::_EVERY]


def _fits(asked: Sequence[tuple[str, str]], vectors: Mapping[str, Vectors]) -> float:
    """The share of what is asked for which some remedy fits."""
    here, fits = known(), 0
    for text, factor in asked:
        scores, fits_from = fitting(vectors[text][None], (factor,), here)
        fits += float(scores.max()) >= fits_from
    return fits / len(asked)


def _report(vectors: Floats, helps: NDArray[np.bool_], files: NDArray[np.str_]) -> None:
    for file in sorted(set(files)):
        inside = files == file
        if helps[inside].any() and not helps[inside].all():
            weights = fit(vectors[~inside], helps[~inside])
            scores = vectors[inside] @ weights[:-1]
            better = (scores[helps[inside]][:, None] > scores[~helps[inside]][None]).mean()
            print(f"{file}: area under the curve {better:.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
