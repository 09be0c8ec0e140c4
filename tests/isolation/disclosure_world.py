"""A partnership made up at random, week by week: who joins, leaves, raises, replies, consents and withdraws.

What is true is counted here in its own way, with plain sets, so that it can speak against the product.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from bot.domain.disclosure import ALL, WINDOWS, Cell, Contribution, Measure, Snapshot, rests_on, weeks_until, withhold
from bot.domain.disclosure_freezing import freeze
from bot.domain.partnership import Disclosure

LAST_WEEK = "2026-W05"  # the weeks cross a new year, after a year of 52 weeks
WEEKS = 17
FACTORS = ("trust", "money", "rules", "power")
History = dict[str, list[Contribution]]
Shown = Mapping[str, Snapshot]
#: How a week is published: from the week, what is known now, the rules, the members and what was shown before.
Publisher = Callable[[str, History, Disclosure, frozenset[str], Shown], Snapshot]
Key = tuple[str, Cell]
People = dict[Key, frozenset[str]]
_NOBODY: frozenset[str] = frozenset()
VIEWS = (Measure.WELL, Measure.MIXED, Measure.HARD)
OF_REPLIES = (Measure.REPLIED, Measure.AGENDA, *VIEWS)


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """All that can be read at one time, and who is truly behind it: the people of each cell, and those named.

    Who had withdrawn by then is behind nothing: no figure that counted them can be read any more.
    """

    shown: Shown
    people: People = field(repr=False)
    named: People = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class World:
    rules: Disclosure
    organisations: tuple[str, ...]
    weeks: tuple[str, ...]
    moments: tuple[Moment, ...]


@dataclass
class _Person:
    name: str
    organisation: str
    eager: float
    keen: float = 0.0
    leaning: tuple[int, int, int] = (1, 1, 1)
    open: dict[str, bool] = field(default_factory=dict)  # factor -> named


def make_world(random: Random, publish: Publisher = freeze, *, lowered_by_withdrawal: bool = False) -> World:
    """Live through some weeks. After each, one moment before and one after that week's withdrawals."""
    rules = random.choice((Disclosure(), Disclosure(), Disclosure(k=3), Disclosure(k=4, m=3)))
    organisations = tuple(f"org{number}" for number in range(random.randint(2, 5)))
    crowd = [one for name in organisations for one in _staff(random, name, int(random.triangular(1, 24, 6)))]
    weeks = weeks_until(LAST_WEEK, WEEKS)[::-1]
    history: History = {}
    shown: dict[str, Snapshot] = {}
    people: People = {}
    named: People = {}
    moments: list[Moment] = []
    for week in weeks:
        _turn_over(random, crowd, organisations, week)
        history[week] = [each for person in crowd for each in (*_do(random, person), *_reply(random, person))]
        shown[week] = publish(week, history, rules, frozenset(organisations), shown)
        people = people | behind(week, history, named_only=False)
        named = named | behind(week, history, named_only=True)
        moments.append(Moment(shown=dict(shown), people=people, named=named))
        if leaving := _withdrawals(random, crowd, history, shown):
            people = _without(people, leaving, history, named_only=False)
            named = _without(named, leaving, history, named_only=True)
            if lowered_by_withdrawal:
                shown = {each: publish(each, history, rules, frozenset(organisations), shown) for each in shown}
            moments.append(Moment(shown=dict(shown), people=people, named=named))
    return World(rules=rules, organisations=organisations, weeks=weeks, moments=tuple(moments))


def _staff(random: Random, organisation: str, count: int) -> list[_Person]:
    eager, keen = random.choice((0.05, 0.2, 0.5)), random.choice((0.05, 0.4, 0.8))
    leaning = random.choice(((8, 1, 1), (1, 1, 8), (2, 1, 1), (1, 1, 1)))
    names = (f"{organisation}-{random.getrandbits(40):x}" for _ in range(count))
    return [_Person(name, organisation, eager, keen, leaning) for name in names]


def _turn_over(random: Random, crowd: list[_Person], organisations: tuple[str, ...], week: str) -> None:
    for person in [each for each in crowd if random.random() < 0.02]:
        crowd.remove(person)
    for organisation in organisations:
        if random.random() < 0.25:
            crowd.extend(_staff(random, organisation, random.randint(1, 2)))


def _do(random: Random, person: _Person) -> list[Contribution]:
    """What somebody does in a week, and what is open or closed of theirs at its end."""
    made: list[Contribution] = []
    one = Contribution(person=person.name, organisation=person.organisation, measure=Measure.TOOK_PART)
    for factor in [factor for factor in person.open if random.random() < 0.15]:
        made.append(replace(one, measure=Measure.CLOSED, factor=factor, named=person.open.pop(factor)))
    if random.random() < person.eager:
        factor = random.choices(FACTORS, weights=(6, 4, 2, 1))[0]
        person.open[factor] = random.random() < 0.15
        made.append(replace(one, measure=Measure.RAISED, factor=factor, named=person.open[factor]))
    made += [replace(one, measure=Measure.OPEN, factor=factor, named=named) for factor, named in person.open.items()]
    return [*made, one] if made or random.random() < person.eager else []


def _reply(random: Random, person: _Person) -> list[Contribution]:
    """What somebody replies to the question of a week, if they do: one of four keeps it private, one of eight signs."""
    if random.random() > person.keen or random.random() < 0.25:
        return []
    named = random.random() < 0.125
    took_part = Contribution(
        person=person.name, organisation=person.organisation, measure=Measure.TOOK_PART, named=named
    )
    replied = replace(took_part, measure=Measure.REPLIED, factor=random.choices(FACTORS, weights=(1, 2, 3, 4))[0])
    made = [took_part, replied]
    if random.random() < 0.8:
        view = random.choices(VIEWS, weights=person.leaning)[0]
        made.append(replace(replied, measure=view))
    return [*made, replace(replied, measure=Measure.AGENDA)] if random.random() < 0.2 else made


def _withdrawals(random: Random, crowd: list[_Person], history: History, shown: dict[str, Snapshot]) -> frozenset[str]:
    """Some make a factor of theirs private, in all weeks; some withdraw all that they ever said; some one reply.

    Whoever changes what they allow with a reply withdraws it from the figures as well.
    """
    leaving = [person for person in crowd if random.random() < 0.01]
    for person in leaving:
        factor = random.choice((ALL, *FACTORS))
        person.open = {each: named for each, named in person.open.items() if factor not in (each, ALL)}
        gone = {
            week: [one for one in each if one.person == person.name and factor in (one.factor, ALL)]
            for week, each in history.items()
        }
        _withhold(person, gone, history, shown)
    changing = [person for person in crowd if random.random() < 0.01]
    for person in changing:
        week = random.choice(sorted(history))
        own = [one for one in history[week] if one.person == person.name]
        replied = [one for one in own if one.measure in OF_REPLIES]
        if replied:
            took_part = [one for one in own if one.measure is Measure.TOOK_PART][-1:]
            _withhold(person, {week: [*replied, *took_part]}, history, shown)
    return frozenset(person.name for person in (*leaving, *changing))


def _withhold(person: _Person, gone: History, history: History, shown: dict[str, Snapshot]) -> None:
    for week, snapshot in shown.items():
        shown[week] = withhold(snapshot, rests_on(week, gone, person.name))
    for week, withdrawn in gone.items():
        for one in withdrawn:
            history[week].remove(one)


def _without(people: People, leaving: frozenset[str], history: History, *, named_only: bool) -> People:
    """Who is behind each cell after some have withdrawn what the history has no more."""
    theirs = {week: [one for one in each if one.person in leaving] for week, each in history.items()}
    still: People = {}
    for week in history:
        still |= behind(week, theirs, named_only=named_only)
    return {key: each - leaving | still.get(key, _NOBODY) if each & leaving else each for key, each in people.items()}


def behind(week: str, history: History, *, named_only: bool) -> People:
    """Who is counted in each cell of a week, or who of them is named."""
    places: defaultdict[tuple[int, Measure, str, str], set[str]] = defaultdict(set)
    for age, each in enumerate(weeks_until(week, max(WINDOWS))):
        named = {one.person for one in history.get(each, ()) if one.named}
        for one in history.get(each, ()):
            if not named_only or one.named or (one.measure == Measure.TOOK_PART and one.person in named):
                for window in (window for window in WINDOWS if age < window):
                    for factor in {one.factor, ALL}:
                        places[window, one.measure, factor, one.organisation].add(one.person)
                        places[window, one.measure, factor, ALL].add(one.person)
    return {
        (week, Cell(window=window, measure=measure, factor=factor, organisation=organisation)): frozenset(people)
        for (window, measure, factor, organisation), people in places.items()
    }
