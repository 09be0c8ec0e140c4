"""What two readers make of a text: the model and session that searching uses, and a second for judging alone."""

from collections.abc import Sequence
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np

from knowledge.embedding import Vectors
from knowledge.minilm import MiniLM
from knowledge.triage.multilingual import Multilingual

#: The second reader beside each first: whoever judges in a process has the same, and it is in memory once.
_BESIDE: WeakKeyDictionary[MiniLM, Multilingual] = WeakKeyDictionary()


class TokenEmbedder(Protocol):
    """Turns a text into the vector of its whole and those of its tokens, and into those of a second reader."""

    @property
    def name(self) -> str:
        """Changes whenever the vectors would."""

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[Vectors, Vectors]]:
        """For each text its unit vector [d] and its tokens' vectors [n, d]; the outer two are the model's own marks."""

    def embed_depths(self, texts: Sequence[str]) -> Vectors:
        """For each text what the second reader makes of it at each of its depths, [len(texts), k, d]."""


class MiniLMTokens:
    """`TokenEmbedder` over a MiniLM that is shared with searching: the weights are in memory once."""

    def __init__(self, model: MiniLM) -> None:
        self._model = model
        self._second = _BESIDE.setdefault(model, Multilingual(model.cache))
        self.name = f"{model.name} {Multilingual.name}"

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

    def embed_depths(self, texts: Sequence[str]) -> Vectors:
        """As the protocol says; raises `WeightsError`."""
        return np.stack([self._second.depths(text) for text in texts])
