"""Search: candidates by meaning and by words, fused into one ranking, and the best of them compared word by word."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.answers import Hit
from knowledge.documents import Source
from knowledge.embedding import Vectors
from knowledge.late_interaction import NO_TOKENS, Tokens, met
from knowledge.nearest import ExactNearest, Nearest, NearestError
from knowledge.snapshot import Snapshot

#: Whether a document may be used for this question.
MayUse = Callable[[Source], bool]


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """What a passage is worth for a question: its similarity, from -1 to 1, and more for sharing the question's words.

    Chosen by cross-validation (`docs/evaluation.md`). The similarity of a passage without notes is that of its text
    and of its best sentence; notes take over the shares that they are given here.
    """

    #: What the passage that shares most of the question's words, its own or its notes', gets beside its similarity.
    words: float = 0.3
    #: The same for the single line of its notes that shares most.
    note_words: float = 0.1
    #: The share of the similarity of the nearest line of its notes, and of the mean of the nearest three.
    best_note: float = 0.4
    best_notes: float = 0.2
    #: How much of the similarity of the text itself comes from its best sentence, the rest from the whole.
    sentence_share: float = 0.25
    #: A question lies nearer to notes, which are questions too, than to any text. Where others have notes, what a
    #: passage without them is similar is multiplied and added to, so that a new document can hold its own among them.
    bare_times: float = 1.15
    bare_more: float = 0.15
    #: By how much the notes that it lacks would meet the question's words better than its text does.
    bare_met: float = 0.2
    #: What each of the best passages, `close` of them or as many as are asked for, gets for meeting the question word
    #: by word, in its text and in its notes (`knowledge/late_interaction.py`). At 0 none is compared.
    met: float = 0.8
    notes_met: float = 0.8
    close: int = 40
    #: How many passages sharing words are considered; four times as many units are by meaning.
    depth: int = 100


FUSION = Fusion()
#: How many lines of its notes speak for a passage.
_LINES = 3


class Search:
    """Ranks the passages of a snapshot for a question."""

    def __init__(self, snapshot: Snapshot, nearest: Nearest, fusion: Fusion = FUSION) -> None:
        self.snapshot = snapshot
        self.degraded = 0
        self._nearest = nearest
        self._fusion = fusion

    async def hits(
        self, question: str, vector: Vectors, may_use: MayUse, count: int = 20, *, tokens: Tokens = NO_TOKENS
    ) -> tuple[Hit, ...]:
        """The best passages for a question among the documents that may be used, best first.

        `tokens` are the question's. Documents are chosen before anything is ranked, and every hit is checked again
        after.
        """
        sources = self.snapshot.sources
        allowed = np.array([may_use(source) for source in sources.values()], bool)
        if not allowed.any():
            return ()
        open_to = allowed[self.snapshot.files]
        files = None if allowed.all() else [file for file, ok in zip(sources, allowed, strict=True) if ok]
        words = self._words(question, open_to)
        proposed = await self._proposed(vector, files)
        candidates = np.union1d(proposed, _best(words, self._fusion.depth))
        candidates = candidates[open_to[candidates]]
        similarity = np.array([self._similarity(int(index), vector) for index in candidates], np.float32)
        scores = self._comparable(candidates, similarity) + words[candidates]
        best = np.argsort(-scores, kind="stable")[: self._compared(count) if len(tokens) else 0]
        scores[best] += [self._met(int(index), tokens) for index in candidates[best]]
        order = np.lexsort((candidates, -scores))
        found = (self._hit(int(candidates[at]), float(scores[at]), float(similarity[at])) for at in order)
        return _distinct((hit for hit in found if may_use(hit.source)), count)

    def _words(self, question: str, open_to: NDArray[np.bool_]) -> NDArray[np.float64]:
        """What each passage gets for sharing words with a question; 0 for those that are not open. [passages]"""
        lexical, fusion = self.snapshot.lexical, self._fusion
        texts = _of_most(np.where(open_to, lexical.scores(question), 0.0))
        notes = _of_most(np.where(open_to, lexical.note_scores(question), 0.0))
        return fusion.words * texts + fusion.note_words * notes

    async def _proposed(self, vector: Vectors, files: Sequence[str] | None) -> NDArray[np.int64]:
        """The passages that hold the units nearest to a vector."""
        units = self.snapshot.units
        rows = await self._propose(vector, min(self._fusion.depth * 4, len(units.files)), files)
        return np.unique(units.owners[rows[(rows >= 0) & (rows < len(units.owners))]])

    def _similarity(self, index: int, vector: Vectors) -> float:
        """How near a passage is to a question, by its words and by what was noted of it, from -1 to 1."""
        fusion = self._fusion
        whole = float(self.snapshot.units.vectors[index] @ vector)
        sentences = self.snapshot.sentence_vectors(index) @ vector
        nearest = float(sentences.max()) if len(sentences) else whole
        own = (1 - fusion.sentence_share) * whole + fusion.sentence_share * nearest
        notes = np.sort(self.snapshot.note_vectors(index) @ vector)[-_LINES:]
        if not len(notes):
            return own
        noted = fusion.best_note * float(notes[-1]) + fusion.best_notes * float(notes.mean())
        return (1 - fusion.best_note - fusion.best_notes) * own + noted

    def _comparable(self, candidates: NDArray[np.int64], similarity: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the similarities of some passages would be about, had each of them notes."""
        noted = self.snapshot.noted
        if not noted.any():
            return similarity
        raised = self._fusion.bare_times * similarity + self._fusion.bare_more
        return np.where(noted[candidates], similarity, raised).astype(np.float32)

    def _compared(self, count: int) -> int:
        """How many of the best are compared word by word: all that are asked for, so that one scale measures them."""
        return max(self._fusion.close, count) if self._fusion.close else 0

    def _met(self, index: int, tokens: Tokens) -> float:
        """What a passage gets for meeting a question word by word; its text speaks for the notes that it lacks."""
        words, fusion = self.snapshot.words[index], self._fusion
        own = met(tokens, words.own)
        noted = met(tokens, np.concatenate(words.notes)) if words.notes else own + fusion.bare_met
        return fusion.met * own + fusion.notes_met * noted

    async def _propose(self, vector: Vectors, count: int, files: Sequence[str] | None) -> NDArray[np.int64]:
        try:
            return await self._nearest.query(vector, count, files, self.snapshot.units)
        except NearestError:
            self.degraded += 1
        exact = ExactNearest()
        await exact.serve(self.snapshot.units)
        return await exact.query(vector, count, files)

    def _hit(self, index: int, score: float, similarity: float) -> Hit:
        entry = self.snapshot.entries[index]
        return Hit(passage=entry.passage, source=entry.source, score=score, similarity=similarity)


def _of_most(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores as shares of the highest."""
    return scores / (scores.max(initial=0.0) or 1.0)


def _best(scores: NDArray[np.float64], depth: int) -> NDArray[np.int64]:
    """The places of the highest scores above 0, at most `depth`."""
    best: NDArray[np.int64] = np.flatnonzero(scores > 0)
    return best if len(best) <= depth else best[np.argpartition(-scores[best], depth)[:depth]]


def _distinct(hits: Iterable[Hit], count: int) -> tuple[Hit, ...]:
    """The first `count` hits with different words: the same text may stand in two documents."""
    kept: dict[str, Hit] = {}
    for hit in hits:
        if len(kept) == count:
            break
        kept.setdefault(" ".join(hit.passage.text.lower().split()), hit)
    return tuple(kept.values())
