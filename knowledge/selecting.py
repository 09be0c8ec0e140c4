"""Selecting: the sentences of the passages with which the library answers in its own words.

What is quoted is a window: as many whole neighbouring sentences as a quotation may hold, so that a person sees a
sentence where it stands. What is said is the window's best sentence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from knowledge.answers import Draft, Hit
from knowledge.citations import MAX_CITATIONS, MAX_QUOTE_WORDS
from knowledge.embedding import Vectors
from knowledge.snapshot import Entry, Snapshot

#: An extractive answer is about this long, and has at least this many sentences where so many can be cited.
_MAX_WORDS = 140
_FEWEST = 2
#: Below this similarity a sentence that shares no word with the question has nothing to do with it.
_UNRELATED_BELOW = 0.2
#: How many lines of its notes say what to look for in a passage.
_LINES = 3
#: A window may overlap none that was chosen, and a passage gives at most this many.
_MOST_OF_ONE = 3


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a window is worth for a question: half the similarity of the whole and half that of its best sentence,
    and these beside it. Chosen by cross-validation (`docs/evaluation.md`)."""

    #: For sharing the question's words.
    words: float = 0.2
    #: For sharing the words of the lines of the passage's notes that are nearest to the question.
    note_words: float = 0.5
    #: How far the question is drawn towards these lines.
    note: float = 0.4
    #: Against each point by which its passage is worth less than the best one.
    passage: float = 2.0
    #: Against resembling a window already chosen.
    repetition: float = 0.3
    #: Against a sentence that leans on the one before it, when choosing what is said.
    leaning: float = 0.2


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
class Window:
    """Neighbouring sentences of one passage, `first` to `last`; `said` are the places of those fit to be said,
    best first."""

    hit: int
    first: int
    last: int
    quotation: str
    said: tuple[int, ...]
    score: float
    vector: Vectors = field(compare=False, repr=False)


def extract(question: str, vector: Vectors, hits: Sequence[Hit], snapshot: Snapshot) -> tuple[Draft, ...]:
    """Two to five sentences of the passages with the windows around them, most relevant first.

    `vector` is the question's. The quotations are not verified here.
    """
    pool = list(_pool(question, vector, hits, snapshot))
    chosen: list[tuple[Window, str]] = []
    while pool and len(chosen) < MAX_CITATIONS:
        best = max(pool, key=lambda each: each.score - _likeness(each, chosen))
        said = _said(best, hits, snapshot, chosen)
        if said:
            chosen.append((best, said))
        pool = [each for each in pool if each is not best and _may_follow(each, chosen)]
    return tuple(_draft(window, said, hits, snapshot) for window, said in chosen)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sought:
    """What to look for in a passage: a vector, and how much of the question, and of a note, each word is."""

    vector: Vectors
    question: Mapping[str, float]
    noted: Mapping[str, float]

    def asked(self, words: Iterable[str]) -> float:
        """How much of the question some words are, from 0 to 1."""
        return sum(self.question.get(word, 0.0) for word in words)

    def worth(self, words: Iterable[str]) -> float:
        """What some words are worth, those of the question and those of the notes."""
        noted = sum(self.noted.get(word, 0.0) for word in words)
        return SELECTION.words * self.asked(words) + SELECTION.note_words * noted


def _pool(question: str, vector: Vectors, hits: Sequence[Hit], snapshot: Snapshot) -> Iterator[Window]:
    """Every window of the passages that has something to say to the question."""
    lexical = snapshot.lexical
    weights = lexical.weights(question)
    places = [snapshot.places[hit.passage.file, hit.passage.ordinal] for hit in hits]
    noted = [_nearest_notes(vector, at, snapshot) for at in places]
    # One call for all texts is much quicker than one for each.
    texts = [text for at in places for text in snapshot.entries[at].sentences]
    stems = iter(lexical.stems([*texts, *(line for _, lines in noted for line in lines)]))
    own = [list(islice(stems, len(snapshot.entries[at].sentences))) for at in places]
    best = max((hit.score for hit in hits), default=0.0)
    for number, (hit, at) in enumerate(zip(hits, places, strict=True)):
        near, lines = noted[number]
        words = _mean_weights([lexical.weigh(each) for each in islice(stems, len(lines))])
        sought = _Sought(vector=_drawn(vector, near), question=weights, noted=words)
        behind = SELECTION.passage * (best - hit.score)
        for window in _windows(number, snapshot.entries[at], snapshot.sentence_vectors(at), own[number], sought):
            yield replace(window, score=window.score - behind)


def _nearest_notes(vector: Vectors, at: int, snapshot: Snapshot) -> tuple[Vectors, list[str]]:
    """The lines of an entry's notes that are nearest to a question: their vectors, and their words."""
    vectors = snapshot.note_vectors(at)
    nearest = np.argsort(-(vectors @ vector), kind="stable")[:_LINES]
    lines = snapshot.entries[at].lines[1:]
    return vectors[nearest], [lines[place] for place in nearest]


def _drawn(vector: Vectors, notes: Vectors) -> Vectors:
    """The question drawn towards the notes that are nearest to it.

    A note says in other words what stands in its passage, so that the right sentence is found where it shares none.
    """
    if not len(notes):
        return vector
    drawn = (1 - SELECTION.note) * vector + SELECTION.note * _mean(notes, [1] * len(notes))
    unit: Vectors = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    return unit


def _mean_weights(weights: Sequence[Mapping[str, float]]) -> dict[str, float]:
    words = {word for each in weights for word in each}
    return {word: sum(each.get(word, 0.0) for each in weights) / len(weights) for word in words}


def _windows(
    hit: int, entry: Entry, vectors: Vectors, stems: Sequence[frozenset[str]], sought: _Sought
) -> Iterator[Window]:
    near = vectors @ sought.vector
    worth = [_worth(*each, sought) for each in zip(entry.sentences, near, stems, strict=True)]
    for first, last, quotation in _runs(entry):
        inside = range(first, last + 1)
        said = sorted((at for at in inside if np.isfinite(worth[at])), key=lambda at: -worth[at])
        if said:
            whole = _mean(vectors[first : last + 1], [len(entry.sentences[at].split()) for at in inside])
            similarity = (float(whole @ sought.vector) + float(near[first : last + 1].max())) / 2
            yield Window(
                hit=hit,
                first=first,
                last=last,
                quotation=quotation,
                said=tuple(said),
                score=similarity + sought.worth(frozenset().union(*(stems[at] for at in inside))),
                vector=whole,
            )


def _worth(text: str, near: float, stems: frozenset[str], sought: _Sought) -> float:
    """What a sentence is worth as an answer by itself; minus infinity where it cannot be one."""
    if not _is_statement(text) or (near < _UNRELATED_BELOW and not sought.asked(stems)):
        return -np.inf
    return float(near) + sought.worth(stems) - (SELECTION.leaning if _leans(text) else 0.0)


def _runs(entry: Entry) -> Iterator[tuple[int, int, str]]:
    """The longest runs of sentences that a quotation can hold: first and last place, and the words."""
    text, spans, end = entry.passage.text, [], 0
    for sentence in entry.sentences:
        start = text.index(sentence, end)
        end = start + len(sentence)
        spans.append((start, end))
    reached = -1
    for first, (start, _) in enumerate(spans):
        last = first
        while last + 1 < len(spans) and len(text[start : spans[last + 1][1]].split()) <= MAX_QUOTE_WORDS:
            last += 1
        if last > reached:
            reached = last
            yield first, last, text[start : spans[last][1]]


def _mean(vectors: Vectors, words: Sequence[int]) -> Vectors:
    mean = np.average(vectors, axis=0, weights=words)
    whole: Vectors = (mean / (np.linalg.norm(mean) or 1.0)).astype(np.float32)
    return whole


def _is_statement(text: str) -> bool:
    """Whether a text is a whole sentence that says something: no question, heading, table row or list item."""
    return len(text.split()) <= MAX_QUOTE_WORDS and bool(_STATEMENT.match(text)) and not _ANNOUNCEMENT.match(text)


def _leans(text: str) -> bool:
    return bool(_LEANING.match(text) or _POINTING.search(text))


def _said(window: Window, hits: Sequence[Hit], snapshot: Snapshot, chosen: Sequence[tuple[Window, str]]) -> str:
    """The window's best sentence that leaves room for the others, else its shortest; empty where there is no room."""
    texts = _sentences(hits[window.hit], snapshot)
    room = _MAX_WORDS - sum(len(said.split()) for _, said in chosen)
    share = room / (MAX_CITATIONS - len(chosen))
    fitting = [texts[at] for at in window.said if len(chosen) < _FEWEST or len(texts[at].split()) <= room]
    return next((text for text in fitting if len(text.split()) <= share), min(fitting, key=len, default=""))


def _sentences(hit: Hit, snapshot: Snapshot) -> tuple[str, ...]:
    return snapshot.entries[snapshot.places[hit.passage.file, hit.passage.ordinal]].sentences


def _likeness(window: Window, chosen: Sequence[tuple[Window, str]]) -> float:
    return SELECTION.repetition * max((float(window.vector @ each.vector) for each, _ in chosen), default=0.0)


def _may_follow(window: Window, chosen: Sequence[tuple[Window, str]]) -> bool:
    same = [each for each, _ in chosen if each.hit == window.hit]
    apart = all(window.last < each.first or each.last < window.first for each in same)
    return apart and len(same) < _MOST_OF_ONE


def _draft(window: Window, said: str, hits: Sequence[Hit], snapshot: Snapshot) -> Draft:
    """The sentence with as much of its window as stands in the text in one run."""
    passage = hits[window.hit].passage
    at, end = window.quotation.index(said), window.quotation.index(said) + len(said)
    narrower = (window.quotation, window.quotation[:end], window.quotation[at:], said)
    quotable = snapshot.quotables[passage.file]
    stands = next((each for each in narrower if quotable.find(each, passage)), said)
    return Draft(text=said, hit=window.hit, quotation=stands)
