"""`python -m tests.bench_digest [--write]`: how long a digest of 5,000 barriers over 52 weeks takes.

`--write` keeps the figures in docs/benchmarks.md. Wall-clock time and the time of the processor stand side by side:
on a machine with other work the second is what the code takes.
"""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from rich.console import Console
from sqlalchemy import Connection, delete

from bot.bootstrap import open_store
from bot.coaching.digests.card import digest_card
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.files import as_csv, as_json, as_markdown
from bot.coaching.digests.freezing import Freezing
from bot.coaching.digests.insight_gathering import InsightGathering
from bot.domain.barrier_rules import assigned, joined, moved, raised
from bot.domain.barrier_views import Reader
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser, Status
from bot.domain.check_ins import CheckInId, Reflection, View
from bot.domain.digest import Digest, Scope
from bot.domain.disclosure import iso_week
from bot.domain.partnership import FACTORS, Disclosure, Lead, PartnershipPlan
from bot.domain.people import Organisation, OrganisationId, PartnerId, PartnershipId
from bot.store.barrier_tables import snapshot, snapshot_contribution
from bot.store.barriers import Barriers
from bot.store.check_in_rows import reflection_row
from bot.store.check_in_tables import reflection
from bot.store.database import Database
from bot.store.gaps import Gaps
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
from prompts import words
from tests.bench_pages import BENCHMARKS, table, taken, write

_TITLE = "The digest"
_COMMAND = "python -m tests.bench_digest --write"
_EXPLAINED = (
    "Over 5,000 made-up barriers and 20,800 replies of 800 people in eight organisations, given within 52 weeks, in "
    "SQLite with their frozen figures. Each figure is the median of seven; the limit is held against the time of the "
    "processor."
)
BARRIERS, WEEKS, PARTNERS = 5_000, 52, 800
NOW = datetime(2026, 12, 30, 12, tzinfo=UTC)
LIMIT_S = 1.5
TIMES = 7
_CONSENTS = (Consent.COUNTED, Consent.COUNTED, Consent.NAMED, Consent.OWN_LEADS, Consent.PRIVATE)
_ORGANISATIONS = tuple(
    Organisation(id=OrganisationId(f"org-{number}"), name=f"Organisation {number}") for number in range(8)
)
PLAN = PartnershipPlan(
    id=PartnershipId("large"),
    name="Large",
    zone="Europe/London",
    organisations=_ORGANISATIONS,
    leads=(Lead(name="Amara Okafor", organisation=_ORGANISATIONS[0].id, email="amara@org.example"),),
    disclosure=Disclosure(k=5, m=2),
    document_audiences={},
)
READER = Reader(partner=PartnerId("p0"), organisation=_ORGANISATIONS[0].id, lead=True)


def barrier(number: int, chance: random.Random) -> Barrier:
    """A barrier raised within the year, with up to four raisers; two of three are closed by now."""
    name = BarrierId(f"b{number:05}")
    at = NOW - timedelta(days=chance.uniform(0, 7 * WEEKS))
    first, *others = (_raiser(name, who, at, chance) for who in chance.sample(range(PARTNERS), chance.randint(1, 4)))
    found = raised(PLAN.id, first, chance.choice(FACTORS), f"{name}-0")
    for order, each in enumerate(others):
        found = joined(found, replace(each, at=at + timedelta(hours=order + 1)), f"{name}-j{order}")
    later = at + timedelta(days=chance.uniform(1, 60))
    if later < NOW and chance.random() < 0.7:
        found = moved(found, Status.ACKNOWLEDGED, f"{name}-a", later, None)
        due = date(2026, 1, 1) + timedelta(days=chance.randint(0, 450))
        found = assigned(found, PLAN.leads[0].email, due, f"{name}-o", later, None)
    if later < NOW and chance.random() < 0.66:
        found = moved(found, Status.RESOLVED, f"{name}-r", min(NOW, later + timedelta(days=20)), None, "Agreed.")
    return replace(found, number=number)


def _raiser(name: BarrierId, who: int, at: datetime, chance: random.Random) -> Raiser:
    consent = chance.choice(_CONSENTS)
    return Raiser(
        partner=PartnerId(f"p{who}"),
        organisation=_ORGANISATIONS[who % len(_ORGANISATIONS)].id,
        wording=f"We wait for each other's systems, and nobody decides what to do about number {name}.",
        at=at,
        origin=name,
        consent=consent,
        name=f"Partner {who}" if consent in (Consent.NAMED, Consent.OWN_LEADS) else "",
    )


def reply(who: int, age: int, chance: random.Random) -> Reflection:
    """What somebody replied so many weeks ago."""
    at = NOW - timedelta(weeks=age, days=chance.uniform(0, 2))
    consent = chance.choice(_CONSENTS)
    return Reflection(
        check_in=CheckInId(f"c{who}-{age}"),
        partner=PartnerId(f"p{who}"),
        partnership=PLAN.id,
        organisation=_ORGANISATIONS[who % len(_ORGANISATIONS)].id,
        week=iso_week(at.date()),
        question="trust-1",
        factor=chance.choice(FACTORS),
        text=f"We heard of it when it was done, and nobody asked number {who} what it would mean for them.",
        at=at,
        view=chance.choice((None, *View)),
        consent=consent,
        shared=chance.random() < 0.2,
        name=f"Partner {who}" if consent in (Consent.NAMED, Consent.OWN_LEADS) else "",
        agenda=chance.random() < 0.1,
    )


def _adding(rows: list[dict[str, Any]]) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(reflection.insert(), rows)


async def plans() -> tuple[PartnershipPlan, ...]:
    """The one partnership."""
    return (PLAN,)


async def fill(database: Database) -> None:
    """Save the barriers and freeze the figures of the weeks behind us."""
    chance, barriers, snapshots = random.Random(5), Barriers(database), Snapshots(database)
    made = [barrier(number + 1, chance) for number in range(BARRIERS)]
    for start in range(0, BARRIERS, 250):
        await barriers.save(*((None, each) for each in made[start : start + 250]), now=NOW)

    rows = [
        reflection_row(reply(who, age, chance)) | {"changes": ()}
        for age in range(1, WEEKS + 1)
        for who in chance.sample(range(PARTNERS), PARTNERS // 2)
    ]
    for start in range(0, len(rows), 1_000):
        await database.write(_adding(rows[start : start + 1_000]))
    freeze = Freezing(plans=plans, barriers=barriers, replies=ToldReplies(database), snapshots=snapshots)
    for age in range(WEEKS, -1, -13):
        await freeze(NOW - timedelta(weeks=age))


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Seconds by the clock and of the processor: the median of a few, and the slowest."""

    wall: float
    processor: float
    slowest: float


async def timed(work: Callable[[], Awaitable[Any]]) -> Timed:
    """How long it takes."""
    walls, processors = [], []
    for _ in range(TIMES):
        wall, processor = perf_counter(), process_time()
        await work()
        walls.append(perf_counter() - wall)
        processors.append(process_time() - processor)
    return Timed(wall=median(walls), processor=median(processors), slowest=max(walls))


async def measured() -> dict[str, Timed]:
    """Every figure."""
    copy = words()
    with TemporaryDirectory() as folder:
        async with open_store(f"sqlite+aiosqlite:///{Path(folder) / 'bench.sqlite'}") as database:
            await fill(database)
            barriers = Barriers(database)
            snapshots, told = Snapshots(database), ToldReplies(database)
            digesting = Digesting(
                barriers=barriers,
                snapshots=snapshots,
                gaps=Gaps(database),
                words=copy,
                gathering=InsightGathering(replies=told.since, partners=told.partners, bank=(), words=copy),
            )
            freeze = Freezing(plans=plans, barriers=barriers, replies=told, snapshots=snapshots)

            async def frozen_again() -> object:
                newest = max(await snapshots.of(PLAN.id))
                gone = [delete(each).where(each.c.week == newest) for each in (snapshot, snapshot_contribution)]
                await database.write(lambda connection: [connection.execute(each) for each in gone])
                return await freeze(NOW)

            async def made(scope: Scope) -> Digest:
                return await digesting.made(PLAN, scope, READER, NOW)

            async def card() -> object:
                return digest_card(await made(Scope()), copy)

            quarter = await made(Scope(weeks=13))

            async def files() -> object:
                return as_markdown(quarter, copy), as_csv(quarter, copy), as_json(quarter, copy)

            return {
                "barriers read": await timed(lambda: barriers.all(PLAN.id)),
                "a week frozen": await timed(frozen_again),
                "digest of a week, as a card": await timed(card),
                "digest of a quarter": await timed(lambda: made(Scope(weeks=13))),
                "digest of a quarter, as md, csv and json": await timed(files),
            }


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and say by the exit status whether the limit holds."""
    found = asyncio.run(measured())
    shown = table(
        ("figure", "by the clock", "slowest", "of the processor", "limit"),
        [
            (name, *(f"{each:.2f} s" for each in (took.wall, took.slowest, took.processor)), _limit(name))
            for name, took in found.items()
        ],
    )
    late = [name for name, took in found.items() if _limit(name) and took.processor > LIMIT_S]
    Console(soft_wrap=True, markup=False).print("\n".join([shown, *(f"Broken: {name}" for name in late)]))
    if "--write" in arguments:
        write(BENCHMARKS, _TITLE, f"{taken(_COMMAND, datetime.now(UTC))}\n{_EXPLAINED}\n\n{shown}")
    return 1 if late else 0


def _limit(name: str) -> str:
    return f"{LIMIT_S} s" if name.startswith("digest") else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
