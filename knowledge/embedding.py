"""Embedders: text in, unit vectors out.

The default is all-MiniLM-L6-v2 (`knowledge/minilm.py`). Any LangChain `Embeddings` can stand in its place by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.late_interaction import NO_TOKENS, Tokens

Vectors = NDArray[np.float32]


class WeightsError(Exception):
    """The embedder's weights are missing or are not the ones we know. Told to the engineer at start."""


#: A text and the sentences that stand in it, in order and word for word.
Passage = tuple[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoded:
    """What an embedder makes of a text of one or more lines.

    `vectors` are float32 [lines, dimensions], of unit length; `tokens` are of its words, int8 [words, width], and none
    where the embedder does not show them.
    """

    vectors: Vectors
    tokens: Tokens = field(default_factory=lambda: NO_TOKENS)


class Embedder(Protocol):
    """Turns texts into vectors; `name` changes whenever the vectors would."""

    @property
    def name(self) -> str:
        """What the vectors are filed under in the store."""

    @property
    def tokens_name(self) -> str:
        """What the tokens are filed under, changing whenever they would; empty where there are none."""

    def load(self) -> None:
        """Be ready before the first text comes; may take a second, in a thread of its own."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32 [len(texts), dimensions], in the order of the texts."""

    def encode(self, texts: Sequence[Sequence[str]]) -> list[Encoded]:
        """For each text the vectors of its lines, and the tokens of all of them."""

    def encode_passages(self, passages: Sequence[Passage]) -> list[Encoded]:
        """For each passage the vector of its text and then those of its sentences, [1 + sentences, d]; the tokens of
        its text."""
