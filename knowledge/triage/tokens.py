"""The vectors of a text's tokens, from the same model and session that searching uses."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from knowledge.embedding import MiniLM, Vectors


class TokenEmbedder(Protocol):
    """Turns a text into the vector of its whole and those of its tokens."""

    @property
    def name(self) -> str:
        """Changes whenever the vectors would."""

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[Vectors, Vectors]]:
        """For each text its unit vector [d] and its tokens' vectors [n, d]; the outer two are the model's own marks."""


class MiniLMTokens:
    """`TokenEmbedder` over a MiniLM that is shared with searching: the weights are in memory once."""

    def __init__(self, model: MiniLM) -> None:
        self._model = model
        self.name = model.name

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[Vectors, Vectors]]:
        """As the protocol says; texts beyond 256 tokens count by their beginning. Raises `WeightsError`."""
        session, tokenizer = self._model.loaded()
        found: list[tuple[Vectors, Vectors]] = []
        for encoding in tokenizer.encode_batch(list(texts)):
            ids = np.array([encoding.ids], np.int64)
            fed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            wholes, tokens = session.run(["embedding", "tokens"], fed)
            found.append((wholes[0], tokens[0]))
        return found
