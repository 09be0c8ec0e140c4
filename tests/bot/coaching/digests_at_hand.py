"""A lead's digest with something in every section, for the tests of how it is shown."""

import random
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.barrier_rules import assigned, moved
from bot.domain.barriers import Barrier, Status
from bot.domain.digest import Digest, Scope, Sources, Standpoint, digest
from bot.domain.disclosure import ALL, Cell, Measure, Snapshot, bands, weeks_until
from bot.domain.heard import Gap
from bot.domain.partnership import FACTORS
from tests.bot.domain.test_digest import NOW, READER, WEEK, barrier, part
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN

GAP = Gap(id="g", partnership=PLAN.id, organisation=HOUSING.id, question="Who pays for the data hub?", at=NOW)


def snapshots(chance: random.Random) -> dict[str, Snapshot]:
    """Figures of a quarter; most cells have too few to say."""
    found = {}
    for week in weeks_until(WEEK, 13):
        cells = [
            Cell(window=window, measure=measure, factor=factor)
            for window in (1, 4, 13)
            for measure in (Measure.OPEN, Measure.RAISED, Measure.CLOSED)
            for factor in (*FACTORS, ALL)
            if chance.random() < 0.4
        ]
        cells += [Cell(window=4, measure=Measure.TOOK_PART, organisation=COUNCIL.id)]
        found[week] = Snapshot(week=week, k=5, m=2, shown={cell: chance.choice(bands(5, 2)) for cell in cells})
    return found


def barriers(chance: random.Random, wording: str, count: int = 14) -> list[Barrier]:
    """Barriers in every state."""
    found = []
    for number in range(1, count + 1):
        first = part(f"p{number}", chance.randint(1, 60), chance.choice([COUNCIL.id, HOUSING.id]), wording=wording)
        one = replace(barrier(first, named=f"b{number}", factor=chance.choice(FACTORS)), number=number)
        yesterday = NOW - timedelta(days=1)
        if number % 4 == 1:
            one = moved(one, Status.ACKNOWLEDGED, f"x{number}", yesterday, None)
        if number % 5 == 2:
            one = moved(one, Status.RESOLVED, f"y{number}", yesterday, None, "A shared form.")
        if number % 5 == 3:
            one = assigned(one, LEAD.email, date(2026, 3, 1), f"z{number}", NOW, None)
        found.append(one)
    return found


def busy_digest(wording: str = "Nobody tells us when a budget moves", seed: int = 3) -> Digest:
    """Four weeks of a partnership in which much goes on."""
    chance = random.Random(seed)
    asked = Standpoint(plan=PLAN, scope=Scope(weeks=4), reader=READER, week=WEEK, now=NOW)
    return digest(asked, Sources(barriers=barriers(chance, wording), snapshots=snapshots(chance), gaps=(GAP,)))
