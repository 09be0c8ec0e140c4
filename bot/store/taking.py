"""Which card goes out next: answers before notices, each in the order in which they are due, none out of turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, or_, select, update

from bot.domain.messages import Place
from bot.store.database import Database
from bot.store.inbox import Promise
from bot.store.leases import Lease
from bot.store.pacing import APART, Pacing, Turn, Waiting
from bot.store.tables import outbox

PENDING, SENDING = "pending", "sending"
ANSWER = outbox.c.promise == Promise.ANSWER.value
NOTICE = outbox.c.promise == Promise.NOTICE.value
WAITS = outbox.c.state == PENDING
#: Where the first has to wait, the next so many are looked at together, and at most so many in one transaction.
_TOGETHER, _MOST_PUT_OFF = 64, 256

_FREE = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < bindparam("now"))
_DUE = outbox.c.due_at <= bindparam("now")
_WELCOME = or_(outbox.c.until.is_(None), outbox.c.until > bindparam("now"))


def _pick(*conditions: Any) -> Select[Any]:
    columns = (
        outbox.c.key,
        outbox.c.state,
        outbox.c.platform,
        outbox.c.place,
        outbox.c.promise,
        outbox.c.instead_of,
        outbox.c.due_at,
    )
    return (
        select(*columns)
        .where(*conditions, _FREE, _DUE)
        .order_by(outbox.c.due_at)
        .limit(bindparam("most", type_=Integer))
    )


#: One by one, so that each is found by the index without sorting thousands that wait: an answer whose sender may have
#: died, an answer that waits, a notice that waits and is still welcome.
ANSWERS = (_pick(ANSWER, outbox.c.state == SENDING), _pick(ANSWER, WAITS))
EVERYTHING = (*ANSWERS, _pick(NOTICE, WAITS, _WELCOME))
_MARK = (
    update(outbox)
    .where(outbox.c.key == bindparam("of"))
    .values(
        state=SENDING,
        attempts=outbox.c.attempts + 1,
        lease_owner=bindparam("ours"),
        lease_until=bindparam("lease_end"),
    )
    .returning(outbox)
)
#: The card that another stands instead of is not there yet, or another one is on its way to the same place. Of several
#: that wait the first goes first.
_BEFORE = select(outbox.c.key).where(
    or_(
        (outbox.c.key == bindparam("former")) & outbox.c.state.in_((PENDING, SENDING)),
        (outbox.c.instead_of == bindparam("former"))
        & (outbox.c.key < bindparam("own"))
        & outbox.c.state.in_((PENDING, SENDING)),
    )
)
_PUT_OFF = update(outbox).where(outbox.c.key == bindparam("of")).values(due_at=bindparam("due"))


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A row as it is once it was taken, the state that it was in before, and the lane that it holds."""

    row: Any
    former: str
    lane: str


@dataclass(frozen=True, kw_only=True)
class Taking:
    """Takes cards out of one database."""

    database: Database
    pacing: Pacing
    found: Callable[[], None]

    async def take(self, lease: Lease, picks: tuple[Select[Any], ...] = EVERYTHING) -> Taken | None:
        """Mark the first card that may go out as being sent, with one more attempt and the lease; None when none may.

        Those before it that have to wait for a turn get a later moment.
        """
        if self.database.skips_locked:
            picks = tuple(pick.with_for_update(skip_locked=True) for pick in picks)
        while True:
            taken = await self.database.write(lambda connection: self._next(connection, lease, list(picks)))
            if not isinstance(taken, Turn):
                return taken

    def _next(self, connection: Connection, lease: Lease, picks: list[Select[Any]]) -> Taken | Turn | None:
        """The same, or a turn where the transaction should end before there is an answer."""
        most, put_off = 1, 0
        while picks:
            rows = connection.execute(picks[0], {"now": lease.now, "most": most}).all()
            taken = self._first(connection, lease, rows)
            if isinstance(taken, Taken) or (taken is not None and taken.contested):
                return taken
            put_off += len(rows)
            if taken is not None and put_off >= _MOST_PUT_OFF:
                return taken
            if not rows:
                picks.pop(0)
            most = _TOGETHER if rows else 1
        return None

    def _first(self, connection: Connection, lease: Lease, rows: Sequence[Any]) -> Taken | Turn | None:
        """The first of these rows that may go out, marked; those before it are put off. None where there is no row."""
        later, turn = [], None
        try:
            for row in rows:
                if row.instead_of and _waits_for_another(connection, row):
                    turn = Turn(wait_until=lease.now + APART)
                    later.append({"of": row.key, "due": turn.wait_until})
                    continue
                turn = self.pacing.turn(connection, self.database, _waiting(row), lease)
                if turn.wait_until is None:
                    self.found()
                    return Taken(row=_marked(connection, row.key, lease), former=row.state, lane=turn.lane)
                later.append({"of": row.key, "due": turn.wait_until})
                if turn.contested:  # its lane is locked until this transaction ends
                    return turn
        finally:
            if later:
                connection.execute(_PUT_OFF, later)
        return turn


def _waits_for_another(connection: Connection, row: Any) -> bool:
    """Whether what this card stands instead of, or stands there already, is still being posted."""
    return connection.execute(_BEFORE, {"former": row.instead_of, "own": row.key}).first() is not None


def _waiting(row: Any) -> Waiting:
    return Waiting(key=row.key, platform=row.platform, place=Place(row.place), asked=row.promise == Promise.ANSWER)


def _marked(connection: Connection, key: str, lease: Lease) -> Any:
    return connection.execute(_MARK, {"of": key, "ours": lease.owner, "lease_end": lease.until}).one()
