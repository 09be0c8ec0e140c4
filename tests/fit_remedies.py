"""Make the vectors of the known remedies: `python -m tests.fit_remedies` writes `knowledge/remedies.npz`.

Reads documents from COACH_LIBRARY_DIR and from the starter library: the remedies' own words stand only there. What is
kept of them is vectors. The map that likeness is seen through is learned from the situations, those of a remedy being
told alike, and from the obstacles of `prompts/similar/told/`. Prints how well a sentence that helps is told from the
others, each document left out in turn, how much of what is told elsewhere would be let through without being known, and
how many of the triage's barriers fit something. Takes five minutes.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
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
from knowledge.remedies_candidates import FITS_FROM, compared, placed
from knowledge.remedies_known import (
    VECTORS,
    Known,
    Remedy,
    elsewhere,
    known,
    phrases_of,
    read_remedies,
    sentence_digest,
    situations,
)
from knowledge.remedies_likeness import Map, phrases
from knowledge.similar_examples import Obstacle, obstacles
from knowledge.similar_training import fitted
from knowledge.snapshot import Snapshot

Floats = NDArray[np.float64]
_RIDGE = 3.0
_STEPS = 25
_TRIAGE = Path(__file__).parents[1] / "prompts" / "triage"
#: Every so many of the triage's barriers are asked.
_EVERY = 5
#: How far the map is learned, and how many numbers a sense has: 128 of 384 were as good, 64 were not.
_MAP_STEPS, _MAP_WIDTH = 100, 128


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
    remedies, nothing = read_remedies(), np.zeros((0, 0), np.float32)
    none = phrases((), Map(centre=np.zeros(0, np.float32), turn=nothing))
    return Known(
        embedder=embedder.name, remedies=remedies, situations=none, elsewhere=none, pairs=np.zeros((0, 2), np.int64),
        said=nothing, helping=nothing,
    )  # fmt: skip


def _map(remedies: Sequence[Remedy], embedder: MiniLM) -> Map:
    """The map that brings the situations of a remedy together, narrowed to where most of what it makes of them lies."""
    shared = {phrase for told in situations().values() for phrase in told}
    alike, seen = [], set[str]()
    for each in remedies:
        told = tuple(phrase for phrase in each.against if phrase not in seen and phrase not in shared)
        seen.update(told)
        alike.append(Obstacle(source="remedies", told=told))
    taught = [*obstacles(), *alike]
    texts = list(dict.fromkeys(text for each in taught for text in (*each.told, *each.alike)))
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    learned = fitted(taught, vectors, _MAP_STEPS)
    turned = (np.stack([vectors[text] for text in sorted(seen)]) - learned.centre) @ learned.turn
    _, directions = np.linalg.eigh((turned.T @ turned).astype(np.float64))
    return Map(centre=learned.centre, turn=(learned.turn @ directions[:, : -_MAP_WIDTH - 1 : -1]).astype(np.float32))


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
        told = list(dict.fromkeys((*phrases_of(unmade.remedies)[0], *elsewhere())))
        made = phrases(embedder.encode([[phrase] for phrase in told]), _map(unmade.remedies, embedder))
        barriers = embedder.encode([[text] for text in _barriers()])
        others = embedder.encode([[text] for text in elsewhere()])
    vectors, helps, files = _sentences(snapshots, unmade)
    _report(vectors, helps, np.array(files))
    np.savez_compressed(
        VECTORS,
        embedder=np.array(embedder.name),
        phrases=np.array([sentence_digest(phrase) for phrase in told]),
        centre=made.map.centre.astype(np.float16),
        turn=made.map.turn.astype(np.float16),
        senses=_bytes(made.senses),
        tokens=made.tokens,
        words=made.words.astype(np.uint8),
        said=_bytes(said),
        helping=fit(vectors, helps).astype(np.float32),
    )
    print(f"{len(unmade.remedies)} remedies, {len(told)} phrases: {VECTORS.stat().st_size:,} bytes")  # noqa: T201
    here = known()
    let = [compared([text], _without(here, place)).surely >= FITS_FROM for place, text in enumerate(others)]
    fits = [compared([text], here).surely >= FITS_FROM for text in barriers]
    print(f"{np.mean(let):.3f} of what is told elsewhere fits something, {np.mean(fits):.3f} of {len(fits)} barriers")  # noqa: T201


def _barriers() -> list[str]:
    """Some of the triage's barriers."""
    read = (yaml.safe_load((_TRIAGE / f"barrier_{factor}.yaml").read_text(encoding="utf-8")) for factor in FACTORS)
    return [text for groups in read for told in groups.values() for texts in told.values() for text in texts][::_EVERY]


def _without(known: Known, place: int) -> Known:
    """As if one line of what is told elsewhere were not known."""
    gone, ends = known.elsewhere, np.cumsum(known.elsewhere.words)
    words = np.r_[ends[place] - gone.words[place] : ends[place]]
    left = replace(
        gone,
        senses=np.delete(gone.senses, place, axis=0),
        tokens=np.delete(gone.tokens, words, axis=0),
        words=np.delete(gone.words, place),
    )
    return replace(known, elsewhere=left)


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
