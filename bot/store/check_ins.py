"""Check-ins: kept together with what is sent for them, once a partner, partnership and week."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, literal, select, update

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.check_ins import CheckIn, CheckInId, State, still_waits
from bot.domain.people import PartnerId, PartnershipId
from bot.store.check_in_rows import check_in_of, check_in_row, in_turn
from bot.store.check_in_tables import check_in
from bot.store.database import Database
from bot.store.inbox import Promise, Reply, notice_row
from bot.store.tables import outbox

#: What is kept for it beforehand, None where the partner asked and the card is their answer.
Invited = tuple[CheckIn, Reply | None]
#: Check-ins in a transaction: few enough that nobody waits long for the next.
_MOST_TOGETHER = 500
_WAITING = check_in.c.state.in_((State.ASKED.value, State.SNOOZED.value))


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
    return f"check-in:{check_in_id}:"


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

    async def to_remind(self, partnership: PartnershipId, now: datetime) -> tuple[CheckIn, ...]:
        """Those that wait for a reply, can still be sent for, and whose time to be heard of again has come."""
        return await self._load(_open(partnership, now) & (check_in.c.remind_at <= now))

    async def expired(self, partnership: PartnershipId, now: datetime) -> tuple[CheckIn, ...]:
        """Those that wait and can still be sent for, but whose card was not sent while it was welcome."""
        unsent = select(outbox.c.key).where(
            outbox.c.key == literal("check-in:") + check_in.c.id + literal(":0"), outbox.c.state == "expired"
        )
        return await self._load(_open(partnership, now) & unsent.exists())

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
        to be sent for it is not sent once the partner has replied or passed.
        """

        def note(connection: Connection) -> bool:
            return changed(connection, self._database, before, after, notices, now)

        return await self._database.write(note)

    async def revive(self, check_in_id: CheckInId, reply: Reply, now: datetime) -> bool:
        """Have a card sent after all that was not sent while it was welcome; False when it need not be.

        The reply's card, place and times take the place of the old ones.
        """
        fresh = notice_row(reply, now)
        unsent = update(outbox).where(outbox.c.key == invitation_key(check_in_id), outbox.c.state == "expired")

        def note(connection: Connection) -> bool:
            waits = select(check_in.c.id).where(check_in.c.id == check_in_id, _WAITING).with_for_update()
            if connection.scalar(waits) is None:
                return False
            del fresh["key"]
            return connection.execute(unsent.values(**fresh)).rowcount == 1

        return await self._database.write(note)

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
    row = check_in_row(after)
    if connection.execute(update(check_in).where(_same(before)).values(**row)).rowcount != 1:
        return False
    if not still_waits(after):
        unsent = outbox.c.key.startswith(_keys_of(after.id), autoescape=True) & (outbox.c.state == "pending")
        connection.execute(delete(outbox).where(unsent, outbox.c.promise == Promise.NOTICE.value))
    tell(connection, database, notices, now)
    return True


def tell(connection: Connection, database: Database, notices: Sequence[Reply], now: datetime) -> None:
    """Have notices sent, as part of a transaction: the first of each key, whatever has become of it."""
    # In one order, or two processes that tell the same people would each wait for the other.
    rows = [notice_row(each, now) for each in sorted(notices, key=lambda each: each.key)]
    if rows:
        connection.execute(database.insert(outbox).on_conflict_do_nothing(), rows)


def _same(before: CheckIn) -> ColumnElement[bool]:
    return (
        (check_in.c.id == before.id)
        & (check_in.c.state == before.state.value)
        & (check_in.c.reminders == before.reminders)
        & (check_in.c.remind_at == before.remind_at)
        & (check_in.c.question == before.question)
    )


def _open(partnership: PartnershipId, now: datetime) -> ColumnElement[bool]:
    """Whether a check-in of a partnership waits for a reply and can still be sent for."""
    return (check_in.c.partnership == partnership) & (check_in.c.until > now) & _WAITING
