"""Somebody who reads two digests or exports, subtracts, adds up, and remembers; and who may belong to an organisation.

They know that whoever says how things go has replied, and that whoever replied took part.

They know the rules, who was named, and how cells contain each other. They narrow down the number behind each cell from
all the others, and ask of every group that follows: is somebody in it, and are they fewer than k?
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from bot.domain.disclosure import ALL, WINDOWS, Cell, Measure, weeks_until
from tests.isolation.disclosure_arithmetic import (
    FAR,
    Bounds,
    Claim,
    Facts,
    Sum,
    by_view,
    columns,
    elsewhere,
    inclusions,
    left_over,
    newcomers,
    of_replies,
    rows,
    tilings,
)
from tests.isolation.disclosure_world import FACTORS, Key, Moment, World

_NOBODY: frozenset[str] = frozenset()
_ROUNDS = 2


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What one reader asked for: a week and window, an organisation and a factor or all, read at some moment."""

    moment: Moment
    week: str
    window: int
    organisations: tuple[str, ...]
    factors: tuple[str, ...]

    @property
    def keys(self) -> Iterator[Key]:
        """The cells that it shows, or for which it says that there is too little to say."""
        spans = {(self.week, self.window), *((week, 1) for week in weeks_until(self.week, 4))}
        for week, window in sorted(spans):
            for measure in Measure:
                for factor in (ALL,) if measure == Measure.TOOK_PART else self.factors:
                    for organisation in self.organisations:
                        cell = Cell(window=window, measure=measure, factor=factor, organisation=organisation)
                        if week in self.moment.shown:
                            yield week, cell


def _every_cell(organisations: tuple[str, ...]) -> Iterator[Cell]:
    for window, measure, organisation in product(WINDOWS, Measure, (ALL, *organisations)):
        for factor in (ALL,) if measure == Measure.TOOK_PART else (ALL, *FACTORS):
            yield Cell(window=window, measure=measure, factor=factor, organisation=organisation)


def two_digests(random: Random, world: World) -> tuple[Digest, Digest]:
    """Any two, from any moments; half of the time two that lie near each other, as an attacker would choose them."""
    first, second = (_digest(random, world) for _ in range(2))
    if random.random() < 0.5:
        later = min(world.weeks.index(first.week) + random.randint(0, 4), len(world.weeks) - 1)
        readable = [moment for moment in world.moments if world.weeks[later] in moment.shown]
        moment, week = random.choice(readable), world.weeks[later]
        second = Digest(
            moment=moment,
            week=week,
            window=random.choice(WINDOWS),
            organisations=random.choice((first.organisations, second.organisations)),
            factors=random.choice((first.factors, second.factors)),
        )
    return first, second


def _digest(random: Random, world: World) -> Digest:
    moment = random.choice(world.moments)
    return Digest(
        moment=moment,
        week=random.choice(sorted(moment.shown)),
        window=random.choice(WINDOWS),
        organisations=random.choice(((ALL, *world.organisations), (ALL,), (ALL, random.choice(world.organisations)))),
        factors=random.choice(((ALL, *FACTORS), (ALL,), (ALL, random.choice(FACTORS)))),
    )


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a reader concludes, who it truly is, and how many of these they knew already: their own, and the named."""

    claim: Claim
    truly: frozenset[str]
    known: int

    @property
    def true(self) -> bool:
        return self.claim.low <= len(self.truly) <= self.claim.high


class Adversary:
    """Reads digests. `own` is the organisation whose people they can count themselves, or nobody's.

    One that `presumes` takes "too few to say" at its word, beside figures that are shown: fewer than k.
    """

    def __init__(self, world: World, *, own: str | None, presumes: bool) -> None:
        self._world, self._own, self._presumes = world, own, presumes

    def isolated(self, digests: Iterable[Digest]) -> list[Finding]:
        """The groups that are shown to be somebody, and fewer than k."""
        return [each for each in self.findings(digests) if self._pins(each)]

    def isolated_by_all(self, moment: Moment) -> list[Finding]:
        """The same, of every figure that could be read at one time."""
        cells = list(_every_cell(self._world.organisations))
        return [each for each in self._at(moment, product(moment.shown, cells)) if self._pins(each)]

    def findings(self, digests: Iterable[Digest]) -> Iterator[Finding]:
        """Every group that is shown to be somebody, but for their own.

        What was read earlier is asked for again at the later time, as somebody may have withdrawn between the two:
        then the one figure and the other are not true of the same people, and what is left of them proves nothing.
        What was read at the earlier time alone is another matter, and so is one figure read at both.
        """
        first, last = sorted(digests, key=lambda digest: self._world.moments.index(digest.moment))
        yield from self._at(last.moment, [*first.keys, *last.keys])
        if first.moment is not last.moment:
            yield from self._at(first.moment, first.keys)
            yield from self._withdrawn(first, last)

    def _at(self, moment: Moment, keys: Iterable[Key]) -> Iterator[Finding]:
        for claim in self._claims(self._facts(moment, keys)):
            if claim.low >= 1 and claim.whole[1].organisation != self._own:
                gone = [moment.people.get(part, _NOBODY) for part in claim.parts]
                truly = moment.people.get(claim.whole, _NOBODY).difference(*gone)
                yield self._finding(claim, truly, moment.named.get(claim.whole, _NOBODY))

    def _finding(self, claim: Claim, truly: frozenset[str], named: frozenset[str]) -> Finding:
        known = sum(one in named or one.startswith(f"{self._own}-") for one in truly)
        return Finding(claim=claim, truly=truly, known=known)

    def _pins(self, finding: Finding) -> bool:
        claim, known = finding.claim, finding.known
        return claim.low - known >= 1 and claim.high - known < self._world.rules.k

    def _facts(self, moment: Moment, keys: Iterable[Key]) -> Facts:
        facts: Facts = {}
        for key in keys:
            if key not in facts:
                facts[key] = self._fact(moment, key)
                if self._own and (mine := (key[0], elsewhere(key[1], self._own))) not in facts:
                    facts[mine] = self._fact(moment, mine)
        return facts

    def _fact(self, moment: Moment, key: Key) -> Bounds:
        if key[1].organisation == self._own:
            count = len(moment.people.get(key, _NOBODY))
            return Bounds(count, count, shown=True)
        if band := moment.shown[key[0]].shown.get(key[1]):
            return Bounds(band.low, band.high or FAR, shown=True)
        return Bounds(len(moment.named.get(key, _NOBODY)), FAR)

    def _withdrawn(self, first: Digest, last: Digest) -> Iterator[Finding]:
        """The same figure at two times: who was in the earlier one and is not in the other?"""
        for key in first.keys:
            earlier, later = (digest.moment.shown[key[0]].shown.get(key[1]) for digest in (first, last))
            if earlier and later and earlier != later and key[1].organisation != self._own:
                low, high = earlier.low - (later.high or FAR), (earlier.high or FAR) - later.low
                claim = Claim(whole=key, parts=(key,), low=low, high=high)
                truly = first.moment.people[key] - last.moment.people.get(key, _NOBODY)
                yield self._finding(claim, truly, first.moment.named.get(key, _NOBODY))

    def _claims(self, facts: Facts) -> Iterator[Claim]:
        sums = [*rows(facts, self._world.organisations), *columns(facts), *tilings(facts), *by_view(facts)]
        nested = [*inclusions(facts), *of_replies(facts)]
        for one in sums if self._presumes else ():
            yield from one.presumed(facts, self._world.rules.k - 1)
        _narrow(facts, sums, nested)
        yield from (Claim(whole=key, parts=(), low=each.low, high=each.high) for key, each in facts.items())
        for one in sums:
            yield from one.remainders(facts, self._own)
        yield from left_over(facts, nested)
        yield from newcomers(facts)


def _narrow(facts: Facts, sums: Iterable[Sum], nested: Iterable[tuple[Key, Key]]) -> None:
    for _ in range(_ROUNDS):
        for one in sums:
            one.narrow(facts)
        for whole, part in nested:
            facts[part].at_most(facts[whole].high)
            facts[whole].at_least(facts[part].low)
