"""Codes that open a page: everybody gets a few for each of theirs, each counts for minutes and for a few tries."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from bot.domain.people import PartnerId, PartnershipId
from bot.store import notices
from bot.store.barrier_tables import digest_link
from bot.store.database import Database
from bot.store.inbox import Reply

LIFE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
MOST_AN_HOUR = 3
_HOUR = timedelta(hours=1)
_KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A code as it is kept: whose it is, and its keyed hash."""

    partnership: PartnershipId
    partner: PartnerId
    code_hash: str


class DigestCodes:
    """One row a code. Somebody's last one for this page counts, until it was used or tried too often."""

    def __init__(self, database: Database, page: str) -> None:
        self._database = database
        self._page = page

    async def issue(self, issued: Issued, notice: Reply, now: datetime) -> bool:
        """Keep a code and have the notice that brings it sent; False when they had enough for it within the hour.

        From then on an earlier code of theirs for this page opens nothing.
        """
        theirs = self._theirs(issued)

        def note(connection: Connection) -> bool:
            connection.execute(delete(digest_link).where(theirs, digest_link.c.expires_at < now - _KEPT))
            earlier = connection.execute(select(digest_link).where(theirs).order_by(digest_link.c.id)).all()
            if sum(row.expires_at > now + LIFE - _HOUR for row in earlier) >= MOST_AN_HOUR:
                return False
            row = {
                "id": self._following(issued, [row.id for row in earlier], now),
                "attempts": 0,
                "expires_at": now + LIFE,
            }
            row |= {
                "page": self._page,
                "partnership": issued.partnership,
                "partner": issued.partner,
                "code_hash": issued.code_hash,
            }
            added = self._database.insert(digest_link).values(**row).on_conflict_do_nothing()
            if connection.scalar(added.returning(digest_link.c.id)) is None:
                return False
            others = update(digest_link).where(theirs, digest_link.c.id != row["id"])
            connection.execute(others.values(attempts=MOST_ATTEMPTS))
            notices.put(connection, self._database, [notice], now)
            return True

        return await self._database.write(note)

    async def use(self, tried: Issued, now: datetime) -> bool:
        """Whether this is the hash of the lead's last code; each try counts, and a code opens once."""
        usable = self._theirs(tried) & digest_link.c.opened_at.is_(None)
        usable &= (digest_link.c.expires_at > now) & (digest_link.c.attempts < MOST_ATTEMPTS)
        counted = update(digest_link).where(usable).values(attempts=digest_link.c.attempts + 1)
        right = usable & (digest_link.c.code_hash == tried.code_hash)
        opened = update(digest_link).where(right).values(opened_at=now)

        def note(connection: Connection) -> bool:
            if connection.execute(opened).rowcount == 1:
                return True
            connection.execute(counted)
            return False

        return await self._database.write(note)

    def _theirs(self, issued: Issued) -> ColumnElement[bool]:
        theirs = (digest_link.c.partnership == issued.partnership) & (digest_link.c.partner == issued.partner)
        return theirs & (digest_link.c.page == self._page)

    def _following(self, issued: Issued, earlier: Sequence[str], now: datetime) -> str:
        """An id that follows from those before, so that of two codes issued at once only one is kept."""
        seed = "\0".join([self._page, issued.partnership, issued.partner, now.date().isoformat(), *earlier])
        return hashlib.sha256(seed.encode()).hexdigest()
