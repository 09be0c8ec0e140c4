"""Selecting: the sentences of the passages with which the library answers in its own words.

Every sentence of the passages gets a share of the chance that it is the one that is asked for. What is quoted is a
window: as many whole neighbouring sentences as a quotation may hold, so that a person sees a sentence where it stands;
the windows are chosen that have the greatest shares together. What is said is the window's best sentence, after the one
before it where it leans on that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from knowledge.answers import Draft, Hit
from knowledge.citations import MAX_CITATIONS, MAX_QUOTE_WORDS
from knowledge.embedding import Vectors
from knowledge.saying import is_statement, leans
from knowledge.snapshot import Entry, Snapshot

#: An extractive answer is about this long, and has at least this many sentences where so many can be cited.
_MAX_WORDS = 140
_FEWEST = 2
#: Below this similarity a sentence that shares no word with the question has nothing to do with it.
_UNRELATED_BELOW = 0.2
#: How many lines of its notes say what to look for in a passage.
_LINES = 3

Shares = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a sentence is worth for a question: its similarity, and these beside it.

    Chosen on questions of our own of which readers said which sentences answer them (`tests/bench_said.py`).
    """

    #: For sharing the question's words.
    words: float = 0.4
    #: For sharing the words of the lines of the passage's notes that are nearest to the question.
    note_words: float = 0.3
    #: How far the question is drawn towards these lines.
    note: float = 0.4
    #: Against a sentence that leans on the one before it and is said without it.
    leaning: float = 0.3
    #: How surely a passage that is worth more is the right one, and in a passage the sentence that is: at 0 all are
    #: as likely, and the higher, the more goes to the best.
    passage_sureness: float = 8.0
    sentence_sureness: float = 8.0


SELECTION = Selection()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Read:
    """A passage as it was read for a question; every sequence is of its sentences.

    `spans` say where each stands in the passage, `worth` what it is worth as an answer, minus infinity where
    it can be none, and `shares` how likely it is the one that is asked for.
    """

    hit: int
    entry: Entry
    spans: tuple[tuple[int, int], ...]
    worth: tuple[float, ...]
    shares: Shares

    def windows(self, taken: Sequence["Window"]) -> Iterator["Window"]:
        """The longest runs of sentences that a quotation can hold, and none that was taken."""
        gone = {at for window in taken if window.read is self for at in range(window.first, window.last + 1)}
        reached = -1
        for first in range(len(self.spans)):
            last = first
            while last + 1 < len(self.spans) and last + 1 not in gone and self._fits(first, last + 1):
                last += 1
            if first not in gone and last > reached:
                reached = last
                yield Window(read=self, first=first, last=last)

    def _fits(self, first: int, last: int) -> bool:
        return len(self.quotation(first, last).split()) <= MAX_QUOTE_WORDS

    def adjoin(self, at: int) -> bool:
        """Whether nothing stands between a sentence and the one before it: short ones are in no sequence."""
        return not self.entry.passage.text[self.spans[at - 1][1] : self.spans[at][0]].strip()

    def quotation(self, first: int, last: int) -> str:
        """The words from one sentence to another."""
        return self.entry.passage.text[self.spans[first][0] : self.spans[last][1]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """Neighbouring sentences of one passage, `first` to `last`."""

    read: _Read
    first: int
    last: int

    @property
    def quotation(self) -> str:
        """Their words."""
        return self.read.quotation(self.first, self.last)

    @property
    def chance(self) -> float:
        """How likely one of them is what is asked for."""
        return float(self.read.shares[self.first : self.last + 1].sum())

    @property
    def sayable(self) -> list[str]:
        """What can be said by itself, best first; a sentence that leans on the one before it is said after that one,
        and is worth less alone."""
        said = [each for at in range(self.first, self.last + 1) for each in self._said(at)]
        return [text for worth, text in sorted(said, key=lambda each: -each[0]) if np.isfinite(worth)]

    def _said(self, at: int) -> Iterator[tuple[float, str]]:
        sentence, worth = self.read.entry.sentences[at], self.read.worth[at]
        if not leans(sentence):
            yield worth, sentence
            return
        before = self.read.entry.sentences[at - 1] if at > self.first and self.read.adjoin(at) else ""
        if is_statement(before) and not leans(before):
            yield worth, self.read.quotation(at - 1, at)
        yield worth - SELECTION.leaning, sentence


def extract(question: str, vector: Vectors, hits: Sequence[Hit], snapshot: Snapshot) -> tuple[Draft, ...]:
    """Two to five sentences of the passages, some with the one before them, and the windows around them, best first.

    `vector` is the question's. The quotations are not verified here.
    """
    passages = list(_read(question, vector, hits, snapshot))
    taken: list[Window] = []
    drafts: list[Draft] = []
    while len(drafts) < MAX_CITATIONS:
        windows = [window for passage in passages for window in passage.windows(taken)]
        best = max(((window, _said(window, drafts)) for window in windows), key=_chance, default=None)
        if best is None or not best[1]:
            break
        taken.append(best[0])
        drafts.append(_draft(*best, hits, snapshot))
    return tuple(drafts)


def _chance(offered: tuple[Window, str]) -> float:
    """How likely a window holds what is asked for; less than anything where it leaves nothing to say."""
    window, said = offered
    return window.chance if said else -1.0


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


def _read(question: str, vector: Vectors, hits: Sequence[Hit], snapshot: Snapshot) -> Iterator[_Read]:
    """The passages, with what each of their sentences is worth for the question."""
    lexical = snapshot.lexical
    weights = lexical.weights(question)
    places = [snapshot.places[hit.passage.file, hit.passage.ordinal] for hit in hits]
    noted = [_nearest_notes(vector, at, snapshot) for at in places]
    # One call for all texts is much quicker than one for each.
    texts = [text for at in places for text in snapshot.entries[at].sentences]
    stems = iter(lexical.stems([*texts, *(line for _, lines in noted for line in lines)]))
    own = [list(islice(stems, len(snapshot.entries[at].sentences))) for at in places]
    chances = _shared_out([hit.score * SELECTION.passage_sureness for hit in hits])
    for number, at in enumerate(places):
        near, lines = noted[number]
        words = _mean_weights([lexical.weigh(each) for each in islice(stems, len(lines))])
        sought = _Sought(vector=_drawn(vector, near), question=weights, noted=words)
        entry, similarity = snapshot.entries[at], snapshot.sentence_vectors(at) @ sought.vector
        likely = [float(close) + sought.worth(each) for close, each in zip(similarity, own[number], strict=True)]
        yield _Read(
            hit=number,
            entry=entry,
            spans=tuple(_spans(entry)),
            worth=tuple(_worth(*each, sought) for each in zip(entry.sentences, similarity, own[number], strict=True)),
            shares=chances[number] * _shared_out([each * SELECTION.sentence_sureness for each in likely]),
        )


def _shared_out(logarithms: Sequence[float]) -> Shares:
    """Shares of 1 in proportion to what these are the logarithms of."""
    raised = np.exp(np.array(logarithms) - max(logarithms, default=0.0))
    shares: Shares = raised / (raised.sum() or 1.0)
    return shares


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
    drawn = (1 - SELECTION.note) * vector + SELECTION.note * _mean(notes)
    unit: Vectors = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    return unit


def _mean(vectors: Vectors) -> Vectors:
    mean = vectors.mean(axis=0)
    return np.asarray(mean / (np.linalg.norm(mean) or 1.0))


def _mean_weights(weights: Sequence[Mapping[str, float]]) -> dict[str, float]:
    words = {word for each in weights for word in each}
    return {word: sum(each.get(word, 0.0) for each in weights) / len(weights) for word in words}


def _worth(text: str, near: float, stems: frozenset[str], sought: _Sought) -> float:
    """What a sentence is worth as an answer, whether it leans or not; minus infinity where it cannot be one."""
    if not is_statement(text) or (near < _UNRELATED_BELOW and not sought.asked(stems)):
        return -np.inf
    return float(near) + sought.worth(stems)


def _spans(entry: Entry) -> Iterator[tuple[int, int]]:
    """Where each sentence of a passage begins and ends in it."""
    text, end = entry.passage.text, 0
    for sentence in entry.sentences:
        start = text.index(sentence, end)
        end = start + len(sentence)
        yield start, end


def _said(window: Window, drafts: Sequence[Draft]) -> str:
    """The window's best sentence, which leaves room for the others unless it is the first that is said, else its
    shortest; empty where there is no room."""
    room = _MAX_WORDS - sum(len(each.text.split()) for each in drafts)
    share = room / (MAX_CITATIONS - len(drafts)) if drafts else room
    fitting = [text for text in window.sayable if len(drafts) < _FEWEST or len(text.split()) <= room]
    return next((text for text in fitting if len(text.split()) <= share), min(fitting, key=len, default=""))


def _draft(window: Window, said: str, hits: Sequence[Hit], snapshot: Snapshot) -> Draft:
    """The sentence with as much of its window as stands in the text in one run."""
    passage = hits[window.read.hit].passage
    at, end = window.quotation.index(said), window.quotation.index(said) + len(said)
    narrower = (window.quotation, window.quotation[:end], window.quotation[at:], said)
    quotable = snapshot.quotables[passage.file]
    stands = next((each for each in narrower if quotable.find(each, passage)), said)
    return Draft(text=said, hit=window.read.hit, quotation=stands)
