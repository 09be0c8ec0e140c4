"""Nearest neighbours: which units of the library lie closest to a question's vector.

Chroma proposes; every proposal is rescored against the store's own vectors, and exact search stands in
whenever Chroma cannot answer, so that no answer depends on an index that is only a cache.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """What is searched: row `i` of `vectors` belongs to the passage `owners[i]` of the file `files[i]`."""

    vectors: Vectors
    owners: NDArray[np.int64]
    files: tuple[str, ...]

    @cached_property
    def fingerprint(self) -> str:
        """Changes with anything that an index of these units would hold."""
        return hashlib.sha256(self.vectors.tobytes() + "\n".join(self.files).encode()).hexdigest()[:24]


class NearestError(Exception):
    """The index could not answer. Nobody is told: exact search answers instead."""


class Nearest(Protocol):
    """A nearest-neighbour index over the units of one generation."""

    async def serve(self, units: Units) -> None:
        """Be ready to answer for these units; raises `NearestError`."""

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None = None
    ) -> NDArray[np.int64]:
        """Rows of up to `count` units near the vector, of these files only unless None.

        Raises `NearestError`, also where other units than those that the rows are wanted `of` are being served.
        """

    async def close(self) -> None:
        """Let go of what is held."""


class Index(Nearest, Protocol):
    """One that may be away for a while, and says so."""

    @property
    def problem(self) -> str:
        """Why exact search answers in its place, in a sentence for an administrator; empty while it answers."""


class ExactNearest:
    """Every unit compared: 16 ms at 100,000 units, and right by construction."""

    problem = ""

    def __init__(self) -> None:
        self._units: Units | None = None

    async def serve(self, units: Units) -> None:
        """Keep the units."""
        self._units = units

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None = None
    ) -> NDArray[np.int64]:
        """Rows of the `count` nearest units, nearest first; raises `NearestError` unless the units `of` are served."""
        if self._units is None or (of is not None and of is not self._units):
            raise NearestError("these units are not served")
        scores = self._units.vectors @ vector
        if files is not None:
            wanted = set(files)
            scores = np.where([file in wanted for file in self._units.files], scores, -np.inf)
        # To order all of them would take three times as long as to compare them.
        some = np.sort(np.argpartition(-scores, count)[:count]) if count < len(scores) else np.arange(len(scores))
        best: NDArray[np.int64] = some[np.argsort(-scores[some], kind="stable")]
        finite: NDArray[np.int64] = best[np.isfinite(scores[best])]
        return finite

    async def close(self) -> None:
        """Nothing is held."""
