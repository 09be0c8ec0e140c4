"""Answering: whether the library speaks to a question, and the sentences with which it does."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.answerable import JUDGEMENT, Judgement, missing, signs
from knowledge.answers import Answer, Draft, Hit, Reason
from knowledge.citations import verify
from knowledge.embedding import Vectors
from knowledge.following import Before, queries
from knowledge.library import Library
from knowledge.rewriting import Rewriter
from knowledge.search import MayUse
from knowledge.selecting import extract
from knowledge.snapshot import Snapshot
from knowledge.support import borne_out
from knowledge.writing import Writer, WriterError

#: Longer messages are not questions; a person is asked to shorten them.
MAX_QUESTION_CHARACTERS = 4000
_RETRIEVED = 20
#: How many passages an answer may draw on, and a model may read.
_READ = 8
#: Below this similarity the best passage is about something else.
_SILENT_BELOW = 0.25


def objection(question: str) -> Reason | None:
    """Why a message cannot be looked up as it is, or None."""
    if not re.search(r"\w", question):
        return Reason.EMPTY_QUESTION
    return Reason.TOO_LONG if len(question) > MAX_QUESTION_CHARACTERS else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What was retrieved for a question; `reason` says why nothing was looked up."""

    question: str
    hits: tuple[Hit, ...] = ()
    reason: Reason | None = None
    vector: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))
    snapshot: Snapshot | None = None


class Answerer:
    """Answers questions from a library, with a model's words where one is configured and holds to the text."""

    def __init__(
        self,
        library: Library,
        writer: Writer | None = None,
        judgement: Judgement = JUDGEMENT,
        *,
        rewriter: Rewriter | None = None,
    ) -> None:
        self._library = library
        self._judgement = judgement
        self._writer = writer
        self._rewriter = rewriter
        self.writer_failures = 0

    async def search(self, question: str, may_use: MayUse, before: Before | None = None) -> Evidence:
        """What the library has on a question, among the documents that may be used.

        A question that leans on what the same person asked `before` is searched with that as well.
        """
        reason = objection(question)
        if reason is not None:
            return Evidence(question=question, reason=reason)
        asked = await self._wordings(question, before)
        near = before.file if before is not None else ""
        found = await self._library.look_up(question, may_use, _RETRIEVED, also=asked[1:], near=near)
        if found is None:
            return Evidence(question=question, reason=Reason.EMPTY_LIBRARY)
        return Evidence(question=asked[-1], hits=found.hits, vector=found.vector, snapshot=found.snapshot)

    async def _wordings(self, question: str, before: Before | None) -> tuple[str, ...]:
        """The wordings to search by, that of the person first and the fullest last."""
        asked = queries(question, before)
        if len(asked) == 1 or before is None or self._rewriter is None:
            return asked
        try:
            rewritten = await self._rewriter.rewrite(question, before.question)
        except WriterError:
            self.writer_failures += 1
            return asked
        return question, rewritten, asked[-1]

    async def compose(self, evidence: Evidence) -> Answer:
        """The answer that the evidence bears out, or the reason why there is none."""
        hits, snapshot = evidence.hits, evidence.snapshot
        if evidence.reason is not None:
            return Answer(reason=evidence.reason)
        if snapshot is None or max(hit.similarity for hit in hits) < _SILENT_BELOW:
            return Answer(reason=Reason.NOTHING_FOUND, nearest=hits)
        judged = signs(evidence.question, evidence.vector, hits, snapshot)
        if self._judgement.doubt(judged) >= self._judgement.silent_from:
            return Answer(reason=Reason.NOTHING_FOUND, nearest=hits)
        read = hits[:_READ]
        written = await self._write(evidence.question, read, snapshot)
        sentences, citations = verify(written, read, snapshot.quotables)
        by_model = bool(sentences)
        if not sentences:
            drafts = await asyncio.to_thread(extract, evidence.question, evidence.vector, read, snapshot)
            sentences, citations = verify(drafts, read, snapshot.quotables)
        if not sentences:
            return Answer(reason=Reason.NOTHING_FOUND, nearest=hits)
        return Answer(
            reason=Reason.ANSWERED,
            sentences=sentences,
            citations=citations,
            nearest=hits,
            by_model=by_model,
            missing=missing(evidence.question, hits, snapshot),
        )

    async def _write(self, question: str, hits: Sequence[Hit], snapshot: Snapshot) -> tuple[Draft, ...]:
        """What a model proposes, without what has nothing to do with the words that it cites."""
        if self._writer is None:
            return ()
        try:
            drafts = await self._writer.write(question, hits)
        except WriterError:
            self.writer_failures += 1
            return ()
        return await asyncio.to_thread(borne_out, drafts, snapshot.lexical, self._library.embedder)
