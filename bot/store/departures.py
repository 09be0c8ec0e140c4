"""Departures: what is done with what waits for a conversation that the coach was taken out of."""

from sqlalchemy import Connection, delete, null, or_, update

from bot.domain.messages import Place
from bot.store.barrier_tables import home
from bot.store.database import Database
from bot.store.tables import outbox

#: As `bot.store.outbox` has them. What is being sent just now is told by its own platform that nobody is there.
_WAITING, _CLOSED = "pending", "expired"


class Departures:
    """Conversations that the coach has left for good, until somebody writes from there again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def close(self, platform: str, conversation: Place) -> int:
        """Post nothing more to a conversation and its threads, and write to nobody there unasked.

        The cards that waited are closed and what they said is forgotten; returns how many there were.
        """

        def leave(connection: Connection) -> int:
            waits = (outbox.c.platform == platform) & (outbox.c.state == _WAITING)
            threads = outbox.c.place.startswith(f"{conversation};", autoescape=True)
            there = waits & or_(outbox.c.place == conversation, threads)
            closed = connection.execute(update(outbox).where(there).values(state=_CLOSED, payload=null())).rowcount
            connection.execute(delete(home).where(home.c.platform == platform, home.c.place == conversation))
            return closed

        return await self._database.write(leave)
