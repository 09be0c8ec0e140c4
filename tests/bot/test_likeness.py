"""Likeness: a wording is embedded once, and a barrier is offered once, by its likest wording."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.domain.barriers import BarrierId
from bot.likeness import Likeness
from knowledge.embedding import Vectors
from knowledge.similar_weights import Weights

NEAR, ALSO, FAR = np.eye(3, dtype=np.float32)
VECTORS = {"lists": NEAR, "names": (NEAR * 3 + ALSO) / np.sqrt(10), "money": FAR}
WEIGHTS = Weights(
    made_from="",
    centre=np.zeros(3, np.float32),
    turn=np.eye(3, dtype=np.float32),
    middle=0.5,
    spread=0.125,
)
ONE, TWO = BarrierId("one"), BarrierId("two")


@dataclass
class Embedder:
    asked: list[str] = field(default_factory=list)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.stack([VECTORS[text] for text in texts])


async def test_the_like_is_offered_once_by_its_likest_wording_and_the_unlike_is_not() -> None:
    likeness = Likeness(Embedder(), lambda: WEIGHTS)
    found = await likeness.offers("lists", [(TWO, "money"), (ONE, "names"), (ONE, "lists")])
    assert [name for name, _ in found] == [ONE]
    assert found[0][1] == (await likeness.offers("lists", [(ONE, "lists")]))[0][1]


async def test_nothing_is_like_nothing() -> None:
    embedder = Embedder()
    assert await Likeness(embedder, lambda: WEIGHTS).offers("lists", []) == ()
    assert embedder.asked == []


async def test_a_wording_is_embedded_once() -> None:
    embedder = Embedder()
    likeness = Likeness(embedder, lambda: WEIGHTS)
    for _ in range(3):
        await likeness.offers("lists", [(ONE, "names"), (TWO, "names"), (TWO, "money")])
    assert embedder.asked.count("names") == embedder.asked.count("money") == 1
