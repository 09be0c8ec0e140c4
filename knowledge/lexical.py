"""Search by words: BM25 with English stemming, by bm25s."""

from collections.abc import Sequence

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
        self._vocabulary = {word for text in tokens for word in text}
        if self._vocabulary:
            self._bm25.index(tokens, show_progress=False)

    def scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text, in order, 0 where no word is shared; float32 [len(texts)]."""
        words = [word for word in self._tokens([question])[0] if word in self._vocabulary]
        if not words:
            return np.zeros(self._size, np.float32)
        found: NDArray[np.float32] = self._bm25.get_scores(words)
        return found

    def _tokens(self, texts: list[str]) -> list[list[str]]:
        tokens: list[list[str]] = bm25s.tokenize(
            texts, stopwords="english", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return tokens
