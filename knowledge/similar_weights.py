"""What learning from our own obstacles leaves behind, in a file beside the code: `knowledge/similar.npz`."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np

from knowledge.embedding import Vectors

FILE = Path(__file__).with_name("similar.npz")


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """`made_from` names the obstacles, the method and the embedder that these numbers fit.

    `centre` [d] is what all barriers have in common and `turn` [d, d] the learned map. A pair whose cosine after it is
    `middle` scores 0.5, one that is `spread` above it 0.73.
    """

    made_from: str
    centre: Vectors
    turn: Vectors
    middle: float
    spread: float


def to_bytes(weights: Weights) -> bytes:
    """The file's contents; the same weights give the same bytes."""
    buffer = BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        made_from=np.array(weights.made_from),
        centre=weights.centre.astype(np.float16),
        turn=weights.turn.astype(np.float16),
        numbers=np.array([weights.middle, weights.spread], np.float32),
    )
    return buffer.getvalue()


@cache
def load(path: Path = FILE) -> Weights:
    """The weights of a file, read once."""
    with np.load(path, allow_pickle=False) as file:
        middle, spread = (float(number) for number in file["numbers"])
        return Weights(
            made_from=str(file["made_from"]),
            centre=file["centre"].astype(np.float32),
            turn=file["turn"].astype(np.float32),
            middle=middle,
            spread=spread,
        )
