"""A token embedder for tests, and a handful of phrases to learn from."""

from collections.abc import Sequence

import numpy as np

from knowledge.embedding import Vectors
from knowledge.triage.phrases import Phrase
from tests.fake_embedder import FakeEmbedder


class FakeTokens:
    """Texts that share words lie close to each other; a text's tokens are its words between two marks."""

    name = "fake:1"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[Vectors, Vectors]]:
        """As `knowledge.triage.tokens.TokenEmbedder` says."""
        self.seen += texts
        return [(self._vectors([text])[0], self._vectors(["^", *text.split(), "$"])) for text in texts]

    def embed_depths(self, texts: Sequence[str]) -> Vectors:
        """At its two depths this second reader sees the words, and the words turned round."""
        seen = self._vectors(texts)
        return np.stack([seen, seen[:, ::-1]], axis=1)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(FakeEmbedder().embed(texts))


_SAID = {
    ("barrier", "money"): "nobody will pay for the {} post",
    ("barrier", "trust"): "they promised a {} and broke their word",
    ("question", None): "how do others run a {} well?",
    ("reflection", None): "I learned a lot from the {} this week",
    ("smalltalk", None): "thanks for the {}, bye",
    ("command", None): "show my {} settings",
    ("sensitive", None): "he hurt me at the {} and I am frightened",
}
_THINGS = ("meeting", "workshop", "visit", "call", "review", "bid")

PHRASES = tuple(
    Phrase(
        text=said.format(thing),
        intent=intent,
        factor=factor,
        source="sensitive.yaml" if intent == "sensitive" else "everyday.yaml",
        group=f"{intent}/{factor}/{thing}",
    )
    for thing in _THINGS
    for (intent, factor), said in _SAID.items()
)
