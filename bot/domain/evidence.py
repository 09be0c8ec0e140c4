"""What a partnership has heard, by factor and organisation, and how much of it still counts.

A factor and an organisation make a cell. Its mass is the sum of what was heard there, each observation fading with
time. What a person said stays out of here: an observation tells that something was heard, not what.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from bot.domain.people import OrganisationId, PartnerId

Cell = tuple[str, OrganisationId]

#: A quarter, as boards meet: what was said before the last meeting counts for half of what has been said since.
HALF_LIFE = timedelta(weeks=13)
#: How much must have been heard in a cell before anything can be said of it: three people who replied of late.
ENOUGH = 3.0
#: A reply counts until the next check-in; afterwards nobody expects one.
REPLY_WINDOW = timedelta(weeks=1)
#: A question that was not answered tells next to nothing. It counts for a little, so that a factor on which nobody
#: cares to answer does not take every week's question.
_SILENCE = 0.1
#: Replies are foretold from half a year, begun with two of five: a usual share, outweighed after a few weeks.
_RATES_FROM, _PRIOR_REPLIES, _PRIOR_ASKED = timedelta(weeks=26), 2, 5


class Source(StrEnum):
    """What an observation comes of."""

    REPLY = "reply"
    BARRIER = "barrier"
    QUESTION = "question"


#: A question that was passed on to the leads shows that a factor is on somebody's mind, but not how it stands.
WEIGHTS: Mapping[Source, float] = {Source.REPLY: 1.0, Source.BARRIER: 1.0, Source.QUESTION: 0.5}


class Outcome(StrEnum):
    """What became of a question that a person was asked."""

    WAITING = "waiting"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


class Question(Protocol):
    """What choosing needs to know of a question: `suits` and `depth` as in `prompts/questions.yaml`."""

    @property
    def id(self) -> str: ...
    @property
    def factor(self) -> str: ...
    @property
    def suits(self) -> str: ...
    @property
    def depth(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Observation:
    """Something was heard about a factor from an organisation. What its author keeps private is no observation."""

    factor: str
    organisation: OrganisationId
    at: datetime
    weight: float = WEIGHTS[Source.REPLY]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that a person was asked, at the moment it was chosen for them."""

    partner: PartnerId
    question: str
    at: datetime
    outcome: Outcome = Outcome.WAITING


@dataclass(frozen=True, kw_only=True)
class Person:
    """A partner, as far as choosing needs to know them."""

    partner: PartnerId
    organisation: OrganisationId
    lead: bool = False


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that a choice rests on.

    `people` are all partners, asked or not: an organisation of fewer than `k` of them, or with fewer than `k` outside
    it, is not named. `questions` are the whole bank in its order; what is retired is told by `retired`. `disputed` are
    the factors that organisations see differently and `blocked` those with open barriers, each only if disclosure
    control lets it be said aloud.
    """

    people: Sequence[Person]
    questions: Sequence[Question]
    observations: Sequence[Observation] = ()
    asked: Sequence[Asked] = ()
    retired: frozenset[str] = frozenset()
    disputed: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()
    k: int = 5

    def may_name(self, organisation: OrganisationId) -> bool:
        """Whether a reason may name it without pointing at a few people in it, or outside it."""
        inside = self._sizes[organisation]
        return min(inside, len(self.people) - inside) >= self.k

    @cached_property
    def _sizes(self) -> Counter[OrganisationId]:
        """How many partners each organisation has."""
        return Counter(person.organisation for person in self.people)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The evidence as it stands at a moment, each figure worked out once.

    `mass` fades; `heard` is what was heard, newest first. `expected` are the replies that questions still waiting
    will bring. `histories` are what each person was asked, oldest first.
    """

    mass: Mapping[Cell, float]
    heard: Mapping[Cell, Sequence[Observation]]
    expected: Mapping[Cell, float]
    rates: Mapping[OrganisationId, float]
    histories: Mapping[PartnerId, Sequence[Asked]]
    factors: Mapping[str, str]

    @cached_property
    def everywhere(self) -> Mapping[str, float]:
        """The mass of each factor, all organisations together."""
        found = defaultdict[str, float](float)
        for (factor, _), mass in self.mass.items():
            found[factor] += mass
        return found

    def enough_since(self, factor: str, organisation: OrganisationId | None) -> datetime | None:
        """Since when enough has been heard of a factor, None where it has not: after that moment it was less.

        From one organisation, or from everybody where that is None.
        """
        if organisation is None:
            return self._enough_everywhere.get(factor)
        return _enough_at(self.heard.get((factor, organisation), ()))

    @cached_property
    def _enough_everywhere(self) -> Mapping[str, datetime | None]:
        found = defaultdict[str, list[Observation]](list)
        for (factor, _), heard in self.heard.items():
            found[factor] += heard
        newest_first = {factor: sorted(heard, key=_when, reverse=True) for factor, heard in found.items()}
        return {factor: _enough_at(heard) for factor, heard in newest_first.items()}


def faded(weight: float, age: timedelta) -> float:
    """What is left of a weight at this age."""
    return weight * math.pow(0.5, max(age, timedelta()) / HALF_LIFE)


def standing(evidence: Evidence, now: datetime) -> Standing:
    """Work it out. What lies after `now` is left out, so that any moment can be looked back at."""
    asked = sorted((each for each in evidence.asked if each.at <= now), key=lambda each: (each.at, each.question))
    factors = {question.id: question.factor for question in evidence.questions}
    homes = {person.partner: person.organisation for person in evidence.people}
    rates = _rates(asked, homes, now)
    heard = _heard(evidence.observations, now)
    expected, unanswered = defaultdict[Cell, float](float), defaultdict[Cell, float](float)
    for each in asked:
        if each.question in factors and each.partner in homes:
            cell = factors[each.question], homes[each.partner]
            if _waiting(each, now):
                expected[cell] += rates[cell[1]]
            elif each.outcome is not Outcome.ANSWERED:
                unanswered[cell] += faded(_SILENCE, now - each.at)
    return Standing(
        mass=_mass(heard, unanswered, now),
        heard=heard,
        expected=expected,
        rates=rates,
        histories=_histories(asked),
        factors=factors,
    )


def _when(observation: Observation) -> datetime:
    return observation.at


def _enough_at(newest_first: Iterable[Observation]) -> datetime | None:
    total = 0.0
    for each in newest_first:
        total += each.weight
        if total >= ENOUGH:
            return each.at
    return None


def _mass(
    heard: Mapping[Cell, Sequence[Observation]], unanswered: Mapping[Cell, float], now: datetime
) -> dict[Cell, float]:
    found = dict(unanswered)
    for cell, observations in heard.items():
        found[cell] = found.get(cell, 0) + sum(faded(each.weight, now - each.at) for each in observations)
    return found


def _heard(observations: Iterable[Observation], now: datetime) -> dict[Cell, list[Observation]]:
    found = defaultdict[Cell, list[Observation]](list)
    for each in sorted(observations, key=lambda each: each.at, reverse=True):
        if each.at <= now:
            found[each.factor, each.organisation].append(each)
    return found


def _histories(asked: Iterable[Asked]) -> dict[PartnerId, list[Asked]]:
    found = defaultdict[PartnerId, list[Asked]](list)
    for each in asked:
        found[each.partner].append(each)
    return found


def _waiting(asked: Asked, now: datetime) -> bool:
    return asked.outcome is Outcome.WAITING and now - asked.at < REPLY_WINDOW


def _rates(
    asked: Iterable[Asked], homes: Mapping[PartnerId, OrganisationId], now: datetime
) -> dict[OrganisationId, float]:
    """The share of questions that each organisation answers; never one person's, which would be watching them."""
    replies, settled = Counter[OrganisationId](), Counter[OrganisationId]()
    for each in asked:
        if each.partner in homes and now - each.at <= _RATES_FROM and not _waiting(each, now):
            settled[homes[each.partner]] += 1
            replies[homes[each.partner]] += each.outcome is Outcome.ANSWERED
    return {
        each: (replies[each] + _PRIOR_REPLIES) / (settled[each] + _PRIOR_ASKED) for each in sorted(set(homes.values()))
    }
