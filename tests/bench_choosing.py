"""`python -m tests.bench_choosing [--write]`: how far choosing closes the gaps, against rotation and chance.

Half the cells (factor by organisation) are empty and half have three observations; then come six weeks of questions.
`--write` keeps the tables in docs/choosing.md. Exits 1 where the gaps are closed less than 1.3 times as far as by
rotation or chance in any run of the fixed scenario, a question comes back within 20 weeks, or a reason is not true.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import mean

from rich.console import Console

from bot.domain.choosing import NO_REPEAT
from tests.bench_pages import ROOT, table, taken, write
from tests.choosing_weeks import (
    Member,
    Scenario,
    Told,
    Way,
    at_random,
    not_spread,
    ours,
    rotation_apart,
    rotation_together,
    simulated,
)

_PAGE = ROOT / "docs" / "choosing.md"
_COMMAND = "python -m tests.bench_choosing --write"
_SEEDS, _FEWER, _WEEKS, _LONG_WEEKS, _LEAST = range(20), range(4), 6, 40, 1.3
_SIZES = ((4, 0.5), (5, 0.35), (6, 0.6), (7, 0.45), (8, 0.3), (10, 0.4), (12, 0.55), (16, 0.25))
_WAYS: tuple[tuple[str, Way], ...] = (
    ("chosen", ours),
    ("rotation, each begins elsewhere", rotation_apart),
    ("rotation, one factor a week for all", rotation_together),
    ("chance", at_random),
    ("chosen, blind to who else is asked this week", not_spread),
)
#: What the gain is measured against.
_OTHERS = (1, 2, 3)


@dataclass(frozen=True, kw_only=True)
class Race:
    """All ways of choosing in one scenario: by way, what came of each seed."""

    scenario: Scenario
    told: Sequence[Sequence[Told]]

    def closed(self, way: int) -> float:
        """How far this way closes the gaps, on average."""
        return mean(each.closed() for each in self.told[way])

    def times(self, way: int) -> list[float]:
        """How many times as far as this way ours goes, by seed."""
        pairs = zip(self.told[0], self.told[way], strict=True)
        return [mine.closed() / other.closed() for mine, other in pairs]

    def row(self) -> tuple[str, ...]:
        """Its line in the table of scenarios."""
        most = mean(each.closable() for each in self.told[0])
        people = sum(member.partners for member in self.scenario.members)
        closed = (self.closed(way) for way in (0, 4, 1, 3))
        times = (f"{mean(self.times(way)):.2f}" for way in (1, 3))
        return (self.scenario.name, str(people), *(f"{each:.2f}" for each in closed), f"{most:.2f}", *times)


def sized(name: str, factor: float, days: int = 4, whole_organisations: bool = False) -> Scenario:
    """The fixed scenario, with so many times the people."""
    members = [Member(partners=round(partners * factor), rate=rate) for partners, rate in _SIZES]
    return Scenario(name=name, members=members, days=days, whole_organisations=whole_organisations)


FIXED = sized("the fixed scenario", 1)
OTHERS = (
    sized("half the people", 0.5),
    sized("twice the people", 2),
    sized("four times the people", 4),
    sized("the fixed scenario, all asked at the same hour", 1, days=1),
    sized("four times the people, all asked at the same hour", 4, days=1),
    sized("half the organisations silent, the others heard on everything", 1, whole_organisations=True),
)


def raced(scenario: Scenario, seeds: Sequence[int]) -> Race:
    """Let all ways run on the same seeds."""
    told = [[simulated(scenario, way, _WEEKS, seed) for seed in seeds] for _, way in _WAYS]
    return Race(scenario=scenario, told=told)


def ways_table(race: Race) -> str:
    """The fixed scenario, way by way."""
    rows = []
    for number, (name, _) in enumerate(_WAYS):
        times = race.times(number)
        figures = (f"{mean(times):.2f}", f"{min(times):.2f}") if number else ("", "")
        worst = min(each.closed() for each in race.told[number])
        rows.append((name, f"{race.closed(number):.2f}", f"{worst:.2f}", *figures))
    return table(("way", "closed, mean", "closed, worst", "ours is so many times as far, mean", "worst"), rows)


def scenarios_table(races: Sequence[Race]) -> str:
    """Where the gain is, and where it is not."""
    head = ("scenario", "people", "chosen", "blind", "rotation", "chance", "at most", "to rotation", "to chance")
    return table(head, [race.row() for race in races])


def long_table(told: Sequence[Told]) -> str:
    """Every choice of every run: repeats and reasons."""
    soonest = min((each.soonest_repeat() or timedelta.max for each in told), default=timedelta.max)
    weeks = "none" if soonest == timedelta.max else f"{soonest / timedelta(weeks=1):.1f} weeks"
    puts = [put for each in told for put in each.puts]
    kinds = sorted(Counter(put.kind for put in puts).items())
    rows = [
        ("questions chosen", str(len(puts))),
        ("soonest repeat to a person", weeks),
        ("reasons that were not true", str(sum(put.fault != "" for put in puts))),
        *((f"reason: {kind}", str(count)) for kind, count in kinds),
    ]
    return table(("figure", "value"), rows)


def faults(fixed: Race, told: Sequence[Told]) -> list[str]:
    """What breaks a promise."""
    found = [
        f"closes less than {_LEAST} times as far as {_WAYS[way][0]}"
        for way in (1, 2, 3)
        if min(fixed.times(way)) < _LEAST
    ]
    if any((each.soonest_repeat() or NO_REPEAT) < NO_REPEAT for each in told):
        found.append("a question came back within 20 weeks")
    return found + [put.fault for each in told for put in each.puts if put.fault]


def main() -> int:
    """Simulate, print, write."""
    fixed = raced(FIXED, _SEEDS)
    races = [fixed, *(raced(scenario, _FEWER) for scenario in OTHERS)]
    long = [simulated(FIXED, ours, _LONG_WEEKS, seed) for seed in _FEWER[:3]]
    all_ours = [*(told for race in races for told in race.told[0]), *long]
    now = datetime.now(UTC)
    sections = {
        "How far the gaps are closed": f"{taken(_COMMAND, now)}\n{ways_table(fixed)}",
        "Where the gain is": scenarios_table(races),
        "Repeats and reasons": long_table(all_ours),
    }
    out = Console()
    for title, body in sections.items():
        out.print(f"{title}\n\n{body}", markup=False, soft_wrap=True)
        if "--write" in sys.argv:
            write(_PAGE, title, body)
    broken = sorted(set(faults(fixed, all_ours)))
    out.print("\n".join(broken), markup=False)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
