"""Any chat model that LangChain drives, asked for reading notes: set up as the one that writes answers is."""

from collections.abc import Sequence

from knowledge.writing import Message
from knowledge.writing_langchain import LangChainWriter

#: Nobody waits for one note, and a model of one's own may take its time.
SECONDS = 60.0


class LangChainAnnotator(LangChainWriter):
    """`knowledge.annotating.Annotator`; see `LangChainWriter` for what it is made of and what it promises."""

    async def ask(self, asked: Sequence[Message]) -> str:
        """The model's whole reply, unchecked; raises `WriterError`."""
        return await self._ask(asked)
