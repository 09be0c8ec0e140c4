"""Which question a partner gets this week, and why: the one from which the partnership would learn most.

Whoever is asked can only tell of their own organisation. So a person is asked about the factor of which least has been
heard from it: what was heard fades, and what others of it were asked this week counts as far as they usually reply.
Where organisations see a factor differently, or barriers are open, it goes before one of which as little is known.
Nobody is asked a question again within twenty weeks, nor about one factor twice running, as long as there is a choice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.evidence import ENOUGH, Cell, Evidence, Person, Question, Standing, standing
from bot.domain.people import OrganisationId, PartnerId

#: No question comes back to a person before this.
NO_REPEAT = timedelta(weeks=20)
#: Whom a question suits, as the bank says it.
LEAD, FRONT_LINE, EVERYONE = "lead", "front line", "everyone"
#: Together less than one observation: they decide only between cells of which about as little is known.
_DISPUTED, _BLOCKED = 0.5, 0.4


class Kind(StrEnum):
    """Why a question was chosen; a closed list."""

    #: Less than three observations in all, or after the month `since`. Whether few or none is never told.
    LITTLE = "little"
    #: Organisations see the factor differently.
    DISPUTED = "disputed"
    #: Barriers about the factor were open at the end of last week, when what may be told was frozen.
    BLOCKED = "blocked"
    #: Enough is known of everything: the person was last asked about this factor in the month `since`, or never.
    TURN = "turn"


#: Where little is known, one begins with what people notice; where views or barriers stand, with what lies between
#: them or can be done about it; where enough is known, with what comes of it.
_DEPTHS = {
    Kind.LITTLE: ("noticing", "relating", "acting"),
    Kind.DISPUTED: ("relating", "noticing", "acting"),
    Kind.BLOCKED: ("acting", "relating", "noticing"),
    Kind.TURN: ("acting", "relating", "noticing"),
}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why, as data that is true of the evidence. `since` is the first day of a month: no day of anybody's is told."""

    kind: Kind
    factor: str
    organisation: OrganisationId | None = None
    since: date | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The question for one person and one week."""

    question_id: str
    factor: str
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What stays the same while the questions of a moment are chosen. `expected` grows with each choice."""

    evidence: Evidence
    standing: Standing
    expected: dict[Cell, float]
    now: datetime
    seed: str

    def drawn(self, *parts: str) -> str:
        """A lot for breaking ties: the same for the same seed and ISO week, as if random otherwise."""
        year, week, _ = self.now.isocalendar()
        return sha256("\0".join((self.seed, f"{year}-{week}", *parts)).encode()).hexdigest()


def choose(person: Person, evidence: Evidence, now: datetime, seed: str) -> Choice | None:
    """The question for one person; None if no question of the bank suits them."""
    return choose_all([person], evidence, now, seed).get(person.partner)


def choose_all(people: Iterable[Person], evidence: Evidence, now: datetime, seed: str) -> dict[PartnerId, Choice]:
    """The questions of people who are asked at the same moment, so that they do not all get the same thin cell.

    Whom no question suits is left out. The order of `people` makes no difference.
    """
    known = standing(evidence, now)
    desk = _Desk(evidence=evidence, standing=known, expected=dict(known.expected), now=now, seed=seed)
    chosen = {}
    for person in sorted(people, key=lambda each: desk.drawn(each.partner)):
        options = _options(person, desk)
        if options:
            choice = chosen[person.partner] = _choice(person, options, desk)
            cell = choice.factor, person.organisation
            desk.expected[cell] = desk.expected.get(cell, 0) + known.rates.get(person.organisation, 0)
    return chosen


def _options(person: Person, desk: _Desk) -> list[Question]:
    """What may be asked at all. Of the two rules the one about factors gives way first."""
    history = desk.standing.histories.get(person.partner, ())
    last = {each.question: each.at for each in history}
    suits = {EVERYONE, LEAD if person.lead else FRONT_LINE}
    bank = [each for each in desk.evidence.questions if each.suits in suits and each.id not in desk.evidence.retired]
    fresh = [each for each in bank if each.id not in last or desk.now - last[each.id] >= NO_REPEAT]
    fresh = fresh or sorted(bank, key=lambda each: last[each.id])[:1]
    just_had = desk.standing.factors.get(history[-1].question) if history else None
    return [each for each in fresh if each.factor != just_had] or fresh


def _choice(person: Person, options: Sequence[Question], desk: _Desk) -> Choice:
    factors = sorted({each.factor for each in options})
    factor = max(factors, key=lambda each: _rank(each, person, desk))
    reason = _reason(factor, factors, person, desk)
    about_it = [each for each in options if each.factor == factor]
    question = min(about_it, key=lambda each: _order(each, reason.kind, person, desk))
    return Choice(question_id=question.id, factor=factor, reason=reason)


def _rank(factor: str, person: Person, desk: _Desk) -> tuple[float, float, str]:
    """The likelier the higher: what is missing in the cell, then in the whole partnership, then by lot."""
    urgent = _missing(factor, person, desk) + _urgency(factor, desk.evidence)
    return round(urgent, 6), -round(desk.standing.everywhere.get(factor, 0), 6), desk.drawn(person.organisation, factor)


def _missing(factor: str, person: Person, desk: _Desk) -> float:
    cell = factor, person.organisation
    return ENOUGH - desk.standing.mass.get(cell, 0) - desk.expected.get(cell, 0)


def _urgency(factor: str, evidence: Evidence) -> float:
    return _DISPUTED * (factor in evidence.disputed) + _BLOCKED * (factor in evidence.blocked)


def _order(question: Question, kind: Kind, person: Person, desk: _Desk) -> tuple[int, bool, str]:
    """The smaller the sooner: the depth that fits, then what is meant for this very role, then by lot."""
    depths = _DEPTHS[kind]
    depth = depths.index(question.depth) if question.depth in depths else len(depths)
    return depth, question.suits == EVERYONE, desk.drawn(person.partner, question.id)


def _reason(factor: str, factors: Sequence[str], person: Person, desk: _Desk) -> Reason:
    """What decided; where that may not be said, what else is true."""
    signal = _signal(factor, desk.evidence)
    thinner = any(round(_missing(each, person, desk) - _missing(factor, person, desk), 6) > 0 for each in factors)
    little = _little(factor, person, desk)
    decisive = signal if signal and thinner else None
    return decisive or little or signal or _turn(factor, person, desk)


def _signal(factor: str, evidence: Evidence) -> Reason | None:
    if factor in evidence.disputed:
        return Reason(kind=Kind.DISPUTED, factor=factor)
    return Reason(kind=Kind.BLOCKED, factor=factor) if factor in evidence.blocked else None


def _little(factor: str, person: Person, desk: _Desk) -> Reason | None:
    """That little was heard: from the organisation if it may be named, else from everybody."""
    organisation = person.organisation if desk.evidence.may_name(person.organisation) else None
    enough_at = desk.standing.enough_since(factor, organisation)
    if enough_at is None:
        return Reason(kind=Kind.LITTLE, factor=factor, organisation=organisation)
    since = _month(enough_at)
    last_month = _month(_month(desk.now) - timedelta(days=1))
    return (
        Reason(kind=Kind.LITTLE, factor=factor, organisation=organisation, since=since) if since < last_month else None
    )


def _turn(factor: str, person: Person, desk: _Desk) -> Reason:
    asked = desk.standing.histories.get(person.partner, ())
    about_it = [each.at for each in asked if desk.standing.factors.get(each.question) == factor]
    return Reason(kind=Kind.TURN, factor=factor, since=_month(about_it[-1]) if about_it else None)


def _month(moment: date) -> date:
    return date(moment.year, moment.month, 1)
