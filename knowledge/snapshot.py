"""A snapshot: one generation of the library, in memory and ready to be searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from knowledge.citations import Quotable
from knowledge.documents import Passage, Source
from knowledge.embedding import Vectors
from knowledge.lexical import LexicalIndex
from knowledge.nearest import Units
from knowledge.sentences import sentences
from knowledge.shelf import Digest, Shelf, digest

#: Shorter sentences say too little to be found or quoted by themselves.
_MIN_WORDS = 6


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A ranked passage, its source, and the sentences that may be quoted from it."""

    passage: Passage
    source: Source
    sentences: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The passage with the path that leads to it, as it is embedded and searched."""
        return f"{' > '.join(self.passage.section)}\n{self.passage.text}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshot:
    """Everything that a search needs. Row `i` of `units` belongs to `entries[units.owners[i]]`.

    The first `len(entries)` units are the passages in order; after them come the sentences, `sentence_at[i]`
    being the first unit of entry `i`'s sentences.
    """

    shelf: Shelf
    entries: tuple[Entry, ...]
    units: Units
    sentence_at: tuple[int, ...]
    lexical: LexicalIndex
    quotables: dict[str, Quotable]

    @cached_property
    def places(self) -> Mapping[tuple[str, int], int]:
        """Where an entry stands in `entries`, by the file and ordinal of its passage."""
        return {(entry.passage.file, entry.passage.ordinal): index for index, entry in enumerate(self.entries)}

    def sentence_vectors(self, entry: int) -> Vectors:
        """The vectors of an entry's sentences, in order."""
        start = self.sentence_at[entry]
        vectors: Vectors = self.units.vectors[start : start + len(self.entries[entry].sentences)]
        return vectors


def entries_of(shelf: Shelf) -> tuple[Entry, ...]:
    """The ranked passages of a shelf, in order of file and place."""
    return tuple(
        Entry(passage=passage, source=volume.source, sentences=_quotable_sentences(passage))
        for volume in shelf.volumes
        for passage in volume.passages
        if passage.ranked
    )


@lru_cache(maxsize=1 << 16)
def _quotable_sentences(passage: Passage) -> tuple[str, ...]:
    return tuple(each for each in sentences(passage.text) if len(each.split()) >= _MIN_WORDS)


def keys_of(entry: Entry) -> list[Digest]:
    """What the vectors of a passage and of its sentences are filed under: a sentence's depends on its passage."""
    return [digest(entry.heading), *(digest(f"{entry.heading}\0{sentence}") for sentence in entry.sentences)]


def build(shelf: Shelf, vectors: Mapping[Digest, Vectors]) -> Snapshot:
    """A snapshot of a shelf; `vectors` holds one for every key of `keys_of`."""
    entries = entries_of(shelf)
    counts = [len(entry.sentences) for entry in entries]
    owners = np.concatenate([np.arange(len(entries)), np.repeat(np.arange(len(entries)), counts)]).astype(np.int64)
    starts = len(entries) + np.concatenate([[0], np.cumsum(counts)[:-1]]) if entries else np.zeros(0)
    keys = [keys_of(entry) for entry in entries]
    matrix = [vectors[each[0]] for each in keys] + [vectors[key] for each in keys for key in each[1:]]
    return Snapshot(
        shelf=shelf,
        entries=entries,
        units=Units(
            vectors=np.stack(matrix) if matrix else np.zeros((0, 1), np.float32),
            owners=owners,
            files=tuple(entries[owner].passage.file for owner in owners),
        ),
        sentence_at=tuple(int(start) for start in starts),
        lexical=LexicalIndex([entry.heading for entry in entries]),
        quotables={volume.source.file: Quotable(volume) for volume in shelf.volumes},
    )
