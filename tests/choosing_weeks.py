"""A partnership that is asked week after week: who replies is drawn beforehand, alike for every way of choosing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

from bot.domain.choosing import EVERYONE, FRONT_LINE, LEAD, NO_REPEAT, Choice, choose_all
from bot.domain.evidence import ENOUGH, Asked, Cell, Evidence, Observation, Outcome, Person
from bot.domain.partnership import FACTORS
from bot.domain.people import OrganisationId, PartnerId
from tests.bot.domain.a_bank import AQuestion, a_bank
from tests.bot.domain.told_reasons import untrue

START = datetime(2026, 1, 5, 9, tzinfo=UTC)  # a Monday
BANK = a_bank()
_FACTOR = {question.id: question.factor for question in BANK}

#: What each of those who are asked today gets.
Way = Callable[["Today"], Mapping[PartnerId, "Put"]]


@dataclass(frozen=True, kw_only=True)
class Put:
    """A question for a person; where a reason comes with it, its kind and what is wrong with it ("" if nothing is)."""

    question: str
    kind: str = ""
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class Member:
    """An organisation: its partners, and the share of questions that they answer."""

    partners: int
    rate: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A partnership at the start: half its cells are empty, and three were observed in each of the others."""

    name: str
    members: Sequence[Member]
    whole_organisations: bool = False
    days: int = 4

    def people(self) -> list[Person]:
        """Every sixth partner leads."""
        return [
            Person(partner=PartnerId(f"{org}.{each}"), organisation=org, lead=each % 6 == 0)
            for org, member in zip(self.organisations(), self.members, strict=True)
            for each in range(member.partners)
        ]

    def organisations(self) -> list[OrganisationId]:
        """Their ids."""
        return [OrganisationId(f"organisation{number}") for number in range(len(self.members))]

    def filled(self, draw: Random) -> list[Cell]:
        """Half the cells, drawn over all of them, or all those of half the organisations."""
        cells = list(product(FACTORS, self.organisations()))
        if self.whole_organisations:
            lucky = draw.sample(self.organisations(), len(self.members) // 2)
            return [cell for cell in cells if cell[1] in lucky]
        return draw.sample(cells, len(cells) // 2)

    def evidence(self, seed: int) -> Evidence:
        """What is known before the first week: the three observations of a cell lie in the last eight weeks."""
        draw = Random(f"evidence {seed}")
        observations = [
            Observation(factor=factor, organisation=org, at=START - timedelta(days=draw.uniform(0, 56)))
            for factor, org in self.filled(draw)
            for _ in range(3)
        ]
        signals = draw.sample(FACTORS, 3)
        return Evidence(
            people=self.people(),
            questions=BANK,
            observations=observations,
            disputed=frozenset(signals[:1]),
            blocked=frozenset(signals[1:]),
        )


@dataclass(frozen=True, kw_only=True)
class Today:
    """A day of asking: whom, in which week from 0, with what is known by now."""

    people: Sequence[Person]
    evidence: Evidence
    now: datetime
    week: int
    seed: int

    def open_to(self, person: Person) -> list[AQuestion]:
        """What suits a person and was not asked of them within twenty weeks."""
        suits = {EVERYONE, LEAD if person.lead else FRONT_LINE}
        mine = [each for each in self.evidence.asked if each.partner == person.partner]
        recent = {each.question for each in mine if self.now - each.at < NO_REPEAT}
        return [each for each in BANK if each.suits in suits and each.id not in recent]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A question that went out, and when its reply comes, if ever."""

    person: Person
    question: str
    at: datetime
    replied: datetime | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of the weeks: the evidence before and after, and every question that was put."""

    before: Evidence
    after: Evidence
    puts: Sequence[Put]

    def closed(self) -> float:
        """The share of the shortfall to three observations a cell that was closed."""
        return 1 - shortfall(self.after) / shortfall(self.before)

    def closable(self) -> float:
        """The same, had every reply gone where it was missing: nobody can do better with these replies."""
        replies = Counter(each.organisation for each in self.after.observations)
        replies.subtract(each.organisation for each in self.before.observations)
        missing = {org: _missing(self.before, org) for org in replies}
        return sum(min(missing[org], replies[org]) for org in replies) / shortfall(self.before)

    def soonest_repeat(self) -> timedelta | None:
        """The shortest time after which a person was asked a question again."""
        last: dict[tuple[PartnerId, str], datetime] = {}
        gaps = []
        for each in self.after.asked:
            key = each.partner, each.question
            gaps += [each.at - last[key]] if key in last else []
            last[key] = each.at
        return min(gaps, default=None)


def shortfall(evidence: Evidence) -> float:
    """How many observations are missing to three in every cell."""
    return sum(_missing(evidence, org) for org in {person.organisation for person in evidence.people})


def _missing(evidence: Evidence, organisation: OrganisationId) -> float:
    counts = Counter(each.factor for each in evidence.observations if each.organisation == organisation)
    return sum(max(0.0, ENOUGH - counts[factor]) for factor in FACTORS)


def simulated(scenario: Scenario, way: Way, weeks: int, seed: int) -> Told:
    """Ask everybody each week, as many on each of the days from Monday; replies come within 40 hours."""
    before = scenario.evidence(seed)
    rates = dict(zip(scenario.organisations(), scenario.members, strict=True))
    puts: list[Put] = []
    sent: list[Sent] = []
    for week, day in product(range(weeks), range(scenario.days)):
        now = START + timedelta(weeks=week, days=day)
        people = before.people[day :: scenario.days]
        today = Today(people=people, evidence=_known(before, sent, now), now=now, week=week, seed=seed)
        chosen = way(today)
        puts += chosen.values()
        for person in people:
            draw = Random(f"{seed} {week} {person.partner}")
            replies = draw.random() < rates[person.organisation].rate
            at = now + timedelta(hours=draw.uniform(0, 40)) if replies else None
            sent.append(Sent(person=person, question=chosen[person.partner].question, at=now, replied=at))
    return Told(before=before, after=_known(before, sent, START + timedelta(weeks=weeks)), puts=puts)


def _known(before: Evidence, sent: Sequence[Sent], now: datetime) -> Evidence:
    """What is known by now. Whether a reply is still to come is not."""
    come = [each for each in sent if each.replied and each.replied <= now]
    asked = [
        Asked(
            partner=each.person.partner,
            question=each.question,
            at=each.at,
            outcome=Outcome.ANSWERED if each.replied and each.replied <= now else Outcome.WAITING,
        )
        for each in sent
    ]
    heard = [
        Observation(factor=_FACTOR[each.question], organisation=each.person.organisation, at=each.replied or now)
        for each in come
    ]
    return replace(before, asked=asked, observations=[*before.observations, *heard])


def ours(today: Today) -> dict[PartnerId, Put]:
    """What is served, each reason read against the evidence."""
    chosen = choose_all(today.people, today.evidence, today.now, str(today.seed))
    return {each.partner: _read(chosen[each.partner], each, today) for each in today.people}


def not_spread(today: Today) -> dict[PartnerId, Put]:
    """The same, blind to what others are asked this week."""
    blind = replace(today, evidence=replace(today.evidence, asked=[_settled(each) for each in today.evidence.asked]))
    return {each.partner: ours(replace(blind, people=[each]))[each.partner] for each in today.people}


def _settled(asked: Asked) -> Asked:
    return replace(asked, outcome=Outcome.ANSWERED)


def _read(choice: Choice, person: Person, today: Today) -> Put:
    fault = untrue(choice, person, today.evidence, today.now)
    named = ", the organisation named" if choice.reason.organisation else ""
    dated = ", with a month" if choice.reason.since else ""
    return Put(question=choice.question_id, kind=f"{choice.reason.kind}{named}{dated}", fault=fault)


def rotation_apart(today: Today) -> dict[PartnerId, Put]:
    """Each person goes through the factors, each begins at another."""
    starts = {person.partner: number for number, person in enumerate(today.evidence.people)}
    return dict(_rotated(today, starts))


def rotation_together(today: Today) -> dict[PartnerId, Put]:
    """Everybody gets the factor of the week."""
    return dict(_rotated(today, {}))


def _rotated(today: Today, starts: Mapping[PartnerId, int]) -> Iterator[tuple[PartnerId, Put]]:
    for person in today.people:
        factor = FACTORS[(starts.get(person.partner, 0) + today.week) % len(FACTORS)]
        yield person.partner, Put(question=next(each.id for each in today.open_to(person) if each.factor == factor))


def at_random(today: Today) -> dict[PartnerId, Put]:
    """Any question that suits and is not a repeat."""
    draw = Random(f"random {today.seed} {today.now}")
    return {person.partner: Put(question=draw.choice(today.open_to(person)).id) for person in today.people}
