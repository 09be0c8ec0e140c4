"""Questions whose answering fails: the index, the model or the database gives way while they are in the inbox.

The error tells what it was at: an index which files it searched, a model what it was shown, a database what it was to
write. None of that may stand in the apology or in the log.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select

from bot.coaching.answers.card import apology_card
from bot.delivery.saying import Says, answer_key
from bot.delivery.worker import Delivery
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.tables import inbox, last_question, outbox
from knowledge.answers import Draft, Hit
from knowledge.embedding import Vectors
from knowledge.nearest import ExactNearest, NearestError, Units
from knowledge.writing import WriterError
from prompts import words
from tests.fakes import NOON, counted

#: What gives way.
FAULTS = ("index", "model", "database")
#: Given way in the way that is expected, and in one that nobody thought of.
EXPECTED, UNHEARD_OF = "expected", "unheard of"
_FAILS = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"


@dataclass
class BreakableIndex(ExactNearest):
    """Exact search, which gives way while it is told to."""

    broken: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None = None
    ) -> NDArray[np.int64]:
        """Rows of the nearest units, unless it gives way."""
        if self.broken:
            every = of.files if of is not None else ()
            said = f"searching {list(files or every)[:50]} of {list(every)[:50]}"
            raise NearestError(said) if self.broken == EXPECTED else RuntimeError(said)
        return await super().query(vector, count, files, of)


@dataclass
class BreakableModel:
    """A model that says nothing, or gives way."""

    broken: str = ""

    async def write(self, question: str, hits: Sequence[Hit]) -> tuple[Draft, ...]:
        """No sentence of its own, unless it gives way."""
        if self.broken:
            said = f"cannot write on {question} from {[hit.passage.text for hit in hits]}"
            raise WriterError(said) if self.broken == EXPECTED else RuntimeError(said)
        return ()


@dataclass
class Faults:
    """Asks through the inbox while something is broken, and keeps what was logged meanwhile."""

    database: Database
    index: BreakableIndex
    model: BreakableModel
    log: StringIO
    _door: Callable[[Incoming], Awaitable[Card | Says]] = field(init=False)
    _fault: str = ""

    def __post_init__(self) -> None:
        self._delivery = Delivery(
            inbox=Inbox(self.database),
            outbox=Outbox(self.database),
            answer=self._answer,
            apology=lambda: apology_card(words()),
            senders={},
            clock=lambda: NOON + timedelta(days=1),
            new_id=counted("worker-"),
        )

    async def ask(
        self, incoming: Incoming, door: Callable[[Incoming], Awaitable[Card | Says]], deed: str, how: str
    ) -> tuple[str, str]:
        """What went into the outbox, and what was logged, while this gave way in this manner."""
        self._door, self._fault, said = door, deed, self.log.tell()
        self.index.broken = how if deed == "index" else ""
        self.model.broken = how if deed == "model" else ""
        try:
            await self._delivery.receive(incoming)
            await self._delivery.handle_one()
        finally:
            self.index.broken = self.model.broken = self._fault = ""
        return await self._taken_out(incoming), self.log.getvalue()[said:]

    async def _answer(self, incoming: Incoming) -> Card | Says:
        if self._fault != "database":
            return await self._door(incoming)
        async with self._full():
            return await self._door(incoming)

    @asynccontextmanager
    async def _full(self) -> AsyncIterator[None]:
        """The database takes no more of what people asked, as one on a full disk would not."""
        for event in ("INSERT", "UPDATE"):
            await self._do(f"CREATE TRIGGER {event}_fails BEFORE {event} ON {last_question.name} {_FAILS}")
        try:
            yield
        finally:
            for event in ("INSERT", "UPDATE"):
                await self._do(f"DROP TRIGGER {event}_fails")

    async def _do(self, what: str) -> None:
        async with self.database.writing() as connection:
            await connection.exec_driver_sql(what)

    async def _taken_out(self, incoming: Incoming) -> str:
        key = answer_key(incoming.platform, incoming.key)
        async with self.database.writing() as connection:
            rows = (await connection.execute(select(outbox))).all()
            assert [row.key for row in rows] == [key], "whoever asks gets an answer"
            await connection.execute(delete(outbox))
            await connection.execute(delete(inbox))
        return repr(rows[0].payload)
