"""What leads are told of replies follows from frozen bands alone, and never tells of somebody who did not reply."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.barrier_views import Reader
from bot.domain.barriers import Consent
from bot.domain.check_ins import CheckInId, Reflection, View
from bot.domain.counting import span_of
from bot.domain.disclosure import ALL, Band, Cell, Measure, Snapshot, bands, weeks_until, windows_of
from bot.domain.insight import Insight, Narrowed, blocked, disputed, insight
from bot.domain.partnership import FACTORS, Disclosure
from bot.domain.people import Organisation, OrganisationId, PartnerId, PartnershipId
from bot.domain.perception import perception_gaps
from bot.domain.reflected import reflected
from tests.bot.plans import COUNCIL, HOUSING
from tests.bot.plans import PLAN as TWO

WEEK = "2026-W10"
SCHOOLS = Organisation(id=OrganisationId("schools"), name="Schools")
PLAN = replace(TWO, organisations=(COUNCIL, HOUSING, SCHOOLS))
AMARA = Reader(partner=PartnerId("amara"), organisation=COUNCIL.id, lead=True)
AT = datetime(2026, 3, 4, 9, tzinfo=UTC)
FEW, SOME, MANY = bands(5, 2)[:3]
Shown = dict[Cell, Band]


def cell(measure: Measure, organisation: str = ALL, factor: str = "trust", window: int = 13) -> Cell:
    return Cell(window=window, measure=measure, factor=factor, organisation=organisation)


def frozen(shown: Shown, week: str = WEEK, k: int = 5) -> dict[str, Snapshot]:
    return {week: Snapshot(week=week, k=k, m=2, shown=shown)}


def reply(who: str, /, **more: Any) -> Reflection:
    given: dict[str, Any] = {"organisation": HOUSING.id, "text": f"{who} waits.", "at": AT, "factor": "trust", **more}
    return Reflection(
        check_in=CheckInId(f"c-{who}-{given['factor']}"),
        partner=PartnerId(who),
        partnership=PLAN.id,
        week=WEEK,
        question="trust-1",
        **given,
    )


def told(
    *replies: Reflection,
    shown: Shown | None = None,
    snapshots: Mapping[str, Snapshot] | None = None,
    partners: Mapping[OrganisationId, int] | None = None,
    **asked: Any,
) -> Insight:
    narrowed = Narrowed(**{"plan": PLAN, "week": WEEK, "weeks": 4, "reader": AMARA, **asked})
    return insight(frozen(shown or {}) if snapshots is None else snapshots, replies, partners or {}, narrowed)


OPPOSED = {
    cell(Measure.WELL, COUNCIL.id): SOME,
    cell(Measure.HARD, COUNCIL.id): FEW,
    cell(Measure.WELL, HOUSING.id): FEW,
    cell(Measure.HARD, HOUSING.id): SOME,
}


def test_a_gap_is_told_where_the_bands_prove_it_with_k_and_m() -> None:
    (gap,) = told(shown=OPPOSED).perceptions
    assert (gap.factor, gap.window, gap.well_in, gap.hard_in, gap.k, gap.m) == (
        "trust", 13, COUNCIL.id, HOUSING.id, 5, 2
    )  # fmt: skip
    assert gap.bands[HOUSING.id, Measure.HARD] == SOME


@pytest.mark.parametrize("missing", OPPOSED)
def test_what_is_too_few_to_say_is_not_taken_for_few(missing: Cell) -> None:
    assert told(shown={each: band for each, band in OPPOSED.items() if each != missing}).perceptions == ()


def test_bands_that_touch_prove_nothing() -> None:
    assert told(shown={**OPPOSED, cell(Measure.HARD, COUNCIL.id): SOME}).perceptions == ()


def test_a_sum_less_what_others_have_at_least_stands_for_a_figure_that_is_not_shown() -> None:
    shown = {**OPPOSED, cell(Measure.HARD): SOME}
    del shown[cell(Measure.HARD, COUNCIL.id)]
    # At most 19 in all, at least 10 of them there: at most 9 here, and 10 at least who say that it goes well.
    assert [gap.factor for gap in told(shown=shown).perceptions] == ["trust"]
    assert told(shown={**shown, cell(Measure.HARD): MANY}).perceptions == ()


def test_two_organisations_that_lean_one_way_differ_in_nothing() -> None:
    alike = {cell(measure, each): band for measure, band in ((Measure.WELL, SOME), (Measure.HARD, FEW))
             for each in (COUNCIL.id, HOUSING.id)}  # fmt: skip
    assert told(shown=alike).perceptions == ()


COUNTS = st.fixed_dictionaries(
    {(each.id, measure): st.integers(0, 30) for each in PLAN.organisations for measure in (Measure.WELL, Measure.HARD)}
)


@given(counts=COUNTS, hidden=st.sets(st.integers(0, 8)))
def test_a_gap_that_is_told_is_there(counts: dict[tuple[OrganisationId, Measure], int], hidden: set[int]) -> None:
    """Whatever was kept back, and whoever said both in the course of a quarter."""
    totals = {(ALL, measure): sum(n for (_, each), n in counts.items() if each is measure)
              for measure in (Measure.WELL, Measure.HARD)}  # fmt: skip
    every = [*counts.items(), *totals.items()]
    shown = {
        cell(measure, organisation): band
        for place, ((organisation, measure), n) in enumerate(every)
        if place not in hidden and (band := next((b for b in reversed(bands(5, 2)) if n >= b.low), None))
    }
    for gap in told(shown=shown).perceptions:
        assert counts[gap.well_in, Measure.WELL] > counts[gap.well_in, Measure.HARD]
        assert counts[gap.hard_in, Measure.HARD] > counts[gap.hard_in, Measure.WELL]


def test_choosing_hears_of_a_dispute_and_of_barriers_only_by_the_rules_of_today() -> None:
    snapshots = frozen({**OPPOSED, Cell(window=1, measure=Measure.OPEN, factor="money"): FEW})
    assert disputed(snapshots, WEEK, PLAN) == {"trust"}
    assert blocked(snapshots, WEEK, PLAN) == {"money"}
    stricter = replace(PLAN, disclosure=Disclosure(k=6))
    assert disputed(snapshots, WEEK, stricter) | blocked(snapshots, WEEK, stricter) == frozenset()
    assert disputed({}, WEEK, PLAN) | blocked({}, WEEK, PLAN) == frozenset()


def test_the_map_shows_what_is_unknown_as_unknown() -> None:
    longest, *_ = told(shown={cell(Measure.REPLIED, HOUSING.id): FEW}).coverage
    assert longest.window == 13
    assert longest.organisations == (COUNCIL.id, HOUSING.id, SCHOOLS.id)
    known = {
        (factor, each): band
        for factor, row in zip(longest.factors, longest.bands, strict=True)
        for each, band in zip(longest.organisations, row, strict=True)
        if band is not None
    }
    assert known == {("trust", HOUSING.id): FEW}
    assert [each.window for each in told().coverage] == [13, 4, 1]
    narrowed = told(organisation=HOUSING.id, factor="money").coverage[0]
    assert (narrowed.factors, narrowed.organisations) == (("money",), (HOUSING.id,))


PARTNERS = {COUNCIL.id: 9, HOUSING.id: 9, SCHOOLS.id: 4}


def heard(*ages: int, organisation: str = HOUSING.id, weeks: int = 13, window: int = 1) -> dict[str, Snapshot]:
    """Figures of those who took part: of all every week, of one organisation these many weeks ago."""
    whole = cell(Measure.TOOK_PART, factor=ALL, window=4)
    own = cell(Measure.TOOK_PART, organisation, factor=ALL, window=window)
    return {
        week: frozen({whole: SOME, own: FEW} if age in ages else {whole: SOME}, week)[week]
        for age, week in enumerate(weeks_until(WEEK, weeks))
    }


def listed(snapshots: Mapping[str, Snapshot], **more: Any) -> dict[str, tuple[int, bool]]:
    found = told(snapshots=snapshots, partners=PARTNERS, **more).quiet
    return {each.organisation: (each.weeks, each.longer) for each in found}


@pytest.mark.parametrize("window", [1, 4])
@pytest.mark.parametrize(("age", "weeks"), [(0, None), (3, None), (4, 4), (12, 12)])
def test_an_organisation_is_quiet_after_four_weeks_without_a_figure(age: int, weeks: int | None, window: int) -> None:
    found = listed(heard(age, window=window), organisation=HOUSING.id)
    assert found == ({} if weeks is None else {HOUSING.id: (weeks, False)})


def test_a_small_organisation_is_never_listed_whatever_it_does() -> None:
    assert listed(heard()) == {COUNCIL.id: (13, True), HOUSING.id: (13, True)}
    silent, active = listed(heard()), listed(heard(0, organisation=SCHOOLS.id))
    assert silent == active


def test_nobody_is_quiet_where_nothing_can_be_said_of_anybody_or_was_frozen_of_late() -> None:
    without = {week: replace(each, shown={}) for week, each in heard().items()}
    assert listed(without) == {}
    assert listed(heard(weeks=3)) == {}
    assert listed(heard(weeks=6))[HOUSING.id] == (6, True)


REPLIED = {cell(Measure.REPLIED, window=4): SOME, cell(Measure.HARD, window=4): FEW}


def test_a_theme_has_its_figures_and_the_words_that_may_be_read() -> None:
    signed = reply("ben", consent=Consent.NAMED, name="Ben")
    shared, silent = reply("cho", shared=True), reply("dan")
    (theme,) = told(signed, shared, silent, shown=REPLIED).themes
    assert (theme.bands[Measure.REPLIED], theme.bands[Measure.HARD], theme.bands[Measure.WELL]) == (SOME, FEW, None)
    assert [(each.text, each.name, each.organisation) for each in theme.quotes] == [
        ("ben waits.", "Ben", HOUSING.id), ("cho waits.", "", None)
    ]  # fmt: skip


def test_below_k_only_those_are_quoted_who_are_named() -> None:
    (theme,) = told(reply("ben", consent=Consent.NAMED, name="Ben"), reply("cho", shared=True)).themes
    assert [each.name for each in theme.quotes] == ["Ben"]
    assert told(reply("cho", shared=True)).themes == ()


def test_under_one_organisation_nobody_is_quoted_unnamed() -> None:
    shown = {**REPLIED, cell(Measure.REPLIED, HOUSING.id, window=4): FEW}
    (theme,) = told(reply("cho", shared=True), shown=shown, organisation=HOUSING.id).themes
    assert (theme.bands[Measure.REPLIED], theme.quotes) == (FEW, ())


@pytest.mark.parametrize(
    "kept",
    [
        reply("cho", consent=Consent.PRIVATE, shared=True),
        reply("cho", shared=True, withdrawn=True),
        reply("cho", consent=Consent.OWN_LEADS, name="Cho"),
        reply("cho", shared=True, at=AT + timedelta(weeks=1)),
        reply("cho", shared=True, at=AT - timedelta(weeks=4)),
    ],
    ids=["private", "withdrawn", "for other leads", "not yet published", "before the time asked for"],
)
def test_nothing_else_is_quoted(kept: Reflection) -> None:
    (theme,) = told(kept, shown=REPLIED).themes
    assert theme.quotes == ()


def test_a_lead_of_the_same_organisation_reads_what_is_for_own_leads() -> None:
    (theme,) = told(reply("cho", consent=Consent.OWN_LEADS, name="Cho", organisation=COUNCIL.id), shown=REPLIED).themes
    assert [each.name for each in theme.quotes] == ["Cho"]


def test_at_most_three_are_quoted_no_two_of_one_person_and_unnamed_ones_in_no_order_of_time() -> None:
    several = [reply(f"p{number}", shared=True, at=AT + timedelta(minutes=number)) for number in range(9)]
    again = reply("p0", shared=True, consent=Consent.NAMED, name="P0", at=AT - timedelta(days=8))
    (theme,) = told(*several, again, shown=REPLIED).themes
    assert len(theme.quotes) == 3
    assert [each.text for each in theme.quotes].count("p0 waits.") == 1
    assert told(*reversed(several), again, shown=REPLIED).themes == (theme,)
    drawn = {
        told(*several, shown=REPLIED, plan=replace(PLAN, id=PartnershipId(f"harbour-{number}"))).themes[0].quotes
        for number in range(5)
    }
    assert len(drawn) > 1


def test_wishes_for_the_agenda_are_told_in_bands() -> None:
    (wish,) = told(shown={cell(Measure.AGENDA, factor="money", window=4): FEW}).agenda
    assert (wish.factor, wish.band) == ("money", FEW)


@pytest.mark.parametrize("weeks", [1, 4, 13])
def test_what_people_said_is_told_of_a_month_at_least(weeks: int) -> None:
    assert told(weeks=weeks).window == max(4, weeks)
    assert {windows_of(each) for each in (Measure.WELL, Measure.MIXED, Measure.HARD, Measure.AGENDA)} == {(4, 13)}
    assert windows_of(Measure.REPLIED) == (1, 4, 13)


def test_a_reply_contributes_to_the_week_in_which_it_was_given_as_its_author_allows() -> None:
    week, later = span_of(WEEK, PLAN.zone), span_of("2026-W11", PLAN.zone)
    full = reply("ben", consent=Consent.NAMED, name="Ben", view=View.HARD, agenda=True)
    found = {each.contribution.measure: each for each in reflected([full], week)}
    assert set(found) == {Measure.TOOK_PART, Measure.REPLIED, Measure.HARD, Measure.AGENDA}
    assert {each.source for each in found.values()} == {full.check_in}
    assert all(each.contribution.named for each in found.values())
    assert found[Measure.TOOK_PART].contribution.factor == ALL
    assert found[Measure.HARD].contribution.factor == "trust"
    assert reflected([full], later) == ()
    assert reflected([replace(full, consent=Consent.PRIVATE), replace(full, withdrawn=True)], week) == ()
    (_, replied) = reflected([reply("cho")], week)
    assert (replied.contribution.measure, replied.contribution.named) == (Measure.REPLIED, False)


def test_the_shortest_window_that_proves_a_gap_is_told() -> None:
    month = {replace(each, window=4): band for each, band in OPPOSED.items()}
    (gap,) = perception_gaps(frozen({**OPPOSED, **month})[WEEK], PLAN)
    assert gap.window == 4


def test_every_factor_can_be_narrowed_to() -> None:
    for factor in FACTORS:
        assert told(shown=OPPOSED, factor=factor).perceptions == (told(shown=OPPOSED).perceptions * (factor == "trust"))
    assert told(shown=OPPOSED, organisation=SCHOOLS.id).perceptions == ()
