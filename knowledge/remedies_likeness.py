"""Likeness: how alike a barrier and the situations are in which remedies help.

Two views of a text are taken, and their likenesses averaged. One is its sense: the embedder's vector after a map that
was learned from situations and obstacles of our own (the method is that of `knowledge/similar_training.py`), so that
what a trade brings into every text counts for little. The other is word by word, as in
`knowledge/late_interaction.py`, but both ways. Each finds what the other misses: `docs/remedies.md` has the figures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Encoded, Vectors
from knowledge.late_interaction import NO_TOKENS, WIDTH, Tokens
from knowledge.similar import unit

_BYTE = 127
#: So many phrases are compared word by word at once: all of them together would take 30 MB.
_AT_ONCE = 512
_WORDLESS = np.zeros((1, WIDTH), np.int8)


@dataclass(frozen=True, kw_only=True, eq=False)
class Map:
    """What texts are about: `turn` [d, k] of what they have beside the `centre` [d] of all."""

    centre: Vectors
    turn: Vectors

    def __call__(self, vectors: Vectors) -> Vectors:
        """Unit vectors [n, k] for an embedder's [n, d]."""
        return unit(np.asarray((vectors - self.centre) @ self.turn, np.float32))


@dataclass(frozen=True, kw_only=True, eq=False)
class Phrases:
    """What texts are compared with: the `senses` [n, k] of n phrases after a map, and their words.

    `tokens` [words, WIDTH] are those of one phrase after another's, of which each has `words` [n], one at least.
    """

    map: Map
    senses: Vectors
    tokens: Tokens
    words: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.senses)

    def likeness(self, text: Encoded) -> Vectors:
        """How alike each phrase and a text of one line are, about from 0 to 1, [n]."""
        sense: Vectors = self.senses @ self.map(text.vectors)[0]
        if not len(text.tokens) or not len(self):
            return sense
        asked = np.asarray(text.tokens, np.float32) / np.float32(_BYTE)
        return np.asarray((sense + np.concatenate(list(self._by_words(asked)))) / 2, np.float32)

    def _by_words(self, text: Vectors) -> Iterator[Vectors]:
        """How near each word of one is to the nearest of the other, on average and both ways, some phrases at once."""
        ends = np.cumsum(self.words)
        for first in range(0, len(self), _AT_ONCE):
            few = slice(first, first + _AT_ONCE)
            starts = ends[few] - self.words[few]
            near = text @ (self.tokens[starts[0] : ends[few][-1]].astype(np.float32) / _BYTE).T
            at = starts - starts[0]
            there = np.maximum.reduceat(near, at, axis=1).mean(axis=0)
            back = np.add.reduceat(near.max(axis=0), at) / self.words[few]
            yield np.asarray((there + back) / 2, np.float32)


def phrases(encoded: Sequence[Encoded], through: Map) -> Phrases:
    """Phrases out of what an embedder makes of each, a text of one line."""
    # A phrase without words, such as an emoji, is like no word.
    tokens = [each.tokens if len(each.tokens) else _WORDLESS for each in encoded]
    vectors = np.concatenate([each.vectors for each in encoded]) if encoded else through.centre[None][:0]
    return Phrases(
        map=through,
        senses=through(vectors),
        tokens=np.concatenate(tokens) if tokens else NO_TOKENS,
        words=np.array([len(each) for each in tokens], np.int64),
    )
