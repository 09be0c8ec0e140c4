"""Another question, none this week, or the same one later: nobody else hears of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.coaching.check_ins.passing import put_off_to
from bot.domain.check_ins import State
from bot.domain.partnership import QuietHours, Rhythm, Span
from bot.domain.planning import Preferences
from bot.store.database import Database
from bot.store.inbox import Promise, Reply
from bot.store.tables import outbox
from tests.bot.coaching.check_ins_room import ANN, BANK, BOB, FIRST, REPLY, SECOND, Room, actions, check_in, said
from tests.bot.store.rows import rows
from tests.fakes import CARD, NOON

LONDON = Preferences(zone="Europe/London", weekday="monday", hour=10)
RHYTHM = Rhythm()
FRIDAY = NOON + timedelta(days=4)


@pytest.fixture
async def room(database: Database) -> Room:
    """Ann has been asked, and Bob."""
    made = Room(database=database)
    await made.ask(check_in(), check_in("c2", BOB))
    return made


async def test_another_question_can_be_had_once(room: Room) -> None:
    card = await room.presses("check-in-another")
    found = await room.now()
    assert (found.question, found.factor, found.instead_of) == (SECOND, BANK[SECOND].factor, FIRST)
    assert BANK[SECOND].text in card.plain
    assert "check-in-another" not in actions(card)
    room.other = "users-1"
    assert await room.presses("check-in-another") == card
    assert (await room.now()).question == SECOND


async def test_where_no_other_question_suits_it_says_so(room: Room) -> None:
    room.other = None
    assert (await room.presses("check-in-another")).plain == said("check_in.refused.no_other")
    assert await room.now() == check_in()


async def test_who_skips_is_asked_no_more_and_what_waited_to_be_sent_is_not_sent(room: Room) -> None:
    reminder = Reply(
        key="check-in:c1:1", platform="slack", place=room.message("", ANN).place, card=CARD, promise=Promise.NOTICE
    )
    await room.check_ins.change(check_in(), check_in(reminders=1), notices=[reminder], now=NOON)
    card = await room.presses("check-in-skip", key="slack:once")
    assert (await room.now()).state is State.SKIPPED
    assert (await room.now()).remind_at is None
    assert await rows(room.database, outbox) == []
    assert card.plain == said("check_in.passed.skipped")
    assert await room.presses("check-in-skip", key="slack:once") == card
    assert actions(card) == ["check-in-answer"]
    await room.replies()
    assert (await room.now()).state is State.ANSWERED


async def test_a_check_in_is_put_off_to_the_next_day_that_suits(room: Room) -> None:
    card = await room.presses("check-in-snooze", key="slack:once")
    found = await room.now()
    assert (found.state, found.remind_at) == (State.SNOOZED, room.later)
    room.later = NOON + timedelta(days=2)
    assert await room.presses("check-in-snooze", key="slack:once") == card
    assert await room.now() == found


async def test_where_no_day_is_left_it_says_so_and_still_takes_a_reply(room: Room) -> None:
    room.later = None
    card = await room.presses("check-in-snooze")
    assert card.plain == said("check_in.passed.no_day")
    assert actions(card) == ["check-in-answer"]
    assert await room.now() == check_in()


@pytest.mark.parametrize("action", ["another", "skip", "snooze"])
async def test_what_was_answered_is_shown_and_stays_answered(room: Room, action: str) -> None:
    await room.replies()
    card = await room.presses(f"check-in-{action}")
    assert REPLY in card.plain
    assert (await room.now()).state is State.ANSWERED
    assert (await room.now()).question == FIRST


@pytest.mark.parametrize("action", ["another", "skip", "snooze"])
async def test_nobody_passes_for_another(room: Room, action: str) -> None:
    card = await room.presses(f"check-in-{action}", "c2")
    assert card.plain == said("check_in.refused.unknown")
    assert await room.now("c2") == check_in("c2", BOB)


async def test_the_command_shows_this_weeks_check_in_as_it_stands(room: Room) -> None:
    assert BANK[FIRST].text in (await room.says("check_in")).plain
    await room.presses("check-in-skip")
    assert said("check_in.entry.skipped") in (await room.says("check_in")).plain
    await room.replies()
    card = await room.says("check_in")
    assert REPLY in card.plain
    assert "check-in-edit" in actions(card)


async def test_the_command_asks_at_once_where_nothing_was_asked_yet(database: Database) -> None:
    room = Room(database=database)
    assert (await room.says("check_in")).plain == said("check_in.refused.none")
    room.fresh = check_in("c9")
    card = await room.says("check_in", key="slack:once")
    assert BANK[FIRST].text in card.plain
    assert await room.says("check_in", key="slack:once") == card
    assert (await room.now("c9")).state is State.ASKED


async def test_where_a_partnership_has_no_check_ins_the_command_says_so(room: Room) -> None:
    off = replace(ANN, plan=replace(ANN.plan, check_ins=False))
    assert (await room.says("check_in", off)).plain == said("check_in.refused.off")


def put_off(now: datetime = NOON, preferences: Preferences = LONDON, off: frozenset[date] = frozenset()) -> str:
    found = put_off_to(now, FRIDAY, preferences, RHYTHM, off)
    return "" if found is None else f"{found:%a %H:%M}"


def test_tomorrow_is_at_the_partners_own_hour_and_moves_past_days_on_which_nothing_is_sent() -> None:
    assert put_off() == "Tue 10:00"
    assert put_off(preferences=Preferences(zone="Pacific/Auckland", weekday="monday", hour=10)) == "Tue 21:00"
    assert put_off(off=frozenset({date(2026, 3, 3)})) == "Wed 10:00"
    away = Preferences(
        zone="Europe/London",
        weekday="monday",
        hour=10,
        away=(Span(first=date(2026, 3, 3), last=date(2026, 3, 4)),),
    )
    assert put_off(preferences=away) == "Thu 10:00"
    quiet = Preferences(zone="Europe/London", weekday="monday", hour=7, quiet=QuietHours(begin=19, end=9))
    assert put_off(preferences=quiet) == "Tue 09:00"


def test_after_the_last_day_of_the_window_there_is_no_tomorrow() -> None:
    assert put_off(NOON + timedelta(days=2)) == "Thu 10:00"
    assert put_off(NOON + timedelta(days=3)) == ""
    assert put_off(FRIDAY + timedelta(days=5)) == ""
