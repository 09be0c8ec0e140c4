"""What is known of channels and threads comes back, and what is said once is said once; in memory and on disk."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.channel_modes import GOES_ON_FOR, ChannelRule, Mode, Thread
from bot.domain.messages import EventKey, Place
from bot.store.database import Database
from bot.store.heard_threads import HeardThreads
from bot.store.hearing_modes import HearingModes
from bot.store.hearing_tables import heard_thread
from bot.store.inbox import Inbox
from tests.bot.coaching.channels_at_hand import CHANNEL, THREAD, FakeChannels, FakeThreads
from tests.fakes import NOON, message

ELSEWHERE = Place("T0/C2/")
RULE = ChannelRule(mode=Mode.EVERY, documents=("a, b.md", "ü.pdf"), partnership="harbour")
DAY = timedelta(days=1)
ONE, TWO = EventKey("slack:T0:C1:1"), EventKey("slack:T0:C1:2")

Channels = HearingModes | FakeChannels
Threads = HeardThreads | FakeThreads


@pytest.fixture(params=[HearingModes, lambda _: FakeChannels()], ids=["stored", "fake"])
def channels(request: pytest.FixtureRequest, database: Database) -> Channels:
    make: Callable[[Database], Channels] = request.param
    return make(database)


@pytest.fixture(params=[HeardThreads, lambda _: FakeThreads()], ids=["stored", "fake"])
def threads(request: pytest.FixtureRequest, database: Database) -> Threads:
    make: Callable[[Database], Threads] = request.param
    return make(database)


async def test_what_leads_set_comes_back_and_the_usual_holds_elsewhere(channels: Channels) -> None:
    assert await channels.of("slack", CHANNEL) == ChannelRule()
    await channels.keep("slack", CHANNEL, replace(RULE, mode=Mode.OFF))
    await channels.keep("slack", CHANNEL, RULE)
    assert await channels.of("slack", CHANNEL) == RULE
    assert await channels.of("slack", ELSEWHERE) == await channels.of("teams", CHANNEL) == ChannelRule()


async def test_one_message_a_day_is_told_that_the_coach_is_off_however_often_it_is_handled(channels: Channels) -> None:
    day = NOON.date()
    assert [await channels.tell_off("slack", CHANNEL, day, key) for key in (ONE, TWO, ONE)] == [True, False, True]
    assert await channels.tell_off("slack", ELSEWHERE, day, TWO)
    assert [await channels.tell_off("slack", CHANNEL, day + DAY, key) for key in (TWO, ONE)] == [True, False]
    await channels.keep("slack", CHANNEL, RULE)
    assert not await channels.tell_off("slack", CHANNEL, day + DAY, ONE)
    assert await channels.of("slack", CHANNEL) == RULE


async def test_the_coach_introduces_itself_in_a_channel_once(channels: Channels) -> None:
    await channels.keep("slack", CHANNEL, RULE)
    said = [await channels.welcome("slack", CHANNEL, key) for key in (ONE, TWO, ONE)]
    assert said == [True, False, True]
    assert await channels.welcome("teams", CHANNEL, TWO)
    assert await channels.of("slack", CHANNEL) == RULE


async def test_of_several_that_come_at_once_one_is_told(database: Database) -> None:
    keys = [EventKey(f"slack:{number}") for number in range(8)]
    told = [HearingModes(database).tell_off("slack", CHANNEL, NOON.date(), key) for key in keys]
    assert sorted(await asyncio.gather(*told)) == [False] * 7 + [True]


async def test_a_thread_goes_on_with_whom_the_coach_answered_last_until_it_is_closed(threads: Threads) -> None:
    assert await threads.find("slack", THREAD) is None
    await threads.close("slack", THREAD)
    assert await threads.find("slack", THREAD) is None
    await threads.answered("slack", THREAD, "slack:T0:U1", NOON)
    await threads.answered("slack", THREAD, "slack:T0:U2", NOON + DAY / 2)
    assert await threads.find("slack", THREAD) == Thread(person="slack:T0:U2", at=NOON + DAY / 2)
    assert await threads.find("teams", THREAD) is None
    await threads.close("slack", THREAD)
    assert await threads.find("slack", THREAD) == Thread(person="", at=NOON + DAY / 2)


async def test_a_wish_for_a_thread_outlives_answers(threads: Threads) -> None:
    await threads.hear("slack", THREAD, NOON, only_named=True)
    await threads.answered("slack", THREAD, "slack:T0:U1", NOON)
    assert await threads.find("slack", THREAD) == Thread(person="slack:T0:U1", at=NOON, only_named=True)
    await threads.hear("slack", THREAD, NOON, only_named=False)
    assert await threads.find("slack", THREAD) == Thread(person="slack:T0:U1", at=NOON)


async def test_nobody_is_known_of_threads_that_are_over_and_old_ones_are_forgotten(database: Database) -> None:
    threads, other = HeardThreads(database), Place("T0/C1/2.2")
    await threads.answered("slack", THREAD, "slack:T0:U1", NOON)
    await threads.answered("slack", other, "slack:T0:U2", NOON + GOES_ON_FOR)
    assert (await threads.find("slack", THREAD)) == Thread(person="slack:T0:U1", at=NOON)
    later = NOON + GOES_ON_FOR + timedelta(seconds=1)
    await threads.answered("slack", other, "slack:T0:U2", later)
    assert (await threads.find("slack", THREAD)) == Thread(person="", at=NOON)
    await threads.answered("slack", other, "slack:T0:U2", NOON + 91 * DAY)
    assert await threads.find("slack", THREAD) is None


async def test_whoever_tidies_threads_waits_for_nobody(database: Database) -> None:
    """Else two answers in two old threads would each wait for the other, and one of them would be an apology."""
    if not database.skips_locked:
        pytest.skip("SQLite has one writer anyway")
    threads, other = HeardThreads(database), Place("T0/C1/2.2")
    for thread in (THREAD, other):
        await threads.answered("slack", thread, "slack:T0:U1", NOON)
    async with database.writing() as connection, asyncio.timeout(5):
        await connection.execute(select(heard_thread).where(heard_thread.c.thread == other).with_for_update())
        await threads.answered("slack", THREAD, "slack:T0:U2", NOON + 2 * DAY)
        await connection.execute(update(heard_thread).values(only_named=True))
    assert await threads.find("slack", THREAD) == Thread(person="slack:T0:U2", at=NOON + 2 * DAY, only_named=True)


async def test_a_message_that_came_in_was_taken(database: Database) -> None:
    said = message("e1")
    await Inbox(database).receive(said)
    threads = HeardThreads(database)
    assert (await threads.took(said.key), await threads.took(ONE)) == (True, False)
