"""What a round must know of every partnership at once, in one query each: it looks each minute, and mostly in vain."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from bot.domain.own_settings import PartnerSettings
from bot.domain.people import PartnerId, PartnershipId
from bot.store.barrier_tables import home
from bot.store.check_in_rows import in_turn
from bot.store.check_in_tables import away, check_in, preference
from bot.store.database import Database
from bot.store.preferences import settings_of
from bot.store.tables import partner

_CHOSEN = [column for column in preference.c if column.name not in ("partner", "at")]


class Everywhere:
    """Reads across partnerships."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unasked(
        self, weeks: Collection[str], today: date
    ) -> Mapping[PartnershipId, Mapping[PartnerId, PartnerSettings]]:
        """Whoever may still have to be asked in one of these weeks, by partnership, with what they chose.

        Nobody who was removed, has stopped, has no home, or is away from the day before `today` to the day after:
        they are away today wherever they are. Of everybody else the absences are left out.
        """
        found = defaultdict[PartnershipId, dict[PartnerId, PartnerSettings]](dict)
        known: dict[Any, PartnerSettings] = {}

        def note(row: Any) -> None:
            partnership, who, *chosen = row
            key = tuple(chosen)
            if key not in known:
                known[key] = settings_of(row, ())
            found[partnership][who] = known[key]

        async with self._database.reading() as connection:
            await in_turn(connection, _unasked(weeks, today), note)
        return found

    async def asked(
        self, partnerships: Collection[PartnershipId], weeks: Collection[str]
    ) -> frozenset[tuple[PartnerId, str]]:
        """Who of these partnerships has a check-in for one of these weeks already, with the week."""
        theirs = check_in.c.partnership.in_(sorted(partnerships)) & check_in.c.week.in_(sorted(weeks))
        async with self._database.reading() as connection:
            rows = await connection.execute(select(check_in.c.partner, check_in.c.week).where(theirs))
            return frozenset((PartnerId(row.partner), row.week) for row in rows)


def _unasked(weeks: Collection[str], today: date) -> Any:
    away_today = (away.c.partner == partner.c.id) & (away.c.first < today) & (away.c.last > today)
    return (
        select(partner.c.partnership, partner.c.id, *_CHOSEN)
        .outerjoin(preference, preference.c.partner == partner.c.id)
        .where(
            partner.c.active,
            preference.c.stopped.is_not(True),
            exists().where(home.c.partner == partner.c.id),
            ~exists().where(away_today),
            or_(*(~exists().where(_asked_in(week)) for week in sorted(weeks))),
        )
    )


def _asked_in(week: str) -> ColumnElement[bool]:
    theirs = (check_in.c.partner == partner.c.id) & (check_in.c.partnership == partner.c.partnership)
    return theirs & (check_in.c.week == week)
