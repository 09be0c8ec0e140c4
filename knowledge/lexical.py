"""Search by words: BM25 with English stemming, by bm25s."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from math import log1p

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray


class LexicalIndex:
    """BM25 scores of a fixed list of texts, each of several lines: the passage itself, then what was noted of it."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._size = len(texts)
        lines = [line for text in texts for line in text]
        counts = [len(text) for text in texts]
        self._owners = np.repeat(np.arange(len(texts)), counts)
        #: Where a line is no text of its own but a note of the text above it.
        self._noted = np.concatenate([[False], self._owners[1:] == self._owners[:-1]]) if lines else np.zeros(0, bool)
        tokens = self._tokens(lines)
        places = iter(tokens)
        wholes = [list(chain.from_iterable(islice(places, count))) for count in counts]
        self._found_in = Counter(word for text in wholes for word in set(text))
        self._texts, self._notes = _Bm25(wholes), _Lines([tokens[at] for at in np.flatnonzero(self._noted)])

    def scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text with its notes, in order, 0 where no word is shared; float32 [len(texts)]."""
        return self._texts.scores(self._tokens([question])[0])

    def note_scores(self, question: str) -> NDArray[np.float32]:
        """The score of the best note of every text, 0 where none shares a word; float32 [len(texts)]."""
        best = np.zeros(self._size, np.float32)
        np.maximum.at(best, self._owners[self._noted], self._notes.scores(self._tokens([question])[0]))
        return best

    def weights(self, question: str) -> dict[str, float]:
        """How much of a question each of its stems is: a rare word weighs more, and all together weigh 1."""
        return self.weigh(self._tokens([question])[0])

    def weigh(self, stems: Iterable[str]) -> dict[str, float]:
        """How much of a text each of its stems is, as `weights` does for a question."""
        rarity = {word: self._rarity(word) for word in stems}
        total = sum(rarity.values())
        return {word: weight / total for word, weight in rarity.items()} if total else {}

    def stems(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """The stems of other texts; one call for many texts is much quicker than many calls."""
        return [frozenset(words) for words in self._tokens(list(texts))] if texts else []

    def _rarity(self, word: str) -> float:
        return log1p(self._size / (1 + self._found_in[word]))

    def _tokens(self, texts: list[str]) -> list[list[str]]:
        tokens: list[list[str]] = bm25s.tokenize(
            texts, stopwords="english", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return tokens


class _Bm25:
    """bm25s over lists of stems, of which it may be given none."""

    def __init__(self, texts: list[list[str]]) -> None:
        self._size = len(texts)
        self._known = {word for text in texts for word in text}
        self._bm25 = bm25s.BM25()
        if self._known:
            self._bm25.index(texts, show_progress=False)

    def scores(self, stems: Sequence[str]) -> NDArray[np.float32]:
        words = [word for word in stems if word in self._known]
        if not words:
            return np.zeros(self._size, np.float32)
        found: NDArray[np.float32] = self._bm25.get_scores(words)
        return found


class _Lines:
    """BM25 as bm25s scores it, for many short lines: bm25s takes eight times as long to index them.

    Row `i` of `lines` and `scores` says what one word is worth in one line; those of word `w` are rows `starts[w]` to
    `starts[w + 1]`.
    """

    _K1, _B = 1.5, 0.75

    def __init__(self, lines: list[list[str]]) -> None:
        self._size = max(1, len(lines))
        self._known: dict[str, int] = {}
        words = np.array([self._known.setdefault(word, len(self._known)) for line in lines for word in line], np.int64)
        lengths = np.array([len(line) for line in lines], np.float32)
        pairs, times = np.unique(
            words * self._size + np.repeat(np.arange(len(lines)), lengths.astype(int)), return_counts=True
        )
        self._lines = pairs % self._size
        found_in = np.bincount(pairs // self._size, minlength=len(self._known))
        self._starts = np.concatenate([[0], np.cumsum(found_in)])
        rarity = np.log1p((self._size - found_in + 0.5) / (found_in + 0.5))
        longer = lengths[self._lines] / (lengths.mean() if len(lines) else 1.0)
        damped = times / (times + self._K1 * (1 - self._B + self._B * longer))
        self._scores = (rarity[pairs // self._size] * damped).astype(np.float32)

    def scores(self, stems: Sequence[str]) -> NDArray[np.float32]:
        found = np.zeros(self._size, np.float32)
        for word in stems:
            if word in self._known:
                rows = slice(*self._starts[self._known[word] : self._known[word] + 2])
                found[self._lines[rows]] += self._scores[rows]
        return found
