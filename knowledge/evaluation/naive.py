"""The naive baseline: what a first try at searching the same documents finds.

LangChain's recursive splitter over the plain texts, 1,000 characters a chunk and 200 shared with the next, the same
embedder as the coach's, and the nearest chunks that Chroma names, in its order. It answers nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from knowledge.answers import Hit
from knowledge.chroma_nearest import ChromaProcess
from knowledge.documents import Passage, Source
from knowledge.embedding import Embedder, Vectors
from knowledge.evaluation.cases import Texts
from knowledge.late_interaction import NO_TOKENS, Tokens
from knowledge.nearest import Nearest, Units
from knowledge.search import MayUse

_CHARACTERS, _SHARED = 1000, 200


class NaiveSearch:
    """The chunks nearest to a question, as the index names them."""

    #: Nothing is served from chunks, so nothing can be quoted from them.
    snapshot = None

    def __init__(self, chunks: Sequence[Passage], nearest: Nearest) -> None:
        self._chunks = chunks
        self._nearest = nearest

    async def hits(
        self,
        _question: str,
        vector: Vectors,
        may_use: MayUse,
        count: int = 20,
        *,
        tokens: Tokens = NO_TOKENS,  # noqa: ARG002
    ) -> tuple[Hit, ...]:
        """The nearest chunks, nearest first, of the documents that may be used."""
        rows = await self._nearest.query(vector, count, None)
        chunks = [self._chunks[row] for row in rows]
        found = (
            Hit(passage=chunk, source=Source(file=chunk.file, title=chunk.file), score=-rank, similarity=0.0)
            for rank, chunk in enumerate(chunks)
        )
        return tuple(hit for hit in found if may_use(hit.source))


@asynccontextmanager
async def naive_search(texts: Texts, embedder: Embedder) -> AsyncIterator[NaiveSearch]:
    """The baseline over these texts, with an index of its own that is gone afterwards."""
    chunks = await asyncio.to_thread(lambda: list(_chunks(texts)))
    vectors = await asyncio.to_thread(embedder.embed, [chunk.text for chunk in chunks])
    units = Units(vectors=vectors, owners=np.arange(len(chunks)), files=tuple(chunk.file for chunk in chunks))
    with TemporaryDirectory() as folder:
        nearest = ChromaProcess(Path(folder) / "index")
        try:
            await nearest.serve(units)
            yield NaiveSearch(chunks, nearest)
        finally:
            await nearest.close()


def _chunks(texts: Texts) -> Iterator[Passage]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=_CHARACTERS, chunk_overlap=_SHARED)
    for file, text in texts.items():
        for ordinal, chunk in enumerate(splitter.split_text(text)):
            yield Passage(file=file, ordinal=ordinal, section=(), text=chunk, start=1, end=1)
