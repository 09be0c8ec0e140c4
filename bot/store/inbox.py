"""The inbox: what came in and is not yet done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Card, to_json
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.leases import Lease, claim, release_all
from bot.store.tables import inbox, outbox, page_entry

_WAITING, _HANDLED, _FAILED = "waiting", "handled", "failed"


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that this process holds, and how often it was taken in hand."""

    incoming: Incoming
    attempts: int
    lease: Lease


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A card that must go out, once per key."""

    key: str
    platform: str
    place: Place
    card: Card


class LeaseLost(Exception):
    """The row was taken over by somebody else, or is done: whatever was made of it is dropped."""


class Inbox:
    """Durable rows, unique by event key: a message counts once however often it is delivered."""

    def __init__(self, database: Database, reached: Reached = pass_by) -> None:
        self._database = database
        self._reached = reached

    async def receive(self, incoming: Incoming) -> bool:
        """Keep a message; returns when it is on disk, True when it was not there before."""
        self._reached(Point.INBOX_BEFORE_WRITE)
        try:
            async with self._database.writing() as connection:
                await _write(connection, incoming)
                self._reached(Point.INBOX_BEFORE_COMMIT)
        except IntegrityError:
            return False
        self._reached(Point.INBOX_COMMITTED)
        return True

    async def claim(self, lease: Lease) -> Claimed | None:
        """Take the oldest message that nobody holds, or None."""
        row = await claim(
            self._database,
            inbox,
            lease,
            states=(_WAITING,),
            order="received_at",
            become=_WAITING,
            found=lambda: self._reached(Point.INBOX_BEFORE_CLAIM),
        )
        if row is None:
            return None
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
        async with self._database.writing() as connection:
            if (await connection.execute(held)).rowcount != 1:
                raise LeaseLost(claimed.incoming.key)
            for reply in replies:
                await connection.execute(insert(outbox).values(**_outgoing(reply, now)))
            self._reached(Point.ANSWER_BEFORE_COMMIT)
        self._reached(Point.ANSWER_COMMITTED)

    async def _park(self, key: str) -> None:
        """Set a row aside that cannot be read, as one written by a newer version: it must not stop the others."""
        async with self._database.writing() as connection:
            parked = update(inbox).where(inbox.c.key == key).values(state=_FAILED, lease_until=None)
            await connection.execute(parked)

    async def release_all(self) -> None:
        """Free every row; only for a process that knows itself to be alone, at its start."""
        await release_all(self._database, inbox)

    async def waiting(self) -> int:
        """How many messages are not yet done."""
        async with self._database.reading() as connection:
            count = select(func.count()).select_from(inbox).where(inbox.c.state == _WAITING)
            return (await connection.scalar(count)) or 0


async def _write(connection: AsyncConnection, incoming: Incoming) -> None:
    payload = {
        "platform": incoming.platform,
        "place": incoming.place,
        "partner": incoming.partner,
        "text": incoming.text,
    }
    await connection.execute(
        insert(inbox).values(
            key=incoming.key, state=_WAITING, payload=payload, received_at=incoming.received_at, attempts=0
        )
    )
    if incoming.platform == "web":
        # The page shows what was typed as soon as it is kept: there is no platform to show it.
        await connection.execute(
            insert(page_entry).values(
                key=incoming.key,
                place=incoming.place,
                partner=incoming.partner,
                at=incoming.received_at,
                text=incoming.text,
                card=None,
                answers="",
            )
        )


def _incoming(row: Any) -> Incoming:
    return Incoming(
        key=EventKey(row.key),
        platform=row.payload["platform"],
        place=Place(row.payload["place"]),
        partner=PartnerId(row.payload["partner"]),
        text=row.payload["text"],
        received_at=row.received_at,
    )


def _outgoing(reply: Reply, now: datetime) -> dict[str, Any]:
    return {
        "key": reply.key,
        "state": "pending",
        "platform": reply.platform,
        "place": reply.place,
        "payload": to_json(reply.card),
        "due_at": now,
        "attempts": 0,
    }
