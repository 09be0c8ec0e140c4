"""Homes: where each partner alone is written to, for what nobody asked for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.domain.messages import Place
from bot.domain.people import PartnerId
from bot.store.barrier_tables import home
from bot.store.check_in_tables import preference
from bot.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Home:
    """A place on one platform that one partner alone reads; `locale` is the language they chose, empty for none."""

    platform: str
    place: Place
    locale: str = ""


#: So many are read at once.
_TOGETHER = 500
_OF = (
    select(home.c.partner, home.c.platform, home.c.place, preference.c.locale)
    .outerjoin(preference, preference.c.partner == home.c.partner)
    .order_by(home.c.at, home.c.identity)
)


class Homes:
    """One row an identity. Somebody with several has one home: where they wrote from last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, partner: PartnerId, identity: str, platform: str, place: Place, at: datetime) -> None:
        """Keep where the identity with this key is written to, unless a later place is known; "" says nothing."""
        if not place:
            return
        latest = {"partner": partner, "platform": platform, "place": place, "at": at}
        added = self._database.insert(home).values(identity=identity, **latest)
        kept = added.on_conflict_do_update(index_elements=["identity"], set_=latest, where=home.c.at <= at)
        await self._database.write(lambda connection: connection.execute(kept).rowcount)

    async def of(self, partners: Collection[PartnerId]) -> Mapping[PartnerId, Home]:
        """The home of each of these partners that has one.

        Thousands are read in parts, so that whoever writes to the coach meanwhile does not wait for all of them.
        """
        wanted, found = list(partners), dict[PartnerId, Home]()
        async with self._database.reading() as connection:
            for start in range(0, len(wanted), _TOGETHER):
                theirs = _OF.where(home.c.partner.in_(wanted[start : start + _TOGETHER]))
                found |= {PartnerId(row.partner): _home(row) for row in await connection.execute(theirs)}
        return found


def _home(row: Any) -> Home:
    return Home(platform=row.platform, place=Place(row.place), locale=row.locale or "")
