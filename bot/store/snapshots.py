"""Snapshots: the figures of a week as they were frozen, and who stood behind them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.domain.counting import Counted, weeks_from
from bot.domain.disclosure import (
    WINDOWS,
    Band,
    Cell,
    Contribution,
    Measure,
    Snapshot,
    rests_on,
    withhold,
)
from bot.domain.people import PartnerId, PartnershipId
from bot.store.barrier_tables import snapshot, snapshot_contribution
from bot.store.database import Database


class Snapshots:
    """The repository. A week is frozen once; from then on cells can only be withheld."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, partnership: PartnershipId) -> Mapping[str, Snapshot]:
        """Every snapshot of a partnership, by week."""
        rows = select(snapshot).where(snapshot.c.partnership == partnership)
        async with self._database.reading() as connection:
            return {row.week: snapshot_of(row) for row in await connection.execute(rows)}

    async def history(self, partnership: PartnershipId, weeks: Collection[str]) -> Mapping[str, list[Contribution]]:
        """What stands behind the figures of these weeks and was not withdrawn."""
        behind = select(snapshot_contribution).where(
            snapshot_contribution.c.partnership == partnership, snapshot_contribution.c.week.in_(list(weeks))
        )
        async with self._database.reading() as connection:
            return _by_week(await connection.execute(behind))

    async def keep(self, partnership: PartnershipId, frozen: Snapshot, behind: Sequence[Counted]) -> None:
        """Keep a week's figures with what stands behind them; a week that is kept already stays as it is."""
        row = {"partnership": partnership, "week": frozen.week, "k": frozen.k, "m": frozen.m, "shown": _shown(frozen)}
        added = self._database.insert(snapshot).values(**row).on_conflict_do_nothing().returning(snapshot.c.week)
        rows = [_row(partnership, frozen.week, each) for each in behind]

        def note(connection: Connection) -> None:
            if connection.scalar(added) is not None and rows:
                connection.execute(snapshot_contribution.insert(), rows)

        await self._database.write(note)

    async def forget(self, partnership: PartnershipId, before: str) -> None:
        """Delete the snapshots of weeks before this one, and who stood behind them."""

        def note(connection: Connection) -> None:
            for table in (snapshot, snapshot_contribution):
                old = (table.c.partnership == partnership) & (table.c.week < before)
                connection.execute(delete(table).where(old))

        await self._database.write(note)

    async def withhold(self, partnership: PartnershipId, partner: PartnerId, source: str) -> None:
        """Withhold every cell that this partner's part in a barrier, or reply to a check-in, stands behind.

        `source` is the id of either. Again has no effect.
        """
        theirs = (
            (snapshot_contribution.c.partnership == partnership)
            & (snapshot_contribution.c.person == partner)
            & (snapshot_contribution.c.source == source)
        )

        def note(connection: Connection) -> None:
            withdrawn = _by_week(connection.execute(select(snapshot_contribution).where(theirs)))
            weeks = {later for week in withdrawn for later in weeks_from(week, max(WINDOWS))}
            same = (snapshot.c.partnership == partnership) & snapshot.c.week.in_(weeks)
            for row in connection.execute(select(snapshot).where(same).with_for_update()).all():
                left = withhold(snapshot_of(row), rests_on(row.week, withdrawn, partner))
                this = (snapshot.c.partnership == partnership) & (snapshot.c.week == row.week)
                connection.execute(update(snapshot).where(this).values(shown=_shown(left)))
            connection.execute(delete(snapshot_contribution).where(theirs))

        await self._database.write(note)


def _by_week(rows: Iterable[Row[Any]]) -> dict[str, list[Contribution]]:
    found: defaultdict[str, list[Contribution]] = defaultdict(list)
    for row in rows:
        found[row.week].append(
            Contribution(
                person=row.person,
                organisation=row.organisation,
                measure=Measure(row.measure),
                factor=row.factor,
                named=row.named,
            )
        )
    return dict(found)


def _row(partnership: PartnershipId, week: str, each: Counted) -> dict[str, Any]:
    one = each.contribution
    return {
        "partnership": partnership,
        "week": week,
        "measure": one.measure.value,
        "factor": one.factor,
        "organisation": one.organisation,
        "person": one.person,
        "source": each.source,
        "named": one.named,
    }


def _shown(frozen: Snapshot) -> list[list[Any]]:
    return [
        [cell.window, cell.measure.value, cell.factor, cell.organisation, band.low, band.high]
        for cell, band in sorted(frozen.shown.items(), key=lambda item: item[0])
    ]


def snapshot_of(row: Any) -> Snapshot:
    """The snapshot of a row."""
    shown = {_cell(*place): _band(low, high) for *place, low, high in row.shown}
    return Snapshot(week=row.week, k=row.k, m=row.m, shown=shown)


# The same few hundred stand in every week of a year.
@lru_cache(maxsize=10_000)
def _cell(window: int, measure: str, factor: str, organisation: str) -> Cell:
    return Cell(window=window, measure=Measure(measure), factor=factor, organisation=organisation)


@cache
def _band(low: int, high: int | None) -> Band:
    return Band(low=low, high=high)
