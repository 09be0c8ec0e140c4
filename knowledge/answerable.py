"""Knowing when to say no: whether what was retrieved answers a question, judged before anybody writes.

Similarity alone cannot tell: a question that the library does not answer is usually about something that it does speak
of. What tells is a name or figure that the passages found do not hold, a sum, count or date that is asked for, and
words that match a passage better than their meaning matches anything that was noted of it.
"""

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import exp

import numpy as np

from knowledge.answers import Hit
from knowledge.embedding import Vectors
from knowledge.snapshot import Snapshot

#: How many of the best passages are asked.
_READ = 5
#: What meaning is credited with where there are no notes to be near to.
_WITHOUT_NOTES = 0.12
_WORD = re.compile(r"[^\W\d_][\w'’\-]*|\d[\d,.]*\d|\d")
#: A question for a sum, a count, a share or a date.
_VALUE = re.compile(
    r"\b(?:how (?:much|many|long|often|big|old|large)|percentage|proportion|what share"
    r"|what (?:number|date|year|rate|score|cost|budget|amount|sum)|which year|cost|deadline"
    r"|when (?:was|did|were|is|does|will))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What speaks for and against an answer. All are 0 or more."""

    #: Names, acronyms and figures of the question that none of the best passages or their notes holds.
    names_unseen: float
    #: 1 where a sum, count, share or date is asked for, else 0.
    asks_value: float
    #: The best BM25 score among the passages, for each word of the question.
    words: float
    #: The similarity of the nearest line of the notes, or of the text where nothing was noted.
    meaning: float
    #: How much of the question one of the passages holds, with its notes; rare words weigh more.
    covered: float


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A logistic regression on the signs; `python -m tests.fit_refusal` fits it and prints how well it does."""

    weights: Signs
    bias: float
    #: At this probability that the library does not answer, the coach says so.
    silent_from: float

    def doubt(self, signs: Signs) -> float:
        """The probability that the library does not answer, from 0 to 1."""
        total = sum(weight * sign for weight, sign in zip(astuple(self.weights), astuple(signs), strict=True))
        return 1 / (1 + exp(-(total + self.bias)))


JUDGEMENT = Judgement(
    weights=Signs(names_unseen=3.56, asks_value=2.35, words=3.05, meaning=-4.06, covered=-2.73),
    bias=-0.36,
    silent_from=0.26,
)


def signs(question: str, vector: Vectors, hits: Sequence[Hit], snapshot: Snapshot) -> Signs:
    """The signs for a question and what was retrieved for it, best first and at least one."""
    places = _places(hits, snapshot)
    weights = snapshot.lexical.weights(question)
    texts = _texts(places, snapshot)
    scores = snapshot.lexical.scores(question)
    return Signs(
        names_unseen=len(unseen_names(question, texts)),
        asks_value=1.0 if _VALUE.search(question) else 0.0,
        words=float(scores[places].max()) / (len(weights) + 1),
        meaning=max(_meaning(place, vector, snapshot) for place in places),
        covered=max(sum(weights.get(stem, 0.0) for stem in stems) for stems in snapshot.lexical.stems(texts)),
    )


def missing(question: str, hits: Sequence[Hit], snapshot: Snapshot) -> tuple[str, ...]:
    """The names of a question that none of the best passages holds."""
    return tuple(dict.fromkeys(unseen_names(question, _texts(_places(hits, snapshot), snapshot))))


def _places(hits: Sequence[Hit], snapshot: Snapshot) -> list[int]:
    return [snapshot.places[hit.passage.file, hit.passage.ordinal] for hit in hits[:_READ]]


def _texts(places: Sequence[int], snapshot: Snapshot) -> list[str]:
    return [" ".join(snapshot.entries[place].lines) for place in places]


def unseen_names(question: str, texts: Sequence[str]) -> list[str]:
    """The names, acronyms and figures of a question that none of the texts holds.

    A capital at the beginning of a sentence makes no name.
    """
    seen = {word.lower().removesuffix("'s").removesuffix("’s") for text in texts for word in _WORD.findall(text)}
    found = [match for match in _WORD.finditer(question) if _is_name(match[0], question[: match.start()])]
    return [match[0] for match in found if match[0].lower().removesuffix("'s").removesuffix("’s") not in seen]


def _is_name(word: str, before: str) -> bool:
    begins = not before.strip() or before.rstrip()[-1] in ".!?:\"“‘'("
    acronym = len(word) > 1 and word.isupper()
    return word[0].isdigit() or acronym or (word[0].isupper() and len(word) > 1 and not begins)


def _meaning(place: int, vector: Vectors, snapshot: Snapshot) -> float:
    notes = snapshot.note_vectors(place)
    if len(notes):
        return float((notes @ vector).max())
    own = np.concatenate([snapshot.units.vectors[place : place + 1], snapshot.sentence_vectors(place)])
    return float((own @ vector).max()) + _WITHOUT_NOTES
