"""At most two reminders, none at the close, none once somebody has answered, passed, stopped or gone away."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.check_ins import State
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import QuietHours, Span
from bot.store.database import Database
from tests.bot.coaching.planner_at_hand import WORDS, Planner
from tests.bot.plans import PLAN
from tests.bot.removing import remove

#: A Monday at ten in London: its sending ends on Thursday at ten.
SLOT = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAYS = PartnerSettings(weekday="monday")


@pytest.fixture
async def planner(database: Database) -> Planner:
    planner = Planner(database)
    await planner.meet("ann", SLOT - 7 * DAY, settings=MONDAYS)
    return planner


async def week(planner: Planner, after: timedelta = timedelta(), minutes: int = 60) -> list[tuple[str, datetime]]:
    """What goes out from some time after the slot until the week is over: what kind of card, and when."""
    found, now = [], SLOT + after
    while now < SLOT + 6 * DAY:
        await planner.round(now)
        found += [(each.key.rpartition(":")[2], now) for each in await planner.sent(now)]
        now += minutes * timedelta(minutes=1)
    return found


async def test_two_reminders_a_day_apart_and_none_on_the_last_day(planner: Planner) -> None:
    assert await week(planner) == [("0", SLOT), ("1", SLOT + DAY), ("2", SLOT + 2 * DAY)]


async def test_with_the_usual_tuesday_there_is_one_and_none_on_the_last_day_of_the_window(planner: Planner) -> None:
    await planner.meet("ann", SLOT, settings=replace(MONDAYS, weekday="tuesday"))
    assert await week(planner) == [("0", SLOT + DAY), ("1", SLOT + 2 * DAY)]


async def test_a_reminder_asks_the_same_again_and_says_who_sees_it(planner: Planner) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    await planner.round(SLOT + DAY)
    (sent,) = await planner.sent(SLOT + DAY)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    question = (await planner.bank(PLAN))[check_in.question]
    for said in (question.text, WORDS("check_in.open"), WORDS("check_in.sees")):
        assert said in sent.card.plain
    assert sent.card.locale == "en"


@pytest.mark.parametrize("state", [State.ANSWERED, State.SKIPPED])
async def test_none_follows_once_they_answered_or_passed(planner: Planner, state: State) -> None:
    await planner.round(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    assert await planner.check_ins.change(check_in, replace(check_in, state=state), now=SLOT)
    assert await week(planner, HOUR) == []


@pytest.mark.parametrize(
    "settings",
    [
        replace(MONDAYS, stopped=True),
        replace(MONDAYS, paused_until=date(2026, 3, 11)),
        # Somebody who is back before the check-in ends is left alone as well.
        replace(MONDAYS, away=(Span(first=date(2026, 3, 10), last=date(2026, 3, 10)),)),
    ],
)
async def test_none_follows_once_they_stopped_or_went_away(planner: Planner, settings: PartnerSettings) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    await planner.own.keep(check_in.partner, settings, SLOT)
    assert await week(planner, HOUR) == []


async def test_none_follows_for_somebody_who_was_removed_or_a_partnership_that_asks_no_more(planner: Planner) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    planner.plans = [replace(PLAN, check_ins=False)]
    assert await week(planner, HOUR) == []
    planner.plans = [PLAN]
    await remove(planner.database, check_in.partner)
    assert await week(planner, HOUR) == []


async def test_a_reminder_waits_for_a_welcome_hour(planner: Planner) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    await planner.own.keep(check_in.partner, replace(MONDAYS, quiet=QuietHours(begin=9, end=14)), SLOT)
    assert await week(planner, DAY) == [("1", SLOT + DAY + 4 * HOUR), ("2", SLOT + 2 * DAY + 4 * HOUR)]


async def test_on_the_other_side_of_a_clock_change_it_is_the_same_hour(planner: Planner) -> None:
    sunday = datetime(2026, 3, 28, 10, 0, tzinfo=UTC)  # a Saturday; the clocks go forward in the night
    whole = replace(PLAN, rhythm=replace(PLAN.rhythm, weekday="saturday", last_day="sunday"))
    planner.plans = [replace(whole, quiet_hours=QuietHours(begin=0, end=0))]
    await planner.meet("ann", SLOT, settings=PartnerSettings(weekday="saturday"))
    await planner.round(sunday)
    (check_in,) = await planner.check_ins.since(PLAN.id, sunday)
    assert check_in.remind_at == sunday + DAY - HOUR


@pytest.mark.parametrize(("down", "kinds"), [(DAY + HOUR, ["1", "2"]), (2 * DAY, ["1"]), (3 * DAY - HOUR, [])])
async def test_a_service_that_was_down_reminds_late_but_not_at_the_close(
    planner: Planner, down: timedelta, kinds: list[str]
) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    assert [kind for kind, _ in await week(planner, down)] == kinds


async def test_two_processes_at_once_remind_once(planner: Planner) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    await asyncio.gather(*(planner.reminding()(SLOT + DAY) for _ in range(3)))
    assert [each.key[-2:] for each in await planner.sent(SLOT + DAY)] == [":1"]
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    assert (check_in.reminders, check_in.remind_at) == (1, SLOT + 2 * DAY)


async def test_what_was_put_off_comes_back_at_its_hour_even_on_the_last_day_and_is_not_followed_up(
    planner: Planner,
) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    later = SLOT + 3 * DAY - HOUR
    snoozed = replace(check_in, state=State.SNOOZED, remind_at=later)
    assert await planner.check_ins.change(check_in, snoozed, now=SLOT)
    assert [at for _, at in await week(planner, HOUR)] == [later]
    (back,) = await planner.check_ins.since(PLAN.id, SLOT)
    assert (back.state, back.remind_at) == (State.ASKED, None)


async def test_what_is_put_off_twice_comes_back_twice(planner: Planner) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    for day in (1, 2):
        (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
        snoozed = replace(check_in, state=State.SNOOZED, remind_at=SLOT + day * DAY)
        assert await planner.check_ins.change(check_in, snoozed, now=SLOT)
        await planner.round(SLOT + day * DAY)
        assert len(await planner.sent(SLOT + day * DAY)) == 1


async def test_what_was_not_sent_on_its_day_is_sent_on_the_next_and_its_reminder_a_day_later(planner: Planner) -> None:
    await planner.round(SLOT)  # the platform is away for the day: nothing is sent
    await planner.round(SLOT + 9 * HOUR)
    assert await planner.sent(SLOT + 9 * HOUR) == []
    morning = SLOT + DAY - 2 * HOUR
    sent = await week(planner, DAY - 4 * HOUR)
    assert sent == [("0", morning), ("1", morning + DAY)]


async def test_what_was_not_sent_is_not_sent_to_somebody_who_stopped_or_put_it_off(planner: Planner) -> None:
    await planner.round(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    await planner.own.keep(check_in.partner, replace(MONDAYS, stopped=True), SLOT)
    assert await week(planner, 9 * HOUR) == []
    await planner.own.keep(check_in.partner, MONDAYS, SLOT)
    (waiting,) = await planner.check_ins.since(PLAN.id, SLOT)
    snoozed = replace(waiting, state=State.SNOOZED, remind_at=SLOT + 2 * DAY)
    assert await planner.check_ins.change(waiting, snoozed, now=SLOT)
    assert [at for _, at in await week(planner, DAY)] == [SLOT + 2 * DAY]


async def test_what_was_put_off_and_not_sent_on_its_day_is_sent_on_the_next_and_not_followed_up(
    planner: Planner,
) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    (check_in,) = await planner.check_ins.since(PLAN.id, SLOT)
    snoozed = replace(check_in, state=State.SNOOZED, remind_at=SLOT + DAY)
    assert await planner.check_ins.change(check_in, snoozed, now=SLOT)
    await planner.round(SLOT + DAY)  # the platform is away for the day: nothing is sent
    await planner.round(SLOT + DAY + 9 * HOUR)
    assert await week(planner, DAY + 9 * HOUR) == [("20260310", SLOT + 2 * DAY - 2 * HOUR)]


async def test_a_reminder_that_was_not_sent_on_its_day_is_let_go(planner: Planner) -> None:
    await planner.round(SLOT)
    await planner.sent(SLOT)
    await planner.round(SLOT + DAY)  # the platform is away for the day: nothing is sent
    await planner.round(SLOT + DAY + 9 * HOUR)
    assert await week(planner, DAY + 9 * HOUR) == [("2", SLOT + 2 * DAY)]
