"""Reasons: what a model says of two barriers is shown only where both of them bear it out.

A reason has no quotation, so it is held to the two wordings themselves: no figure, name or quoted word that neither
has, and near to each in meaning. An offer stays without the reason that is dropped.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from knowledge.claims import Ground
from knowledge.embedding import Vectors
from knowledge.similar_reordering import Reasoned, Reorderer, Wording

#: Cosine with the farther of the two wordings. Of honest reasons half are below, and of orders to play a role that
#: stand in one of the two one in eighty is above (`docs/isolation.md`).
_NEAR = 0.25


@dataclass(frozen=True, kw_only=True)
class HeldReasons:
    """A reorderer whose reasons are empty where the wordings do not bear them out; `embed` must be MiniLM's."""

    reorderer: Reorderer
    embed: Callable[[Sequence[str]], Vectors]

    async def reorder(self, raised: str, others: Sequence[Wording]) -> tuple[Reasoned, ...]:
        """What the model keeps, in its order."""
        kept = await self.reorderer.reorder(raised, others)
        return await asyncio.to_thread(self._held, raised, others, kept)

    def _held(self, raised: str, others: Sequence[Wording], kept: Sequence[Reasoned]) -> tuple[Reasoned, ...]:
        texts = {each.id: each.text for each in others}
        return tuple(each if self._holds(each.why, raised, texts[each.id]) else replace(each, why="") for each in kept)

    def _holds(self, why: str, raised: str, other: str) -> bool:
        if not Ground(f"{raised}\n{other}", "").bears(why, lambda _word: False):
            return False
        said, *wordings = self.embed([text.encode("utf-8", "replace").decode() for text in (why, raised, other)])
        return min(float(said @ each) for each in wordings) >= _NEAR
