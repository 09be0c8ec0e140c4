"""A library in memory: searched as the real one is, without files, store or index."""

from collections.abc import Mapping, Sequence

from knowledge.following import fused
from knowledge.library import Library, LookedUp
from knowledge.nearest import ExactNearest
from knowledge.search import MayUse, Search
from knowledge.snapshot import Snapshot
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import shelf_of, snapshot_of


class InMemory(Library):
    """Serves the passages of each file, and never anything else."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._served = snapshot_of(shelf_of(texts))
        self._nearest = ExactNearest()
        self._embedder = FakeEmbedder()

    @property
    def snapshot(self) -> Snapshot:
        """What is being served."""
        return self._served

    async def look_up(
        self, question: str, may_use: MayUse, count: int, *, also: Sequence[str] = (), near: str = ""
    ) -> LookedUp | None:
        """The best passages for a question, best first."""
        await self._nearest.serve(self._served.units)
        asked, search = (question, *also), Search(self._served, self._nearest)
        vectors = FakeEmbedder().embed(asked)
        rankings = [
            await search.hits(text, vector, may_use, count) for text, vector in zip(asked, vectors, strict=True)
        ]
        hits = fused(rankings, near=near, count=count)
        return LookedUp(hits=hits, vector=vectors[-1], snapshot=self._served) if hits else None
