"""What barriers contribute to the figures of a week."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.barrier_rules import answered, joined, moved, raised
from bot.domain.barriers import Barrier, BarrierId, Consent, Raiser, Status
from bot.domain.counting import counted, last_week, span_of
from bot.domain.disclosure import ALL, Measure
from bot.domain.people import OrganisationId, PartnerId, PartnershipId

WEEK = span_of("2026-W10", "Europe/London")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def raiser(name: str = "ana", at: datetime = MONDAY, consent: Consent = Consent.COUNTED) -> Raiser:
    return Raiser(
        partner=PartnerId(name),
        organisation=OrganisationId("council"),
        wording="Nobody decides.",
        at=at,
        origin=BarrierId("b"),
        consent=consent,
    )


def barrier(by: Raiser) -> Barrier:
    return raised(PartnershipId("harbour"), by, "power", "c1")


def measures(found: Barrier, name: str = "ana") -> set[Measure]:
    return {each.contribution.measure for each in counted([found], WEEK) if each.contribution.person == name}


def test_a_week_is_seven_days_by_the_wall_clock() -> None:
    change = span_of("2026-W13", "Europe/London")
    assert change.end.astimezone(UTC) - change.start.astimezone(UTC) == timedelta(days=7) - timedelta(hours=1)
    assert datetime(2026, 3, 23, tzinfo=UTC) in change
    assert datetime(2026, 3, 29, 23, tzinfo=UTC) not in change


@pytest.mark.parametrize(("now", "week"), [("2027-01-03T23:59", "2026-W52"), ("2027-01-04T00:00", "2026-W53")])
def test_the_last_week_is_the_one_that_is_over(now: str, week: str) -> None:
    assert last_week(datetime.fromisoformat(f"{now}+00:00"), "Europe/London") == week


def test_what_was_raised_in_the_week_is_new_and_open() -> None:
    assert measures(barrier(raiser())) == {Measure.RAISED, Measure.OPEN, Measure.TOOK_PART}


def test_what_was_raised_before_is_open_and_what_comes_later_is_nothing() -> None:
    assert measures(barrier(raiser(at=MONDAY - timedelta(days=1)))) == {Measure.OPEN}
    assert measures(barrier(raiser(at=MONDAY + timedelta(days=7)))) == set()


def test_what_ends_in_the_week_is_closed_and_afterwards_nothing() -> None:
    old = barrier(raiser(at=MONDAY - timedelta(days=30)))
    ended = moved(old, Status.RESOLVED, "c2", MONDAY + timedelta(days=1), None)
    assert measures(ended) == {Measure.CLOSED}
    assert measures(moved(old, Status.RESOLVED, "c2", MONDAY - timedelta(days=1), None)) == set()
    assert measures(moved(old, Status.RESOLVED, "c2", MONDAY + timedelta(days=7), None)) == {Measure.OPEN}


def test_what_a_raiser_opens_again_is_open_and_they_took_part() -> None:
    old = barrier(raiser(at=MONDAY - timedelta(days=30)))
    ended = moved(old, Status.RESOLVED, "c2", MONDAY - timedelta(days=2), None)
    again = answered(ended, PartnerId("ana"), "c3", MONDAY + timedelta(days=1), gone=False, because="It came back.")
    assert measures(again) == {Measure.OPEN, Measure.TOOK_PART}


def test_somebody_who_joins_counts_from_then_on() -> None:
    both = joined(barrier(raiser(at=MONDAY - timedelta(days=9))), raiser("ben"), "c2")
    assert measures(both, "ben") == {Measure.RAISED, Measure.OPEN, Measure.TOOK_PART}
    assert measures(both) == {Measure.OPEN}


def test_what_is_private_or_merged_away_counts_nowhere() -> None:
    assert measures(barrier(raiser(consent=Consent.PRIVATE))) == set()
    assert measures(replace(barrier(raiser()), into=BarrierId("other"))) == set()


def test_taking_part_has_no_factor_and_whom_some_know_is_named() -> None:
    found = {each.contribution.measure: each.contribution for each in counted([barrier(raiser())], WEEK)}
    assert found[Measure.TOOK_PART].factor == ALL
    assert found[Measure.OPEN].factor == "power"
    assert not found[Measure.OPEN].named
    own = counted([barrier(raiser(consent=Consent.OWN_LEADS))], WEEK)
    assert all(each.contribution.named for each in own)
