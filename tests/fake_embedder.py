"""An embedder for tests: a hashed bag of words, the same on every machine and in every run."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from knowledge.embedding import Encoded, Passage, Vectors
from knowledge.late_interaction import WIDTH, Tokens, condensed
from knowledge.remedies_likeness import Map

DIMENSIONS = 64
#: No map: texts are about what their vectors say.
AS_IT_IS = Map(centre=np.zeros(DIMENSIONS, np.float32), turn=np.eye(DIMENSIONS, dtype=np.float32))


@dataclass
class FakeEmbedder:
    """Texts that share words lie close to each other. `seen` are the texts that were embedded, in order.

    `dies_at` is the number of calls after which every further one fails, as a process that is killed would.
    """

    name: str = "fake:1"
    tokens_name: str = ""
    seen: list[str] = field(default_factory=list)
    dies_at: int | None = None

    def load(self) -> None:
        """Nothing to load."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32 [len(texts), 64]."""
        if self.dies_at is not None:
            self.dies_at -= 1
            if self.dies_at < 0:
                raise OSError("killed")
        self.seen += texts
        return np.stack([_vector(text) for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)

    def encode(self, texts: Sequence[Sequence[str]]) -> list[Encoded]:
        """Each text's lines, and its words where `tokens_name` says that there are any; one call."""
        ends = np.cumsum([*map(len, texts)])
        vectors = self.embed([line for text in texts for line in text])
        rows = np.split(vectors, ends)[: len(texts)]
        return [Encoded(vectors=each, tokens=self._tokens(*text)) for each, text in zip(rows, texts, strict=True)]

    def encode_passages(self, passages: Sequence[Passage]) -> list[Encoded]:
        """Each passage and its sentences, embedded by themselves; one call."""
        made = self.encode([[text, *sentences] for text, sentences in passages])
        return [replace(each, tokens=self._tokens(text)) for each, (text, _) in zip(made, passages, strict=True)]

    def _tokens(self, *lines: str) -> Tokens:
        words = re.findall(r"\w+", " ".join(lines).lower()) if self.tokens_name else []
        numbers = [zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words]
        vectors = np.array([_vector(word) for word in words], np.float32).reshape(-1, DIMENSIONS)
        return condensed(vectors, numbers, np.eye(DIMENSIONS, WIDTH, dtype=np.float32))


def _vector(text: str) -> Vectors:
    # Every text leans the same way a little, so that none is without a direction.
    vector = np.full(DIMENSIONS, 0.01, np.float32)
    for word in re.findall(r"\w+", text.lower()):
        number = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        vector[number % DIMENSIONS] += 1 if number & 0x10000 else -1
    unit: Vectors = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit
