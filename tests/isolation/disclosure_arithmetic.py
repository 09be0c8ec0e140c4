"""What follows from the figures of some digests by adding and subtracting: bounds of numbers of people."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from bot.domain.disclosure import ALL, Cell, Measure, weeks_until
from tests.isolation.disclosure_world import FACTORS, OF_REPLIES, VIEWS, Key

FAR = 10**6
"""More people than there are, where a figure has no upper bound."""


_DEEDS = frozenset({Measure.RAISED, *OF_REPLIES})


class ContradictionError(AssertionError):
    """Somebody reckoned wrongly: what can be read at one time is true together."""


@dataclass(slots=True)
class Bounds:
    """How many people can be behind a cell, by all that is known. `shown`: a figure was read, or counted oneself."""

    low: int
    high: int
    shown: bool = False

    def at_least(self, low: int) -> None:
        if low > self.low:
            self.low = low
            self._check()

    def at_most(self, high: int) -> None:
        if high < self.high:
            self.high = high
            self._check()

    def _check(self) -> None:
        if self.low > self.high:
            raise ContradictionError


Facts = dict[Key, Bounds]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """At least `low` and at most `high` people are in `whole` and in none of `parts`.

    Where the part is the whole: who was in it before a withdrawal, and was not after it.
    """

    whole: Key
    parts: tuple[Key, ...]
    low: int
    high: int


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A cell and those it is made up of. `apart`: nobody is in two of them. `complete`: nobody is in none of them."""

    whole: Key
    parts: tuple[Key, ...]
    apart: bool
    complete: bool

    def narrow(self, facts: Facts) -> None:
        whole, parts = facts[self.whole], [facts[part] for part in self.parts]
        lows, highs = [part.low for part in parts], [part.high for part in parts]
        least, most = sum(lows), sum(highs)
        whole.at_least(least if self.apart else max(lows))
        if self.complete:
            whole.at_most(most)
        for part, low, high in zip(parts, lows, highs, strict=True):
            part.at_most(whole.high - (least - low if self.apart else 0))
            if self.complete:
                part.at_least(whole.low - (most - high))

    def remainders(self, facts: Facts, own: str | None) -> Iterator[Claim]:
        """The whole less all that is shown, and less one's own people only, where somebody is left."""
        seen = tuple(part for part in self.parts if facts[part].shown)
        mine = tuple(part for part in seen if part[1].organisation == own)
        for taken in {seen, mine} - {()}:
            if facts[self.whole].low > sum(facts[part].high for part in taken):
                yield self._less(facts, taken)

    def presumed(self, facts: Facts, few: int) -> Iterator[Claim]:
        """What follows if each part that is not shown, beside enough that is, is `few` at most. If it can be so."""
        seen = [part for part in self.parts if facts[part].shown]
        hidden = [part for part in self.parts if not facts[part].shown]
        left = facts[self.whole].low - sum(facts[part].high for part in seen)
        beside = sum(facts[part].low for part in seen)
        if not hidden or beside <= few or not self.complete or left > few * len(hidden):
            return
        yield Claim(whole=self.whole, parts=tuple(seen), low=left, high=few * len(hidden))
        if self.apart:
            for part in hidden:
                yield Claim(whole=part, parts=(), low=left - few * (len(hidden) - 1), high=few)

    def _less(self, facts: Facts, taken: tuple[Key, ...]) -> Claim:
        whole, gone = facts[self.whole], [facts[part] for part in taken]
        lows = [part.low for part in gone]
        high = whole.high - (sum(lows) if self.apart else max(lows))
        if self.complete:
            high = min(high, sum(facts[part].high for part in self.parts if part not in taken))
        return Claim(whole=self.whole, parts=taken, low=whole.low - sum(part.high for part in gone), high=high)


@cache
def elsewhere(cell: Cell, organisation: str) -> Cell:
    """The same of another organisation, or of all."""
    return cell if cell.organisation == organisation else replace(cell, organisation=organisation)


@cache
def _over_factors(cell: Cell) -> Cell:
    return cell if cell.factor == ALL else replace(cell, factor=ALL)


@cache
def _single(cell: Cell) -> Cell:
    return cell if cell.window == 1 else replace(cell, window=1)


def rows(facts: Facts, organisations: tuple[str, ...]) -> Iterator[Sum]:
    """Everybody, by organisation."""
    for whole, parts in _groups(facts, lambda cell: elsewhere(cell, ALL)):
        yield Sum(whole=whole, parts=parts, apart=True, complete=len(parts) == len(organisations))


def columns(facts: Facts) -> Iterator[Sum]:
    """Everybody, by factor: somebody may be in several."""
    for whole, parts in _groups(facts, _over_factors):
        yield Sum(whole=whole, parts=parts, apart=False, complete=len(parts) == len(FACTORS))


def _groups(facts: Facts, whole_of: Callable[[Cell], Cell]) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    groups: defaultdict[Key, list[Key]] = defaultdict(list)
    for key in facts:
        cell = whole_of(key[1])
        if cell != key[1] and (whole := (key[0], cell)) in facts:
            groups[whole].append(key)
    return ((whole, tuple(parts)) for whole, parts in groups.items())


def tilings(facts: Facts) -> Iterator[Sum]:
    """A window, by its weeks."""
    for week, cell in facts:
        weeks = weeks_until(week, cell.window) if cell.window > 1 else ()
        parts = tuple(key for each in weeks if (key := (each, _single(cell))) in facts)
        if parts:
            yield Sum(whole=(week, cell), parts=parts, apart=False, complete=len(parts) == cell.window)


def inclusions(facts: Facts) -> Iterator[tuple[Key, Key]]:
    """Cells whose weeks lie within those of another, apart from that alike."""
    for alike in _alike(facts):
        spans = [(key, _weeks(*_span(key))) for key in alike]
        for whole, wide in spans:
            for part, narrow in spans:
                if part is not whole and narrow <= wide:
                    yield whole, part


def of_replies(facts: Facts) -> Iterator[tuple[Key, Key]]:
    """Whoever said how it goes, or what the board should talk about, replied; and whoever replied took part."""
    for week, cell in facts:
        wholes = [replace(cell, measure=Measure.REPLIED)] if cell.measure in (Measure.AGENDA, *VIEWS) else []
        if cell.factor == ALL and cell.measure is not Measure.TOOK_PART:
            wholes += [replace(cell, measure=Measure.TOOK_PART)] if cell.measure in _DEEDS else []
        yield from (((week, whole), (week, cell)) for whole in wholes if (week, whole) in facts)


def by_view(facts: Facts) -> Iterator[Sum]:
    """Those who replied, by how they say it goes: in one week nobody says two things."""
    for week, cell in facts:
        if cell.measure is Measure.REPLIED:
            parts = tuple(key for view in VIEWS if (key := (week, replace(cell, measure=view))) in facts)
            if parts:
                yield Sum(whole=(week, cell), parts=parts, apart=cell.window == 1, complete=False)


def left_over(facts: Facts, nested: Iterable[tuple[Key, Key]]) -> Iterator[Claim]:
    """Who is certainly in the wider cell and not in the narrower."""
    for whole, part in nested:
        wide, narrow = facts[whole], facts[part]
        if wide.low > narrow.high:
            yield Claim(whole=whole, parts=(part,), low=wide.low - narrow.high, high=wide.high - narrow.low)


def newcomers(facts: Facts) -> Iterator[Claim]:
    """Who is certainly in a window and not in one of another week: the people of the weeks between, at most."""
    for alike in _alike(facts):
        wide = [key for key in alike if key[1].window > 1]
        for one in wide:
            for other in wide:
                if one[1].window == other[1].window and facts[one].low > facts[other].high:
                    yield _moved(facts, one, other)


def _moved(facts: Facts, one: Key, other: Key) -> Claim:
    outside = _weeks(*_span(one)) - _weeks(*_span(other))
    weekly = [facts.get((week, _single(one[1]))) for week in outside]
    high = facts[one].high
    if all(weekly):
        high = min(high, sum(each.high for each in weekly if each))
    return Claim(whole=one, parts=(other,), low=facts[one].low - facts[other].high, high=high)


def _alike(facts: Facts) -> Iterable[list[Key]]:
    groups: defaultdict[tuple[Measure, str, str], list[Key]] = defaultdict(list)
    for key in facts:
        groups[key[1].measure, key[1].factor, key[1].organisation].append(key)
    return groups.values()


def _span(key: Key) -> tuple[str, int]:
    return key[0], key[1].window


@cache
def _weeks(week: str, window: int) -> frozenset[str]:
    return frozenset(weeks_until(week, window))
