"""Freezing the counts of a week, so that neither a figure nor what follows from several points at fewer than k people.

The rules are told in docs/disclosure.md. One thought stands behind them: whatever readers could show not to be empty
has at least k people in it; then nothing that they rightly conclude can make it smaller. A person counts once in a
cell, however much they did.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache

from bot.domain.disclosure import (
    ALL,
    STANDING,
    WINDOWS,
    Band,
    Cell,
    Contribution,
    Measure,
    Snapshot,
    weeks_until,
    windows_of,
)
from bot.domain.disclosure_table import Behind, Place, Table, Tally, above, band_of
from bot.domain.partnership import Disclosure

_Tile = tuple[int, int]  # how many weeks ago the window ended, and how many weeks it covers
_NOBODY = Behind()
_MONTH = 4


def freeze(
    week: str,
    history: Mapping[str, Collection[Contribution]],
    rules: Disclosure,
    organisations: Collection[str],
    before: Mapping[str, Snapshot],
    standing: Disclosure | None = None,
) -> Snapshot:
    """What may be shown of `week`, from the contributions of its thirteen weeks that nobody has withdrawn.

    `organisations` are the members: one from which nobody came counts as one from which too few came. `before` are
    the earlier snapshots: a window that reaches back into weeks of a greater k or m keeps the greater. `standing` are
    the rules for what may have been said at any time before, where they are stricter.
    """
    weeks = weeks_until(week, max(WINDOWS))
    earlier = [before.get(each) for each in weeks]
    contributions = [history.get(each, ()) for each in weeks]
    members = frozenset(organisations) | {one.organisation for each in contributions for one in each}
    bits = _bits(contributions)
    weekly = [_tallies(each, bits) for each in contributions]
    shown: dict[Cell, Band] = {}
    for measure in Measure:
        past = _Past(measure, [each[measure] for each in weekly], earlier)
        fit: Collection[Place] | None = None
        own = standing if standing is not None and measure in STANDING else rules
        for window in sorted(windows_of(measure), reverse=True):
            table = Table(tally=past.within(window), members=members, rules=_strictest(own, earlier[1:window]))
            places = table.tally.keys() if fit is None else table.tally.keys() & fit
            table.shown = {each for each in places if table.may_show(each) and not past.tells(table, each, window)}
            table.settle()
            fit = table.shown
            shown |= {past.cell(place, window): band for place in fit if (band := table.band(place))}
    return Snapshot(week=week, k=rules.k, m=rules.m, shown=shown)


def _strictest(rules: Disclosure, earlier: Iterable[Snapshot | None]) -> Disclosure:
    kept = [each for each in earlier if each]
    return Disclosure(k=max([rules.k, *(each.k for each in kept)]), m=max([rules.m, *(each.m for each in kept)]))


def _tallies(contributions: Collection[Contribution], bits: Mapping[str, int]) -> Mapping[Measure, Tally]:
    """Who is behind each place in one week. Whoever is named for anything is known to have taken part."""
    people: defaultdict[tuple[Measure, Place], int] = defaultdict(int)
    known: defaultdict[tuple[Measure, Place], int] = defaultdict(int)
    named = {(one.person, one.organisation) for one in contributions if one.named}
    for one in contributions:
        key = (one.measure, (one.factor, one.organisation))
        people[key] |= bits[one.person]
        if one.named or (one.factor == ALL and (one.person, one.organisation) in named):
            known[key] |= bits[one.person]
    parts: dict[Measure, list[Tally]] = {measure: [] for measure in Measure}
    for (measure, place), each in people.items():
        behind = Behind(people=each, known=known[measure, place])
        parts[measure].append(dict.fromkeys({place} | above(place), behind))
    return {measure: _together(each) for measure, each in parts.items()}


def _bits(history: Iterable[Collection[Contribution]]) -> Mapping[str, int]:
    people = dict.fromkeys(one.person for contributions in history for one in contributions)
    return {person: 1 << number for number, person in enumerate(people)}


def _together(tallies: Iterable[Tally]) -> Tally:
    parts: defaultdict[Place, list[Behind]] = defaultdict(list)
    for tally in tallies:
        for place, behind in tally.items():
            parts[place].append(behind)
    return {place: Behind.union(each) for place, each in parts.items()}


class _Past:
    """The thirteen weeks of one measure, newest first: who was counted in each, what was shown of the earlier ones."""

    def __init__(self, measure: Measure, weekly: Sequence[Tally], earlier: Sequence[Snapshot | None]) -> None:
        self._measure = measure
        self._windows = windows_of(measure)
        self._weekly = weekly
        self._earlier = earlier

    def cell(self, place: Place, window: int) -> Cell:
        return Cell(window=window, measure=self._measure, factor=place[0], organisation=place[1])

    def within(self, window: int) -> Tally:
        """Everybody who was counted in the window, once in each place."""
        return _together(self._weekly[:window])

    def tells(self, table: Table, place: Place, window: int) -> bool:
        """Whether this figure, less those of the shorter windows in it, would show that a few people are left over."""
        band = table.band(place)
        if band is None or self._tells_members(table, place, window):
            return band is not None
        return any(
            _exceeds(band, seen.values()) and not self._left(table, place, seen).enough(table.rules.k)
            for tiles in _tilings(window)
            for seen in self._seen(table.rules, place, tiles)
        )

    def _tells_members(self, table: Table, place: Place, window: int) -> bool:
        """The same for one shorter window, and for those who take away the people of their own organisation."""
        whole, factor = table.band(place), place[0]
        if whole is None or whole.high is None or place[1] != ALL:
            return False
        tiles = {tile for tiles in _tilings(window) for tile in tiles}
        seen = [each for tile in tiles for known in self._seen(table.rules, place, [tile]) for each in known.items()]
        owns = [(factor, own) for own in table.members if (factor, own) in table.tally]
        return any(
            self._leaves_few(table, own, tile, whole.low - part.high) or self._limits_few(table, own, tile, part, whole)
            for tile, part in seen
            if part.high is not None
            for own in owns
        )

    def _leaves_few(self, table: Table, own: Place, tile: _Tile, more: int) -> bool:
        """Whether somebody is certainly in the window and not in the shorter one, and they are few."""
        mine = table.tally[own]
        if more <= 0 or more <= len(mine) - len(self._counted(own, tile)):
            return False
        return not self._left(table, (own[0], ALL), [tile]).without([mine]).enough(table.rules.k)

    def _limits_few(self, table: Table, own: Place, tile: _Tile, part: Band, whole: Band) -> bool:
        """Whether somebody is certainly in the shorter window, and the longer shows that they are few."""
        most = (whole.high or 0) - len(table.tally[own])
        if most - table.tally[own[0], ALL].known.bit_count() >= table.rules.k:
            return False
        mine = self._counted(own, tile)
        others = self._counted((own[0], ALL), tile).without([mine])
        known = others.known.bit_count()
        return part.low - len(mine) - known >= 1 and most - known < table.rules.k and not others.enough(table.rules.k)

    def _seen(self, rules: Disclosure, place: Place, tiles: Sequence[_Tile]) -> Iterator[dict[_Tile, Band]]:
        """The figures shown before, and the same with this week's, of which it is not yet known whether it will be."""
        snapshots = [(tile, self._earlier[tile[0]]) for tile in tiles if tile[0]]
        bands = [(tile, each.shown.get(self.cell(place, tile[1]))) for tile, each in snapshots if each]
        yield {tile: band for tile, band in bands if band}
        bands += [(tile, band_of(len(self._counted(place, tile)), rules)) for tile in tiles if self._is_new(tile)]
        yield {tile: band for tile, band in bands if band}

    def _is_new(self, tile: _Tile) -> bool:
        """Whether it is a figure of this week."""
        age, window = tile
        return age == 0 and window in self._windows

    def _left(self, table: Table, place: Place, seen: Iterable[_Tile]) -> Behind:
        return table.tally[place].without(self._counted(place, tile) for tile in seen)

    def _counted(self, place: Place, tile: _Tile) -> Behind:
        age, window = tile
        return Behind.union(tally.get(place, _NOBODY) for tally in self._weekly[age : age + window])


def _exceeds(whole: Band, parts: Collection[Band]) -> bool:
    """Whether the whole must hold more people than its parts together."""
    return all(part.high is not None for part in parts) and whole.low > sum(part.high or 0 for part in parts)


@cache
def _tilings(window: int) -> tuple[tuple[_Tile, ...], ...]:
    """How a window can be made up of shorter ones: of single weeks, and of four weeks with one single week left."""
    weeks = tuple((age, 1) for age in range(window))
    singles = range(0, window, _MONTH) if window > _MONTH else ()
    return (weeks, *(_with_one_single(window, single) for single in singles)) if window > 1 else ()


def _with_one_single(window: int, single: int) -> tuple[_Tile, ...]:
    ages = [*range(0, single, _MONTH), single, *range(single + 1, window, _MONTH)]
    return tuple((age, 1 if age == single else _MONTH) for age in ages)
