"""The inbox: what came in and is not yet done."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Card, to_json
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity
from bot.store.database import Database
from bot.store.leases import Lease, change, claim, release_all
from bot.store.tables import inbox, outbox, page_entry

_WAITING, _HANDLED, _FAILED = "waiting", "handled", "failed"
#: How many messages share a transaction at most: a statement holds 32 thousand values on either database.
_MOST_TOGETHER = 500


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that this process holds, and how often it was taken in hand."""

    incoming: Incoming
    attempts: int
    lease: Lease


class Promise(StrEnum):
    """What the outbox promises of a card."""

    #: At least once: somebody asked.
    ANSWER = "answer"
    #: At most once: one missed beats one doubled.
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A card that must go out, once per key; at once, or from the moment that it is due.

    A notice takes the place of those that wait unsent and whose keys are its `batch` with no colon after it. From
    `until` on it is not sent any more: that is for notices alone, an answer is owed.
    """

    key: str
    platform: str
    place: Place
    card: Card
    promise: Promise = Promise.ANSWER
    due: datetime | None = None
    batch: str = ""
    until: datetime | None = None


class LeaseLost(Exception):
    """The row was taken over by somebody else, or is done: whatever was made of it is dropped."""


class Inbox:
    """Durable rows, unique by event key: a message counts once however often it is delivered."""

    def __init__(self, database: Database, reached: Reached = pass_by) -> None:
        self._database = database
        self._reached = reached
        self._arrived: list[tuple[Incoming, asyncio.Future[bool]]] = []
        self._keeper: asyncio.Task[None] | None = None

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
        dialect = postgresql if self._database.skips_locked else sqlite
        new = dialect.insert(inbox).on_conflict_do_nothing().returning(inbox.c.key)

        def keep(connection: Connection) -> set[str]:
            # In one order, or two processes that keep the same messages would each wait for the other.
            fresh = set(connection.scalars(new, [_row(rows[key]) for key in sorted(rows)]))
            shown = [_shown(rows[EventKey(key)]) for key in fresh if rows[EventKey(key)].platform == "web"]
            if shown:
                # The page shows what was typed as soon as it is kept: there is no platform to show it.
                connection.execute(insert(page_entry), shown)
            self._reached(Point.INBOX_BEFORE_COMMIT)
            return fresh

        return await self._database.write(keep)

    async def claim(self, lease: Lease) -> Claimed | None:
        """Take the oldest message that nobody holds, or None."""
        taken = await claim(
            self._database,
            inbox,
            lease,
            among=(inbox.c.state == _WAITING,),
            order="received_at",
            become=_WAITING,
            found=lambda: self._reached(Point.INBOX_BEFORE_CLAIM),
        )
        if taken is None:
            return None
        row, _ = taken
        self._reached(Point.INBOX_CLAIMED)
        try:
            return Claimed(incoming=_incoming(row), attempts=row.attempts, lease=lease)
        except (KeyError, TypeError, ValueError):
            await self._park(row.key)
            return None

    async def finish(self, claimed: Claimed, replies: Sequence[Reply], now: datetime) -> None:
        """Mark a message as done and put its replies in the outbox, in one transaction.

        Raises `LeaseLost`, and changes nothing, when the message is no longer ours.
        """
        self._reached(Point.ANSWER_BEFORE_WRITE)
        held = (
            update(inbox)
            .where(
                inbox.c.key == claimed.incoming.key,
                inbox.c.state == _WAITING,
                inbox.c.lease_owner == claimed.lease.owner,
            )
            .values(state=_HANDLED, payload=None, lease_owner=None, lease_until=None)
        )
        outgoing = [outbox_row(reply, now) for reply in replies]

        def note(connection: Connection) -> None:
            if connection.execute(held).rowcount != 1:
                raise LeaseLost(claimed.incoming.key)
            if outgoing:
                connection.execute(insert(outbox), outgoing)
            self._reached(Point.ANSWER_BEFORE_COMMIT)

        await self._database.write(note)
        self._reached(Point.ANSWER_COMMITTED)

    async def _park(self, key: str) -> None:
        """Set a row aside that cannot be read, as one written by a newer version: it must not stop the others."""
        parked = update(inbox).where(inbox.c.key == key).values(state=_FAILED, lease_until=None)
        await change(self._database, parked)

    async def release_all(self) -> None:
        """Free every row; only for a process that knows itself to be alone, at its start."""
        await release_all(self._database, inbox)

    async def waiting(self) -> int:
        """How many messages are not yet done."""
        async with self._database.reading() as connection:
            count = select(func.count()).select_from(inbox).where(inbox.c.state == _WAITING)
            return (await connection.scalar(count)) or 0


def _resolve(kept: "asyncio.Future[bool]", outcome: bool | Exception) -> None:  # noqa: FBT001 - what is waited for
    if kept.done():
        return
    if isinstance(outcome, Exception):
        kept.set_exception(outcome)
    else:
        kept.set_result(outcome)


def _row(incoming: Incoming) -> dict[str, Any]:
    payload = {
        "place": incoming.place,
        "conversation": incoming.conversation,
        "direct": incoming.direct,
        "sender": asdict(incoming.sender),
        "text": incoming.text,
        "action": incoming.action,
        "values": dict(incoming.values),
    }
    return {
        "key": incoming.key,
        "state": _WAITING,
        "payload": payload,
        "received_at": incoming.received_at,
        "attempts": 0,
    }


def _shown(incoming: Incoming) -> dict[str, Any]:
    return {
        "key": incoming.key,
        "place": incoming.place,
        "partner": incoming.sender.user,
        "at": incoming.received_at,
        "text": incoming.text,
        "card": None,
        "answers": "",
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
    )


def outbox_row(reply: Reply, now: datetime) -> dict[str, Any]:
    """The outbox's row of a card that nobody has tried to post yet."""
    return {
        "key": reply.key,
        "state": "pending",
        "promise": reply.promise,
        "platform": reply.platform,
        "place": reply.place,
        "payload": to_json(reply.card),
        "due_at": reply.due or now,
        "until": reply.until if reply.promise is Promise.NOTICE else None,
        "attempts": 0,
    }


def notice_row(reply: Reply, now: datetime) -> dict[str, Any]:
    """The same of a card that nobody asked for."""
    return outbox_row(replace(reply, promise=Promise.NOTICE), now)
