"""Candidates: the sentences of a library that might be offered against a barrier, and how well each fits."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from knowledge.answers import Hit
from knowledge.embedding import Encoded, Vectors
from knowledge.library import LookedUp
from knowledge.remedies_known import Known, sentence_digest, told_of_remedies
from knowledge.snapshot import Entry, Snapshot

#: A remedy scores the mean likeness of the barrier to its situations that are nearest, these many of them, and more for
#: a factor in common; of all situations together as many say whether anything fits. Chosen on barriers of our own that
#: were judged blind (`docs/remedies.md`).
_NEAREST = 12
FACTOR = 0.035
#: A remedy that somebody added with fewer situations than this is filled up with what is like nothing: one phrase may
#: be near by a word.
_FEWEST, _ABSENT = 4, 0.2
#: Something fits where a barrier is more like the nearest of all situations than like the nearest of what people write
#: elsewhere by this: it is like many of them, other talk at most like one.
FITS_FROM = 0.05
_NEAREST_ELSEWHERE = 3
#: What a sentence of the barrier by itself is worth beside the whole.
_PIECE = 0.9
#: What scores less than the best known remedy by more than this, whether that is in the library or not, is not offered.
BEHIND = 0.08
#: How many known remedies say what to look for in documents that nobody has read for remedies.
_EXAMPLES = 5
#: What a sentence of such a document needs: to be about the barrier, to be like what helped, and to say that it does.
_ABOUT_FROM, _LIKE_FROM, _HELPING_FROM = 0.3, 0.5, 0.0
#: What each point of a remedy's worth above or below the middle counts for in the order of what fits, and for nothing
#: in whether it fits.
_WORTH, _MIDDLE = 0.005, 2
#: A known remedy is surer than a found one.
_FOUND_LESS = 0.1
_FEWEST_WORDS, _MOST_WORDS = 8, 45
_STATEMENT = re.compile(r"(?s)[^|\-•].*[.!]['\"’”)\]]*$")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A run of sentences of one passage, verbatim."""

    hit: Hit
    text: str
    score: float
    vector: Vectors = field(compare=False, repr=False)
    #: How much sooner it is offered than others that fit as well.
    sooner: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """A barrier as it is looked up. `barrier` [n, d] are its vectors, the whole first; `scores` are those of the known
    remedies; `open_to` are the files of which something may be used."""

    barrier: Vectors
    scores: NDArray[np.float32]
    looked_up: LookedUp
    open_to: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a known remedy stands: the entry, and its words there."""

    remedy: int
    entry: int
    text: str


#: Looking for the known remedies takes milliseconds, and once for each generation is enough.
_placed: WeakKeyDictionary[Snapshot, tuple[Known, tuple[_Place, ...]]] = WeakKeyDictionary()


def in_known(found: Found, known: Known) -> Iterator[Candidate]:
    """The known remedies in the documents that are open."""
    snapshot = found.looked_up.snapshot
    for place in placed(snapshot, known):
        entry = snapshot.entries[place.entry]
        score = float(found.scores[place.remedy])
        if entry.source.file in found.open_to:
            yield Candidate(
                hit=_hit(entry, score),
                text=place.text,
                score=score,
                vector=known.said[place.remedy],
                sooner=_WORTH * (known.remedies[place.remedy].worth - _MIDDLE),
            )


def in_found(found: Found, known: Known) -> Iterator[Candidate]:
    """Sentences that help, in passages found for the barrier of documents in which no remedy is known."""
    snapshot = found.looked_up.snapshot
    expected = _expected(found.scores, known)
    read = {snapshot.entries[place.entry].source.file for place in placed(snapshot, known)}
    worths = _worths(len(found.barrier))
    for hit in found.looked_up.hits:
        if hit.passage.file in read or hit.passage.file not in found.open_to:
            continue
        at = snapshot.places[hit.passage.file, hit.passage.ordinal]
        entry, vectors = snapshot.entries[at], snapshot.sentence_vectors(at)
        about, like = (vectors @ found.barrier.T * worths).max(axis=1), vectors @ expected
        helping = vectors @ known.helping[:-1] + known.helping[-1]
        for row, text in enumerate(entry.sentences):
            near = about[row] >= _ABOUT_FROM and like[row] >= _LIKE_FROM and helping[row] >= _HELPING_FROM
            if near and says_what_helps(text):
                score = float(about[row] + like[row]) / 2 - _FOUND_LESS
                yield Candidate(hit=hit, text=text, score=score, vector=vectors[row])


def placed(snapshot: Snapshot, known: Known) -> tuple[_Place, ...]:
    """The known remedies that stand in a library."""
    kept = _placed.get(snapshot)
    if kept is None or kept[0] is not known:
        kept = known, tuple(_places(snapshot, known))
        _placed[snapshot] = kept
    return kept[1]


def says_what_helps(text: str) -> bool:
    """Whether a sentence stands by itself and says what somebody did, does or should do that helps."""
    words = _words()
    whole = _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS and bool(_STATEMENT.match(text))
    return whole and not words.leaning.match(text) and bool(words.helping.search(text)) and not words.stuck.search(text)


def _places(snapshot: Snapshot, known: Known) -> Iterator[_Place]:
    for at, entry in enumerate(snapshot.entries):
        digests = [sentence_digest(sentence) for sentence in entry.sentences]
        for row, digest in enumerate(digests):
            for remedy in known.by_first.get(digest, ()):
                last = known.remedies[remedy].last
                if last in digests[row:]:
                    yield _Place(remedy=remedy, entry=at, text=_run(entry, row, digests.index(last, row)))


def _run(entry: Entry, first: int, last: int) -> str:
    """The words of a passage from one of its sentences to another."""
    text = entry.passage.text
    start = text.index(entry.sentences[first])
    close = text.index(entry.sentences[last], start) + len(entry.sentences[last])
    return text[start:close]


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """How alike a barrier and its sentences are to the situations [texts, n] and to what is elsewhere [texts, m]."""

    situations: Vectors
    elsewhere: Vectors

    @property
    def surely(self) -> float:
        """How much more it is like situations in which remedies help than like what people write elsewhere.

        From `FITS_FROM` on, remedies fit.
        """
        return float((_of_most(self.situations, _NEAREST) - _of_most(self.elsewhere, _NEAREST_ELSEWHERE)).max())


def compared(barrier: Sequence[Encoded], known: Known) -> Compared:
    """A barrier, given as the whole and its sentences, each a text of one line; these are worth a little less."""
    pairs = list(zip(barrier, _worths(len(barrier)), strict=True))
    return Compared(
        situations=np.array([worth * known.situations.likeness(text) for text, worth in pairs]),
        elsewhere=np.array([worth * known.elsewhere.likeness(text) for text, worth in pairs]),
    )


def scored(barrier: Compared, factors: Sequence[str], known: Known) -> NDArray[np.float32]:
    """How well each known remedy fits a barrier; [remedies]."""
    near = barrier.situations.max(axis=0)
    most = np.sort(np.append(near, -np.inf)[known.grid], axis=1)[:, -_NEAREST:]
    there = np.isfinite(most)
    missing = np.maximum(_FEWEST - there.sum(axis=1), 0)
    total = np.where(there, most, 0.0).sum(axis=1) + _ABSENT * missing
    shared = np.zeros(len(total), bool)
    for factor in factors:
        shared |= known.by_factor.get(factor, False)
    return np.asarray(total / (there.sum(axis=1) + missing) + FACTOR * shared, np.float32)


def _worths(texts: int) -> Vectors:
    """What each is worth of a whole and its sentences."""
    return np.where(np.arange(texts) == 0, 1.0, _PIECE).astype(np.float32)


def _of_most(likeness: Vectors, most: int) -> Vectors:
    """The mean of the highest few of each row; 0 where there is nothing."""
    if not likeness.shape[1]:
        return np.zeros(len(likeness), np.float32)
    return np.asarray(np.sort(likeness, axis=1)[:, -most:].mean(axis=1))


def _expected(scores: NDArray[np.float32], known: Known) -> Vectors:
    """Where what helps should lie, told by what is known to help in the like."""
    best = np.argsort(-scores, kind="stable")[:_EXAMPLES]
    drawn = np.average(known.said[best], axis=0, weights=np.maximum(scores[best], 0.01) ** 4)
    unit: Vectors = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    return unit


def _hit(entry: Entry, score: float) -> Hit:
    return Hit(passage=entry.passage, source=entry.source, score=score, similarity=score)


@dataclass(frozen=True, kw_only=True)
class _Words:
    helping: re.Pattern[str]
    stuck: re.Pattern[str]
    leaning: re.Pattern[str]


@cache
def _words() -> _Words:
    """What tells a remedy by its words, from `prompts/remedies.yaml`."""
    told = told_of_remedies()["told_by"]
    either = {name: "|".join(each for each in told[name]) for name in told}
    return _Words(
        helping=re.compile(rf"(?i)\b(?:{either['helping']})\b"),
        stuck=re.compile(rf"(?i)\b(?:{either['stuck']})\b"),
        leaning=re.compile(rf"(?:{either['leaning']})\b|[a-z(\[]"),
    )
