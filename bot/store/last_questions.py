"""What each person asked last, for hours: enough to understand "and how did they pay for it?"."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.messages import Place
from bot.store.database import Database
from bot.store.tables import last_question
from knowledge.following import Before


class LastQuestions:
    """One question for each person in each conversation, in the asker's words; nobody else's is ever found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, asker: str, place: Place, since: datetime) -> Before | None:
        """What this person asked last in this conversation, unless that was before `since`."""
        own = select(last_question).where(
            last_question.c.asker == asker, last_question.c.place == place, last_question.c.at >= since
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(own)).one_or_none()
        return None if row is None else Before(question=row.question, file=row.file)

    async def keep(self, asker: str, place: Place, before: Before, at: datetime) -> None:
        """Keep what was asked just now in place of what was asked before it."""
        latest = {"question": before.question, "file": before.file, "at": at}
        kept = self._database.insert(last_question).values(asker=asker, place=place, **latest)
        async with self._database.writing() as connection:
            await connection.execute(kept.on_conflict_do_update(index_elements=["asker", "place"], set_=latest))

    async def forget(self, before: datetime) -> None:
        """Erase what was asked before a moment, whoever asked it."""
        async with self._database.writing() as connection:
            await connection.execute(delete(last_question).where(last_question.c.at < before))
