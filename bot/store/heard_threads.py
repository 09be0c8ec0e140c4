"""The threads that the coach has answered in: with whom each goes on, and since when. Ids and times alone."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, tuple_, update

from bot.domain.channel_modes import GOES_ON_FOR, Thread
from bot.domain.messages import EventKey, Place
from bot.store.database import Database
from bot.store.hearing_tables import heard_thread
from bot.store.tables import inbox

#: A thread that nobody goes on with is forgotten after so long; so is that somebody wanted to be left alone in it.
_KEPT_FOR = timedelta(days=90)
_COLUMNS = ["platform", "thread"]


class HeardThreads:
    """One row a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, platform: str, thread: Place) -> Thread | None:
        """A thread, or None where the coach has not answered."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(heard_thread).where(_is(platform, thread)))).one_or_none()
        return None if row is None else Thread(person=row.person, at=row.at, only_named=row.only_named)

    async def answered(self, platform: str, thread: Place, person: str, at: datetime) -> None:
        """From now on it goes on with this person; and forget threads that are long over, and whose they were."""
        latest = {"person": person, "at": at}
        kept = self._added(platform, thread, latest).on_conflict_do_update(index_elements=_COLUMNS, set_=latest)
        over = delete(heard_thread).where(_free(heard_thread.c.at < at - _KEPT_FOR))
        long_ago = _free(heard_thread.c.person != "", heard_thread.c.at < at - GOES_ON_FOR)
        nobodys = update(heard_thread).where(long_ago).values(person="")

        def note(connection: Connection) -> None:
            for statement in (kept, over, nobodys):
                connection.execute(statement)

        await self._database.write(note)

    async def close(self, platform: str, thread: Place) -> None:
        """People talk among themselves there now."""
        closed = update(heard_thread).where(_is(platform, thread)).values(person="")
        await self._database.write(lambda connection: connection.execute(closed).rowcount)

    async def hear(self, platform: str, thread: Place, at: datetime, *, only_named: bool) -> None:
        """Hear in a thread only what calls the coach by its name, or what goes on from an answer as well."""
        wish = {"only_named": only_named, "at": at}
        added = self._added(platform, thread, {"person": "", **wish})
        kept = added.on_conflict_do_update(index_elements=_COLUMNS, set_=wish)
        await self._database.write(lambda connection: connection.execute(kept).rowcount)

    async def took(self, key: EventKey) -> bool:
        """Whether a message was one to the coach."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(inbox.c.key).where(inbox.c.key == key)) is not None

    def _added(self, platform: str, thread: Place, known: dict[str, Any]) -> Any:
        added = self._database.insert(heard_thread)
        return added.values(**{"platform": platform, "thread": thread, "only_named": False, **known})


def _is(platform: str, thread: Place) -> ColumnElement[bool]:
    return (heard_thread.c.platform == platform) & (heard_thread.c.thread == thread)


def _free(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Threads of which this is so and that nobody else is writing to: two that tidy must not wait for each other."""
    keys = heard_thread.c.platform, heard_thread.c.thread
    return tuple_(*keys).in_(select(*keys).where(*conditions).with_for_update(skip_locked=True))
