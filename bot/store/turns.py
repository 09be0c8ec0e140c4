"""Whose message is next: everybody's in turn, so that whoever sends many delays themselves alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update

from bot.store.changed import WAITING, catch_up
from bot.store.database import Database
from bot.store.leases import Lease
from bot.store.tables import inbox

#: A person's next message is as old as one that somebody else sends so much later.
_APART = timedelta(seconds=1)
#: So long a change waits for the message that it changes: two deliveries may pass each other on their way.
_OVERTAKES_BY = timedelta(seconds=20)
_MOST_REMEMBERED = 10_000


@dataclass(kw_only=True)
class Turns:
    """Gives each message its turn; counted in each process for itself."""

    _last: dict[str, datetime] = field(default_factory=dict)

    def turn(self, sender: str, now: datetime) -> datetime:
        """The turn of a message that a person sent now: never before that of the one before it."""
        last = self._last.get(sender)
        turn = now if last is None else max(now, last + _APART)
        if len(self._last) >= _MOST_REMEMBERED:
            self._last = {who: moment for who, moment in self._last.items() if moment > now}
        self._last[sender] = turn
        return turn


_other, _original = inbox.alias("other"), inbox.alias("original")
_NOW = bindparam("now", type_=inbox.c.received_at.type)
_FREE = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < _NOW)
#: Somebody is answering another message of the same person. Two processes may come to it at the same moment: then two
#: are answered at once, which does no harm.
_IN_HAND = exists().where(_other.c.state == WAITING, _other.c.sender == inbox.c.sender, _other.c.lease_until >= _NOW)
_KNOWN = exists().where(_original.c.key == inbox.c.of)
_ANSWERED = exists().where(_original.c.key == inbox.c.of, _original.c.state != WAITING)
_LONG_AGO = inbox.c.received_at < bindparam("overtaken", type_=inbox.c.received_at.type)
_NOT_EARLY = or_(inbox.c.of == "", _ANSWERED, and_(_LONG_AGO, ~_KNOWN))
_CHANGED = exists().where(_other.c.of == inbox.c.key, _other.c.state == WAITING, inbox.c.attempts == 0)

#: The message whose turn it is, and whether a change of it came before it did; bound to `now` and to the moment
#: `overtaken` before it.
_NEXT = (
    select(inbox.c.key, _CHANGED.label("changed"))
    .where(inbox.c.state == WAITING, _FREE, or_(inbox.c.sender == "", ~_IN_HAND), _NOT_EARLY)
    .order_by(inbox.c.turn_at)
    .limit(1)
)


def take_next(connection: Connection, database: Database, lease: Lease, found: Callable[[], None]) -> Any | None:
    """Take the message whose turn it is, with one more attempt and the lease; None where there is none.

    `FOR UPDATE SKIP LOCKED` on PostgreSQL, `BEGIN IMMEDIATE` on SQLite, the same code. `found` is called before
    anything is written.
    """
    pick = _NEXT.with_for_update(skip_locked=True, of=inbox) if database.skips_locked else _NEXT
    picked = connection.execute(pick, {"now": lease.now, "overtaken": lease.now - _OVERTAKES_BY}).first()
    if picked is None:
        return None
    found()
    if picked.changed:
        catch_up(connection, picked.key)
    taken = update(inbox).where(inbox.c.key == picked.key).returning(*inbox.c)
    held = {"attempts": inbox.c.attempts + 1, "lease_owner": lease.owner, "lease_until": lease.until}
    return connection.execute(taken.values(**held)).one()
