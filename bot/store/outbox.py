"""The outbox: what must go out and is not yet sent."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection, Update, and_, func, or_, select, update

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Card, from_json
from bot.domain.messages import EventKey, Place
from bot.store.database import Database
from bot.store.inbox import Promise
from bot.store.leases import Lease, change, claim, release_all
from bot.store.tables import outbox

_log = structlog.get_logger()
_PENDING, _SENDING, _SENT, _UNKNOWN, _FAILED = "pending", "sending", "sent", "unknown", "failed"


_SENDABLE = or_(outbox.c.state == _PENDING, and_(outbox.c.state == _SENDING, outbox.c.promise == Promise.ANSWER.value))


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A card that this process is about to post, and how often it was tried."""

    key: EventKey
    platform: str
    place: Place
    card: Card
    promise: Promise
    attempts: int
    lease: Lease


class Outbox:
    """Durable rows, unique by key. An answer is sent at least once: whoever asked always hears."""

    def __init__(self, database: Database, reached: Reached = pass_by) -> None:
        self._database = database
        self._reached = reached

    async def claim(self, lease: Lease) -> Outgoing | None:
        """Mark the oldest due card as being sent and take it, or None.

        An answer that was being sent when its process died is taken again; a notice is not.
        """
        row = await claim(
            self._database,
            outbox,
            lease,
            among=_SENDABLE,
            order="due_at",
            become=_SENDING,
            found=lambda: self._reached(Point.OUTBOX_BEFORE_CLAIM),
        )
        if row is None:
            return None
        self._reached(Point.OUTBOX_SENDING)
        if row.promise == Promise.NOTICE:
            self._reached(Point.NOTICE_SENDING)
        try:
            card = from_json(row.payload)
        except (KeyError, TypeError, ValueError):
            await self._park(row.key)
            return None
        return Outgoing(
            key=EventKey(row.key),
            platform=row.platform,
            place=Place(row.place),
            card=card,
            promise=Promise(row.promise),
            attempts=row.attempts,
            lease=lease,
        )

    async def sent(self, outgoing: Outgoing) -> None:
        """Note that a card was posted, and forget what it said."""
        if outgoing.promise is Promise.NOTICE:
            self._reached(Point.NOTICE_POSTED)

        def note(connection: Connection) -> None:
            connection.execute(self._held(outgoing).values(state=_SENT, payload=None, lease_until=None))
            self._reached(Point.SENT_BEFORE_COMMIT)

        await self._database.write(note)
        self._reached(Point.SENT)

    async def retry(self, outgoing: Outgoing, due_at: datetime) -> None:
        """Note that a post failed; it is due again at this time."""
        await change(self._database, self._held(outgoing).values(state=_PENDING, due_at=due_at, lease_until=None))

    async def give_up(self, outgoing: Outgoing) -> None:
        """Park a card that cannot be posted, for a person to look at; `coach doctor` counts these."""
        await change(self._database, self._held(outgoing).values(state=_FAILED, lease_until=None))

    async def doubt(self, outgoing: Outgoing) -> None:
        """Note that nobody can tell whether a notice was posted; it is not posted again."""
        await change(self._database, self._held(outgoing).values(state=_UNKNOWN, lease_until=None))

    async def doubt_abandoned(self, now: datetime) -> int:
        """The same for every notice whose sender died while posting it; returns how many there were.

        The log names each: nobody else would know of it.
        """
        lost = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now)
        abandoned = update(outbox).where(outbox.c.state == _SENDING, outbox.c.promise == Promise.NOTICE, lost)
        doubted = abandoned.values(state=_UNKNOWN).returning(outbox.c.key)
        keys = await self._database.write(lambda connection: connection.scalars(doubted).all())
        for key in keys:
            _log.warning("notice in doubt", key=key)
        return len(keys)

    async def _park(self, key: str) -> None:
        """Set a row aside that cannot be read, as one written by a newer version: it must not stop the others."""
        parked = update(outbox).where(outbox.c.key == key).values(state=_FAILED, lease_until=None)
        await change(self._database, parked)

    async def release_all(self) -> None:
        """Free every row; only for a process that knows itself to be alone, at its start."""
        await release_all(self._database, outbox)

    async def counts(self) -> dict[str, int]:
        """How many cards are in each state."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
            return {row[0]: row[1] for row in rows}

    def _held(self, outgoing: Outgoing) -> Update:
        return update(outbox).where(
            outbox.c.key == outgoing.key, outbox.c.state == _SENDING, outbox.c.lease_owner == outgoing.lease.owner
        )
