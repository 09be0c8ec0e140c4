"""The leads' own answers."""

from typing import Any

from sqlalchemy import delete, insert, select

from bot.domain.curated import CuratedAnswer
from bot.domain.people import OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.tables import curated_answer


class CuratedAnswers:
    """The repository of curated answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, curated: CuratedAnswer) -> None:
        """Keep a new one."""
        async with self._database.writing() as connection:
            await connection.execute(insert(curated_answer).values(**curated_row(curated)))

    async def all(self, partnership: PartnershipId) -> tuple[CuratedAnswer, ...]:
        """Those of a partnership, newest first."""
        own = select(curated_answer).where(curated_answer.c.partnership == partnership)
        async with self._database.reading() as connection:
            rows = await connection.execute(own.order_by(curated_answer.c.at.desc(), curated_answer.c.id))
            return tuple(_curated(row) for row in rows)

    async def remove(self, partnership: PartnershipId, curated: str) -> bool:
        """Delete one; False when there is none of that id."""
        gone = delete(curated_answer).where(curated_answer.c.partnership == partnership, curated_answer.c.id == curated)
        async with self._database.writing() as connection:
            return (await connection.execute(gone)).rowcount > 0


def curated_row(curated: CuratedAnswer) -> dict[str, Any]:
    """The row of a curated answer."""
    return {
        "id": curated.id,
        "partnership": curated.partnership,
        "question": curated.question,
        "paraphrases": list(curated.paraphrases),
        "answer": curated.answer,
        "organisations": list(curated.organisations),
        "at": curated.at,
    }


def _curated(row: Any) -> CuratedAnswer:
    return CuratedAnswer(
        id=row.id,
        partnership=PartnershipId(row.partnership),
        question=row.question,
        answer=row.answer,
        at=row.at,
        paraphrases=tuple(row.paraphrases),
        organisations=tuple(OrganisationId(each) for each in row.organisations),
    )
