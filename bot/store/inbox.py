"""The inbox: what came in and is not yet done."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.messages import Became, EventKey, Incoming, Place
from bot.domain.people import Identity
from bot.store.changed import DONE, WAITING, take_effect
from bot.store.database import Database
from bot.store.leases import Lease, change
from bot.store.page import note_typed
from bot.store.replies import Promise, Reply, notice_row, outbox_row, superseded
from bot.store.tables import inbox, outbox
from bot.store.turns import Turns, take_next

__all__ = ["Claimed", "Inbox", "LeaseLost", "Original", "Promise", "Reply", "notice_row", "outbox_row"]

_FAILED = "failed"
#: How many messages share a transaction at most: a statement holds 32 thousand values on either database.
_MOST_TOGETHER = 500


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that this process holds, and how often it was taken in hand."""

    incoming: Incoming
    attempts: int
    lease: Lease


@dataclass(frozen=True, kw_only=True)
class Original:
    """A message that somebody changed or took back; `changes` are the keys of what they did to it, in order."""

    became: Became
    changes: tuple[EventKey, ...]


class LeaseLost(Exception):
    """The row was taken over by somebody else, or is done: whatever was made of it is dropped."""


class Inbox:
    """Durable rows, unique by event key: a message counts once however often it is delivered."""

    def __init__(self, database: Database, reached: Reached = pass_by) -> None:
        self._database = database
        self._reached = reached
        self._arrived: list[tuple[Incoming, asyncio.Future[bool]]] = []
        self._keeper: asyncio.Task[None] | None = None
        self._turns = Turns()

    async def receive(self, incoming: Incoming) -> bool:
        """Keep a message; returns when it is on disk, True when it was not there before.

        Messages that arrive while another is being written to disk share the next transaction: a disk takes a few
        hundred commits a second, and a platform sends more than that in a burst.
        """
        self._reached(Point.INBOX_BEFORE_WRITE)
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._arrived.append((incoming, kept))
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep_all())
        new = await kept
        self._reached(Point.INBOX_COMMITTED)
        return new

    async def _keep_all(self) -> None:
        while self._arrived:
            batch, self._arrived = self._arrived[:_MOST_TOGETHER], self._arrived[_MOST_TOGETHER:]
            try:
                fresh = await self._keep([incoming for incoming, _ in batch])
            except Exception as error:
                for _, kept in batch:
                    _resolve(kept, error)
                continue
            for incoming, kept in batch:
                _resolve(kept, incoming.key in fresh)
                fresh.discard(incoming.key)

    async def _keep(self, batch: Sequence[Incoming]) -> set[str]:
        """Write messages in one transaction, the first of each key; the keys that were not there before."""
        rows: dict[EventKey, Incoming] = {}
        for incoming in batch:
            rows.setdefault(incoming.key, incoming)
        turns = {key: self._turns.turn(each.sender.key, each.received_at) for key, each in rows.items()}
        dialect = postgresql if self._database.skips_locked else sqlite
        new = dialect.insert(inbox).on_conflict_do_nothing().returning(inbox.c.key)

        def keep(connection: Connection) -> set[str]:
            # In one order, or two processes that keep the same messages would each wait for the other.
            fresh = set(connection.scalars(new, [_row(rows[key], turns[key]) for key in sorted(rows)]))
            kept = [rows[EventKey(key)] for key in sorted(fresh)]
            note_typed(connection, kept)
            take_effect(connection, self._database, kept)
            self._reached(Point.INBOX_BEFORE_COMMIT)
            return fresh

        return await self._database.write(keep)

    async def claim(self, lease: Lease) -> Claimed | None:
        """Take the message whose turn it is, or None: everybody's in turn, and each person's one at a time."""
        found = partial(self._reached, Point.INBOX_BEFORE_CLAIM)
        row = await self._database.write(lambda connection: take_next(connection, self._database, lease, found))
        if row is None:
            return None
        self._reached(Point.INBOX_CLAIMED)
        try:
            return Claimed(incoming=_incoming(row), attempts=row.attempts, lease=lease)
        except (KeyError, TypeError, ValueError):
            await self._park(row.key)
            return None

    async def finish(
        self, claimed: Claimed, replies: Sequence[Reply], now: datetime, became: Became | None = None
    ) -> None:
        """Mark a message as done and put its replies in the outbox, in one transaction.

        What became of it is also what became of the message that it changes or withdraws.
        Raises `LeaseLost`, and changes nothing, when the message is no longer ours.
        """
        self._reached(Point.ANSWER_BEFORE_WRITE)
        held = (
            update(inbox)
            .where(
                inbox.c.key == claimed.incoming.key,
                inbox.c.state == WAITING,
                inbox.c.lease_owner == claimed.lease.owner,
            )
            .values(**DONE)
        )
        these = update(inbox).where(
            inbox.c.key.in_([claimed.incoming.key, claimed.incoming.of or claimed.incoming.key])
        )
        outgoing = [outbox_row(reply, now) for reply in replies]

        def note(connection: Connection) -> None:
            if connection.execute(held).rowcount != 1:
                raise LeaseLost(claimed.incoming.key)
            if became is not None:
                connection.execute(these.values(became=became))
            for reply in replies:
                if reply.instead_of:
                    connection.execute(superseded(reply.instead_of))
            if outgoing:
                connection.execute(insert(outbox), outgoing)
            self._reached(Point.ANSWER_BEFORE_COMMIT)

        await self._database.write(note)
        self._reached(Point.ANSWER_COMMITTED)

    async def _park(self, key: str) -> None:
        """Set a row aside that cannot be read, as one written by a newer version: it must not stop the others."""
        parked = update(inbox).where(inbox.c.key == key).values(state=_FAILED, sender="", lease_until=None)
        await change(self._database, parked)

    async def release_all(self) -> None:
        """Free every row; only for a process that knows itself to be alone, at its start."""
        await change(self._database, update(inbox).values(lease_owner=None, lease_until=None))

    async def original(self, key: EventKey) -> Original | None:
        """What is known of a message that somebody changes or withdraws; None where it never came."""
        chosen = select(inbox.c.key, inbox.c.became, inbox.c.of).where(or_(inbox.c.key == key, inbox.c.of == key))
        async with self._database.reading() as connection:
            rows = (await connection.execute(chosen.order_by(inbox.c.key))).all()
        its = next((row for row in rows if row.key == key), None)
        if its is None:
            return None
        # Of a row from before there was this column nobody knows: nothing is undone.
        changes = tuple(EventKey(row.key) for row in rows if row.of == key)
        return Original(became=Became(its.became or Became.DONE), changes=changes)

    async def waiting(self) -> int:
        """How many messages are not yet done."""
        async with self._database.reading() as connection:
            count = select(func.count()).select_from(inbox).where(inbox.c.state == WAITING)
            return (await connection.scalar(count)) or 0


def _resolve(kept: "asyncio.Future[bool]", outcome: bool | Exception) -> None:  # noqa: FBT001 - what is waited for
    if kept.done():
        return
    if isinstance(outcome, Exception):
        kept.set_exception(outcome)
    else:
        kept.set_result(outcome)


def _row(incoming: Incoming, turn_at: datetime) -> dict[str, Any]:
    payload = {
        "place": incoming.place,
        "conversation": incoming.conversation,
        "direct": incoming.direct,
        "channel": incoming.channel,
        "sender": asdict(incoming.sender),
        "text": incoming.text,
        "action": incoming.action,
        "values": dict(incoming.values),
    }
    return {
        "key": incoming.key,
        "state": WAITING,
        "payload": payload,
        "received_at": incoming.received_at,
        "attempts": 0,
        "sender": incoming.sender.key,
        "turn_at": turn_at,
        "of": incoming.of,
    }


def _incoming(row: Any) -> Incoming:
    return Incoming(
        key=EventKey(row.key),
        place=Place(row.payload["place"]),
        sender=Identity(**row.payload["sender"]),
        text=row.payload["text"],
        received_at=row.received_at,
        action=row.payload["action"],
        values=row.payload["values"],
        # A row from before there were conversations has none, nor does it say where its sender alone is reached.
        conversation=Place(row.payload.get("conversation", "")),
        direct=Place(row.payload.get("direct", "")),
        channel=Place(row.payload.get("channel", "")),
    )
