"""What is kept of a question beside its answer, for whoever changes the question or takes it back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, update

from bot.domain.messages import Place
from bot.store.database import Database
from bot.store.tables import feedback, last_question, library_gap


class AskedTraces:
    """Forgets them together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(
        self, *, asker: str, place: Place, before: datetime, gaps: Collection[str], votes: Collection[str]
    ) -> None:
        """Close these gaps and forget these votes, and what this person asked last there if that was before.

        A closed gap keeps its id, so that the question is not passed on again by a card that still stands somewhere.
        """
        last = delete(last_question).where(
            last_question.c.asker == asker, last_question.c.place == place, last_question.c.at < before
        )

        def note(connection: Connection) -> None:
            connection.execute(update(library_gap).where(library_gap.c.id.in_(gaps)).values(question=None))
            connection.execute(delete(feedback).where(feedback.c.id.in_(votes)))
            connection.execute(last)

        await self._database.write(note)
