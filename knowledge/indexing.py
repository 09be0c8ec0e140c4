"""Indexing: from the files of the library to a published generation, reading only what changed."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from knowledge import snapshot
from knowledge.catalogue import describe
from knowledge.documents import Note
from knowledge.embedding import Embedder, Encoded, Vectors
from knowledge.late_interaction import as_tokens
from knowledge.loaders import Limits, Loaded, Unreadable, load_all
from knowledge.looking import Found, as_read
from knowledge.note_vectors import ready_made
from knowledge.passages import cut
from knowledge.reading_notes import NoteFile, with_notes
from knowledge.shelf import Digest, LibraryStore, SetAside, Shelf, Volume
from knowledge.snapshot import Entry, Snapshot

#: Changes whenever loading or cutting changes what a file becomes, so that everything is read again.
CUTTER = "2"
#: Vectors are kept after this many passages, so that a run that dies loses little.
_BATCH = 32

#: Told of progress: what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def say_nothing(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Indexer:
    """Brings the store's shelf in step with the files."""

    def __init__(self, store: LibraryStore, embedder: Embedder, limits: Limits) -> None:
        self._store = store
        self._embedder = embedder
        self._limits = limits

    async def refresh(
        self,
        found: Mapping[str, Found],
        notes: Sequence[NoteFile] = (),
        refused: Sequence[SetAside] = (),
        progress: Progress = say_nothing,
    ) -> Snapshot:
        """Read what is new or changed, publish a generation if anything differs, and return what is to be served.

        A run that dies half way publishes nothing; what it embedded is kept for the next.
        """
        current = await self._store.current()
        shelf = await asyncio.to_thread(self._shelf, current, found, progress)
        shelf = replace(shelf, set_aside=(*shelf.set_aside, *refused))
        noted = await asyncio.to_thread(_noted, shelf, found, notes)
        encoded = await self._encoded(noted, progress)
        if current is None or replace(shelf, generation=current.generation) != current:
            current = await self._store.publish(shelf, encoded)
        return await asyncio.to_thread(snapshot.build, replace(noted, generation=current.generation), encoded)

    def _shelf(self, current: Shelf | None, found: Mapping[str, Found], progress: Progress) -> Shelf:
        known: dict[str, Volume | SetAside] = {}
        if current is not None and current.cutter == CUTTER:
            known = {item.source.file: item for item in current.volumes}
            known |= {item.file: item for item in current.set_aside}
        same = {file: known[file] for file in found if file in known and known[file].version == found[file].version}
        read = self._read({file: item for file, item in found.items() if file not in same}, progress)
        items = dict(sorted({**same, **dict(read)}.items()))
        return Shelf(
            generation=0,
            cutter=CUTTER,
            volumes=tuple(item for item in items.values() if isinstance(item, Volume)),
            set_aside=tuple(item for item in items.values() if isinstance(item, SetAside)),
        )

    def _read(self, files: Mapping[str, Found], progress: Progress) -> Iterator[tuple[str, Volume | SetAside]]:
        for item in files.values():
            if item.refused:
                yield item.name, SetAside(file=item.name, version=item.version, reason=item.refused)
        by_path = {item.path: item for item in files.values() if not item.refused}
        for done, (path, loaded) in enumerate(load_all(by_path, limits=self._limits), 1):
            progress("read", done, len(by_path))
            yield by_path[path].name, _volume(as_read(by_path[path]), loaded)

    async def _encoded(self, shelf: Shelf, progress: Progress) -> dict[Digest, Encoded]:
        """What every passage and note on the shelf is to the embedder, asking it for what the store does not know."""
        entries = snapshot.entries_of(shelf)
        by_key = {snapshot.key_of(entry): entry for entry in entries}
        notes = {snapshot.note_key(note): note for entry in entries for note in entry.notes}
        known = await self._known({key: _rows(by_key, notes, key) for key in (*by_key, *notes)})
        made = ready_made(self._embedder, notes.keys() - known.keys())
        await self._remember(made)
        known |= made
        work = [key for key in (*by_key, *notes) if key not in known]
        for start in range(0, len(work), _BATCH):
            batch = work[start : start + _BATCH]
            made = await asyncio.to_thread(self._made, batch, by_key, notes)
            await self._remember(made)
            known |= made
            progress("embed", start + len(batch), len(work))
        return known

    async def _known(self, rows: Mapping[Digest, int]) -> dict[Digest, Encoded]:
        """What the store has; `rows` says how many vectors are filed under each key."""
        vectors = await self._store.vectors(self._embedder.name, list(rows))
        if not self._embedder.tokens_name:
            return {key: Encoded(vectors=_matrix(data, rows[key])) for key, data in vectors.items()}
        tokens = await self._store.vectors(self._embedder.tokens_name, list(vectors))
        return {
            key: Encoded(vectors=_matrix(vectors[key], rows[key]), tokens=as_tokens(data))
            for key, data in tokens.items()
        }

    async def _remember(self, made: Mapping[Digest, Encoded]) -> None:
        await self._store.remember(self._embedder.name, {key: each.vectors.tobytes() for key, each in made.items()})
        if self._embedder.tokens_name:
            tokens = {key: each.tokens.tobytes() for key, each in made.items()}
            await self._store.remember(self._embedder.tokens_name, tokens)

    def _made(
        self, keys: Sequence[Digest], passages: Mapping[Digest, Entry], notes: Mapping[Digest, Note]
    ) -> dict[Digest, Encoded]:
        texts = [key for key in keys if key in passages]
        noted = [key for key in keys if key in notes]
        wholes = self._embedder.encode_passages([(passages[key].heading, passages[key].sentences) for key in texts])
        lines = self._embedder.encode([notes[key].lines for key in noted]) if noted else []
        return dict(zip((*texts, *noted), (*wholes, *lines), strict=True))


def _rows(passages: Mapping[Digest, Entry], notes: Mapping[Digest, Note], key: Digest) -> int:
    """How many vectors are filed under a key."""
    return 1 + len(passages[key].sentences) if key in passages else len(notes[key].lines)


def _matrix(data: bytes, rows: int) -> Vectors:
    return np.frombuffer(data, np.float32).reshape(rows, -1)


def _noted(shelf: Shelf, found: Mapping[str, Found], files: Sequence[NoteFile]) -> Shelf:
    """The shelf with its notes: each where the words are that it was written for."""
    volumes = (
        replace(
            volume,
            passages=with_notes(
                volume.passages,
                files,
                name=volume.source.file,
                sha256=found[volume.source.file].sha256,
                text=volume.text,
            ),
        )
        for volume in shelf.volumes
    )
    return replace(shelf, volumes=tuple(volumes))


def _volume(found: Found, loaded: Loaded | Unreadable) -> Volume | SetAside:
    if isinstance(loaded, Unreadable):
        return SetAside(file=found.name, version=found.version, reason=str(loaded))
    passages = cut(loaded, file=found.name)
    return Volume(
        source=describe(found.path, loaded, found.overrides),
        version=found.version,
        unit=loaded.unit,
        text=loaded.text,
        passages=passages,
    )
