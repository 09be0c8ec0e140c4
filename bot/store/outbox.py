"""The outbox: what must go out and is not yet sent."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, delete, func, null, or_, select, update

from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import from_json
from bot.domain.messages import EventKey, Place
from bot.store.barrier_tables import home
from bot.store.database import Database
from bot.store.leases import Lease, change
from bot.store.outgoing import Doubted, Outgoing, Posted
from bot.store.pacing import Pacing
from bot.store.replies import Promise
from bot.store.tables import outbox
from bot.store.taking import ANSWERS, EVERYTHING, NOTICE, PENDING, SENDING, WAITS, Taken, Taking

__all__ = ["Doubted", "Outbox", "Outgoing", "Posted"]

_log = structlog.get_logger()
_SENT, _UNKNOWN, _FAILED, _EXPIRED = "sent", "unknown", "failed", "expired"
#: Long enough after its lease for what a dead sender sent off to have arrived: then a “no” of the platform is one.
_SETTLES_AFTER = timedelta(seconds=30)
#: What is older is welcome no more, whatever became of it.
_SETTLES_WITHIN = timedelta(days=1)


class Outbox:
    """Durable rows, unique by key. An answer is sent at least once: whoever asked always hears."""

    def __init__(self, database: Database, reached: Reached = pass_by, pacing: Pacing | None = None) -> None:
        self._database = database
        self._reached = reached
        self._pacing = pacing or Pacing(clock=_no_clock)
        self._taking = Taking(
            database=database, pacing=self._pacing, found=lambda: self._reached(Point.OUTBOX_BEFORE_CLAIM)
        )

    async def claim(self, lease: Lease) -> Outgoing | None:
        """Mark the first card that may go out as being sent and take it, or None; answers go before notices.

        An answer that was being sent when its process died is taken again; a notice is not, nor one whose time is
        over.
        """
        return await self._outgoing(await self._taking.take(lease, EVERYTHING), lease)

    async def claim_answer(self, lease: Lease) -> Outgoing | None:
        """The same among answers alone."""
        return await self._outgoing(await self._taking.take(lease, ANSWERS), lease)

    async def _outgoing(self, taken: Taken | None, lease: Lease) -> Outgoing | None:
        if taken is None:
            return None
        row = taken.row
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
            doubtful=taken.former == SENDING,
            lane=taken.lane,
            instead_of=row.instead_of,
            former=await self.posted(row.instead_of) if row.instead_of else None,
        )

    async def posted(self, key: str) -> Posted | None:
        """A card that was posted, by its key; None where there is none, or nobody knows where it stands."""
        return await self._one_posted(outbox.c.key == key)

    async def posted_card(self, platform: str, reference: str, beginning: str = "") -> Posted | None:
        """A card that was posted, by its platform's reference, at a place that begins like this."""
        return await self._one_posted(
            outbox.c.posted == reference,
            outbox.c.platform == platform,
            outbox.c.place.startswith(beginning, autoescape=True),
        )

    async def _one_posted(self, *conditions: ColumnElement[bool]) -> Posted | None:
        found = select(outbox).where(*conditions, outbox.c.posted != "").order_by(outbox.c.instead_of, outbox.c.key)
        async with self._database.reading() as connection:
            row = (await connection.execute(found.limit(1))).one_or_none()
        if row is None:
            return None
        return Posted(key=EventKey(row.key), place=Place(row.place), reference=row.posted, about=row.about)

    async def sent(self, outgoing: Outgoing, posted: str = "") -> None:
        """Note that a card was posted, with its platform's reference of it, and forget what it said.

        From now on it is also what stands where the one was that it stands instead of.
        """
        if outgoing.promise is Promise.NOTICE:
            self._reached(Point.NOTICE_POSTED)

        def note(connection: Connection) -> None:
            if connection.execute(_POSTED, {**_whose(outgoing), "by": posted}).rowcount:
                self._pacing.leave(connection, outgoing.lane)
                if outgoing.instead_of:
                    connection.execute(_MOVED, {"of": outgoing.instead_of, "by": posted, "on": outgoing.card.about})
            self._reached(Point.SENT_BEFORE_COMMIT)

        await self._database.write(note)
        self._reached(Point.SENT)

    async def retry(self, outgoing: Outgoing, due_at: datetime) -> None:
        """Note that a post surely failed; it is due again at this time."""
        await self._leave(outgoing, {"state": PENDING, "due_at": due_at, "lease_until": None})

    async def retry_in_doubt(self, outgoing: Outgoing, due_at: datetime) -> None:
        """Note that nobody can tell whether an answer was posted; whoever takes it again is told so."""
        await self._leave(outgoing, {"due_at": due_at, "lease_until": None})

    async def hold(self, outgoing: Outgoing, until: datetime) -> None:
        """Note that its platform asked for a pause; until it is over, nothing of the same workspace is claimed."""
        await self._database.write(
            lambda connection: self._pacing.hold(connection, self._database, outgoing.platform, outgoing.place, until)
        )

    async def give_up(self, outgoing: Outgoing) -> None:
        """Park a card that cannot be posted, for a person to look at; `coach doctor` counts these."""
        await self._leave(outgoing, {"state": _FAILED, "lease_until": None})

    async def nobody_home(self, outgoing: Outgoing) -> None:
        """Send nothing more unasked to a place that nobody reads; whoever writes from there is at home there again."""
        away = delete(home).where(home.c.platform == outgoing.platform, home.c.place == outgoing.place)
        await self._database.write(lambda connection: connection.execute(away))

    async def doubt(self, outgoing: Outgoing) -> None:
        """Note that nobody can tell whether a notice was posted; it is not posted again unless that is settled."""
        await self._leave(outgoing, {"state": _UNKNOWN})

    async def _leave(self, outgoing: Outgoing, values: dict[str, Any]) -> None:
        """Change a card that is still ours, and let the next one into its channel."""

        def note(connection: Connection) -> None:
            if connection.execute(_HELD.values(**values), _whose(outgoing)).rowcount:
                self._pacing.leave(connection, outgoing.lane)

        await self._database.write(note)

    async def doubt_abandoned(self, now: datetime) -> int:
        """The same for every notice whose sender died while posting it; returns how many there were.

        The log names each: nobody else would know of it.
        """
        lost = or_(outbox.c.lease_owner.is_(None), outbox.c.lease_until.is_(None), outbox.c.lease_until < now)
        abandoned = update(outbox).where(outbox.c.state == SENDING, NOTICE, lost)
        doubted = abandoned.values(state=_UNKNOWN).returning(outbox.c.key)
        keys = await self._database.write(lambda connection: connection.scalars(doubted).all())
        for key in keys:
            _log.warning("notice in doubt", key=key)
        return len(keys)

    async def doubted(self, platforms: Collection[str], now: datetime) -> tuple[Doubted, ...]:
        """The notices in doubt of these platforms that can be settled by asking: their senders are surely dead."""
        over = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now - _SETTLES_AFTER)
        recent = outbox.c.due_at > now - _SETTLES_WITHIN
        # Whoever is to hear nothing more has had the words taken out of what was in doubt.
        unsettled = select(outbox).where(
            NOTICE, outbox.c.state == _UNKNOWN, over, recent, outbox.c.payload.is_not(None)
        )
        unsettled = unsettled.where(outbox.c.platform.in_(platforms)).order_by(outbox.c.due_at, outbox.c.key)
        async with self._database.reading() as connection:
            return tuple(
                Doubted(key=EventKey(row.key), platform=row.platform, place=Place(row.place), attempts=row.attempts)
                for row in await connection.execute(unsettled)
            )

    async def settle_posted(self, doubted: Doubted) -> None:
        """Note that a notice in doubt was posted after all, and forget what it said."""
        await change(self._database, _same(doubted).values(state=_SENT, payload=null(), lease_until=None))

    async def settle_missing(self, doubted: Doubted, now: datetime) -> None:
        """Have a notice posted that surely was not, or set it aside where its time is over.

        Nothing is done when it was settled and tried again meanwhile.
        """
        over = outbox.c.until <= now
        aside = _same(doubted).where(over).values(state=_EXPIRED, payload=null(), lease_until=None)
        again = _same(doubted).values(state=PENDING, lease_until=None)

        def note(connection: Connection) -> None:
            connection.execute(aside)
            connection.execute(again)

        await self._database.write(note)

    async def expire(self, now: datetime) -> int:
        """Set aside the notices that were surely not posted while they were welcome; returns how many there were.

        What they said is forgotten: whoever still wants one sent gives it anew.
        """
        over = update(outbox).where(NOTICE, WAITS, outbox.c.until <= now)
        return await change(self._database, over.values(state=_EXPIRED, payload=null()))

    async def forget_lanes(self) -> None:
        """Forget the channels and workspaces in which nobody has to wait."""
        await self._database.write(self._pacing.forget)

    async def _park(self, key: str) -> None:
        """Set a row aside that cannot be read, as one written by a newer version: it must not stop the others."""
        parked = update(outbox).where(outbox.c.key == key).values(state=_FAILED, lease_until=None)
        await change(self._database, parked)

    async def release_all(self) -> None:
        """Free every row; only for a process that knows itself to be alone, at its start.

        Of a notice that was being sent the lease's end is kept: until then it may still arrive from the dead sender.
        """
        kept = case((NOTICE & outbox.c.state.in_((SENDING, _UNKNOWN)), outbox.c.lease_until), else_=null())

        def free(connection: Connection) -> None:
            connection.execute(update(outbox).values(lease_owner=None, lease_until=kept))
            self._pacing.free_all(connection)

        await self._database.write(free)

    async def counts(self) -> dict[str, int]:
        """How many cards are in each state."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
            return {row[0]: row[1] for row in rows}


#: A row that is still ours.
_HELD = update(outbox).where(
    outbox.c.key == bindparam("of"), outbox.c.state == SENDING, outbox.c.lease_owner == bindparam("ours")
)
_POSTED = _HELD.values(state=_SENT, payload=null(), lease_until=None, posted=bindparam("by"))
_MOVED = update(outbox).where(outbox.c.key == bindparam("of")).values(posted=bindparam("by"), about=bindparam("on"))


def _whose(outgoing: Outgoing) -> dict[str, str]:
    return {"of": outgoing.key, "ours": outgoing.lease.owner}


def _no_clock() -> datetime:
    return datetime.now(UTC)


def _same(doubted: Doubted) -> Update:
    """The row of a notice in doubt, unless it was tried again since."""
    return update(outbox).where(
        outbox.c.key == doubted.key, outbox.c.state == _UNKNOWN, outbox.c.attempts == doubted.attempts
    )
