"""Indexing: from the files of the library to a published generation, reading only what changed."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from knowledge import snapshot
from knowledge.catalogue import Overrides, describe, discover, file_name, read_overrides
from knowledge.embedding import Embedder, Vectors
from knowledge.loaders import Limits, Loaded, Unreadable, load_all
from knowledge.passages import cut
from knowledge.shelf import Digest, LibraryStore, SetAside, Shelf, Volume
from knowledge.snapshot import Snapshot

#: Changes whenever loading or cutting changes what a file becomes, so that everything is read again.
CUTTER = "2"
#: Files beyond this are not even read to see whether they changed; the loaders refuse them anyway.
_LARGEST = Limits().file_bytes
_LONGEST_NAME = 255
_MISNAMED = "The file's name is too long, or not written as UTF-8. Rename it."
#: What comes of a file, or of the folder it lay in, that is no longer there.
_VANISHED = (FileNotFoundError, NotADirectoryError)
#: Vectors are kept after this many passages, so that a run that dies loses little.
_BATCH = 32

#: What changes when a file is written to, cheap to ask for: times of change in ns, size in bytes.
Signature = tuple[int, ...]

#: Told of progress: what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def say_nothing(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A document's file as it stands on disk now; `signature` tells cheaply whether it still does."""

    name: str
    path: Path
    version: str
    signature: Signature
    overrides: Overrides
    refused: str = ""


def signature(path: Path) -> Signature:
    """What changes when a file is written to, even by a program that sets its time of change back."""
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size


def watched(folders: Sequence[Path]) -> dict[Path, Signature]:
    """The signature of every file that the library is made of, its `library.yaml` included."""
    signatures: dict[Path, Signature] = {}
    for path in [*discover(folders), *[folder / "library.yaml" for folder in folders]]:
        with suppress(*_VANISHED):
            signatures[path] = signature(path)
    return signatures


def catalogues(folders: Sequence[Path]) -> dict[Path, Signature | None]:
    """The signature of each folder's `library.yaml`, None where there is none."""
    paths = [folder / "library.yaml" for folder in folders]
    return {path: signature_or_none(path) for path in paths}


def signature_or_none(path: Path) -> Signature | None:
    """The signature of a file, None where it cannot be seen."""
    try:
        return signature(path)
    except OSError:
        return None


def look(folders: Sequence[Path], removed: Iterable[str]) -> dict[str, Found]:
    """Every document in the folders by its name, but for those that were taken out.

    A name is the path within its folder; one that stands in two folders is taken from the later one.
    """
    gone, found = set(removed), {}
    for folder in folders:
        overrides = read_overrides(folder)
        for path in discover([folder]):
            name = file_name(path, folder)
            if name not in gone:
                # A file that vanishes meanwhile is a file that is not there.
                with suppress(*_VANISHED):
                    found[name] = _found(name, path, overrides)
    return found


def _found(name: str, path: Path, overrides: Overrides) -> Found:
    # Before the content: what is written while it is read must show as a change.
    seen = signature(path)
    shown = name.encode("utf-8", "replace").decode()
    refused = _MISNAMED if shown != name or len(name) > _LONGEST_NAME else ""
    content = f"refused {seen}" if refused else _content(path, seen)
    return Found(
        name=shown[:_LONGEST_NAME],
        path=path,
        version=_version(content, path.suffix.lower(), repr(overrides.documents.get(name))),
        signature=seen,
        overrides=overrides,
        refused=refused,
    )


def _content(path: Path, seen: Signature) -> str:
    """The sha256 of a file; one that is too large or may not be opened is known by its signature: it is set aside."""
    if path.stat().st_size > _LARGEST:
        return f"large {seen}"
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except _VANISHED:
        raise
    except OSError:
        return f"closed {seen}"


def _version(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


class Indexer:
    """Brings the store's shelf in step with the files."""

    def __init__(self, store: LibraryStore, embedder: Embedder, limits: Limits) -> None:
        self._store = store
        self._embedder = embedder
        self._limits = limits

    async def refresh(self, found: Mapping[str, Found], progress: Progress = say_nothing) -> Snapshot:
        """Read what is new or changed, publish a generation if anything differs, and return what is to be served.

        A run that dies half way publishes nothing; what it embedded is kept for the next.
        """
        current = await self._store.current()
        shelf = await asyncio.to_thread(self._shelf, current, found, progress)
        vectors = await self._vectors(shelf, progress)
        if current is None or replace(shelf, generation=current.generation) != current:
            shelf = await self._store.publish(shelf, vectors)
        else:
            shelf = current
        return await asyncio.to_thread(snapshot.build, shelf, vectors)

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
            yield by_path[path].name, _volume(_as_read(by_path[path]), loaded)

    async def _vectors(self, shelf: Shelf, progress: Progress) -> dict[Digest, Vectors]:
        """The vector of every passage and sentence on the shelf, embedding those that the store does not know."""
        entries = {entry: snapshot.keys_of(entry) for entry in snapshot.entries_of(shelf)}
        wanted = list(dict.fromkeys(key for keys in entries.values() for key in keys))
        known = dict(await self._store.vectors(self._embedder.name, wanted))
        missing = [entry for entry, keys in entries.items() if any(key not in known for key in keys)]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            passages = [(entry.heading, entry.sentences) for entry in batch]
            made = await asyncio.to_thread(self._embedder.embed_passages, passages)
            rows = zip((entries[entry] for entry in batch), made, strict=True)
            fresh = {key: row.tobytes() for keys, matrix in rows for key, row in zip(keys, matrix, strict=True)}
            await self._store.remember(self._embedder.name, fresh)
            known |= fresh
            progress("embed", start + len(batch), len(missing))
        return {key: np.frombuffer(data, np.float32) for key, data in known.items()}


def _as_read(found: Found) -> Found:
    """The file as it was read; one that changed since it was looked at gets a version that no look gives it again."""
    try:
        changed = signature(found.path) != found.signature
    except _VANISHED:
        changed = True
    return replace(found, version=_version(found.version, "changed while it was read")) if changed else found


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
