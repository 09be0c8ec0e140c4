"""Answering: whether the library speaks to a question, and the sentences with which it does."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.answers import Answer, Draft, Hit, Reason
from knowledge.citations import MAX_CITATIONS, MAX_QUOTE_WORDS, verify
from knowledge.embedding import Vectors
from knowledge.library import Library
from knowledge.search import MayUse
from knowledge.snapshot import Snapshot
from knowledge.writing import Writer, WriterError

#: Longer messages are not questions; a person is asked to shorten them.
MAX_QUESTION_CHARACTERS = 4000
_RETRIEVED = 20
#: How many passages an answer may draw on, and a model may read.
_READ = 8
#: Below this similarity the best passage is about something else.
_SILENT_BELOW = 0.25
#: Below this similarity a sentence that shares no word with the question has nothing to do with it.
_UNRELATED_BELOW = 0.2
#: An extractive answer is about this long, and has at least this many sentences where so many can be cited.
_MAX_WORDS = 150
_FEWEST = 2


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a sentence is worth for a question: its similarity, and these beside it."""

    #: For sharing the question's words.
    words: float = 0.2
    #: Against each rank of its passage.
    rank: float = 0.04
    #: Against resembling a sentence already chosen.
    repetition: float = 0.35
    #: Against leaning on the sentence before it.
    leaning: float = 0.2
    #: A sentence that is worth less than this share of the best adds nothing.
    floor: float = 0.6


SELECTION = Selection()
_LEANING = re.compile(
    r"(?:This|These|Those|That|They|Their|It|Its|He|She|His|Her|Such|But|And|However|Also|So|Thus|Therefore|Here"
    r"|Similarly|Likewise|Moreover|Furthermore|In addition|As a result|For example|For instance|The former"
    r"|The latter|Both|Another|Yet|Then|Instead|As such|All this|First,|Second,|Third,|Finally|I agree)\b|[a-z(\[]"
)

#: Sentences that announce what a text is about say nothing by themselves.
_ANNOUNCEMENT = re.compile(
    r"(?:This|The|Our|In this|In the next) (?:guide|report|paper|chapter|section|book|essay|article|document)\b"
)
#: Words that point at something said before.
_POINTING = re.compile(
    r"\b(?:she|he|they) (?:adds?|says?|argues?|notes?|found|finds?|calls?|writes?)\b|\b(?:in )?(?:her|his) "
    r"(?:description|view|words|account)\b|\b(?:such|those|these) (?:points|meetings|cases|roles|reasons|support)\b"
)
_STATEMENT = re.compile(r"(?s)[^|\-•].*[.!]['\"’”)\]]*$")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Words of one passage that could stand in an answer; `score` is their worth for the question."""

    hit: int
    text: str
    score: float
    vector: Vectors = field(compare=False, repr=False)


def objection(question: str) -> Reason | None:
    """Why a message cannot be looked up as it is, or None."""
    if not re.search(r"\w", question):
        return Reason.EMPTY_QUESTION
    return Reason.TOO_LONG if len(question) > MAX_QUESTION_CHARACTERS else None


def extract(question: str, vector: Vectors, hits: Sequence[Hit], snapshot: Snapshot) -> tuple[Draft, ...]:
    """Two to five sentences of the passages, chosen for relevance and variety, most relevant first.

    `vector` is the question's.
    """
    pool = [each for place, hit in enumerate(hits) for each in _candidates(place, hit, question, vector, snapshot)]
    floor = SELECTION.floor * max((each.score for each in pool), default=0.0)
    chosen: list[Candidate] = []
    while pool and len(chosen) < MAX_CITATIONS:
        best = max(pool, key=lambda each: each.score - _likeness(each, chosen))
        pool = [each for each in pool if each.text != best.text]
        if len(chosen) < _FEWEST or (best.score >= floor and _words([*chosen, best]) <= _MAX_WORDS):
            chosen.append(best)
    return tuple(Draft(text=each.text, hit=each.hit, quotation=each.text) for each in chosen)


def _candidates(place: int, hit: Hit, question: str, vector: Vectors, snapshot: Snapshot) -> Iterator[Candidate]:
    index = snapshot.places[hit.passage.file, hit.passage.ordinal]
    texts, vectors = snapshot.entries[index].sentences, snapshot.sentence_vectors(index)
    shared = snapshot.lexical.overlap(question, texts)
    for text, own, words in zip(texts, vectors, shared, strict=True):
        similarity = float(own @ vector)
        if _is_statement(text) and (similarity >= _UNRELATED_BELOW or words):
            worth = similarity + SELECTION.words * words - SELECTION.rank * place
            leaning = SELECTION.leaning if _LEANING.match(text) or _POINTING.search(text) else 0.0
            yield Candidate(hit=place, text=text, score=worth - leaning, vector=own)


def _is_statement(text: str) -> bool:
    """Whether a text is a whole sentence that says something: no question, heading, table row or list item."""
    return len(text.split()) <= MAX_QUOTE_WORDS and bool(_STATEMENT.match(text)) and not _ANNOUNCEMENT.match(text)


def _likeness(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    return SELECTION.repetition * max((float(candidate.vector @ each.vector) for each in chosen), default=0.0)


def _words(chosen: Sequence[Candidate]) -> int:
    return sum(len(each.text.split()) for each in chosen)


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

    def __init__(self, library: Library, writer: Writer | None = None) -> None:
        self._library = library
        self._writer = writer
        self.writer_failures = 0

    async def search(self, question: str, may_use: MayUse) -> Evidence:
        """What the library has on a question, among the documents that may be used."""
        reason = objection(question)
        if reason is not None:
            return Evidence(question=question, reason=reason)
        found = await self._library.look_up(question, may_use, _RETRIEVED)
        if found is None:
            return Evidence(question=question, reason=Reason.EMPTY_LIBRARY)
        return Evidence(question=question, hits=found.hits, vector=found.vector, snapshot=found.snapshot)

    async def compose(self, evidence: Evidence) -> Answer:
        """The answer that the evidence bears out, or the reason why there is none."""
        hits, snapshot = evidence.hits, evidence.snapshot
        if evidence.reason is not None:
            return Answer(reason=evidence.reason)
        if snapshot is None or max(hit.similarity for hit in hits) < _SILENT_BELOW:
            return Answer(reason=Reason.NOTHING_FOUND, nearest=hits)
        read = hits[:_READ]
        written = await self._write(evidence.question, read)
        sentences, citations = verify(written, read, snapshot.quotables)
        by_model = bool(sentences)
        if not sentences:
            drafts = extract(evidence.question, evidence.vector, read, snapshot)
            sentences, citations = verify(drafts, read, snapshot.quotables)
        if not sentences:
            return Answer(reason=Reason.NOTHING_FOUND, nearest=hits)
        return Answer(reason=Reason.ANSWERED, sentences=sentences, citations=citations, nearest=hits, by_model=by_model)

    async def _write(self, question: str, hits: Sequence[Hit]) -> tuple[Draft, ...]:
        if self._writer is None:
            return ()
        try:
            return await self._writer.write(question, hits)
        except WriterError:
            self.writer_failures += 1
            return ()
