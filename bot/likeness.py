"""Tells which barriers may be the same as one that is being raised, with the weights that were learned for it."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bot.domain.barriers import BarrierId
from knowledge.embedding import Vectors
from knowledge.similar import similar
from knowledge.similar_weights import Weights, load

#: So many wordings are remembered by their vectors, which takes 6 MiB.
_MOST_HELD = 4_000


@dataclass(frozen=True)
class Likeness:
    """`bot.coaching.barriers.ports.Twins`. The embedder must be the one that the weights fit: MiniLM.

    A wording takes ten milliseconds to embed, so its vector is held, filed under what tells nothing of the words.
    """

    embed: Callable[[Sequence[str]], Vectors]
    load_weights: Callable[[], Weights] = load
    _held: dict[bytes, Vectors] = field(default_factory=dict)

    @cached_property
    def _weights(self) -> Weights:
        return self.load_weights()

    async def offers(self, text: str, log: Sequence[tuple[BarrierId, str]]) -> Sequence[tuple[BarrierId, float]]:
        """The barriers of the log that are worth an offer, likeliest first, each once by its likest wording."""
        return await asyncio.to_thread(self._offers, text, log) if log else ()

    def _offers(self, text: str, log: Sequence[tuple[BarrierId, str]]) -> Sequence[tuple[BarrierId, float]]:
        ids, wordings = [name for name, _ in log], [wording for _, wording in log]
        vectors, asked = self._vectors(wordings), self.embed([_clean(text)])[0]
        best: dict[BarrierId, float] = {}
        for found in similar(asked, ids, vectors, self._weights, most=len(ids)):
            best.setdefault(BarrierId(found.id), found.score)
        return list(best.items())

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        keys = [hashlib.sha256(_clean(text).encode()).digest() for text in texts]
        new = {key: _clean(text) for key, text in zip(keys, texts, strict=True) if key not in self._held}
        made = dict(zip(new, self.embed(list(new.values())), strict=True)) if new else {}
        vectors = np.stack([made[key] if key in made else self._held[key] for key in keys])
        if len(self._held) + len(made) > _MOST_HELD:
            self._held.clear()
        self._held.update(made)
        return vectors


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
