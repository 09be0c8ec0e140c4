"""Relays: what a lead asks a raiser whom they do not know, and what the raiser answers, through the coach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.barriers import BarrierId
from bot.domain.people import PartnerId
from bot.store import notices as outgoing
from bot.store.barrier_tables import relay
from bot.store.database import Database
from bot.store.inbox import Reply


@dataclass(frozen=True, kw_only=True)
class Relay:
    """A question about a barrier. Neither of the two is told who the raiser is; `answer` is None until there is one."""

    id: str
    barrier: BarrierId
    lead: PartnerId
    raiser: PartnerId
    question: str
    at: datetime
    answer: str | None = None


class Relays:
    """The repository of relayed questions; a raiser who withdraws takes theirs along (`Barriers.save`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, asked: Relay, notices: Sequence[Reply] = (), *, now: datetime) -> bool:
        """Keep a question, with the notice that tells the raiser; False, and nothing is kept, when its id is known."""
        row = {
            "id": asked.id,
            "barrier": asked.barrier,
            "lead": asked.lead,
            "raiser": asked.raiser,
            "question": asked.question,
            "at": asked.at,
            "answer": asked.answer,
        }
        added = self._database.insert(relay).values(**row).on_conflict_do_nothing().returning(relay.c.id)

        def note(connection: Connection) -> bool:
            new = connection.scalar(added) is not None
            outgoing.put(connection, self._database, notices if new else (), now)
            return new

        return await self._database.write(note)

    async def find(self, relay_id: str) -> Relay | None:
        """The question with this id, or None."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(relay).where(relay.c.id == relay_id))).first()
        return None if row is None else _relay(row)

    async def answer(
        self, relay_id: str, raiser: PartnerId, text: str, notices: Sequence[Reply] = (), *, now: datetime
    ) -> bool:
        """Keep the first answer of the raiser who was asked, with the notice to the lead; otherwise False."""
        open_ = update(relay).where(relay.c.id == relay_id, relay.c.raiser == raiser, relay.c.answer.is_(None))

        def note(connection: Connection) -> bool:
            answered = connection.execute(open_.values(answer=text)).rowcount == 1
            outgoing.put(connection, self._database, notices if answered else (), now)
            return answered

        return await self._database.write(note)

    async def about(self, *barriers: BarrierId) -> tuple[Relay, ...]:
        """The questions about these barriers, oldest first."""
        those = select(relay).where(relay.c.barrier.in_(barriers)).order_by(relay.c.at, relay.c.id)
        async with self._database.reading() as connection:
            return tuple(_relay(row) for row in await connection.execute(those))


def _relay(row: Any) -> Relay:
    return Relay(
        id=row.id,
        barrier=BarrierId(row.barrier),
        lead=PartnerId(row.lead),
        raiser=PartnerId(row.raiser),
        question=row.question,
        at=row.at,
        answer=row.answer,
    )
