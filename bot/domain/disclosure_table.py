"""One measure over one window as a table, from which cells are kept back until the rest gives nobody away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf

from bot.domain.disclosure import ALL, Band, bands
from bot.domain.partnership import Disclosure

Place = tuple[str, str]
"""A factor and an organisation: where a cell stands in a table."""
_Span = tuple[int, int]
_OUTSIDER = ""
_FAR = 10**9  # more people than there are


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The people behind a figure, and those among them whom its readers know by name.

    Both are sets with a bit for each person: thousands of sets of thousands of people are added and subtracted.
    """

    people: int = 0
    known: int = 0

    @classmethod
    def union(cls, parts: "Iterable[Behind]") -> "Behind":
        people = known = 0
        for part in parts:
            people |= part.people
            known |= part.known
        return cls(people=people, known=known)

    def without(self, others: "Iterable[Behind]") -> "Behind":
        gone = Behind.union(others).people
        return Behind(people=self.people & ~gone, known=self.known & ~gone)

    def __len__(self) -> int:
        return self.people.bit_count()

    @property
    def unnamed(self) -> int:
        return (self.people & ~self.known).bit_count()

    def enough(self, k: int) -> bool:
        """Whether they are k, and the unnamed among them none or k: readers can take the named away."""
        return len(self) >= k and (self.unnamed == 0 or self.unnamed >= k)


Tally = Mapping[Place, Behind]


def band_of(count: int, rules: Disclosure) -> Band | None:
    """The band that a number of people is shown in, or None below k."""
    return next((step for step in reversed(bands(rules.k, rules.m)) if count >= step.low), None)


def _span(band: Band | None) -> _Span:
    return (0, _FAR) if band is None else (band.low, _FAR if band.high is None else band.high)


def above(place: Place) -> set[Place]:
    """The cells that contain this one."""
    factor, organisation = place
    return {(ALL, organisation), (factor, ALL), (ALL, ALL)} - {place}


@dataclass(kw_only=True)
class Table:
    """A row for each factor and one for all of them, a column for each organisation and one for all.

    `members` are the organisations that readers know of, silent ones among them. `shown` only ever shrinks.
    """

    tally: Tally
    members: frozenset[str]
    rules: Disclosure
    shown: set[Place] = field(default_factory=set)

    def band(self, place: Place) -> Band | None:
        return band_of(len(self.tally[place]), self.rules)

    def may_show(self, place: Place) -> bool:
        """Whether the figure, by itself, is fit to be shown."""
        factor, organisation = place
        whole, inside, k = self.tally[factor, ALL], self.tally[place], self.rules.k
        if organisation == ALL:
            return whole.enough(k) and self._shared(factor)
        return inside.enough(k) and whole.without([inside]).enough(k)

    def _shared(self, factor: str) -> bool:
        """Whether m organisations stand behind it, and none of them is so much of it that it can count the others."""
        parts = [part for (each, one), part in self.tally.items() if each == factor and one != ALL]
        return len(parts) >= self.rules.m and not any(self._counts_the_others(factor, part) for part in parts)

    def _counts_the_others(self, factor: str, own: Behind) -> bool:
        others, band = self.tally[factor, ALL].without([own]), self.band((factor, ALL))
        if others.unnamed == 0 or others.enough(self.rules.k) or band is None or band.high is None:
            return False
        return band.high - len(own) - others.known.bit_count() < self.rules.k

    def settle(self) -> None:
        """Drop what has no cell above it, then the smallest of those whose sum would give a remainder away."""
        self.shown = {place for place in self.shown if above(place) <= self.shown}
        count = -1
        while count != len(self.shown):
            count = len(self.shown)
            for factor in sorted({factor for factor, _ in self.shown}):
                while (row := self._row(factor)) and self._row_tells(factor, row):
                    self._drop_smallest(row)
            for organisation in sorted({organisation for _, organisation in self.shown}):
                while (column := self._column(organisation)) and self._column_tells(organisation, column):
                    self._drop_smallest(column)

    def _row(self, factor: str) -> list[Place]:
        return [place for place in self.shown if place[0] == factor and place[1] != ALL]

    def _column(self, organisation: str) -> list[Place]:
        return [place for place in self.shown if place[1] == organisation and place[0] != ALL]

    def _row_tells(self, factor: str, row: list[Place]) -> bool:
        """Whether the organisations that are not shown are so few people, or one, that the sum would tell of them.

        Nobody counts as few: else what is kept back would say that somebody is there.
        """
        hidden = len(self.members) - len(row)
        rest = self.tally[factor, ALL].without(self.tally[place] for place in row)
        few = hidden > 1 and (not rest.enough(self.rules.k) or self._fill(factor, row, hidden))
        return hidden == 1 or few or self._pins(factor, row)

    def _pins(self, factor: str, row: list[Place]) -> bool:
        """Whether readers could tell the size of an organisation shown to within fewer than k people.

        Then a figure for other weeks, of which they know as much, could differ by a few who are certainly somebody.
        """
        seen = {place[1]: _span(self.band(place)) for place in row}
        readers = (_OUTSIDER, *self.members)
        known = (span for own in readers for span in self._known_to(own, factor, seen))
        return any(high - low + 1 < self.rules.k for low, high in known)

    def _known_to(self, own: str, factor: str, seen: Mapping[str, _Span]) -> Iterator[_Span]:
        """The sizes that the other organisations shown can have, to readers who count the people of their own."""
        least, most = _span(self.band((factor, ALL)))
        mine = len(self.tally.get((factor, own), ()))
        others = [span for each, span in seen.items() if each != own]
        lows, highs = sum(low for low, _ in others), sum(high for _, high in others)
        complete = len(others) == len(self.members - {own})
        for low, high in others:
            yield max(low, least - mine - (highs - high) if complete else 0), min(high, most - mine - (lows - low))

    def _fill(self, factor: str, row: list[Place], hidden: int) -> bool:
        """Whether those who are left would need all that are not shown, if each were few: then each would be somebody.

        Where they would need more, it is plain that not each of them is few, and nothing follows for any.
        """
        few, (whole, *parts) = self.rules.k - 1, [self.band(place) for place in [(factor, ALL), *row]]
        left = (whole.low if whole else 0) - sum(part.high or inf for part in parts if part)
        return few * (hidden - 1) < left <= few * hidden

    def _column_tells(self, organisation: str, column: list[Place]) -> bool:
        """Whether the factors shown leave over a few people, and exact numbers would prove that somebody is left."""
        whole = self.tally[ALL, organisation]
        if len(whole) <= sum(len(self.tally[place]) for place in column):
            return False
        return not whole.without(self.tally[place] for place in column).enough(self.rules.k)

    def _drop_smallest(self, places: list[Place]) -> None:
        """Keep the smallest back, all of a size: whichever were taken would tell which were not.

        With each go those that it contains: they would tell that it is not a small one.
        """
        size = min(len(self.tally[place]) for place in places)
        smallest = {place for place in places if len(self.tally[place]) == size}
        self.shown = {each for each in self.shown - smallest if not above(each) & smallest}
