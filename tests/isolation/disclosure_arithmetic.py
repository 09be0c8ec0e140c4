"""What follows from the figures of some digests by adding and subtracting: bounds of numbers of people."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.domain.disclosure import ALL, Measure, weeks_until
from tests.isolation.disclosure_world import FACTORS, Key


class ContradictionError(Exception):
    """What was presumed cannot be true."""


@dataclass
class Bounds:
    """How many people can be behind a cell, by all that is known. `shown`: a figure was read, or counted oneself."""

    low: float
    high: float
    shown: bool = False

    def at_least(self, low: float) -> None:
        self.low = max(self.low, low)
        self._check()

    def at_most(self, high: float) -> None:
        self.high = min(self.high, high)
        self._check()

    def _check(self) -> None:
        if self.low > self.high:
            raise ContradictionError


Facts = dict[Key, Bounds]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """At least `low` and at most `high` people are in `whole` and in none of `parts`."""

    whole: Key
    parts: tuple[Key, ...]
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A cell and those it is made up of. `apart`: nobody is in two of them. `complete`: nobody is in none of them."""

    whole: Key
    parts: tuple[Key, ...]
    apart: bool
    complete: bool

    def narrow(self, facts: Facts) -> None:
        whole, parts = facts[self.whole], [facts[part] for part in self.parts]
        lows = [part.low for part in parts]
        whole.at_least(sum(lows) if self.apart else max(lows))
        if self.complete:
            whole.at_most(sum(part.high for part in parts))
        for part in parts:
            others = [other for other in parts if other is not part]
            part.at_most(whole.high - (sum(other.low for other in others) if self.apart else 0))
            if self.complete:
                part.at_least(whole.low - sum(other.high for other in others))

    def remainders(self, facts: Facts, own: str | None) -> Iterator[Claim]:
        """The whole less all that is shown, and less one's own people only."""
        seen = tuple(part for part in self.parts if facts[part].shown)
        mine = tuple(part for part in seen if part[1].organisation == own)
        for taken in {seen, mine} - {()}:
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


def rows(facts: Facts, organisations: tuple[str, ...]) -> Iterator[Sum]:
    """Everybody, by organisation."""
    for whole, parts in _groups(facts, lambda key: (key[0], replace(key[1], organisation=ALL))):
        yield Sum(whole=whole, parts=parts, apart=True, complete=len(parts) == len(organisations))


def columns(facts: Facts) -> Iterator[Sum]:
    """Everybody, by factor: somebody may be in several."""
    for whole, parts in _groups(facts, lambda key: (key[0], replace(key[1], factor=ALL))):
        yield Sum(whole=whole, parts=parts, apart=False, complete=len(parts) == len(FACTORS))


def _groups(facts: Facts, whole_of: Callable[[Key], Key]) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    groups: defaultdict[Key, list[Key]] = defaultdict(list)
    for key in facts:
        if (whole := whole_of(key)) != key and whole in facts:
            groups[whole].append(key)
    return ((whole, tuple(parts)) for whole, parts in groups.items())


def tilings(facts: Facts) -> Iterator[Sum]:
    """A window, by its weeks."""
    for week, cell in facts:
        weeks = weeks_until(week, cell.window) if cell.window > 1 else ()
        parts = tuple(key for each in weeks if (key := (each, replace(cell, window=1))) in facts)
        if parts:
            yield Sum(whole=(week, cell), parts=parts, apart=False, complete=len(parts) == cell.window)


def inclusions(facts: Facts) -> Iterator[tuple[Key, Key]]:
    """Cells whose weeks lie within those of another, apart from that alike."""
    for alike in _alike(facts):
        for whole in alike:
            for part in alike:
                if part != whole and set(weeks_until(*_span(part))) <= set(weeks_until(*_span(whole))):
                    yield whole, part


def newcomers(facts: Facts) -> Iterator[Claim]:
    """Who is in a window and not in the one of the week before, or the other way round: one week's people at most."""
    for alike in _alike(facts):
        for one in alike:
            for other in alike:
                if one[1] == other[1] and one[0] != other[0] and one[1].window > 1:
                    yield _moved(facts, one, other)


def _moved(facts: Facts, one: Key, other: Key) -> Claim:
    outside = set(weeks_until(*_span(one))) - set(weeks_until(*_span(other)))
    weekly = [facts.get((week, replace(one[1], window=1))) for week in outside]
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
