"""What makes a hundred thousand talks affordable: the same coach over the same rows and files, but waiting for nobody.

One thing is asked after the other here, so threads add nothing but the time it takes to change between them; and the
library's files and the leads' answers stand still, so looking at each of them again before every question shows the
same. Who may see what is decided anew for each question, as ever.
"""

import asyncio
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import aiosqlite
import numpy as np
import pytest

from bot.coaching.answers import curating
from bot.domain.curated import CuratedAnswer
from bot.domain.people import PartnershipId
from bot.store.curated import CuratedAnswers
from bot.store.database import Database
from knowledge import library
from knowledge.embedding import Vectors
from tests.fake_embedder import DIMENSIONS, FakeEmbedder

#: In memory, and used by the thread that asks.
HERE = "sqlite+aiosqlite:///:memory:?check_same_thread=false"


async def _at_once(work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    return work(*given, **named)


async def _without_a_thread(_connection: object, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    return work(*given, **named)


def _stands_still(_item: object) -> bool:
    return False


def quicken(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the length of a test."""
    monkeypatch.setattr(asyncio, "to_thread", _at_once)
    monkeypatch.setattr(aiosqlite.Connection, "_execute", _without_a_thread)
    monkeypatch.setattr(library, "_differs", _stands_still)
    for name in ("folded", "_words", "_numbers", "_negated"):
        monkeypatch.setattr(curating, name, lru_cache(maxsize=20_000)(getattr(curating, name)))


class Remembered(FakeEmbedder):
    """Embeds each text once."""

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the other does; what was embedded is not noted."""
        for text in texts:
            if text not in self._held:
                self._held[text] = super().embed([text])[0]
                self.seen.clear()
        return np.stack([self._held[text] for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)


class Unchanging(CuratedAnswers):
    """Leads' own answers that nobody changes, read once; which of them somebody may see is looked at elsewhere."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._read: dict[PartnershipId, tuple[CuratedAnswer, ...]] = {}

    async def all(self, partnership: PartnershipId) -> tuple[CuratedAnswer, ...]:
        """Those of a partnership, newest first."""
        if partnership not in self._read:
            self._read[partnership] = await super().all(partnership)
        return self._read[partnership]


@contextmanager
def without_rubbish() -> Iterator[None]:
    """What is there by now stays to the end: looking through it for rubbish takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    often = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    yield
    gc.set_threshold(*often)
    gc.unfreeze()
