"""Any chat model that LangChain drives, asked which barriers are the same: set up as the one that writes answers is."""

from collections.abc import Sequence

from knowledge.similar_reordering import Reasoned, Wording, read_offers, reordering
from knowledge.writing_langchain import LangChainWriter

#: Somebody is waiting to log a barrier.
SECONDS = 4.0


class LangChainReorderer(LangChainWriter):
    """`knowledge.similar_reordering.Reorderer`; see `LangChainWriter` for what it is made of and what it promises."""

    async def reorder(self, raised: str, others: Sequence[Wording]) -> tuple[Reasoned, ...]:
        """The offers that the model keeps; see `Reorderer`. Nobody is asked where there are none."""
        if not others:
            return ()
        asked = reordering(raised, others, marker=self._marker())
        return read_offers(await self._ask(asked, min(self._seconds, SECONDS)), raised, others)
