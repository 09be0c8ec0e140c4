"""Configurations: named ways to search the same library, to be measured side by side.

Each is a value in a table, made of the snapshot that is being served; the product itself knows one way only.
"""

from collections.abc import AsyncIterator, Callable, Container, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from knowledge.answers import Hit
from knowledge.embedding import Embedder, Encoded, Vectors
from knowledge.evaluation.cases import Texts
from knowledge.evaluation.naive import naive_search
from knowledge.late_interaction import NO_TOKENS, Tokens
from knowledge.nearest import ExactNearest
from knowledge.search import FUSION, Fusion, MayUse, Search
from knowledge.shelf import Digest, Shelf, Volume
from knowledge.snapshot import Snapshot, build, key_of, note_key

#: What precedes the name of the document whose notes are withheld.
WITHHELD = "withheld:"
#: What is served, answered as it is served.
FULL = "full"
NAIVE = "naive"


class Retriever(Protocol):
    """Something that finds passages, as `Search` does."""

    @property
    def snapshot(self) -> Snapshot | None:
        """What it finds them in; None where nothing can be quoted from them."""

    async def hits(
        self, question: str, vector: Vectors, may_use: MayUse, count: int = 20, *, tokens: Tokens = NO_TOKENS
    ) -> tuple[Hit, ...]:
        """The best passages for a question, best first."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """What configurations are made of: what is served, the documents as they lie on disk, and the embedder."""

    snapshot: Snapshot
    texts: Texts
    embedder: Embedder


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One way to search. `opened` makes it ready, and clears up after it.

    Where it is about one `document`, it is measured by the questions whose whole evidence lies there.
    """

    name: str
    about: str
    opened: Callable[[Material], AbstractAsyncContextManager[Retriever]]
    document: str = ""

    def measured_by(self, documents: Container[str]) -> bool:
        """Whether a question with evidence in these documents tells anything of it."""
        return not self.document or documents == {self.document}


def _naive(material: Material) -> AbstractAsyncContextManager[Retriever]:
    return naive_search(material.texts, material.embedder)


def _fused(
    fusion: Fusion, noteless: Container[str] | None = None
) -> Callable[[Material], AbstractAsyncContextManager[Retriever]]:
    """Search with these weights and without the notes of these documents, None meaning of all."""

    @asynccontextmanager
    async def opened(material: Material) -> AsyncIterator[Search]:
        files = set(material.snapshot.sources) if noteless is None else noteless
        snapshot, nearest = without_notes(material.snapshot, files), ExactNearest()
        await nearest.serve(snapshot.units)
        yield Search(snapshot, nearest, fusion)

    return opened


_NOBODY: frozenset[str] = frozenset()
_ONCE = replace(FUSION, close=0)
_BY_MEANING = replace(_ONCE, words=0.0, note_words=0.0)

#: From the least to the most; `full` is measured by asking the coach itself.
CONFIGURATIONS = (
    Configuration(
        name=NAIVE,
        about="chunks of 1,000 characters, 200 shared; nearest by the same embedder, by Chroma",
        opened=_naive,
    ),
    Configuration(
        name="passages",
        about="the coach's passages, nearest by the same embedder",
        opened=_fused(replace(_BY_MEANING, sentence_share=0.0)),
    ),
    Configuration(name="+sentences", about="and each sentence of a passage", opened=_fused(_BY_MEANING)),
    Configuration(name="+words", about="and words shared with the question", opened=_fused(_ONCE)),
    Configuration(name="+notes", about="and reading notes, by meaning and by words", opened=_fused(_ONCE, _NOBODY)),
    Configuration(name="+rerank", about="and the best compared word by word", opened=_fused(FUSION, _NOBODY)),
    Configuration(
        name="notes-words",
        about="reading notes, without shared words",
        opened=_fused(_BY_MEANING, _NOBODY),
    ),
)


def withheld(document: str) -> Configuration:
    """The search that is served, but with one document as new as on the day it was added: without notes."""
    return Configuration(
        name=f"{WITHHELD}{document}",
        about=f"without the notes of {document}",
        opened=_fused(FUSION, {document}),
        document=document,
    )


def chosen(names: Sequence[str], documents: Sequence[str]) -> list[Configuration]:
    """The configurations with these names, "all" naming every one; raises `KeyError` with a name that is unknown."""
    known = {each.name: each for each in (*CONFIGURATIONS, *map(withheld, documents))}
    wanted = known if "all" in names else dict.fromkeys(names)
    return [known[name] for name in wanted if name != FULL]


def without_notes(snapshot: Snapshot, files: Container[str]) -> Snapshot:
    """The same library as if nobody had written notes on these documents."""
    volumes = tuple(_bare(each) if each.source.file in files else each for each in snapshot.shelf.volumes)
    shelf: Shelf = replace(snapshot.shelf, volumes=volumes)
    return snapshot if shelf == snapshot.shelf else build(shelf, dict(_encoded(snapshot)))


def _bare(volume: Volume) -> Volume:
    return replace(volume, passages=tuple(replace(passage, notes=()) for passage in volume.passages))


def _encoded(snapshot: Snapshot) -> Iterator[tuple[Digest, Encoded]]:
    """What a snapshot was built of, as it is filed."""
    for number, entry in enumerate(snapshot.entries):
        whole, words = snapshot.units.vectors[number : number + 1], snapshot.words[number]
        own = np.concatenate([whole, snapshot.sentence_vectors(number)])
        yield key_of(entry), Encoded(vectors=own, tokens=words.own)
        rows, start = snapshot.note_vectors(number), 0
        for note, tokens in zip(entry.notes, words.notes, strict=True):
            yield note_key(note), Encoded(vectors=rows[start : start + len(note.lines)], tokens=tokens)
            start += len(note.lines)
