"""Candidates: the sentences of a library that might be offered against a barrier, and how well each fits."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from weakref import WeakKeyDictionary

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.answers import Hit
from knowledge.embedding import Vectors
from knowledge.library import LookedUp
from knowledge.remedies_known import Known, sentence_digest
from knowledge.snapshot import Entry, Snapshot

#: A remedy scores the similarity of the barrier to the nearest of its situations, of which the mean of the few nearest
#: is this share (a barrier is put in many ways, and one phrase may be near by a word), the nearest of its own counting
#: for a share as well, and more for a factor in common. Chosen by leaving out each shared situation in turn.
_FEW, _FEW_SHARE = 4, 0.6
#: Where a remedy has fewer situations than that: what is like nothing is about as near.
_ABSENT = 0.2
_OWN = 0.25
FACTOR = 0.15
#: A remedy fits where its score and the mean similarity of the nearest situations come to this together: a barrier is
#: like many of them, other talk at most like one. Chosen on phrases of our own (`docs/remedies.md`).
FITS_FROM = 0.845
_NEAREST = 12
#: How many known remedies say what to look for in documents that nobody has read for remedies, and how near to the
#: barrier the first of them must be: what it would take is not understood otherwise.
_EXAMPLES = 5
_UNDERSTOOD_FROM = 0.54
#: What a sentence of such a document needs: to be about the barrier, to be like what helped, and to say that it does.
_ABOUT_FROM, _LIKE_FROM, _HELPING_FROM = 0.3, 0.5, 0.0
#: What each point of a remedy's worth above or below the middle counts for in the order of what fits, and for nothing
#: in whether it fits.
_WORTH, _MIDDLE = 0.05, 2
#: A known remedy is surer than a found one.
_FOUND_LESS = 0.05
_FEWEST_WORDS, _MOST_WORDS = 8, 45
_STATEMENT = re.compile(r"(?s)[^|\-•].*[.!]['\"’”)\]]*$")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A run of sentences of one passage, verbatim."""

    hit: Hit
    text: str
    score: float
    vector: Vectors = field(compare=False, repr=False)
    #: How much the score is above what is needed to fit.
    margin: float = 0.0
    #: How much sooner it is offered than others that fit as well.
    sooner: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """A barrier as it is looked up. `barrier` [n, d] are its vectors, the whole first; `scores` are those of the known
    remedies, of which those fit that have `fits_from`; `open_to` are the files of which something may be used."""

    barrier: Vectors
    scores: NDArray[np.float32]
    fits_from: float
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
    """The known remedies in the documents that are open which fit the barrier well enough."""
    snapshot = found.looked_up.snapshot
    for place in placed(snapshot, known):
        entry = snapshot.entries[place.entry]
        score = float(found.scores[place.remedy])
        if score >= found.fits_from and entry.source.file in found.open_to:
            yield Candidate(
                hit=_hit(entry, score),
                text=place.text,
                score=score,
                vector=known.said[place.remedy],
                margin=score - found.fits_from,
                sooner=_WORTH * (known.remedies[place.remedy].worth - _MIDDLE),
            )


def in_found(found: Found, known: Known) -> Iterator[Candidate]:
    """Sentences that help, in passages found for the barrier of documents in which no remedy is known."""
    snapshot = found.looked_up.snapshot
    expected = _expected(found.scores, known)
    if expected is None:
        return
    read = {snapshot.entries[place.entry].source.file for place in placed(snapshot, known)}
    for hit in found.looked_up.hits:
        if hit.passage.file in read or hit.passage.file not in found.open_to:
            continue
        at = snapshot.places[hit.passage.file, hit.passage.ordinal]
        entry, vectors = snapshot.entries[at], snapshot.sentence_vectors(at)
        about, like = (vectors @ found.barrier.T).max(axis=1), vectors @ expected
        helping = vectors @ known.helping[:-1] + known.helping[-1]
        for row, text in enumerate(entry.sentences):
            near = about[row] >= _ABOUT_FROM and like[row] >= _LIKE_FROM and helping[row] >= _HELPING_FROM
            if near and says_what_helps(text):
                score = float(about[row] + like[row]) / 2 + FACTOR - _FOUND_LESS
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


def fitting(barrier: Vectors, factors: Sequence[str], known: Known) -> tuple[NDArray[np.float32], float]:
    """How well each known remedy fits a barrier, given as the vectors [n, d] of the whole and its parts; [remedies].

    And the score from which one fits.
    """
    near = (known.situations @ barrier.T).max(axis=1)
    each = np.append(near, np.float32(_ABSENT))[known.grid]
    few = np.partition(each, -_FEW, axis=1)[:, -_FEW:]
    best = (1 - _FEW_SHARE) * few.max(axis=1) + _FEW_SHARE * few.mean(axis=1)
    own = np.full(len(known.remedies), -1.0, np.float32)
    phrase, remedy, its_own = known.pairs.T
    np.maximum.at(own, remedy[its_own == 1], near[phrase[its_own == 1]])
    shared = np.zeros(len(best), bool)
    for factor in factors:
        shared |= known.by_factor.get(factor, False)
    scores: NDArray[np.float32] = (1 - _OWN) * best + _OWN * own + FACTOR * shared.astype(np.float32)
    return scores, FITS_FROM - float(np.sort(near)[-_NEAREST:].mean())


def _expected(scores: NDArray[np.float32], known: Known) -> Vectors | None:
    """Where what helps should lie, told by what is known to help in the like; None where nothing is known of it."""
    best = np.argsort(-scores, kind="stable")[:_EXAMPLES]
    if not len(best) or scores[best[0]] < _UNDERSTOOD_FROM:
        return None
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
    text = resources.files("prompts").joinpath("remedies.yaml").read_text(encoding="utf-8")
    told = yaml.safe_load(text)["told_by"]
    either = {name: "|".join(each for each in told[name]) for name in told}
    return _Words(
        helping=re.compile(rf"(?i)\b(?:{either['helping']})\b"),
        stuck=re.compile(rf"(?i)\b(?:{either['stuck']})\b"),
        leaning=re.compile(rf"(?:{either['leaning']})\b|[a-z(\[]"),
    )
