"""What choosing knows: replies, barriers and questions that were passed on; nothing private, nothing taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.coaching.check_ins.evidence import Known
from bot.domain.barriers import Consent
from bot.domain.check_ins import CheckInId, Reflection, State, withdrawn
from bot.domain.disclosure import Band, Cell, Measure, Snapshot
from bot.domain.evidence import Outcome, Person
from bot.domain.heard import Gap
from bot.domain.people import PartnershipId
from bot.store.database import Database
from bot.store.gaps import Gaps
from bot.store.reflections import Reflections
from bot.store.snapshots import Snapshots
from tests.bot.coaching.barriers_at_hand import BEN, CHO, Shelf, part
from tests.bot.coaching.planner_at_hand import Planner
from tests.bot.plans import COUNCIL, HOUSING, PLAN

SLOT = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOBODY: tuple[Person, ...] = ()
QUAY = replace(PLAN, id=PartnershipId("quay"), name="Quay")


@pytest.fixture
async def planner(database: Database) -> Planner:
    planner = Planner(database)
    await planner.meet("ann", SLOT - HOUR)
    return planner


async def replied(planner: Planner, **more: object) -> Reflection:
    """Ann was asked, and replied an hour later."""
    await planner.round(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    reply = Reflection(
        check_in=CheckInId(check_in.id),
        partner=check_in.partner,
        partnership=PLAN.id,
        organisation=check_in.organisation,
        week=check_in.week,
        question=check_in.question,
        factor=check_in.factor,
        text="We meet too rarely.",
        at=SLOT + HOUR,
    )
    reply = replace(reply, **more)  # type: ignore[arg-type]
    answered = replace(check_in, state=State.ANSWERED, remind_at=None)
    assert await Reflections(planner.database).save(reply, check_in=(check_in, answered), change="c", now=SLOT)
    return reply


async def test_a_reply_is_heard_of_from_its_organisation(planner: Planner) -> None:
    reply = await replied(planner)
    found = await planner.evidence()(PLAN, NOBODY, (), SLOT + 2 * HOUR)
    (heard,) = found.observations
    assert (heard.factor, heard.organisation, heard.at, heard.weight) == (reply.factor, COUNCIL.id, reply.at, 1.0)
    (asked,) = found.asked
    assert (asked.partner, asked.question, asked.at, asked.outcome) == (
        reply.partner,
        reply.question,
        SLOT,
        Outcome.ANSWERED,
    )


async def test_what_is_private_or_taken_back_is_not_heard(planner: Planner) -> None:
    reply = await replied(planner, consent=Consent.PRIVATE)
    assert not (await planner.evidence()(PLAN, NOBODY, (), SLOT + 2 * HOUR)).observations
    reflections = Reflections(planner.database)
    public = replace(reply, consent=Consent.COUNTED)
    assert await reflections.save(public, change="d", now=SLOT)
    assert len((await planner.evidence()(PLAN, NOBODY, (), SLOT + 2 * HOUR)).observations) == 1
    assert await reflections.save(withdrawn(public), change="e", now=SLOT)
    assert not (await planner.evidence()(PLAN, NOBODY, (), SLOT + 2 * HOUR)).observations


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(State.SNOOZED, Outcome.WAITING), (State.SKIPPED, Outcome.UNANSWERED), (State.ASKED, Outcome.WAITING)],
)
async def test_what_became_of_a_question(planner: Planner, state: State, outcome: Outcome) -> None:
    await planner.round(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    await planner.check_ins.change(check_in, replace(check_in, state=state), now=SLOT)
    (asked,) = (await planner.evidence()(PLAN, NOBODY, (), SLOT + HOUR)).asked
    assert asked.outcome is outcome


async def test_a_question_that_was_changed_for_another_was_asked_too(planner: Planner) -> None:
    await planner.round(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    other = replace(check_in, question="trust-1", factor="trust", instead_of=check_in.question)
    await planner.check_ins.change(check_in, other, now=SLOT)
    asked = sorted((await planner.evidence()(PLAN, NOBODY, (), SLOT + HOUR)).asked, key=lambda each: each.at)
    assert [each.question for each in asked] == [check_in.question, "trust-1"]
    assert [each.outcome for each in asked] == [Outcome.UNANSWERED, Outcome.WAITING]


async def test_barriers_are_heard_of_from_each_who_does_not_keep_theirs_private(planner: Planner) -> None:
    shelf = await Shelf.open(planner.database)
    await shelf.raise_one(part(BEN), part(CHO, consent=Consent.PRIVATE), factor="money")
    barriers = await planner.barriers.all(PLAN.id)
    found = await planner.evidence()(PLAN, NOBODY, barriers, SLOT)
    assert [(each.factor, each.organisation) for each in found.observations] == [("money", HOUSING.id)]


async def test_a_question_that_waits_for_the_leads_counts_for_half_where_its_factor_is_known(planner: Planner) -> None:
    gaps = Gaps(planner.database)
    for name, text in (("g1", "Who holds the money?"), ("g2", "And then?")):
        gap = Gap(id=name, partnership=PLAN.id, organisation=HOUSING.id, question=text, at=SLOT)
        await gaps.add(gap)
    evidence = planner.evidence()
    found = await evidence(PLAN, NOBODY, (), SLOT + HOUR)
    assert [(each.factor, each.weight) for each in found.observations] == [("money", 0.5)]
    await gaps.close(PLAN.id, "g1")
    assert not (await evidence(PLAN, NOBODY, (), SLOT + HOUR)).observations


async def test_signals_come_from_the_frozen_week_and_the_bank_is_the_partnerships(planner: Planner) -> None:
    shown = {Cell(window=1, measure=Measure.OPEN, factor="trust"): Band(low=5, high=9)}
    frozen = Snapshot(week="2026-W10", k=PLAN.disclosure.k, m=PLAN.disclosure.m, shown=shown)
    await Snapshots(planner.database).keep(PLAN.id, frozen, ())
    found = await planner.evidence()(PLAN, NOBODY, (), SLOT)
    assert (found.blocked, found.disputed, found.k) == (frozenset({"trust"}), frozenset(), PLAN.disclosure.k)
    later = await planner.evidence()(PLAN, NOBODY, (), SLOT + timedelta(weeks=1))
    assert later.blocked == frozenset()
    assert {each.id for each in found.questions} == set(await planner.bank(PLAN))


async def test_what_is_too_old_is_left_out(planner: Planner) -> None:
    await replied(planner)
    later = SLOT + timedelta(weeks=105)
    found = await planner.evidence()(PLAN, NOBODY, (), later)
    assert (list(found.observations), list(found.asked)) == ([], [])


async def test_what_partnerships_heard_is_kept_apart_when_it_is_read_together(planner: Planner) -> None:
    reply = await replied(planner)
    await Gaps(planner.database).add(
        Gap(id="g1", partnership=QUAY.id, organisation=HOUSING.id, question="Who holds the money?", at=SLOT)
    )
    shown = {Cell(window=1, measure=Measure.OPEN, factor="trust"): Band(low=5, high=9)}
    frozen = Snapshot(week="2026-W10", k=QUAY.disclosure.k, m=QUAY.disclosure.m, shown=shown)
    await Snapshots(planner.database).keep(QUAY.id, frozen, ())
    known = [Known(plan=plan, people=NOBODY, barriers=()) for plan in (PLAN, QUAY)]
    found = await planner.evidence().together(known, SLOT + 2 * HOUR)
    here, there = found[PLAN.id], found[QUAY.id]
    assert [each.factor for each in here.observations] == [reply.factor]
    assert [each.factor for each in there.observations] == ["money"]
    assert (len(here.asked), len(there.asked)) == (1, 0)
    assert (here.blocked, there.blocked) == (frozenset(), frozenset({"trust"}))
