"""Any LangChain `Embeddings` as an embedder; the only file that sees LangChain's embedding types."""

from collections.abc import Sequence

import numpy as np
from langchain.embeddings import init_embeddings

from knowledge.embedding import Encoded, Passage, Vectors


class LangChainEmbedder:
    """The model that LangChain knows under `provider:name`, its vectors scaled to unit length."""

    tokens_name = ""

    def __init__(self, name: str, *, key: str | None, url: str | None) -> None:
        options = {"api_key": key, "base_url": url}
        self._model = init_embeddings(name, **{option: value for option, value in options.items() if value})
        self.name = name

    def load(self) -> None:
        """Nothing to load: the model is reached with its first text."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32 [len(texts), dimensions of the model]."""
        vectors = np.asarray(self._model.embed_documents(list(texts)), np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
        return unit

    def encode(self, texts: Sequence[Sequence[str]]) -> list[Encoded]:
        """Each text's lines, in one request; such a model does not show its tokens."""
        rows = self.embed([line for text in texts for line in text]) if any(texts) else np.zeros((0, 1), np.float32)
        return [Encoded(vectors=each) for each in np.split(rows, np.cumsum([*map(len, texts)]))[: len(texts)]]

    def encode_passages(self, passages: Sequence[Passage]) -> list[Encoded]:
        """Each passage and its sentences, embedded by themselves."""
        return [Encoded(vectors=self.embed([text, *sentences])) for text, sentences in passages]
