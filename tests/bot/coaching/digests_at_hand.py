"""A lead's digest with something in every section, for the tests of how it is shown."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.domain.barrier_rules import assigned, moved
from bot.domain.barriers import Barrier, Consent, Status
from bot.domain.check_ins import CheckInId, Reflection, View
from bot.domain.digest import Digest, Scope, Sources, Standpoint
from bot.domain.digest_making import digest
from bot.domain.disclosure import ALL, Band, Cell, Measure, Snapshot, bands, weeks_until
from bot.domain.heard import Gap
from bot.domain.insight import Conversation
from bot.domain.partnership import FACTORS
from bot.domain.people import OrganisationId, PartnerId
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
        cells += [Cell(window=4, measure=Measure.TOOK_PART, organisation=each) for each in (ALL, COUNCIL.id)]
        shown = {cell: chance.choice(bands(5, 2)) for cell in cells}
        found[week] = Snapshot(week=week, k=5, m=2, shown={**shown, **replied(chance)})
    return found


def replied(chance: random.Random) -> dict[Cell, Band]:
    """Figures of replies: half of the map is known, and of trust the council thinks better than the housing people."""
    few, some = bands(5, 2)[:2]
    shown = {
        Cell(window=window, measure=Measure.REPLIED, factor=factor, organisation=each): chance.choice(bands(5, 2))
        for window in (1, 4, 13)
        for factor in FACTORS[:-1]
        for each in (COUNCIL.id, HOUSING.id)
        if chance.random() < window / 15
    }
    shown |= {
        Cell(window=4, measure=measure, factor=factor): chance.choice(bands(5, 2))
        for measure in (Measure.REPLIED, Measure.WELL, Measure.HARD, Measure.AGENDA)
        for factor in FACTORS[:4]
    }
    views = {(COUNCIL.id, Measure.WELL): some, (COUNCIL.id, Measure.HARD): few}
    views |= {(HOUSING.id, Measure.WELL): few, (HOUSING.id, Measure.HARD): some}
    for (organisation, measure), band in views.items():
        shown[Cell(window=13, measure=measure, factor="trust", organisation=organisation)] = band
    return shown


def reply(name: str, text: str, organisation: OrganisationId = HOUSING.id, **more: Any) -> Reflection:
    """A reply about trust, ten days ago."""
    given = {"view": View.HARD, "name": name.title() if more.get("consent") is Consent.NAMED else "", **more}
    return Reflection(
        check_in=CheckInId(f"c-{name}"),
        partner=PartnerId(name),
        partnership=PLAN.id,
        organisation=organisation,
        week=WEEK,
        question="trust-1",
        factor="trust",
        text=text,
        at=NOW - timedelta(days=10),
        **given,
    )


TALK = Conversation(
    questions=("What do you each take for granted?", "What would you notice first if it were better?"),
    practice="A monthly hour in which each organisation told the others what it had to turn down.",
    source="Huxham & Vangen, 2005",
)


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
    told = Sources(
        barriers=barriers(chance, wording),
        snapshots=snapshots(chance),
        gaps=(GAP,),
        replies=(
            reply("dora", f"{wording}, and we hear it late", consent=Consent.NAMED),
            reply("emil", f"{wording}, as ever", COUNCIL.id, shared=True),
        ),
        partners={COUNCIL.id: 12, HOUSING.id: 8},
    )
    return replace(digest(asked, told), conversations={"trust": TALK})
