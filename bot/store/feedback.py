"""Feedback: what people made of answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.domain.heard import Trouble, Verdict, Vote
from bot.domain.people import PartnershipId
from bot.store.database import Database
from bot.store.tables import feedback


class Feedback:
    """One row a person and answer; the last word holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, vote: str) -> Vote | None:
        """The vote with this id, or None."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(feedback).where(feedback.c.id == vote))).first()
        return None if row is None else _vote(row)

    async def save(self, vote: Vote, author: str = "") -> None:
        """Keep a vote in the place of the one with the same id; `author` is as in `Gaps.add`."""
        latest = {
            "partnership": vote.partnership,
            "verdict": vote.verdict.value,
            "trouble": None if vote.trouble is None else vote.trouble.value,
            "comment": vote.comment,
            "question": vote.question,
            "at": vote.at,
            "author": author,
        }
        added = self._database.insert(feedback).values(id=vote.id, **latest)
        kept = added.on_conflict_do_update(index_elements=["id"], set_=latest)
        await self._database.write(lambda connection: connection.execute(kept).rowcount)

    async def shared(self, partnership: PartnershipId) -> tuple[Vote, ...]:
        """Those whose question its asker lets the leads see, oldest first."""
        seen = select(feedback).where(feedback.c.partnership == partnership, feedback.c.question.is_not(None))
        async with self._database.reading() as connection:
            rows = await connection.execute(seen.order_by(feedback.c.at, feedback.c.id))
            return tuple(_vote(row) for row in rows)

    async def forget(self, partnership: PartnershipId, before: datetime) -> None:
        """Delete what was said before this time."""
        old = delete(feedback).where(feedback.c.partnership == partnership, feedback.c.at < before)
        await self._database.write(lambda connection: connection.execute(old).rowcount)


def _vote(row: Any) -> Vote:
    return Vote(
        id=row.id,
        partnership=PartnershipId(row.partnership),
        verdict=Verdict(row.verdict),
        at=row.at,
        trouble=None if row.trouble is None else Trouble(row.trouble),
        comment=row.comment,
        question=row.question,
    )
