"""`python -m tests.tune [--write]`: the weights of the search, chosen by cross-validation over known cases.

COACH_EVAL_QUESTIONS names the cases; the library is that of COACH_LIBRARY_DIR. Every cell of the grid is tried on
four fifths of the answerable cases and on questions of our own: one line taken from each reading note, whose passage is
to be found without it. The cell with the highest recall@5 + MRR@10 of both is measured on the other fifth. `--write`
keeps the table in docs/evaluation.md.
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from bot.commands.evaluating import cases_in
from bot.commands.opening import open_desk
from bot.desks.library import OwnDesk
from bot.settings import load_settings
from knowledge.documents import Note, Passage
from knowledge.embedding import Encoded, Vectors
from knowledge.evaluation.cases import Case
from knowledge.evaluation.judging import holds
from knowledge.nearest import ExactNearest
from knowledge.search import FUSION, Fusion, Search
from knowledge.shelf import Digest
from knowledge.snapshot import Snapshot, build, key_of, note_key
from tests.bench_pages import EVALUATION, table, taken, write

_FOLDS, _SEED = 5, 5
_LINES = 3
_TITLE = "Weights by cross-validation"
_COMMAND = "COACH_LIBRARY_DIR=… COACH_EVAL_QUESTIONS=… python -m tests.tune --write"
_HEAD = ("fold", "cases", "weights chosen on the others", "recall@5", "MRR@10", "shipped: recall@5", "MRR@10")
_EXPLAINED = (
    "Weights are `words / note_words / best_note / best_notes / sentence_share` of `knowledge/search.py`; those that "
    f"are shipped are {FUSION.words:g} / {FUSION.note_words:g} / {FUSION.best_note:g} / {FUSION.best_notes:g} / "
    f"{FUSION.sentence_share:g}. In each row they are chosen on the cases of the other folds and, counting as much, on "
    "questions of our own, one taken out of each reading note: by the few cases alone the choice follows their "
    "accidents. The shipped ones are measured on the same cases; they were settled on with all of them in view, so "
    "that only the figures of the chosen ones tell what new questions would find. All are of the search before its "
    "best passages are compared word by word."
)
#: By how much recall@5 may differ: the search does not look at every passage, and shows the same words once.
_DRIFT = 0.03

Matrix = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Features:
    """What each passage has to do with some questions, each [questions, passages]; `right` says which answer them.

    `best` and `notes` are the nearest line of its notes and the mean of the nearest three, 0 where it has none.
    """

    whole: Matrix
    sentence: Matrix
    best: Matrix
    notes: Matrix
    noted: NDArray[np.bool_]
    words: Matrix
    note_words: Matrix
    right: NDArray[np.bool_]

    def ranks(self, fusion: Fusion) -> NDArray[np.int64]:
        """The rank of each question's first right passage with these weights, 0 where there is none; as `Search`."""
        own = (1 - fusion.sentence_share) * self.whole + fusion.sentence_share * self.sentence
        noted = fusion.best_note * self.best + fusion.best_notes * self.notes
        similarity = np.where(self.noted, (1 - fusion.best_note - fusion.best_notes) * own + noted, own)
        scores = similarity + fusion.words * self.words + fusion.note_words * self.note_words
        first = np.where(self.right, scores, -np.inf).max(axis=1, keepdims=True)
        return np.where(self.right.any(axis=1), (scores > first).sum(axis=1) + 1, 0)


@dataclass(frozen=True, kw_only=True)
class Worth:
    """How well some cases are found with some weights."""

    recall: float
    mrr: float

    @property
    def total(self) -> float:
        """What is made as high as it goes."""
        return self.recall + self.mrr

    @property
    def cells(self) -> tuple[str, str]:
        """As they are printed."""
        return f"{self.recall:.3f}", f"{self.mrr:.3f}"


def worth(ranks: NDArray[np.int64]) -> Worth:
    """Of these ranks, 0 standing for what was not found."""
    if not len(ranks):
        return Worth(recall=0.0, mrr=0.0)
    reciprocal = np.where((ranks > 0) & (ranks <= 10), 1 / np.maximum(ranks, 1), 0.0)
    return Worth(recall=float(((ranks > 0) & (ranks <= 5)).mean()), mrr=float(reciprocal.mean()))


def grid() -> Iterator[Fusion]:
    """Every cell, beginning with the weights that are shipped: where cells are as good, the first is taken."""
    yield FUSION
    tenths = [number / 10 for number in range(6)]
    for words, note_words, best_note, best_notes, share in product(
        (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3), (0.0, 0.05, 0.1, 0.15, 0.2), tenths, tenths, (0.0, 0.25, 0.5, 0.75)
    ):
        if best_note + best_notes <= 0.9:
            yield replace(
                FUSION, words=words, note_words=note_words, best_note=best_note, best_notes=best_notes,
                sentence_share=share,
            )  # fmt: skip


def folds(kinds: Sequence[str]) -> NDArray[np.int64]:
    """The fold of each case, every kind spread evenly; seeded."""
    order = np.random.default_rng(_SEED).permutation(len(kinds))
    spread = sorted(order, key=lambda at: kinds[at])
    fold = np.zeros(len(kinds), np.int64)
    fold[spread] = np.arange(len(kinds)) % _FOLDS
    return fold


Asked = tuple[str, Vectors, NDArray[np.bool_]]


def features(asked: Sequence[Asked], snapshot: Snapshot) -> Features:
    """What every passage of a snapshot has to do with some questions: their words, vectors and right passages."""
    rows = [_row(question, vector, snapshot) for question, vector, _ in asked]
    whole, sentence, best, notes, words, note_words = (np.stack(column) for column in zip(*rows, strict=True))
    return Features(
        whole=whole, sentence=sentence, best=best, notes=notes, noted=snapshot.noted, words=words,
        note_words=note_words, right=np.stack([right for _, _, right in asked]),
    )  # fmt: skip


def _row(question: str, vector: Vectors, snapshot: Snapshot) -> tuple[Matrix, ...]:
    lexical, entries = snapshot.lexical, range(len(snapshot.entries))
    whole = (snapshot.units.vectors[: len(entries)] @ vector).astype(float)
    sentences = [snapshot.sentence_vectors(at) @ vector for at in entries]
    notes = [np.sort(snapshot.note_vectors(at) @ vector)[-_LINES:] for at in entries]
    return (
        whole,
        np.array([each.max() if len(each) else whole[at] for at, each in enumerate(sentences)]),
        np.array([each[-1] if len(each) else 0.0 for each in notes]),
        np.array([each.mean() if len(each) else 0.0 for each in notes]),
        _of_most(lexical.scores(question)),
        _of_most(lexical.note_scores(question)),
    )


def own_questions(snapshot: Snapshot) -> Features:
    """One question out of each reading note, and what passages have to do with it in a library without it; seeded."""
    random, left, asked = np.random.default_rng(_SEED), dict[Note, Note](), list[Asked]()
    vectors: dict[Digest, Encoded] = {}
    for at, entry in enumerate(snapshot.entries):
        own = snapshot.units.vectors[at : at + 1]
        vectors[key_of(entry)] = Encoded(vectors=np.concatenate([own, snapshot.sentence_vectors(at)]))
        ends = np.cumsum([len(note.lines) for note in entry.notes])
        for note, end in zip(entry.notes, ends, strict=True):
            if note in left:
                continue
            rows = snapshot.note_vectors(at)[end - len(note.lines) : end]
            out = int(random.integers(len(note.questions)))
            left[note] = replace(note, questions=note.questions[:out] + note.questions[out + 1 :])
            vectors[note_key(left[note])] = Encoded(vectors=np.delete(rows, 1 + out, axis=0))
            right = np.array([note in each.notes for each in snapshot.entries])
            asked.append((note.questions[out], rows[1 + out], right))
    return features(asked, with_notes(snapshot, left, vectors))


def with_notes(snapshot: Snapshot, notes: Mapping[Note, Note], vectors: Mapping[Digest, Encoded]) -> Snapshot:
    """The same library with other notes."""
    volumes = tuple(
        replace(volume, passages=tuple(replace(p, notes=tuple(notes[n] for n in p.notes)) for p in volume.passages))
        for volume in snapshot.shelf.volumes
    )
    return build(replace(snapshot.shelf, volumes=volumes), vectors)


def _of_most(scores: NDArray[np.float32]) -> Matrix:
    return scores.astype(float) / (float(scores.max(initial=0.0)) or 1.0)


def _right(case: Case, passage: Passage) -> bool:
    return any(proof.document == passage.file and holds(passage.text, proof.quote) for proof in case.evidence)


def cross_validated(kinds: Sequence[str], cases: Features, own: Features) -> tuple[list[tuple[str, ...]], Worth, Worth]:
    """The rows of the table, and what the chosen and the shipped weights are worth on the cases held out."""
    cells = list(grid())
    ranks = np.array([cases.ranks(cell) for cell in cells])
    elsewhere = [worth(own.ranks(cell)).total for cell in cells]
    fold = folds(kinds)
    rows: list[tuple[str, ...]] = []
    held_out = np.zeros(len(kinds), np.int64)
    for number in range(_FOLDS):
        known, held = fold != number, fold == number
        best = max(range(len(cells)), key=lambda at: worth(ranks[at, known]).total + elsewhere[at])
        held_out[held] = ranks[best, held]
        chosen, shipped = worth(ranks[best, held]), worth(ranks[0, held])
        rows.append((str(number + 1), str(held.sum()), _shown(cells[best]), *chosen.cells, *shipped.cells))
    return rows, worth(held_out), worth(ranks[0])


def _shown(cell: Fusion) -> str:
    shares = (cell.words, cell.note_words, cell.best_note, cell.best_notes, cell.sentence_share)
    return " / ".join(f"{share:g}" for share in shares)


async def searched(cases: Sequence[Case], snapshot: Snapshot, vectors: Vectors) -> Worth:
    """What the shipped weights are worth by the search itself: the table must say the same, or it is out of date."""
    nearest = ExactNearest()
    await nearest.serve(snapshot.units)
    search, ranks = Search(snapshot, nearest), []
    for case, vector in zip(cases, vectors, strict=True):
        hits = await search.hits(case.question, vector, lambda _source: True)
        right = (rank for rank, hit in enumerate(hits, 1) if _right(case, hit.passage))
        ranks.append(next(right, 0))
    return worth(np.array(ranks))


async def measured(path: Path) -> tuple[str, bool]:
    """The section for the page, and whether the table ranks as the search itself does."""
    known = {name: value for name, value in os.environ.items() if name != "COACH_EVAL_QUESTIONS"}
    async with open_desk(load_settings(known, folder=Path.cwd())) as desk:
        if not isinstance(desk, OwnDesk) or desk.library.snapshot is None:
            raise SystemExit("A coach is running on this data directory, or the library is empty.")
        snapshot = desk.library.snapshot
        cases = [case for case in cases_in(path) if case.evidence]
        vectors = desk.library.embedder.embed([case.question for case in cases])
        by_search = await searched(cases, snapshot, vectors)
    right = [np.array([_right(case, entry.passage) for entry in snapshot.entries]) for case in cases]
    asked = list(zip([case.question for case in cases], vectors, right, strict=True))
    rows, chosen, shipped = cross_validated(
        [case.kind for case in cases], features(asked, snapshot), own_questions(snapshot)
    )
    mean = ("all", str(len(cases)), "", *chosen.cells, *shipped.cells)
    return table(_HEAD, [*rows, mean]), abs(shipped.recall - by_search.recall) <= _DRIFT


def main(arguments: Sequence[str]) -> int:
    """Print the table, and say by the exit status whether it still ranks as the search does."""
    console, path = Console(soft_wrap=True, markup=False, highlight=False), os.environ.get("COACH_EVAL_QUESTIONS")
    if not path:
        console.print("Nothing to tune by: set COACH_EVAL_QUESTIONS to a file of cases.")
        return 0
    shown, in_step = asyncio.run(measured(Path(path)))
    console.print(shown)
    if not in_step:
        console.print("Search ranks by another formula than this table: bring `Features.ranks` in step with it.")
        return 1
    if "--write" in arguments:
        write(EVALUATION, _TITLE, f"{taken(_COMMAND, datetime.now(UTC))}\n{_EXPLAINED}\n\n{shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
