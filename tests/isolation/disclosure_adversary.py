"""Somebody who reads two digests or exports, subtracts, adds up, and remembers; and who may belong to an organisation.

They know the rules, who was named, and how cells contain each other. They narrow down the number behind each cell from
all the others, and ask of every group that follows: is somebody in it, and are they fewer than k?
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from random import Random

from bot.domain.disclosure import ALL, WINDOWS, Cell, Measure, weeks_until
from tests.isolation.disclosure_arithmetic import (
    Bounds,
    Claim,
    ContradictionError,
    Facts,
    columns,
    inclusions,
    newcomers,
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


class Adversary:
    """Reads digests. `own` is the organisation whose people they can count themselves, or nobody's.

    One that `presumes` takes "too few to say" at its word, beside figures that are shown: fewer than k.
    """

    def __init__(self, world: World, *, own: str | None, presumes: bool) -> None:
        self._world, self._own, self._presumes = world, own, presumes
        self._truth = world.moments[-1]

    def isolated(self, digests: Iterable[Digest]) -> list[Claim]:
        """The groups that are shown to be somebody, and fewer than k."""
        read = list(digests)
        try:
            claims = list(self._claims(self._facts(read)))
        except ContradictionError:  # a withdrawal between the two: what was counted then is not counted now
            claims = []
        return [each for each in (*claims, *self._withdrawn(read)) if self._pins(each)]

    def _pins(self, claim: Claim) -> bool:
        if claim.low < 1 or claim.whole[1].organisation == self._own:
            return False
        known = len(self._people(claim, self._truth.named) | self._own_people(claim))
        return claim.low - known >= 1 and claim.high - known < self._world.rules.k

    def _own_people(self, claim: Claim) -> frozenset[str]:
        """Whom they count themselves: to know of these is nothing new."""
        return frozenset(one for one in self._people(claim, self._truth.people) if one.startswith(f"{self._own}-"))

    def size(self, claim: Claim) -> int:
        """How many there truly are."""
        return len(self._people(claim, self._truth.people))

    def _people(self, claim: Claim, whole: Mapping[Key, frozenset[str]]) -> frozenset[str]:
        people = self._truth.people
        return whole.get(claim.whole, _NOBODY).difference(*(people.get(part, _NOBODY) for part in claim.parts))

    def _facts(self, read: Iterable[Digest]) -> Facts:
        facts: Facts = {}
        for digest in read:
            for key in digest.keys:
                band = digest.moment.shown[key[0]].shown.get(key[1])
                if band:
                    facts[key] = Bounds(band.low, band.high or inf, shown=True)
                else:
                    facts.setdefault(key, Bounds(len(self._truth.named.get(key, _NOBODY)), inf))
        for key in [key for key in facts if key[1].organisation == self._own]:
            count = len(self._truth.people.get(key, _NOBODY))
            facts[key] = Bounds(count, count, shown=True)
        return facts

    def _withdrawn(self, read: list[Digest]) -> Iterator[Claim]:
        """The same figure at two times: who is in the greater one and not in the other?"""
        for earlier, later in ((read[0], read[-1]), (read[-1], read[0])):
            for key in earlier.keys:
                one = earlier.moment.shown[key[0]].shown.get(key[1])
                other = later.moment.shown[key[0]].shown.get(key[1]) if key[0] in later.moment.shown else None
                if one and other and one != other:
                    yield Claim(
                        whole=key, parts=(), low=one.low - (other.high or inf), high=(one.high or inf) - other.low
                    )

    def _claims(self, facts: Facts) -> Iterator[Claim]:
        sums = [*rows(facts, self._world.organisations), *columns(facts), *tilings(facts)]
        nested = list(inclusions(facts))
        for one in sums if self._presumes else ():
            yield from one.presumed(facts, self._world.rules.k - 1)
        for _ in range(_ROUNDS):
            for one in sums:
                one.narrow(facts)
            for whole, part in nested:
                facts[part].at_most(facts[whole].high)
                facts[whole].at_least(facts[part].low)
        for key, bounds in facts.items():
            yield Claim(whole=key, parts=(), low=bounds.low, high=bounds.high)
        for one in sums:
            yield from one.remainders(facts, self._own)
        for whole, part in nested:
            low, high = facts[whole].low - facts[part].high, facts[whole].high - facts[part].low
            yield Claim(whole=whole, parts=(part,), low=low, high=high)
        yield from newcomers(facts)
