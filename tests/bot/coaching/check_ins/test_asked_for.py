"""What partners ask of their own check-in: at once, another, later. None of it makes a second one in a week."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.coaching.recognising import Recognised
from bot.coaching.refusing import Unconfirmed
from bot.domain.check_ins import State
from bot.domain.membership import Standing
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import Span
from bot.domain.people import Audience, Identity, PartnerId
from bot.store.database import Database
from tests.bot.coaching.planner_at_hand import Planner
from tests.bot.plans import COUNCIL, PLAN

#: A Tuesday at ten in London: the plan's own day and hour.
SLOT = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner(database)


def speaking(partner: PartnerId | None) -> Recognised:
    return Recognised(
        standing=Standing(partnership=PLAN.id, organisation=COUNCIL.id),
        plan=PLAN,
        audience=Audience(organisations=frozenset({COUNCIL.id})),
        person=Identity(platform="slack", tenant="T0", user="UANN", email="ann@council.example"),
        partner=partner,
        alone=True,
    )


async def test_who_asks_before_their_hour_gets_it_at_once_and_not_again(planner: Planner) -> None:
    ann = speaking(await planner.meet("ann", SLOT))
    early = SLOT - DAY
    first = await planner.asked_for().at_once(ann, early)
    assert first is not None
    assert (first.week, first.asked_at, first.until, first.remind_at) == ("2026-W11", early, SLOT + 3 * DAY, None)
    assert await planner.asked_for().at_once(ann, early) == first
    assert await planner.round(SLOT) == 0
    assert await planner.sent(SLOT) == []
    assert await planner.round(SLOT + 7 * DAY) == 1


async def test_who_asks_after_it_was_sent_gets_the_same(planner: Planner) -> None:
    ann = speaking(await planner.meet("ann", SLOT))
    await planner.round(SLOT)
    found = await planner.asked_for().at_once(ann, SLOT + DAY)
    assert ann.partner is not None
    assert found == await planner.one(ann.partner)


async def test_in_a_week_without_a_slot_and_after_stopping_one_may_ask_all_the_same(planner: Planner) -> None:
    away = PartnerSettings(stopped=True, away=(Span(first=date(2026, 3, 9), last=date(2026, 3, 15)),))
    ann = speaking(await planner.meet("ann", SLOT, settings=away))
    found = await planner.asked_for().at_once(ann, SLOT)
    assert found is not None
    assert (found.week, found.until) == ("2026-W11", SLOT)


async def test_another_question_is_another_on_another_factor(planner: Planner) -> None:
    ann = speaking(await planner.meet("ann", SLOT))
    await planner.round(SLOT)
    assert ann.partner is not None
    before = await planner.one(ann.partner)
    other = await planner.asked_for().another(before, ann, SLOT + timedelta(hours=1))
    assert other is not None
    assert other.question != before.question
    assert other.factor != before.factor
    bank = await planner.bank(PLAN)
    assert bank[other.question].factor == other.factor
    assert replace(other, question=before.question, factor=before.factor, reason=before.reason) == before


async def test_later_is_tomorrow_at_their_hour_or_never(planner: Planner) -> None:
    ann = speaking(await planner.meet("ann", SLOT, settings=PartnerSettings(hour=14)))
    await planner.round(SLOT + timedelta(hours=4))
    assert ann.partner is not None
    check_in = await planner.one(ann.partner)
    asked_for = planner.asked_for()
    assert await asked_for.later(check_in, ann, SLOT + timedelta(hours=5)) == SLOT + DAY + timedelta(hours=4)
    assert await asked_for.later(check_in, ann, SLOT + 2 * DAY) is None
    assert check_in.state is State.ASKED


async def test_who_is_not_confirmed_has_no_check_in(planner: Planner) -> None:
    with pytest.raises(Unconfirmed):
        await planner.asked_for().at_once(speaking(None), SLOT)
