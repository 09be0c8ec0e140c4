"""A library of any size, made of seeded chance, for seeing how search grows: one unit a passage.

Its words are as unequally common as words are, and its vectors lie about as unevenly as an embedder's.
"""

from collections.abc import Iterator

import numpy as np

from knowledge.documents import Passage, Source
from knowledge.embedding import Vectors
from knowledge.late_interaction import NO_TOKENS
from knowledge.lexical import LexicalIndex
from knowledge.nearest import Units
from knowledge.shelf import Shelf
from knowledge.snapshot import Entry, Snapshot, Words

_DIMENSIONS, _FILES, _WORDS, _VOCABULARY = 384, 50, 60, 20_000
#: What all vectors share, and how fast the other directions lose weight from the first to the last: measured on the
#: 17,677 vectors of the five documents and their notes, whose spread is that of 90 directions of equal weight.
_SHARED, _DECAY = 0.41, 0.36


def vectors(count: int, rng: np.random.Generator) -> Vectors:
    """Unit vectors, float32 [count, 384], on one side of the sphere and wider in some directions than in others."""
    spread = (np.arange(1, _DIMENSIONS + 1) ** -_DECAY).astype(np.float32)
    apart = rng.standard_normal((count, _DIMENSIONS), np.float32) * spread
    made = np.sqrt(1 - _SHARED**2) * apart / np.linalg.norm(apart, axis=1, keepdims=True)
    made[:, -1] += _SHARED
    unit: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return unit


def texts(count: int, words: int, rng: np.random.Generator) -> Iterator[str]:
    """Texts of so many words, the n-th commonest of which is about 1/n as common as the first."""
    for row in np.minimum(rng.zipf(1.3, (count, words)), _VOCABULARY):
        yield " ".join(f"word{number}" for number in row)


def library(size: int, rng: np.random.Generator) -> Snapshot:
    """A snapshot of so many passages, without sentences or notes."""
    sources = [Source(file=f"{number}.txt", title=f"{number}") for number in range(_FILES)]
    entries = tuple(
        Entry(
            passage=Passage(file=sources[at * _FILES // size].file, ordinal=at, section=(), text=text, start=1, end=1),
            source=sources[at * _FILES // size],
            sentences=(),
        )
        for at, text in enumerate(texts(size, _WORDS, rng))
    )
    files = tuple(entry.passage.file for entry in entries)
    return Snapshot(
        shelf=Shelf(generation=1, cutter="synthetic", volumes=()),
        entries=entries,
        units=Units(vectors=vectors(size, rng), owners=np.arange(size), files=files),
        sentence_at=(size,) * size,
        note_at=(size,) * size,
        words=(Words(own=NO_TOKENS, notes=()),) * size,
        lexical=LexicalIndex([[entry.passage.text] for entry in entries]),
        quotables={},
    )
