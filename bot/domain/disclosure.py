"""What counts may be shown without singling anybody out: the values, and how they are read.

At the end of each ISO week a `Snapshot` is frozen (`bot.domain.disclosure_freezing`). Whatever leads see later is
selected from it and never counted again. A cell that is not in a snapshot is "too few to say", whatever the reason:
nobody, too few, kept back to protect another cell, or withheld since somebody withdrew. No reader can tell which.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache

#: Stands for every factor, or every organisation. No factor and no organisation can have this id.
ALL = "*"
#: How many weeks back a figure looks, its own week included.
WINDOWS = (1, 4, 13)
_TREND = 4


class Measure(StrEnum):
    """What is counted. Whatever is added here is frozen and shown by the same rules."""

    RAISED = "raised"  #: raised a barrier in the window
    OPEN = "open"  #: had an open barrier at the end of a week of the window
    CLOSED = "closed"  #: a barrier of theirs was closed in the window
    TOOK_PART = "took_part"  #: did anything that the partnership counts
    REPLIED = "replied"  #: replied to a check-in, and keeps it from nobody
    WELL = "well"  #: said in a reply that it goes well
    MIXED = "mixed"  #: said in a reply that it goes well in parts
    HARD = "hard"  #: said in a reply that it is hard
    AGENDA = "agenda"  #: wants the board to talk about it

    #: An enumeration's own is many times slower, and figures are looked up by their measure a million times a freeze.
    __hash__ = str.__hash__


#: What rests on barriers that may have been raised long before the week.
STANDING = frozenset({Measure.OPEN, Measure.CLOSED})
#: What people said, beside that they did: told of a month or more. In one week everybody says one thing at most, and
#: the figures of those who replied, less those of two things that they said, would tell how many said the third.
_SAID = frozenset({Measure.WELL, Measure.MIXED, Measure.HARD, Measure.AGENDA})
MONTH = 4


def windows_of(measure: Measure) -> tuple[int, ...]:
    """The windows over which a measure is told."""
    return tuple(window for window in WINDOWS if window >= MONTH or measure not in _SAID)


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One person stands behind one measure in one week; `named` if readers may know that it is this person.

    What has no factor, as taking part, keeps `ALL`: it counts there only. Ids are opaque here.
    """

    person: str
    organisation: str
    measure: Measure
    factor: str = ALL
    named: bool = False


@dataclass(frozen=True, kw_only=True, order=True)
class Cell:
    """The place of one figure in a snapshot. The week is its snapshot's."""

    window: int
    measure: Measure
    factor: str = ALL
    organisation: str = ALL


@dataclass(frozen=True, kw_only=True)
class Band:
    """The only form in which a number of people is shown: from `low` to `high` of them, or `low` and more."""

    low: int
    high: int | None


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What may be shown of one week. It keeps the `k` and `m` that it was frozen with, whatever is agreed later."""

    week: str
    k: int
    m: int
    shown: Mapping[Cell, Band] = field(hash=False)


@lru_cache(maxsize=1024)
def weeks_until(week: str, count: int) -> tuple[str, ...]:
    """The `count` ISO weeks that end with `week` (such as "2026-W07"), newest first."""
    monday = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    return tuple(iso_week(monday - timedelta(weeks=age)) for age in range(count))


def iso_week(day: date) -> str:
    """The ISO week of a day, as snapshots name it: "2026-W07". Such names sort by time."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


@cache
def bands(k: int, m: int) -> tuple[Band, ...]:
    """The bands that counts are shown in: 5-9, 10-19, 20-49, 50-99 and 100 or more, where k is 5 and m at most 5.

    Every band is at least k wide, and at least m: then a difference of two figures that proves a group not to be empty
    always leaves room for k people in it.
    """
    wide = max(k, m)
    lows = [k + wide * times for times in (0, 1, 3, 9, 19)]
    highs = [*(low - 1 for low in lows[1:]), None]
    return tuple(Band(low=low, high=high) for low, high in zip(lows, highs, strict=True))


def select(
    snapshot: Snapshot | None, measure: Measure, *, window: int = 1, factor: str = ALL, organisation: str = ALL
) -> Band | None:
    """The figure as it was frozen, or None: too few to say. Also where no snapshot was taken."""
    if snapshot is None:
        return None
    return snapshot.shown.get(Cell(window=window, measure=measure, factor=factor, organisation=organisation))


def trend(
    snapshots: Mapping[str, Snapshot], week: str, measure: Measure, *, factor: str = ALL, organisation: str = ALL
) -> tuple[Band | None, ...]:
    """The four weekly figures that end with `week`, oldest first, each as it was frozen at the time."""
    return tuple(
        select(snapshots.get(each), measure, factor=factor, organisation=organisation)
        for each in reversed(weeks_until(week, _TREND))
    )


def rests_on(week: str, history: Mapping[str, Collection[Contribution]], person: str) -> frozenset[Cell]:
    """The cells of the snapshot of `week` that counted this person, shown or not.

    `history` is what the snapshot was frozen from, or as much of it as the person has withdrawn: then the cells that
    rest on what remains are not named.
    """
    cells: set[Cell] = set()
    for age, each in enumerate(weeks_until(week, max(WINDOWS))):
        mine = [one for one in history.get(each, ()) if one.person == person]
        cells.update(cell for one in mine for window in WINDOWS if age < window for cell in _counted_in(window, one))
    return frozenset(cells)


def _counted_in(window: int, one: Contribution) -> Iterable[Cell]:
    for factor in {one.factor, ALL}:
        for organisation in (one.organisation, ALL):
            yield Cell(window=window, measure=one.measure, factor=factor, organisation=organisation)


def withhold(snapshot: Snapshot, cells: Collection[Cell]) -> Snapshot:
    """The snapshot without these cells: from now on they are too few to say, and no figure is lowered."""
    return replace(snapshot, shown={cell: band for cell, band in snapshot.shown.items() if cell not in cells})
