"""What is kept for a time only is gone after it, and nothing else is."""

from dataclasses import replace
from datetime import timedelta

from bot.coaching.own_data.forgetting import Forgetting
from bot.domain.barrier_rules import merged, moved
from bot.domain.barriers import Status
from bot.domain.disclosure import Snapshot
from bot.domain.heard import Gap
from bot.domain.partnership import PartnershipPlan, Retention
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.reflections import Reflections
from bot.store.snapshots import Snapshots
from tests.bot.coaching.barriers_at_hand import BEN, CHO, Shelf, part
from tests.bot.domain.asked import check_in, reflection
from tests.bot.plans import HOUSING, PLAN
from tests.fakes import NOON


async def _plans() -> list[PartnershipPlan]:
    return [PLAN]


def _forgetting(database: Database, shelf: Shelf) -> Forgetting:
    return Forgetting(
        plans=_plans,
        barriers=shelf.barriers,
        snapshots=Snapshots(database),
        gaps=Gaps(database),
        feedback=Feedback(database),
        reflections=Reflections(database),
        check_ins=CheckIns(database),
    )


async def test_a_barrier_goes_so_long_after_it_ended_with_what_was_merged_into_it(database: Database) -> None:
    shelf = await Shelf.open(database)
    one, two = await shelf.raise_one(part(BEN)), await shelf.raise_one(part(CHO), named="b2")
    both, away = merged(one, two, "merged", NOON, None)
    await shelf.barriers.save((one, both), (two, away), now=NOON)
    ended = moved(both, Status.RESOLVED, "ended", NOON, None)
    await shelf.barriers.save((both, ended), now=NOON)
    await shelf.raise_one(part(BEN), named="b3")
    kept_for = timedelta(days=PLAN.retention.barriers)
    await _forgetting(database, shelf)(NOON + kept_for)
    assert len(await shelf.barriers.all(PLAN.id)) == 3
    await _forgetting(database, shelf)(NOON + kept_for + timedelta(seconds=1))
    assert [each.id for each in await shelf.barriers.all(PLAN.id)] == ["b3"]


async def test_questions_and_old_figures_go(database: Database) -> None:
    shelf, gaps, snapshots = await Shelf.open(database), Gaps(database), Snapshots(database)
    await gaps.add(Gap(id="g", partnership=PLAN.id, organisation=HOUSING.id, question="Who pays?", at=NOON))
    for week in ("2026-W10", "2026-W11"):
        await snapshots.keep(PLAN.id, Snapshot(week=week, k=5, m=2, shown={}), [])
    forgetting = _forgetting(database, shelf)
    await forgetting(NOON + timedelta(weeks=27))
    assert await gaps.open(PLAN.id) == ()
    assert set(await snapshots.of(PLAN.id)) == {"2026-W11"}


async def test_a_partnership_is_seen_to_once_a_day(database: Database) -> None:
    shelf, gaps = await Shelf.open(database), Gaps(database)
    forgetting = _forgetting(database, shelf)
    late = NOON + timedelta(days=PLAN.retention.questions + 1)
    await forgetting(late)
    await gaps.add(Gap(id="g", partnership=PLAN.id, organisation=HOUSING.id, question="Who pays?", at=NOON))
    await forgetting(late)
    assert len(await gaps.open(PLAN.id)) == 1
    await forgetting(late + timedelta(days=1))
    assert await gaps.open(PLAN.id) == ()


async def test_replies_go_after_so_many_days_and_what_was_asked_once_it_may_come_again(database: Database) -> None:
    shelf, replies, check_ins = await Shelf.open(database), Reflections(database), CheckIns(database)
    asked, plan = check_in(), replace(PLAN, retention=Retention(replies=30))
    await check_ins.invite([(asked, None)], NOON)
    assert await replies.save(reflection(), change="m", now=NOON)

    async def plans() -> list[PartnershipPlan]:
        return [plan]

    forgetting = replace(_forgetting(database, shelf), plans=plans)
    await forgetting(NOON + timedelta(days=30))
    assert len(await replies.of(asked.partner)) == 1
    await forgetting(NOON + timedelta(days=31))
    assert (await replies.of(asked.partner), len(await check_ins.of(asked.partner))) == ((), 1)
    await forgetting(NOON + timedelta(weeks=27))
    assert await check_ins.of(asked.partner) == ()
