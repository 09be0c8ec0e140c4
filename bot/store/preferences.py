"""What partners chose for themselves: their day, hour, quiet, language and absences."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_

from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import QuietHours, Span
from bot.domain.people import PartnerId
from bot.store.check_in_tables import away, preference
from bot.store.database import Database

#: Ids in a statement at most: SQLite takes 32 thousand values, and messages must be acknowledged meanwhile.
_MOST_TOGETHER = 1_000


class OwnSettings:
    """One row a partner who said something, and one for each of their absences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, partners: Collection[PartnerId]) -> Mapping[PartnerId, PartnerSettings]:
        """The settings of those of these partners who have some."""
        rows: list[Any] = []
        spans: dict[str, list[Span]] = defaultdict(list)
        async with self._database.reading() as connection:
            for chunk in _chunks(sorted(set(partners))):
                rows += (await connection.execute(select(preference).where(preference.c.partner.in_(chunk)))).all()
                absences = select(away).where(away.c.partner.in_(chunk)).order_by(away.c.first, away.c.last)
                for row in await connection.execute(absences):
                    spans[row.partner].append(Span(first=row.first, last=row.last))
        return {PartnerId(row.partner): settings_of(row, spans[row.partner]) for row in rows}

    async def keep(
        self, partner: PartnerId, settings: PartnerSettings, at: datetime, *, before: PartnerSettings | None = None
    ) -> None:
        """Keep a partner's settings; what the platform knows of them stays.

        Where they are given as they were found `before`, only what differs from that is written: of two messages that
        are handled at once neither undoes the other, such as a “stop”.
        """
        chosen = _row(settings)
        former = _row(before) if before else {}
        changed = {name: value for name, value in chosen.items() if name not in former or former[name] != value}
        added = self._database.insert(preference).values(partner=partner, at=at, **chosen)
        kept = added.on_conflict_do_update(index_elements=["partner"], set_={**changed, "at": at})
        gone = away.c.partner == partner
        if before is not None:
            gone &= tuple_(away.c.first, away.c.last).in_(_days(before) - _days(settings))
        fresh = _days(settings) - (_days(before) if before else set())
        spans = [{"partner": partner, "first": first, "last": last} for first, last in sorted(fresh)]

        def note(connection: Connection) -> None:
            # The partner's row first: whoever else keeps theirs waits for it.
            connection.execute(kept)
            connection.execute(delete(away).where(gone))
            if spans:
                connection.execute(self._database.insert(away).on_conflict_do_nothing(), spans)

        await self._database.write(note)

    async def zone_known(self, partner: PartnerId, zone: str, at: datetime) -> None:
        """Keep the zone that a partner's platform says they are in; one that they chose themselves outranks it."""
        known = select(preference.c.known_zone).where(preference.c.partner == partner)
        async with self._database.reading() as connection:
            if await connection.scalar(known) == zone:  # as with nearly every message
                return
        added = self._database.insert(preference).values(partner=partner, known_zone=zone, stopped=False, at=at)
        kept = added.on_conflict_do_update(index_elements=["partner"], set_={"known_zone": zone})
        await self._database.write(lambda connection: connection.execute(kept).rowcount)


def _chunks(ids: Sequence[PartnerId]) -> Iterator[Sequence[PartnerId]]:
    for start in range(0, len(ids), _MOST_TOGETHER):
        yield ids[start : start + _MOST_TOGETHER]


def _days(settings: PartnerSettings) -> set[tuple[date, date]]:
    return {(each.first, each.last) for each in settings.away}


def _row(settings: PartnerSettings) -> dict[str, Any]:
    quiet = settings.quiet
    return {
        "zone": settings.zone,
        "weekday": settings.weekday,
        "hour": settings.hour,
        "quiet_begin": quiet and quiet.begin,
        "quiet_end": quiet and quiet.end,
        "locale": settings.locale,
        "stopped": settings.stopped,
        "paused_until": settings.paused_until,
    }


def settings_of(row: Any, absences: Sequence[Span]) -> PartnerSettings:
    """The settings of a row, which may be empty."""
    known = row.quiet_begin is not None and row.quiet_end is not None
    return PartnerSettings(
        zone=row.zone,
        weekday=row.weekday,
        hour=row.hour,
        quiet=QuietHours(begin=row.quiet_begin, end=row.quiet_end) if known else None,
        locale=row.locale,
        stopped=bool(row.stopped),
        paused_until=row.paused_until,
        away=tuple(absences),
        known_zone=row.known_zone,
    )
