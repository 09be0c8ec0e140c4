"""Search by words: BM25 with English stemming, by bm25s."""

from collections import Counter
from collections.abc import Sequence
from math import log1p

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray


class LexicalIndex:
    """BM25 scores of a fixed list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._size = len(texts)
        self._stemmer = Stemmer.Stemmer("english")
        self._bm25 = bm25s.BM25()
        tokens = self._tokens(list(texts))
        self._found_in = Counter(word for text in tokens for word in set(text))
        if self._found_in:
            self._bm25.index(tokens, show_progress=False)

    def scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text, in order, 0 where no word is shared; float32 [len(texts)]."""
        words = [word for word in self._tokens([question])[0] if word in self._found_in]
        if not words:
            return np.zeros(self._size, np.float32)
        found: NDArray[np.float32] = self._bm25.get_scores(words)
        return found

    def overlap(self, question: str, texts: Sequence[str]) -> list[float]:
        """How much of the question each of some other texts shares, from 0 to 1: a rare word weighs more."""
        wanted = set(self._tokens([question])[0])
        total = sum(self._rarity(word) for word in wanted)
        shared = (wanted & set(words) for words in self._tokens(list(texts)))
        return [sum(self._rarity(word) for word in words) / total if total else 0.0 for words in shared]

    def _rarity(self, word: str) -> float:
        return log1p(self._size / (1 + self._found_in[word]))

    def _tokens(self, texts: list[str]) -> list[list[str]]:
        tokens: list[list[str]] = bm25s.tokenize(
            texts, stopwords="english", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return tokens
