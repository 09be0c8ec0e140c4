"""What is shown of a week, and what is kept back so that nothing which is shown points at a few people."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.disclosure import (
    ALL,
    WINDOWS,
    Band,
    Cell,
    Contribution,
    Measure,
    Snapshot,
    bands,
    iso_week,
    rests_on,
    select,
    trend,
    weeks_until,
    withhold,
)
from bot.domain.disclosure_freezing import freeze
from bot.domain.partnership import Disclosure
from tests.conftest import FULL

WEEK = "2026-W10"
RULES = Disclosure()
MEMBERS = ("council", "trust", "charity")
ONE = Contribution(person="", organisation="", measure=Measure.RAISED, factor="money")
FEW, MORE, MANY = Band(low=5, high=9), Band(low=10, high=19), Band(low=20, high=49)


def _people(organisation: str, count: int, first: int = 0) -> list[Contribution]:
    numbers = range(first, first + count)
    return [replace(ONE, person=f"{organisation}{number}", organisation=organisation) for number in numbers]


def _week(counts: Mapping[str, int]) -> list[Contribution]:
    return [one for organisation, count in counts.items() for one in _people(organisation, count)]


def _frozen(
    contributions: Collection[Contribution], rules: Disclosure = RULES, members: Collection[str] = MEMBERS
) -> Snapshot:
    return freeze(WEEK, {WEEK: contributions}, rules, members, {})


def _row(counts: Mapping[str, int], **named: str) -> dict[str, Band | None]:
    snapshot = _frozen(_week(counts), members=tuple(counts))
    return {each: select(snapshot, Measure.RAISED, factor="money", organisation=each) for each in (ALL, *counts)}


def test_bands_are_as_wide_as_a_group_must_be() -> None:
    assert bands(5, 2) == (FEW, MORE, MANY, Band(low=50, high=99), Band(low=100, high=None))
    assert [each.low for each in bands(3, 5)] == [3, 8, 18, 48, 98]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 2, "b": 2, "c": 0}, {}),  # four people
        ({"a": 5, "b": 0, "c": 0}, {}),  # one organisation
        ({"a": 3, "b": 2, "c": 0}, {ALL: FEW}),
        ({"a": 8, "b": 1, "c": 0}, {}),  # a could count its own, and know that one is left
        ({"a": 16, "b": 2, "c": 1}, {}),  # the same: three are left at most
        ({"a": 7, "b": 6}, {ALL: MORE, "a": FEW, "b": FEW}),
        ({"a": 7, "b": 4}, {ALL: MORE}),  # a alone would tell of b
        ({"a": 12, "b": 7}, {ALL: MORE}),  # a could count its own, and know that b is seven at most
        ({"a": 7, "b": 6, "c": 5}, {ALL: MORE, "a": FEW}),  # the same: b would be seven at most, as c is five at least
        ({"a": 9, "b": 7, "c": 6}, {ALL: MANY, "a": FEW, "b": FEW, "c": FEW}),
        ({"a": 9, "b": 7, "c": 2}, {ALL: MORE, "a": FEW}),  # b is kept back so that c cannot be reckoned
        ({"a": 9, "b": 7, "c": 0}, {ALL: MORE, "a": FEW}),  # and nobody looks the same as two
        ({"a": 9, "b": 7, "c": 3, "d": 2}, {ALL: MANY, "a": FEW, "b": FEW}),
    ],
)
def test_what_is_shown_of_one_factor(counts: Mapping[str, int], shown: Mapping[str, Band]) -> None:
    assert _row(counts) == {ALL: None, **dict.fromkeys(counts), **shown}


def test_factors_left_over_keep_another_back() -> None:
    """Two are behind no factor that is shown, and somebody could reckon that there must be such."""
    everybody = [replace(one, factor="rules") for one in _people("a", 6, 10) + _people("b", 6, 10)]
    few = [replace(one, factor="risk") for one in _people("a", 1, 20) + _people("b", 1, 20)]
    snapshot = _frozen([*_week({"a": 9, "b": 9}), *everybody, *few], members=("a", "b"))
    factors = {each: select(snapshot, Measure.RAISED, factor=each) for each in (ALL, "money", "rules", "risk")}
    assert factors == {ALL: MANY, "money": MORE, "rules": None, "risk": None}


@pytest.mark.parametrize(("named", "shown"), [(0, FEW), (1, FEW), (2, None), (5, None), (6, FEW)])
def test_the_unnamed_behind_a_figure_are_none_or_k(named: int, shown: Band | None) -> None:
    ones = [replace(one, named=number < named) for number, one in enumerate(_week({"a": 3, "b": 3}))]
    assert select(_frozen(ones), Measure.RAISED) == shown


def test_whoever_is_named_is_known_to_have_taken_part() -> None:
    raised = [replace(one, named=True) for one in _people("a", 2)]
    part = [replace(one, measure=Measure.TOOK_PART, factor=ALL) for one in _week({"a": 3, "b": 3})]
    assert select(_frozen(part), Measure.TOOK_PART) == FEW
    assert select(_frozen([*raised, *part]), Measure.TOOK_PART) is None


def test_a_person_counts_once_however_much_they_did() -> None:
    history = {week: _week({"a": 2, "b": 2}) * 3 for week in weeks_until(WEEK, 13)}
    assert freeze(WEEK, history, RULES, MEMBERS, {}).shown == {}


def test_a_snapshot_keeps_its_k_and_windows_that_reach_back_keep_the_greater() -> None:
    last, this = weeks_until(WEEK, 2)[::-1]
    history = {last: _week({"a": 2, "b": 2}), this: _week({"a": 2, "b": 2})}
    before = {last: freeze(last, history, RULES, ("a", "b"), {})}
    frozen = freeze(this, history, Disclosure(k=3), ("a", "b"), before)
    assert (before[last].k, frozen.k) == (5, 3)
    assert frozen.shown == {}
    alone = freeze(this, {this: history[this]}, Disclosure(k=3), ("a", "b"), {})
    assert select(alone, Measure.RAISED) == Band(low=3, high=5)


def test_weeks_left_over_keep_the_window_back() -> None:
    """Four weeks less three of them would tell of the fourth, in which two came."""
    weeks = weeks_until(WEEK, 4)[::-1]
    sizes, before = (2, 30, 25, 25), dict[str, Snapshot]()
    history = {
        week: _people("a", size, 100 * number) + _people("b", size, 100 * number)
        for number, (week, size) in enumerate(zip(weeks, sizes, strict=True))
    }
    for week in weeks:
        before[week] = freeze(week, history, RULES, ("a", "b"), before)
    assert trend(before, WEEK, Measure.RAISED)[0] is None
    assert all(trend(before, WEEK, Measure.RAISED)[1:])


@pytest.mark.parametrize(("new", "shown"), [(1, None), (4, None), (5, MANY)])
def test_members_who_take_away_their_own_never_prove_a_few_newcomers(new: int, shown: Band | None) -> None:
    """Of 10-19 in each week before a counts 14: five others at most. Of 20-49 with this week also: six at least."""
    *earlier, last = weeks_until(WEEK, 10)[::-1]
    history = {**dict.fromkeys(earlier, _week({"a": 14, "b": 5})), last: _people("b", new, 5)}
    before = dict[str, Snapshot]()
    for week in earlier:
        before[week] = freeze(week, history, RULES, ("a", "b"), before)
    assert [select(each, Measure.RAISED) for each in before.values()] == [MORE] * 9
    assert select(freeze(last, history, RULES, ("a", "b"), before), Measure.RAISED, window=4) == shown


@pytest.mark.parametrize(("others", "shown"), [(2, None), (3, Band(low=12, high=29))])
def test_a_longer_window_never_limits_the_others_of_a_week_to_a_few(others: int, shown: Band | None) -> None:
    """Of 6-11 in the first week a counts four, of 6-11 in both eight: three others at most, of whom one is named."""
    first, second = weeks_until(WEEK, 2)[::-1]
    named = [replace(one, named=True) for one in [*_people("c", others), *_people("b", 1)]]
    history = {
        first: [*_people("a", 4), *_people("b", 1), named[0]],
        second: [*_people("a", 4, 4), *named],
    }
    rules, members = Disclosure(k=3), ("a", "b", "c")
    before = {first: freeze(first, history, rules, members, {})}
    assert select(before[first], Measure.RAISED) == Band(low=6, high=11)
    assert select(freeze(second, history, rules, members, before), Measure.RAISED, window=4) == shown


def test_trend_is_the_four_weeks_as_they_were_frozen() -> None:
    snapshot = _frozen(_week({"a": 6, "b": 6}), members=("a", "b"))
    assert trend({WEEK: snapshot}, WEEK, Measure.RAISED) == (None, None, None, MORE)
    assert trend({WEEK: snapshot}, "2026-W12", Measure.RAISED, organisation="a") == (None, FEW, None, None)


def test_weeks_are_those_of_the_calendar() -> None:
    assert weeks_until("2021-W02", 4) == ("2021-W02", "2021-W01", "2020-W53", "2020-W52")
    assert iso_week(date(2027, 1, 1)) == "2026-W53"


COUNTS = st.integers(min_value=0, max_value=30)


@st.composite
def _weeks(draw: st.DrawFn) -> list[Contribution]:
    """A week of some organisations and factors, in which people are behind one factor or several."""
    made = list[Contribution]()
    for organisation in MEMBERS:
        for factor in ("money", "rules", "trust"):
            first, count, named = draw(COUNTS), draw(COUNTS), draw(st.integers(min_value=0, max_value=8))
            people = _people(organisation, count, first)
            made += [replace(one, factor=factor, named=place < named) for place, one in enumerate(people)]
    return made


def _behind(contributions: Collection[Contribution], cell: Cell) -> dict[str, bool]:
    """The people of a cell, and whether each is named in it."""
    within: dict[str, bool] = {}
    for one in contributions:
        if cell.factor in (ALL, one.factor) and cell.organisation in (ALL, one.organisation):
            within[one.person] = within.get(one.person, False) or one.named
    return within


def _rules() -> st.SearchStrategy[Disclosure]:
    return st.builds(Disclosure, k=st.integers(min_value=3, max_value=8), m=st.integers(min_value=2, max_value=3))


@given(_weeks(), _rules())
def test_no_figure_stands_for_fewer_than_k_in_m(contributions: list[Contribution], rules: Disclosure) -> None:
    for cell, band in _frozen(contributions, rules).shown.items():
        inside = _behind(contributions, cell)
        unnamed = list(inside.values()).count(False)
        assert len(inside) >= band.low >= rules.k
        assert band.high is None or len(inside) <= band.high
        assert unnamed == 0 or unnamed >= rules.k
        everybody = _behind(contributions, replace(cell, organisation=ALL))
        if cell.organisation == ALL:
            assert len({person.rstrip("0123456789") for person in inside}) >= rules.m
        else:
            assert len(everybody) - len(inside) >= rules.k


@given(_weeks(), _rules())
def test_what_is_left_of_a_sum_is_k_or_cannot_be_known(contributions: list[Contribution], rules: Disclosure) -> None:
    shown = _frozen(contributions, rules).shown
    for whole in shown:
        if whole.organisation == ALL:
            parts = [replace(whole, organisation=each) for each in MEMBERS]
            seen = [part for part in parts if part in shown]
            left = _behind(contributions, whole).keys() - {one for part in seen for one in _behind(contributions, part)}
            assert len(seen) in {0, len(MEMBERS), *range(len(MEMBERS) - 1)}
            assert len(seen) in {0, len(MEMBERS)} or len(left) >= rules.k


@given(_weeks(), _rules())
def test_nothing_is_shown_of_which_a_wider_figure_is_not(contributions: list[Contribution], rules: Disclosure) -> None:
    shown = _frozen(contributions, rules).shown
    for cell in shown:
        assert replace(cell, factor=ALL) in shown
        assert replace(cell, organisation=ALL) in shown
        assert all(replace(cell, window=window) in shown for window in WINDOWS if window > cell.window)


@given(_weeks(), st.data())
def test_a_withdrawal_withholds_and_lowers_nothing(contributions: list[Contribution], data: st.DataObject) -> None:
    snapshot = _frozen(contributions)
    person = data.draw(st.sampled_from([one.person for one in contributions] or ["nobody"]))
    resting = rests_on(WEEK, {WEEK: contributions}, person)
    after = withhold(snapshot, resting)
    assert after.shown == {cell: band for cell, band in snapshot.shown.items() if cell not in resting}
    assert not any(person in _behind(contributions, cell) for cell in after.shown)
    assert all(person in _behind(contributions, cell) for cell in resting)
    # Withheld, kept back, few, none and never heard of: there is one appearance.
    answers = {_look(after, cell) for cell in resting} | {select(after, Measure.CLOSED), select(None, Measure.RAISED)}
    assert answers == {None}


def _look(snapshot: Snapshot, cell: Cell) -> Band | None:
    where = {"window": cell.window, "factor": cell.factor, "organisation": cell.organisation}
    return select(snapshot, cell.measure, **where)  # type: ignore[arg-type]


def _appearances(most: int, rules: Disclosure) -> Iterator[tuple[tuple[int, ...], frozenset[tuple[Cell, Band]]]]:
    for sizes in product(range(most + 1), repeat=3):
        contributions = _week(dict(zip(MEMBERS, sizes, strict=True)))
        yield sizes, frozenset(_frozen(contributions, rules).shown.items())


def test_whoever_knows_all_the_rules_learns_of_no_few_in_a_row() -> None:
    """Every partnership of three organisations up to a size: those that look alike are never all few and somebody."""
    rules = Disclosure(k=3)
    alike: dict[frozenset[tuple[Cell, Band]], list[tuple[int, ...]]] = {}
    for sizes, appearance in _appearances(10 if FULL else 6, rules):
        alike.setdefault(appearance, []).append(sizes)
    assert len(alike) > 5
    for worlds in alike.values():
        for counts in zip(*worlds, strict=True):
            assert not all(0 < count < rules.k for count in counts)
