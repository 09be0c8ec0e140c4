"""Late interaction: how well each word of a question is met by some word of a passage or of its notes.

A passage's one vector says what it is about; that a detail in the middle of it is what somebody asks for is seen by
comparing word with word, each as it stands among its neighbours. Source: ColBERT (Khattab and Zaharia, 2020), with the
embedder's own tokens and nothing trained. It orders what was found already: see `knowledge/search.py`.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Vectors of the words of a text, in a byte a number, int8 [words, WIDTH].
Tokens = NDArray[np.int8]
_Vectors = NDArray[np.float32]

#: How many numbers are kept of a token, of the embedder's 384.
WIDTH = 48
#: The directions that hold most of our notes' words, made by `python -m knowledge.note_vectors --basis`.
BASIS = Path(__file__).with_name("token_basis.npy")
#: A text whose words are not known.
NO_TOKENS = np.zeros((0, WIDTH), np.int8)
_BYTE = 127


@cache
def basis() -> _Vectors:
    """What narrows a token's vector, float32 [384, WIDTH]."""
    return np.asarray(np.load(BASIS, allow_pickle=False), np.float32)


def main_directions(rows: _Vectors) -> _Vectors:
    """The `WIDTH` directions that hold most of these rows, float32 [d, WIDTH]."""
    _, directions = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    return np.asarray(directions[:, : -WIDTH - 1 : -1], np.float32)


def condensed(vectors: _Vectors, ids: Sequence[int] | NDArray[np.int64], narrow: _Vectors) -> Tokens:
    """One row for each different token, int8 [tokens, WIDTH]; one that comes again is the mean of all its places.

    `vectors` are float32 [places, d], `ids` says which token stands in each place, and `narrow` is `basis()`.
    """
    if not len(ids):
        return np.zeros((0, narrow.shape[1]), np.int8)
    rows = _unit(vectors @ narrow)
    _, which = np.unique(np.asarray(ids), return_inverse=True)
    sums = np.zeros((int(which.max()) + 1, narrow.shape[1]), np.float32)
    np.add.at(sums, which, rows)
    return np.rint(_unit(sums) * _BYTE).astype(np.int8)


def as_tokens(data: bytes) -> Tokens:
    """Tokens out of their bytes."""
    return np.frombuffer(data, np.int8).reshape(-1, WIDTH)


def met(question: Tokens, passage: Tokens) -> float:
    """How near each token of a question is to the nearest of a passage, on average, from -1 to 1; 0 where there is
    none."""
    if not len(question) or not len(passage):
        return 0.0
    near = question.astype(np.float32) @ passage.astype(np.float32).T
    return float(near.max(axis=1).mean()) / _BYTE**2


def _unit(rows: _Vectors) -> _Vectors:
    units: _Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return units
