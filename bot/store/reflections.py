"""Reflections: what partners replied, saved whole with the change of their check-in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.barriers import Consent
from bot.domain.check_ins import CheckIn, CheckInId, Reflection
from bot.domain.people import PartnerId, PartnershipId
from bot.store.barriers import ChangedMeanwhile
from bot.store.check_in_rows import in_turn, reflection_of, reflection_row
from bot.store.check_in_tables import check_in, reflection
from bot.store.check_ins import changed, tell
from bot.store.database import Database
from bot.store.inbox import Reply

#: What is neither private nor withdrawn.
COUNTS = reflection.c.withdrawn.is_(False) & (reflection.c.consent != Consent.PRIVATE.value)
#: A check-in as it was found, and as it is from now on.
Pair = tuple[CheckIn, CheckIn]


class _NotSaved(Exception):
    """Undoes the transaction that it is raised in."""


class Reflections:
    """The repository of reflections: one a check-in."""

    def __init__(self, database: Database, reached: Reached = pass_by) -> None:
        self._database = database
        self._reached = reached

    async def find(self, check_in_id: CheckInId) -> Reflection | None:
        """The reply to a check-in, withdrawn or not, or None."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(reflection).where(reflection.c.check_in == check_in_id))).first()
            return None if row is None else reflection_of(row)

    async def of(self, partner: PartnerId) -> tuple[Reflection, ...]:
        """Everything that a partner replied, newest first, and what they took back."""
        return await self._load(reflection.c.partner == partner)

    async def done(self, check_in_id: CheckInId, change: str) -> bool:
        """Whether the change with this id was saved on the reply to a check-in."""
        async with self._database.reading() as connection:
            return change in (await connection.scalar(_changes(check_in_id)) or ())

    async def save(
        self,
        saved: Reflection,
        *,
        before: Reflection | None = None,
        check_in: Pair | None = None,
        notices: Sequence[Reply] = (),
        change: str,
        now: datetime,
    ) -> bool:
        """Save a reply as it is from now on, with its check-in's change and the notices that tell of it.

        False, and nothing is done, when the change with this id was saved already, when the check-in is not what it
        was or is there no more, and when the reply was withdrawn meanwhile: only together with a check-in that is
        answered anew does a reply take the place of one that was taken back. Raises `ChangedMeanwhile` when a reply
        is given as it was found `before` and is not that any more.
        """
        self._reached(Point.REFLECTION_BEFORE_WRITE)

        def note(connection: Connection) -> None:
            _lock(connection, saved.check_in)
            row = _found(connection, saved.check_in)
            _check(row, saved, before, change, answers=check_in is not None)
            if check_in and not changed(connection, self._database, *check_in, (), now):
                raise _NotSaved
            self._put(connection, row, saved, change)
            tell(connection, self._database, notices, now)
            self._reached(Point.REFLECTION_BEFORE_COMMIT)

        try:
            await self._database.write(note)
        except _NotSaved:
            return False
        self._reached(Point.REFLECTION_COMMITTED)
        return True

    def _put(self, connection: Connection, row: Row[Any] | None, saved: Reflection, change: str) -> None:
        values = {**reflection_row(saved), "changes": (*(row.changes if row else ()), change)}
        if row is None:
            connection.execute(reflection.insert().values(**values))
        else:
            connection.execute(update(reflection).where(reflection.c.check_in == saved.check_in).values(**values))

    async def forget(self, partnership: PartnershipId, before: datetime) -> int:
        """Delete what was replied before a moment, words and all; returns how many replies there were."""
        old = delete(reflection).where(reflection.c.partnership == partnership, reflection.c.at < before)
        return await self._database.write(lambda connection: connection.execute(old).rowcount)

    async def _load(self, which: ColumnElement[bool]) -> tuple[Reflection, ...]:
        newest = select(reflection).where(which).order_by(reflection.c.at.desc(), reflection.c.check_in)
        async with self._database.reading() as connection:
            return await in_turn(connection, newest, reflection_of)


def _changes(check_in_id: CheckInId) -> Any:
    return select(reflection.c.changes).where(reflection.c.check_in == check_in_id)


def _lock(connection: Connection, check_in_id: CheckInId) -> None:
    """Have everybody else who saves a reply to this check-in wait; nothing is saved where it is there no more."""
    locked = select(check_in.c.id).where(check_in.c.id == check_in_id).with_for_update()
    if connection.scalar(locked) is None:
        raise _NotSaved


def _found(connection: Connection, check_in_id: CheckInId) -> Row[Any] | None:
    return connection.execute(select(reflection).where(reflection.c.check_in == check_in_id)).first()


def _check(row: Row[Any] | None, saved: Reflection, before: Reflection | None, change: str, *, answers: bool) -> None:
    """Raise what keeps a reply from being saved over what is there."""
    if row is not None and change in row.changes:
        raise _NotSaved
    if before is not None and (row is None or reflection_of(row) != before):
        raise ChangedMeanwhile(saved.check_in)
    if row is not None and row.withdrawn and not saved.withdrawn and not answers:
        raise _NotSaved
