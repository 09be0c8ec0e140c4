"""The shelf: every document of the library as it is being served, and the port to where it is kept."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NewType, Protocol

from knowledge.documents import Passage, Source, Unit

#: The sha256 of a text, shortened; what vectors and notes are filed under.
Digest = NewType("Digest", str)


def digest(text: str) -> Digest:
    """The digest of a text, 32 hexadecimal digits."""
    return Digest(hashlib.sha256(text.encode()).hexdigest()[:32])


@dataclass(frozen=True, kw_only=True)
class Volume:
    """One document, read and cut. `text` is what quotations are checked against.

    `version` changes with the file's bytes and with what `library.yaml` says of it.
    """

    source: Source
    version: str
    unit: Unit
    text: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A file that could not be read, with the sentence that says why and what to do."""

    file: str
    version: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One generation of the library, complete: it is served whole or not at all."""

    generation: int
    cutter: str
    volumes: tuple[Volume, ...]
    set_aside: tuple[SetAside, ...] = ()


class LibraryStore(Protocol):
    """Keeps the shelf and the vectors; the source of truth that every index is rebuilt from."""

    async def current(self) -> Shelf | None:
        """The generation being served, or None before the first."""

    async def publish(self, shelf: Shelf, vectors: Iterable[Digest]) -> Shelf:
        """Make this shelf the current generation in one step, and forget every other text and vector."""

    async def vectors(self, embedder: str, digests: Sequence[Digest]) -> Mapping[Digest, bytes]:
        """What is already known among these, by this embedder's name or by that of its tokens."""

    async def remember(self, embedder: str, vectors: Mapping[Digest, bytes]) -> None:
        """Keep vectors, so that an indexing run that dies need not start over."""
