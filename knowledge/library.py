"""The library as the coach uses it: kept in step with its files, searched, and never stale."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.answers import Hit
from knowledge.embedding import Embedder, Vectors
from knowledge.following import fused
from knowledge.indexing import Indexer, Progress, say_nothing
from knowledge.looking import (
    Found,
    Signature,
    catalogues,
    look,
    read_notes,
    signature,
    signature_or_none,
    watched,
)
from knowledge.nearest import Nearest, NearestError
from knowledge.search import MayUse, Search
from knowledge.snapshot import Snapshot

#: How long an index that failed is left alone before it is made again.
_MEND_SECONDS = 10.0
#: How long a generation is served before it is indexed: a command that ends at once starts no index for nothing.
_SETTLE_SECONDS = 0.5
#: Rankings that are fused are this much longer than what comes of them.
_DEEPER = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class LookedUp:
    """The passages found for a question, its vector, and the generation that they come from."""

    hits: tuple[Hit, ...]
    vector: Vectors
    snapshot: Snapshot


class Library:
    """Answers searches from one generation at a time, and never from a file that has changed since."""

    def __init__(
        self,
        *,
        folders: Callable[[], Sequence[Path]],
        removed: Callable[[], Awaitable[Iterable[str]]],
        indexer: Indexer,
        embedder: Embedder,
        nearest: Nearest,
    ) -> None:
        self._folders = folders
        self._removed = removed
        self._indexer = indexer
        self._embedder = embedder
        self._nearest = nearest
        #: Why the last refresh failed, empty when it did not.
        self.problem = ""
        self._watched: Mapping[Path, Signature] = {}
        self._catalogues: Mapping[Path, Signature | None] = {}
        self._found: Mapping[str, Found] = {}
        self._search: Search | None = None
        self._indexing: asyncio.Task[None] | None = None
        self._mend_after = 0.0
        self._refreshing = asyncio.Lock()

    @property
    def snapshot(self) -> Snapshot | None:
        """What is being served, or None before the first `refresh`."""
        return None if self._search is None else self._search.snapshot

    @property
    def embedder(self) -> Embedder:
        """What turns texts into vectors here."""
        return self._embedder

    async def refresh(self, progress: Progress = say_nothing) -> Snapshot:
        """Bring what is served in step with the files; until it is done the old generation answers."""
        async with self._refreshing:
            try:
                snapshot = await self._refresh(progress)
            except Exception as error:
                self.problem = type(error).__name__
                raise
            self.problem = ""
            return snapshot

    async def _refresh(self, progress: Progress) -> Snapshot:
        folders = self._folders()
        # Before the files are read: what changes meanwhile must show as a change.
        seen = await asyncio.to_thread(watched, folders)
        found = await asyncio.to_thread(look, folders, await self._removed())
        notes, refused = await asyncio.to_thread(read_notes, folders)
        snapshot = await self._indexer.refresh(found, notes, refused, progress)
        if self.snapshot is None or self.snapshot.shelf != snapshot.shelf:
            await self._serve(snapshot)
        # Last: a refresh that fails must be tried again.
        self._found, self._watched, self._catalogues = found, seen, catalogues(folders)
        return snapshot

    async def _serve(self, snapshot: Snapshot) -> None:
        """Answer from this generation at once, by exact search until the index holds it too."""
        self._search = search = Search(snapshot, self._nearest)
        await self._stop_indexing()
        self._indexing = asyncio.create_task(self._index(search))

    async def _index(self, search: Search) -> None:
        await asyncio.sleep(_SETTLE_SECONDS)
        try:
            await self._nearest.serve(search.snapshot.units)
        except NearestError:
            return
        # Questions that came while it was being made are no reason to make it again.
        search.degraded = 0

    def _mend_index(self, search: Search) -> None:
        """Have an index that failed made again, in the background and not too often."""
        now = asyncio.get_running_loop().time()
        if search.degraded and self._indexing is not None and self._indexing.done() and now >= self._mend_after:
            self._mend_after = now + _MEND_SECONDS
            self._indexing = asyncio.create_task(self._index(search))

    async def indexed(self) -> None:
        """Wait until the index holds what is being served, or has failed to, or a newer generation took its turn."""
        if self._indexing is not None:
            await asyncio.wait([self._indexing])

    async def _stop_indexing(self) -> None:
        if self._indexing is not None:
            self._indexing.cancel()
            await asyncio.wait([self._indexing])

    def out_of_step(self) -> bool:
        """Whether files came, went or changed since the last `refresh`; cheap enough to ask every few seconds."""
        return watched(self._folders()) != self._watched

    def _stale(self) -> frozenset[str]:
        """The files of which nothing may be used: those that changed, and all while a `library.yaml` has, because
        it may have narrowed who may see them."""
        if any(signature_or_none(path) != seen for path, seen in self._catalogues.items()):
            return frozenset(self._found)
        return frozenset(file for file, item in self._found.items() if _differs(item))

    async def look_up(
        self, question: str, may_use: MayUse, count: int, *, also: Sequence[str] = (), near: str = ""
    ) -> LookedUp | None:
        """The best passages for a question, best first; None when there is no document that may be used.

        `also` are fuller wordings of it, searched beside it, the fullest last: the vector is that one's. What is found
        in the document `near` is then worth a little more.
        """
        search = self._search
        if search is None:
            return None
        stale = self._stale()
        # A lone surrogate is no character: neither the embedder nor the word index takes it.
        asked = [each.encode("utf-8", "replace").decode() for each in (question, *also)]
        encoded = await asyncio.to_thread(self._embedder.encode, [[each] for each in asked])
        depth = count * _DEEPER if also else count
        rankings = [
            await search.hits(
                text,
                each.vectors[0],
                lambda source: source.file not in stale and may_use(source),
                depth,
                tokens=each.tokens,
            )
            for text, each in zip(asked, encoded, strict=True)
        ]
        self._mend_index(search)
        hits = fused(rankings, near=near, count=count)
        return LookedUp(hits=hits, vector=encoded[-1].vectors[0], snapshot=search.snapshot) if hits else None

    async def close(self) -> None:
        """Let go of the index."""
        await self._stop_indexing()
        await self._nearest.close()


def _differs(item: Found) -> bool:
    try:
        return signature(item.path) != item.signature
    except OSError:
        return True
