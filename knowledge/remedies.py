"""Remedies: what the library says helped against a barrier, word for word, or nothing where nothing fits.

Most text is no remedy, and what is near to a barrier mostly tells of it again. So a barrier is compared with the
situations that known remedies are good against; in documents that nobody has read for remedies, sentences are taken
that are near to the barrier, near to what helped elsewhere in its like, and say what somebody did or should do.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from knowledge.answers import Citation, Draft, Sentence
from knowledge.citations import MAX_CITATIONS, verify
from knowledge.documents import Source
from knowledge.embedding import Encoded
from knowledge.library import Library, LookedUp
from knowledge.remedies_candidates import BEHIND, FITS_FROM, Candidate, Found, compared, in_found, in_known, scored
from knowledge.remedies_known import Known, known
from knowledge.search import MayUse
from knowledge.sentences import sentences

#: Turns texts of one or more lines into vectors and words, as the known remedies' were made.
Encode = Callable[[Sequence[Sequence[str]]], list[Encoded]]

MOST_OFFERS = 3
#: More of a barrier than this is not looked at.
_MOST_CHARACTERS = 4_000
#: How many of its sentences are compared by themselves.
_MOST_PIECES = 10
#: Shorter sentences say nothing by themselves.
_SHORTEST_PIECE = 4
_RETRIEVED = 12
#: Against being like what is offered already, for each point of similarity.
_REPETITION = 0.04
_MOST_OF_ONE_DOCUMENT = 2


@dataclass(frozen=True, kw_only=True)
class Offers:
    """Up to three runs of sentences that say what helped, best first, each cited; none where nothing fits."""

    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()


NOTHING = Offers()


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """Finds remedies in a library. `encode` must be that of the embedder which the known remedies fit: MiniLM's."""

    library: Library
    encode: Encode
    load: Callable[[], Known] = field(default=known)

    async def __call__(self, barrier: str, factors: Sequence[str], may_use: MayUse, most: int = MOST_OFFERS) -> Offers:
        """What the library says helped against a barrier of these factors, from the documents that may be used.

        Documents are chosen before anything is ranked, and everything offered is checked again after. Nothing is
        offered whose words do not stand in the stored text.
        """
        text = barrier.encode("utf-8", "replace").decode()[:_MOST_CHARACTERS]
        if most < 1 or not any(character.isalpha() for character in text):
            return NOTHING
        open_to: set[str] = set()

        def noted(source: Source) -> bool:
            # Asked only of documents that have not changed since they were read.
            if may_use(source):
                open_to.add(source.file)
                return True
            return False

        looked_up = await self.library.look_up(text, noted, _RETRIEVED)
        if looked_up is None:
            return NOTHING
        return await asyncio.to_thread(self._offers, text, tuple(factors), looked_up, frozenset(open_to), may_use, most)

    def _offers(
        self,
        text: str,
        factors: tuple[str, ...],
        looked_up: LookedUp,
        open_to: frozenset[str],
        may_use: MayUse,
        most: int,
    ) -> Offers:
        remedies, snapshot = self.load(), looked_up.snapshot
        if not remedies.remedies:
            return NOTHING
        barrier = self.encode([[text], *([piece] for piece in _pieces(text))])
        alike = compared(barrier, remedies)
        if alike.surely < FITS_FROM:
            return NOTHING
        scores = scored(alike, factors, remedies)
        vectors = np.concatenate([each.vectors for each in barrier])
        found = Found(barrier=vectors, scores=scores, looked_up=looked_up, open_to=open_to)
        same = self.library.embedder.name == remedies.embedder
        candidates = [*in_known(found, remedies), *(in_found(found, remedies) if same else ())]
        least = float(scores.max(initial=0.0)) - BEHIND
        candidates = [each for each in candidates if each.score >= least]
        ranked = [each for each in islice(_in_turn(candidates), MAX_CITATIONS) if may_use(each.hit.source)]
        drafts = [Draft(text=each.text, hit=place, quotation=each.text) for place, each in enumerate(ranked)]
        hits = [each.hit for each in ranked]
        said, citations = verify(drafts[:most], hits, snapshot.quotables)
        if len(said) < min(most, len(drafts)):
            said, citations = verify(drafts, hits, snapshot.quotables)
        return Offers(sentences=said[:most], citations=citations[:most])


def _pieces(text: str) -> Sequence[str]:
    """The sentences of a barrier that has several, those that say something by themselves."""
    pieces = [piece for piece in sentences(text) if len(piece.split()) >= _SHORTEST_PIECE]
    return pieces[:_MOST_PIECES] if len(pieces) > 1 else ()


def _in_turn(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """The candidates best first, each time the one that adds most to those before it."""
    pool, taken = list(candidates), list[Candidate]()
    while pool:
        best = max(pool, key=lambda each: each.score + each.sooner - _repeated(each, taken))
        taken.append(best)
        yield best
        pool = [each for each in pool if each is not best and _may_follow(each, taken)]


def _repeated(candidate: Candidate, taken: Sequence[Candidate]) -> float:
    return _REPETITION * max((float(candidate.vector @ each.vector) for each in taken), default=0.0)


def _may_follow(candidate: Candidate, taken: Sequence[Candidate]) -> bool:
    file = candidate.hit.passage.file
    if any(each.hit.passage == candidate.hit.passage for each in taken):
        return False
    return sum(each.hit.passage.file == file for each in taken) < _MOST_OF_ONE_DOCUMENT
