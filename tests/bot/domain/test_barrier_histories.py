"""Whatever people do in whatever order, nothing of anybody's is lost or shown too far."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import barrier_rules as rules
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser, Refused, Status
from bot.domain.people import PartnerId
from tests.bot.domain.barrier_moves import CHLOE, barrier, raiser
from tests.conftest import FULL
from tests.fakes import NOON

LATER = NOON + timedelta(hours=1)
_PEOPLE = tuple(PartnerId(name) for name in ("amara", "ben", "chloe", "dev"))
_IDS = tuple(BarrierId(name) for name in ("b1", "b2", "b3"))
_SHOWN = {Consent.NAMED, Consent.OWN_LEADS}

#: The likelier the greater the number.
_KINDS = {
    "join": 2,
    "consent": 2,
    "withdraw": 1,
    "answer": 2,
    "move": 2,
    "resolve": 1,
    "assign": 1,
    "sort": 1,
    "merge": 4,
    "part": 2,
}
_moves = st.tuples(
    st.sampled_from([kind for kind, times in _KINDS.items() for _ in range(times)]),
    st.sampled_from(_PEOPLE),
    st.sampled_from(_IDS),
    st.sampled_from(_IDS),
    st.sampled_from(list(Consent)),
    st.sampled_from(list(Status)),
    st.booleans(),
)
Move = tuple[str, PartnerId, BarrierId, BarrierId, Consent, Status, bool]


def _three() -> dict[BarrierId, Barrier]:
    """Barriers of which each has a raiser in common with each other."""
    amara, ben, chloe, dev = _PEOPLE
    of = {"b1": (amara, ben), "b2": (ben, chloe), "b3": (chloe, amara, dev)}
    return {BarrierId(each): barrier(each, *people) for each, people in of.items()}


@dataclass
class _World:
    """Three barriers, and what each person has said in each as long as they stand by it."""

    barriers: dict[BarrierId, Barrier] = field(default_factory=_three)
    said: set[tuple[PartnerId, BarrierId, str]] = field(default_factory=set)
    ids: "count[int]" = field(default_factory=lambda: count(10))

    def __post_init__(self) -> None:
        self.said = {
            (part.partner, part.origin, part.wording) for each in self.barriers.values() for part in each.raisers
        }

    def do(self, move: Move) -> dict[BarrierId, Barrier]:
        """The barriers that a move changes, as they are then; what it says or takes back is noted."""
        kind, who, where, other, *_ = move
        number = next(self.ids)
        change, at, found = f"change{number}", NOON + timedelta(minutes=number), self.barriers[where]
        if kind == "merge":
            return _pair(rules.merged(found, self.barriers[other], change, at, who))
        if kind == "part":
            inside = next((each for each in self.barriers.values() if each.into == where), self.barriers[other])
            return _pair(rules.parted(found, inside, change, at, who))
        after = self._one(move, change, at)
        if kind == "join":
            self.said.add((who, where, f"{who} on {change}"))
        if kind == "withdraw":
            leaving = {where, *found.absorbed}
            self.said = {each for each in self.said if each[0] != who or each[1] not in leaving}
        return {where: after}

    def _one(self, move: Move, change: str, at: datetime) -> Barrier:
        kind, who, where, _, consent, status, yes = move
        found = self.barriers[where]
        moves: dict[str, Callable[[], Barrier]] = {
            "join": lambda: rules.joined(
                found, replace(raiser(who, f"{who} on {change}", consent=consent, shared=yes), at=at), change
            ),
            "consent": lambda: rules.consented(found, who, consent, change, at, shared=yes, name=who.title()),
            "withdraw": lambda: rules.withdrawn(found, who, change, at),
            "answer": lambda: rules.answered(found, who, change, at, gone=yes, because=f"reason of {who}"),
            "move": lambda: rules.moved(found, status, change, at, who, "because" if yes else ""),
            "resolve": lambda: rules.moved(found, Status.RESOLVED, change, at, who, "done", shared=yes),
            "assign": lambda: rules.assigned(found, "lead@x.example", date(2026, 5, 1), change, at, who),
            "sort": lambda: rules.sorted_under(found, "money" if yes else "luck", ("trust",), change, at, who),
        }
        return moves[kind]()


def _pair(both: tuple[Barrier, Barrier]) -> dict[BarrierId, Barrier]:
    return {each.id: each for each in both}


def _parts(found: Barrier) -> tuple[Raiser, ...]:
    return (*found.raisers, *found.aside)


def _holds(world: _World) -> None:
    """What is true of every barrier at every moment."""
    everything = [part for each in world.barriers.values() for part in _parts(each)]
    assert {(part.partner, part.origin, part.wording) for part in everything} == world.said
    assert len(everything) == len(world.said)
    for each in world.barriers.values():
        people = [part.partner for part in each.raisers]
        assert len(people) == len(set(people))
        assert {part.partner for part in each.aside} <= set(people)
        assert {part.origin for part in _parts(each)} <= {each.id, *each.absorbed}
        assert each.into is None or not _parts(each)
        assert each.version == len(each.history)
        assert each.history[-1].status is each.status
        assert not (each.status is Status.DECLINED and not each.because)
        assert not (each.shared and each.status is not Status.RESOLVED)
        assert each.factor not in each.also
    for part in everything:
        assert (part.name == "") if part.consent not in _SHOWN else (part.name == part.partner.title())
        assert not (part.shared and part.consent is Consent.PRIVATE)


def _traces(found: Barrier, who: PartnerId) -> list[str]:
    return [each.detail for each in found.history if each.by == who and not each.lead]


@given(st.lists(_moves, min_size=5, max_size=40))
@settings(max_examples=2_000 if FULL else 60)
def test_whatever_people_do_nothing_is_lost_but_by_withdrawal(moves: list[Move]) -> None:
    world = _World()
    _holds(world)
    for move in moves:
        before, said = dict(world.barriers), set(world.said)
        try:
            changed = world.do(move)
        except Refused:
            assert (world.barriers, world.said) == (before, said)
            continue
        world.barriers |= changed
        for each in changed.values():
            old = before[each.id]
            assert each.version == old.version + 1
            assert [one.id for one in each.history[:-1]] == [one.id for one in old.history]
        _holds(world)
        if move[0] == "withdraw":
            assert _traces(world.barriers[move[2]], move[1]) == []


@given(st.lists(_moves, max_size=15), st.lists(_moves, max_size=15), st.booleans())
@settings(max_examples=2_000 if FULL else 60)
def test_a_merge_undone_gives_each_barrier_its_raisers_back(
    first: list[Move], meanwhile: list[Move], chained: bool
) -> None:
    world = _World()
    if chained:
        world.barriers |= world.do(("merge", CHLOE, _IDS[1], _IDS[2], Consent.NAMED, Status.OPEN, True))
    for move in first:
        _try(world, move)
    try:
        world.barriers |= world.do(("merge", CHLOE, _IDS[0], _IDS[1], Consent.NAMED, Status.OPEN, True))
    except Refused:
        return
    whose = {(part.partner, part.origin) for part in _parts(world.barriers[_IDS[0]])}
    there = {_IDS[1], *world.barriers[_IDS[1]].absorbed}
    for move in meanwhile:
        if move[0] not in {"merge", "part"}:
            _try(world, move)
    world.barriers |= world.do(("part", CHLOE, _IDS[0], _IDS[1], Consent.NAMED, Status.OPEN, True))
    one, two = world.barriers[_IDS[0]], world.barriers[_IDS[1]]
    stand = {(who, origin) for who, origin, _ in world.said}
    assert {(part.partner, part.origin) for part in _parts(two)} == {each for each in whose & stand if each[1] in there}
    assert {(part.partner, part.origin) for part in _parts(one)} == {
        each for each in stand if each[1] in {_IDS[0], *one.absorbed}
    }
    assert two.into is None
    assert _IDS[1] not in one.absorbed
    _holds(world)


def _try(world: _World, move: Move) -> None:
    try:
        world.barriers |= world.do(move)
    except Refused:
        return
