"""Check-ins: kept together with what is sent for them, once a partner, partnership and week."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, select, update

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.check_ins import CheckIn, CheckInId, State
from bot.domain.people import PartnerId, PartnershipId
from bot.store.check_in_rows import check_in_of, check_in_row, in_turn
from bot.store.check_in_tables import check_in
from bot.store.database import Database
from bot.store.inbox import Promise, Reply, notice_row
from bot.store.tables import outbox

#: What is kept for it beforehand, None where the partner asked and the card is their answer.
Invited = tuple[CheckIn, Reply | None]
#: A check-in as it was found and as it is from now on, and what is sent with the change.
Change = tuple[CheckIn, CheckIn, Sequence[Reply]]
#: Check-ins in a transaction: few enough that nobody waits long for the next.
_MOST_TOGETHER = 500
_WAITING = check_in.c.state.in_((State.ASKED.value, State.SNOOZED.value))
#: So long after it was asked no check-in is open any more.
_OPEN_FOR = timedelta(weeks=2)
_KEYS = "check-in:"
#: Compiled once, for there are thousands in a round.
_REPLACE = (
    update(check_in)
    .where(
        check_in.c.id == bindparam("of"),
        check_in.c.state == bindparam("was"),
        check_in.c.reminders == bindparam("had"),
        check_in.c.remind_at.is_not_distinct_from(bindparam("felt_at")),
        check_in.c.question == bindparam("put"),
    )
    .values({column: bindparam(column.name) for column in check_in.c})
)


def invitation_key(check_in_id: CheckInId) -> str:
    """The key of the card that brings a check-in."""
    return f"{_keys_of(check_in_id)}0"


def reminder_key(check_in_id: CheckInId, number: int) -> str:
    """The key of a check-in's first or second reminder."""
    return f"{_keys_of(check_in_id)}{number}"


def snooze_key(check_in_id: CheckInId) -> str:
    """The key of the card that brings a check-in back once it was put off."""
    return f"{_keys_of(check_in_id)}s"


def _keys_of(check_in_id: CheckInId) -> str:
    return f"{_KEYS}{check_in_id}:"


def _brought_by(key: str) -> CheckInId | None:
    """The check-in that a card with this key brings, or brings back; None where the card only reminds."""
    check_in_id, _, which = key.removeprefix(_KEYS).partition(":")
    return CheckInId(check_in_id) if which == "0" or which.startswith("s") else None


class CheckIns:
    """The repository of check-ins."""

    def __init__(self, database: Database, reached: Reached = pass_by) -> None:
        self._database = database
        self._reached = reached

    async def find(self, check_in_id: CheckInId) -> CheckIn | None:
        """The check-in with this id, or None."""
        return await self._newest(check_in.c.id == check_in_id)

    async def latest(self, partner: PartnerId) -> CheckIn | None:
        """The newest one that was asked of a partner, or None."""
        return await self._newest(check_in.c.partner == partner)

    async def of(self, partner: PartnerId) -> tuple[CheckIn, ...]:
        """Everything that was asked of a partner, newest first."""
        return await self._load(check_in.c.partner == partner)

    async def asked_in(self, partnership: PartnershipId, week: str) -> frozenset[PartnerId]:
        """Who has a check-in for a week already."""
        asked = select(check_in.c.partner).where(check_in.c.partnership == partnership, check_in.c.week == week)
        async with self._database.reading() as connection:
            return frozenset(PartnerId(each) for each in await connection.scalars(asked))

    async def since(self, partnership: PartnershipId, moment: datetime) -> tuple[CheckIn, ...]:
        """Those of a partnership that were asked at this moment or later, newest first."""
        return await self._load((check_in.c.partnership == partnership) & (check_in.c.asked_at >= moment))

    async def to_remind(self, partnerships: Collection[PartnershipId], now: datetime) -> tuple[CheckIn, ...]:
        """Those that wait for a reply, can still be sent for, and whose time to be heard of again has come."""
        return await self._load(_open(partnerships, now) & (check_in.c.remind_at <= now))

    async def unsent(
        self, partnerships: Collection[PartnershipId], now: datetime
    ) -> Mapping[CheckInId, tuple[CheckIn, str]]:
        """Those that wait and can still be sent for, but whose card was not sent while it was welcome, with its key.

        That is the card which brought a check-in, or brought it back; a reminder that was not sent is let go.
        """
        recent = (outbox.c.promise == Promise.NOTICE.value) & (outbox.c.due_at > now - _OPEN_FOR)
        expired = select(outbox.c.key).where(recent, outbox.c.state == "expired", outbox.c.key.startswith(_KEYS))
        async with self._database.reading() as connection:
            keys = {_brought_by(key): key for key in await connection.scalars(expired.order_by(outbox.c.due_at))}
        wanted, found = sorted(each for each in keys if each is not None), dict[CheckInId, tuple[CheckIn, str]]()
        for start in range(0, len(wanted), _MOST_TOGETHER):
            which = check_in.c.id.in_(wanted[start : start + _MOST_TOGETHER])
            for each in await self._load(_open(partnerships, now) & which):
                found[each.id] = each, keys[each.id]
        return found

    async def invite(self, invited: Sequence[Invited], now: datetime) -> int:
        """Keep new check-ins, each with the card that brings it; returns how many were new.

        Of a partner who has one for that partnership and week already nothing is kept: neither check-in nor card.
        A death between two transactions leaves the rest to be invited again.
        """
        new = 0
        ordered = sorted(invited, key=lambda pair: (pair[0].partner, pair[0].partnership, pair[0].week))
        for start in range(0, len(ordered), _MOST_TOGETHER):
            new += await self._invite(ordered[start : start + _MOST_TOGETHER], now)
        return new

    async def _invite(self, invited: Sequence[Invited], now: datetime) -> int:
        added = self._database.insert(check_in).on_conflict_do_nothing().returning(check_in.c.id)
        rows = [check_in_row(each) for each, _ in invited]
        self._reached(Point.CHECK_IN_BEFORE_WRITE)

        def note(connection: Connection) -> int:
            fresh = set(connection.scalars(added, rows))
            cards = [notice_row(card, now) for each, card in invited if card is not None and each.id in fresh]
            if cards:
                connection.execute(self._database.insert(outbox).on_conflict_do_nothing(), cards)
            self._reached(Point.CHECK_IN_BEFORE_COMMIT)
            return len(fresh)

        new = await self._database.write(note)
        self._reached(Point.CHECK_IN_COMMITTED)
        return new

    async def change(self, before: CheckIn, after: CheckIn, *, notices: Sequence[Reply] = (), now: datetime) -> bool:
        """Make a check-in what it is from now on, and have notices sent with it, once per key.

        False, and nothing is done, when it is not what it was before: somebody else's change came first. What waits
        to be sent for it is not sent once the partner has replied, passed or put it off.
        """
        return await self.change_all([(before, after, notices)], now) == 1

    async def change_all(self, changes: Sequence[Change], now: datetime) -> int:
        """The same of many check-ins, of which those that are what they were are changed; returns how many."""
        count = 0
        # In one order, or two processes that change the same ones would each wait for the other.
        ordered = sorted(changes, key=lambda change: change[0].id)
        for start in range(0, len(ordered), _MOST_TOGETHER):
            together = ordered[start : start + _MOST_TOGETHER]
            count += await self._database.write(partial(self._change, changes=together, now=now))
        return count

    def _change(self, connection: Connection, *, changes: Sequence[Change], now: datetime) -> int:
        done = [(after, told) for before, after, told in changes if _replaced(connection, before, after)]
        tell(connection, self._database, [each for _, told in done for each in told], now)
        return len(done)

    async def forget(self, partnership: PartnershipId, before: datetime) -> int:
        """Delete what was asked before a moment; returns how many check-ins there were."""
        old = delete(check_in).where(check_in.c.partnership == partnership, check_in.c.asked_at < before)
        return await self._database.write(lambda connection: connection.execute(old).rowcount)

    async def _newest(self, which: ColumnElement[bool]) -> CheckIn | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(_newest_first(which).limit(1))).first()
            return None if row is None else check_in_of(row)

    async def _load(self, which: ColumnElement[bool]) -> tuple[CheckIn, ...]:
        async with self._database.reading() as connection:
            return await in_turn(connection, _newest_first(which), check_in_of)


def _newest_first(which: ColumnElement[bool]) -> Select[Any]:
    return select(check_in).where(which).order_by(check_in.c.asked_at.desc(), check_in.c.id)


def changed(
    connection: Connection, database: Database, before: CheckIn, after: CheckIn, notices: Sequence[Reply], now: datetime
) -> bool:
    """`CheckIns.change` as part of a transaction."""
    if not _replaced(connection, before, after):
        return False
    tell(connection, database, notices, now)
    return True


def _replaced(connection: Connection, before: CheckIn, after: CheckIn) -> bool:
    """Put a check-in in the place of what it was, if it still is that; nothing waits to be sent unless it is asked."""
    former: dict[str, object] = {"of": before.id, "was": before.state.value, "had": before.reminders}
    former |= {"felt_at": before.remind_at, "put": before.question}
    if connection.execute(_REPLACE, {**check_in_row(after), **former}).rowcount != 1:
        return False
    if after.state is not State.ASKED:
        unsent = outbox.c.key.startswith(_keys_of(after.id), autoescape=True) & (outbox.c.state == "pending")
        connection.execute(delete(outbox).where(unsent, outbox.c.promise == Promise.NOTICE.value))
    return True


def tell(connection: Connection, database: Database, notices: Sequence[Reply], now: datetime) -> None:
    """Have notices sent, as part of a transaction: the first of each key, whatever has become of it.

    Only what surely was not sent while it was welcome makes room: the new card, place and times take its place.
    """
    # In one order, or two processes that tell the same people would each wait for the other.
    rows = [notice_row(each, now) for each in sorted(notices, key=lambda each: each.key)]
    if rows:
        added = database.insert(outbox)
        fresh = {name: added.excluded[name] for name in rows[0] if name != "key"}
        again = added.on_conflict_do_update(index_elements=["key"], set_=fresh, where=outbox.c.state == "expired")
        connection.execute(again, rows)


def _open(partnerships: Collection[PartnershipId], now: datetime) -> ColumnElement[bool]:
    """Whether a check-in of these partnerships waits for a reply and can still be sent for."""
    return check_in.c.partnership.in_(sorted(partnerships)) & (check_in.c.until > now) & _WAITING
