"""A snapshot: one generation of the library, in memory and ready to be searched."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.citations import Quotable
from knowledge.documents import Note, Passage, Source
from knowledge.embedding import Encoded, Vectors
from knowledge.late_interaction import Tokens
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
    def notes(self) -> tuple[Note, ...]:
        """What readers noted of the passage."""
        return self.passage.notes

    @property
    def lines(self) -> tuple[str, ...]:
        """The words by which the passage is found: its own, and then each line of its notes."""
        return (self.heading, *(line for note in self.notes for line in note.lines))

    @property
    def heading(self) -> str:
        """The passage with the path that leads to it, as it is embedded and searched."""
        return f"{' > '.join(self.passage.section)}\n{self.passage.text}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Words:
    """The tokens of an entry's text, and those of each of its notes, in order."""

    own: Tokens
    notes: tuple[Tokens, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Snapshot:
    """Everything that a search needs. Row `i` of `units` belongs to `entries[units.owners[i]]`.

    The first `len(entries)` units are the passages in order; after them come, entry by entry, its sentences and the
    lines of its notes, `sentence_at[i]` and `note_at[i]` being the first of either. `words[i]` are an entry's tokens.
    """

    shelf: Shelf
    entries: tuple[Entry, ...]
    units: Units
    sentence_at: tuple[int, ...]
    note_at: tuple[int, ...]
    words: tuple[Words, ...]
    lexical: LexicalIndex
    quotables: dict[str, Quotable]

    @cached_property
    def places(self) -> Mapping[tuple[str, int], int]:
        """Where an entry stands in `entries`, by the file and ordinal of its passage."""
        return {(entry.passage.file, entry.passage.ordinal): index for index, entry in enumerate(self.entries)}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The documents that have entries, by file."""
        return {entry.source.file: entry.source for entry in self.entries}

    @cached_property
    def files(self) -> NDArray[np.int64]:
        """For each entry the place of its document in `sources`."""
        places = {file: place for place, file in enumerate(self.sources)}
        return np.array([places[entry.source.file] for entry in self.entries], np.int64)

    @cached_property
    def noted(self) -> NDArray[np.bool_]:
        """For each entry whether readers noted anything of it."""
        return np.array([bool(entry.notes) for entry in self.entries], bool)

    def sentence_vectors(self, entry: int) -> Vectors:
        """The vectors of an entry's sentences, in order."""
        vectors: Vectors = self.units.vectors[self.sentence_at[entry] : self.note_at[entry]]
        return vectors

    def note_vectors(self, entry: int) -> Vectors:
        """The vectors of the lines of an entry's notes, in order; none where it has no notes."""
        lines = sum(len(note.lines) for note in self.entries[entry].notes)
        vectors: Vectors = self.units.vectors[self.note_at[entry] : self.note_at[entry] + lines]
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


def key_of(entry: Entry) -> Digest:
    """What a passage and its sentences are filed under: vectors [1 + sentences, d], and the tokens of its text."""
    return digest("\0".join(["passage", entry.heading, *entry.sentences]))


def note_key(note: Note) -> Digest:
    """What a note's lines are filed under: vectors [lines, d], and the tokens of all of them."""
    return digest("\0".join(["note", *note.lines]))


def build(shelf: Shelf, encoded: Mapping[Digest, Encoded]) -> Snapshot:
    """A snapshot of a shelf; `encoded` holds what every entry's key and every note's stand for."""
    entries = entries_of(shelf)
    wholes, parts, owners = [], [], [np.arange(len(entries))]
    sentence_at, note_at, place = [], [], len(entries)
    for number, entry in enumerate(entries):
        own = encoded[key_of(entry)].vectors
        noted = [encoded[note_key(note)].vectors for note in entry.notes]
        wholes.append(own[:1])
        parts += [own[1:], *noted]
        lines = sum(len(rows) for rows in noted)
        sentence_at.append(place)
        note_at.append(place + len(own) - 1)
        place += len(own) - 1 + lines
        owners.append(np.full(len(own) - 1 + lines, number))
    rows = np.concatenate(owners).astype(np.int64)
    return Snapshot(
        shelf=shelf,
        entries=entries,
        units=Units(
            vectors=np.concatenate([*wholes, *parts]) if entries else np.zeros((0, 1), np.float32),
            owners=rows,
            files=tuple(entries[owner].passage.file for owner in rows),
        ),
        sentence_at=tuple(sentence_at),
        note_at=tuple(note_at),
        words=tuple(
            Words(
                own=encoded[key_of(entry)].tokens,
                notes=tuple(encoded[note_key(note)].tokens for note in entry.notes),
            )
            for entry in entries
        ),
        lexical=LexicalIndex([entry.lines for entry in entries]),
        quotables={volume.source.file: Quotable(volume) for volume in shelf.volumes},
    )
