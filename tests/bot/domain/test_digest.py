"""What a lead's digest says of barriers, and that it shows nothing more than they may see."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.barrier_rules import answered, assigned, joined, moved, raised
from bot.domain.barrier_views import Reader
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser, Status
from bot.domain.digest import Digest, Line, Scope, Sources, Standpoint, Why
from bot.domain.digest_making import digest
from bot.domain.disclosure import ALL, Band, Cell, Measure, Snapshot
from bot.domain.heard import Gap
from bot.domain.people import OrganisationId, PartnerId
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
WEEK = "2026-W10"
READER = Reader(partner=PartnerId("amara"), organisation=COUNCIL.id, lead=True)
FEW = Band(low=5, high=9)


def part(name: str, days: float, organisation: OrganisationId = HOUSING.id, **more: object) -> Raiser:
    given = {"consent": Consent.NAMED, "name": name.title(), "wording": f"{name} waits.", **more}
    at = NOW - timedelta(days=days)
    return Raiser(partner=PartnerId(name), organisation=organisation, at=at, origin=BarrierId("b"), **given)  # type: ignore[arg-type]


def barrier(*parts: Raiser, named: str = "b", factor: str = "trust") -> Barrier:
    first, *others = (replace(each, origin=BarrierId(named)) for each in parts)
    found = raised(PLAN.id, first, factor, f"{named}-1")
    for number, each in enumerate(others):
        found = joined(found, each, f"{named}-join-{number}")
    return found


def made(*barriers: Barrier, weeks: int = 1, snapshots: dict[str, Snapshot] | None = None, **scope: object) -> Digest:
    asked = Standpoint(plan=PLAN, scope=Scope(weeks=weeks, **scope), reader=READER, week=WEEK, now=NOW)  # type: ignore[arg-type]
    return digest(asked, Sources(barriers=barriers, snapshots=snapshots or {}, gaps=()))


def ids(lines: tuple[Line, ...]) -> list[str]:
    return [line.view.barrier.id for line in lines]


def test_a_barrier_of_this_week_is_new_and_asks_for_an_owner() -> None:
    told = made(barrier(part("ben", 2)))
    assert (ids(told.new), ids(told.decisions), ids(told.worse)) == (["b"], ["b"], [])
    assert told.new[0].people == 1
    assert told.new[0].organisations == (HOUSING.id,)


def test_what_is_overdue_comes_before_everything_else() -> None:
    late = assigned(barrier(part("ben", 40), named="late"), LEAD.email, date(2026, 3, 1), "c", NOW, None)
    told = made(barrier(part("cho", 1), part("dan", 1, COUNCIL.id)), late)
    assert ids(told.decisions) == ["late", "b"]
    assert ids(told.worse) == ["late"]


def test_what_came_back_is_worse_and_what_moved_forward_is_better() -> None:
    old = barrier(part("ben", 60))
    resolved = moved(old, Status.RESOLVED, "c2", NOW - timedelta(days=20), None)
    back = answered(resolved, PartnerId("ben"), "c3", NOW - timedelta(days=1), gone=False, because="No.")
    taken = moved(barrier(part("cho", 60), named="c"), Status.IN_PROGRESS, "c4", NOW - timedelta(days=1), None)
    told = made(back, taken)
    assert (ids(told.worse), ids(told.better)) == (["b"], ["c"])


def test_what_is_worse_for_two_reasons_is_listed_once_by_the_graver() -> None:
    both = barrier(part("ben", 60), part("cho", 2, COUNCIL.id))
    told = made(assigned(both, LEAD.email, date(2026, 3, 1), "c", NOW, None))
    assert [line.why for line in told.worse] == [Why.OVERDUE]


@pytest.mark.parametrize(("days", "weeks", "listed"), [(3, 1, True), (10, 1, False), (10, 4, True), (40, 13, True)])
def test_what_ended_within_the_time_asked_for_is_closed(days: int, weeks: int, listed: bool) -> None:
    ended = moved(barrier(part("ben", 80)), Status.DECLINED, "c", NOW - timedelta(days=days), None, "No money.")
    told = made(ended, weeks=weeks)
    assert (ids(told.closed) == ["b"]) is listed
    assert not told.decisions


def test_what_does_not_move_is_listed_as_standing_still() -> None:
    assert ids(made(barrier(part("ben", 50))).still) == ["b"]
    assert not made(barrier(part("ben", 30))).still


def test_filters_choose_among_what_the_reader_sees() -> None:
    both = (barrier(part("ben", 1), factor="trust"), barrier(part("cho", 1, COUNCIL.id), named="c", factor="money"))
    assert ids(made(*both, factor="money").new) == ["c"]
    assert ids(made(*both, organisation=HOUSING.id).new) == ["b"]


def test_figures_are_those_that_were_frozen() -> None:
    shown = {
        Cell(window=1, measure=Measure.OPEN, factor="trust"): FEW,
        Cell(window=1, measure=Measure.TOOK_PART, organisation=COUNCIL.id): FEW,
    }
    told = made(barrier(part("ben", 1)), snapshots={WEEK: Snapshot(week=WEEK, k=5, m=2, shown=shown)})
    assert told.new[0].pattern.band == FEW
    assert told.new[0].pattern.past == (None, None, None, FEW)
    assert [each.band for each in told.participation] == [FEW, None]
    assert told.heat["trust"][-1] == FEW
    trust = [each for each in told.patterns if each.factor == "trust" and each.measure is Measure.OPEN]
    assert [each.band for each in trust] == [FEW]
    assert all(each.organisation == ALL for each in told.patterns)


def test_gaps_are_those_of_the_organisation_asked_for() -> None:
    gap = Gap(id="g", partnership=PLAN.id, organisation=HOUSING.id, question="Who pays?", at=NOW)
    asked = Standpoint(plan=PLAN, scope=Scope(organisation=COUNCIL.id), reader=READER, week=WEEK, now=NOW)
    assert digest(asked, Sources(barriers=(), snapshots={}, gaps=(gap,))).gaps == ()


PARTS = st.lists(st.tuples(st.sampled_from(Consent), st.sampled_from([COUNCIL.id, HOUSING.id])), min_size=1, max_size=9)


@given(parts=PARTS)
def test_nobody_is_counted_in_a_line_who_is_not_shown(parts: list[tuple[Consent, OrganisationId]]) -> None:
    raisers = [part(f"p{number}", 1, where, consent=how) for number, (how, where) in enumerate(parts)]
    told = made(barrier(*raisers))
    for line in (*told.new, *told.decisions):
        assert line.people == len(line.view.named)
        seen = {each.organisation for each in line.view.named}
        assert set(line.organisations) == seen
        assert not {each.consent for each in line.view.named} & {Consent.COUNTED, Consent.PRIVATE}
