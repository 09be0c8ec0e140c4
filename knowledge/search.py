"""Search: candidates by meaning and by words, fused into one ranking."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.answers import Hit
from knowledge.documents import Source
from knowledge.embedding import Vectors
from knowledge.nearest import ExactNearest, Nearest, NearestError
from knowledge.snapshot import Snapshot

#: Whether a document may be used for this question.
MayUse = Callable[[Source], bool]


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """Reciprocal rank fusion: a passage at rank `r` of a ranking gets `weight / (k + r)`.

    The defaults were measured on three question sets; equal weights with k = 60 were worse than meaning alone.
    """

    meaning: float = 2.0
    words: float = 1.0
    k: int = 10
    #: How much of a passage's similarity comes from its best sentence, the rest from the passage as a whole.
    sentence_share: float = 0.5
    #: How many candidates each ranking proposes.
    depth: int = 100


FUSION = Fusion()


def _ranks(scores: NDArray[np.float32], depth: int) -> dict[int, int]:
    order = np.argsort(-scores, kind="stable")[:depth]
    return {int(index): rank for rank, index in enumerate(order, 1) if np.isfinite(scores[index])}


class Search:
    """Ranks the passages of a snapshot for a question."""

    def __init__(self, snapshot: Snapshot, nearest: Nearest, fusion: Fusion = FUSION) -> None:
        self.snapshot = snapshot
        self.degraded = 0
        self._nearest = nearest
        self._fusion = fusion

    async def hits(self, question: str, vector: Vectors, may_use: MayUse, count: int = 20) -> tuple[Hit, ...]:
        """The best passages for a question among the documents that may be used, best first.

        Documents are chosen before anything is ranked, and every hit is checked again after.
        """
        sources = {entry.source.file: entry.source for entry in self.snapshot.entries}
        allowed = {file for file, source in sources.items() if may_use(source)}
        if not allowed:
            return ()
        similarity = await self._similarity(vector, allowed, whole=len(allowed) == len(sources))
        fused = self._fused(similarity, self._lexical(question, allowed))
        best = sorted(fused, key=lambda index: (-fused[index], index))
        hits = (self._hit(index, fused[index], vector) for index in best)
        return _distinct((hit for hit in hits if may_use(hit.source)), count)

    async def _similarity(self, vector: Vectors, allowed: set[str], *, whole: bool) -> NDArray[np.float32]:
        """The similarity of every proposed passage; minus infinity for the rest. float32 [passages]."""
        units, size = self.snapshot.units, len(self.snapshot.entries)
        files = None if whole else sorted(allowed)
        count = min(self._fusion.depth * 4, len(units.files))
        rows = await self._propose(vector, count, files)
        proposed = np.unique(units.owners[rows[(rows >= 0) & (rows < len(units.owners))]])
        scores = np.full(size, -np.inf, np.float32)
        for index in proposed:
            if self.snapshot.entries[index].source.file in allowed:
                scores[index] = self._rescored(int(index), vector)
        return scores

    def _rescored(self, index: int, vector: Vectors) -> float:
        passage = float(self.snapshot.units.vectors[index] @ vector)
        sentences = self.snapshot.sentence_vectors(index) @ vector
        best = float(sentences.max()) if len(sentences) else passage
        return (1 - self._fusion.sentence_share) * passage + self._fusion.sentence_share * best

    async def _propose(self, vector: Vectors, count: int, files: Sequence[str] | None) -> NDArray[np.int64]:
        try:
            return await self._nearest.query(vector, count, files)
        except NearestError:
            self.degraded += 1
        exact = ExactNearest()
        await exact.serve(self.snapshot.units)
        return await exact.query(vector, count, files)

    def _lexical(self, question: str, allowed: set[str]) -> NDArray[np.float32]:
        """The BM25 score of every passage that shares a word; minus infinity for the rest. float32 [passages]."""
        scores = self.snapshot.lexical.scores(question)
        mask = np.array([entry.source.file in allowed for entry in self.snapshot.entries])
        return np.where(mask & (scores > 0), scores, -np.inf).astype(np.float32)

    def _fused(self, similarity: NDArray[np.float32], lexical: NDArray[np.float32]) -> dict[int, float]:
        fusion = self._fusion
        fused: dict[int, float] = {}
        for weight, scores in ((fusion.meaning, similarity), (fusion.words, lexical)):
            for index, rank in _ranks(scores, fusion.depth).items():
                fused[index] = fused.get(index, 0.0) + weight / (fusion.k + rank)
        return fused

    def _hit(self, index: int, score: float, vector: Vectors) -> Hit:
        entry = self.snapshot.entries[index]
        return Hit(passage=entry.passage, source=entry.source, score=score, similarity=self._rescored(index, vector))


def _distinct(hits: Iterable[Hit], count: int) -> tuple[Hit, ...]:
    """The first `count` hits with different words: the same text may stand in two documents."""
    kept: dict[str, Hit] = {}
    for hit in hits:
        if len(kept) == count:
            break
        kept.setdefault(" ".join(hit.passage.text.lower().split()), hit)
    return tuple(kept.values())
