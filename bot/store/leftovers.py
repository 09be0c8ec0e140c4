"""What was kept of somebody in the very moment in which they were erased: it goes with the next round.

An erasure is one transaction, but another message of the same person may be half way through being answered, and the
planner may be choosing their question. What those write afterwards names a partner who is not there any more.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from bot.store.barrier_tables import barrier_draft, digest_link, home
from bot.store.check_in_tables import audit, away, check_in, preference, reflection
from bot.store.check_ins import invitation_key
from bot.store.database import Database
from bot.store.partnership_erasing import WOUND_UP
from bot.store.personal import ERASED
from bot.store.tables import identity, last_question, outbox, partner

#: Longer than any message or round is under way.
_UNDER_WAY = timedelta(minutes=10)
_PARTNERS = tuple(
    table.c.partner for table in (reflection, check_in, preference, away, home, barrier_draft, digest_link)
)


class Leftovers:
    """Sweeps them up; costs one look while nobody was erased lately."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sweep(self, now: datetime) -> int:
        """Delete the rows of partners who are not there; returns how many there were."""
        lately = select(audit.c.id).where(audit.c.kind.in_((ERASED, WOUND_UP)), audit.c.at >= now - _UNDER_WAY).limit(1)
        async with self._database.reading() as connection:
            if await connection.scalar(lately) is None:
                return 0
        return await self._database.write(_swept)


def _swept(connection: Connection) -> int:
    known, accounts = select(partner.c.id), select(identity.c.key)
    asked = connection.scalars(select(check_in.c.id).where(check_in.c.partner.not_in(known))).all()
    unsent = outbox.c.key.in_([invitation_key(each) for each in asked]) & (outbox.c.state == "pending")
    swept = [delete(outbox).where(unsent), delete(last_question).where(last_question.c.asker.not_in(accounts))]
    swept += [delete(column.table).where(column.not_in(known)) for column in _PARTNERS]
    return sum(connection.execute(each).rowcount for each in swept)
