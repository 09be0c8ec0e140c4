"""Pacing: a second between two messages of a channel, a ceiling for a workspace, and pauses that are asked for."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from bot.domain.messages import Place
from bot.store.database import Database
from bot.store.inbox import Promise
from bot.store.leases import Lease
from bot.store.outbox import Outbox, Outgoing
from bot.store.pacing import Lanes, Pacing
from bot.store.tables import outbox, pace
from tests.bot.store.rows import put, reply, rows
from tests.fakes import FakeClock

ANSWER, NOTICE = Promise.ANSWER, Promise.NOTICE


def lanes(_connection: Connection, platform: str, place: Place) -> Lanes | None:
    """“workspace/channel”: four notices a second in a workspace; a pause means the whole of it."""
    if platform == "web":
        return None
    workspace = place.partition("/")[0]
    return Lanes(channel=place, workspace=workspace, a_second=4.0, limited=workspace)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def paced(database: Database, clock: FakeClock) -> Outbox:
    return Outbox(database, pacing=Pacing(clock=clock, lanes_of=lanes))


async def _have(database: Database, event: str, place: str, promise: Promise = NOTICE) -> None:
    await put(database, event, platform="chat", promise=promise, due=-5)
    key = reply(event, platform="chat").key
    async with database.writing() as connection:
        await connection.execute(update(outbox).where(outbox.c.key == key).values(place=place))


def _lease(clock: FakeClock) -> Lease:
    return Lease(owner="a", now=clock.now, until=clock.now + timedelta(seconds=30))


async def _claimed(box: Outbox, clock: FakeClock) -> list[Outgoing]:
    """Everything that may go out now."""
    found: list[Outgoing] = []
    while (outgoing := await box.claim(_lease(clock))) is not None:
        found.append(outgoing)
    return found


async def _places(box: Outbox, clock: FakeClock) -> list[str]:
    return [each.place for each in await _claimed(box, clock)]


async def test_a_channel_gets_one_message_at_a_time_and_the_next_a_second_later(
    database: Database, clock: FakeClock
) -> None:
    for event, promise in (("e1", ANSWER), ("e2", NOTICE), ("e3", ANSWER)):
        await _have(database, event, "w/c", promise)
    box = paced(database, clock)
    for promise in (ANSWER, ANSWER, NOTICE):
        (outgoing,) = await _claimed(box, clock)
        assert outgoing.promise is promise
        clock.move(10)
        assert await _claimed(box, clock) == []
        await box.sent(outgoing)
        clock.move(0.99)
        assert await _claimed(box, clock) == []
        clock.move(0.01)
    assert await _claimed(box, clock) == []


@pytest.mark.parametrize("end", ["sent", "retry", "give_up", "doubt"])
async def test_however_a_post_ends_the_next_one_follows(database: Database, clock: FakeClock, end: str) -> None:
    await _have(database, "e1", "w/c")
    box = paced(database, clock)
    (outgoing,) = await _claimed(box, clock)
    await _have(database, "e2", "w/c")
    if end == "retry":
        await box.retry(outgoing, clock.now + timedelta(days=1))
    else:
        await getattr(box, end)(outgoing)
    assert await _claimed(box, clock) == []
    clock.move(1)
    assert len(await _claimed(box, clock)) == 1


async def test_whoever_lost_the_lease_frees_nobody_elses_channel(database: Database, clock: FakeClock) -> None:
    await _have(database, "e1", "w/c", ANSWER)
    slow, quick = paced(database, clock), paced(database, clock)
    (lost,) = await _claimed(slow, clock)
    clock.move(31)
    assert await quick.claim(replace(_lease(clock), owner="b"))
    await _have(database, "e2", "w/c", ANSWER)
    await slow.sent(lost)
    clock.move(2)
    assert await _claimed(quick, clock) == []


async def test_two_processes_share_the_pace_of_a_channel(database: Database, clock: FakeClock) -> None:
    for event in ("e1", "e2", "e3", "e4"):
        await _have(database, event, "w/c", ANSWER)
    processes = [paced(database, clock) for _ in range(4)]
    taken = await asyncio.gather(*(box.claim(_lease(clock)) for box in processes))
    assert len([each for each in taken if each]) == 1


async def test_a_workspace_gets_so_many_notices_a_second_and_no_other_waits_for_it(
    sqlite: Database, clock: FakeClock
) -> None:
    for number in range(12):
        await _have(sqlite, f"e{number:02}", f"big/c{number}")
    await _have(sqlite, "other", "small/c")
    box = paced(sqlite, clock)
    assert await _places(box, clock) == ["big/c0", "small/c"]
    taken = []
    for _ in range(20):
        clock.move(0.125)
        taken.append(len(await _claimed(box, clock)))
    assert sum(taken) == 10
    assert max(taken) == 1


async def test_an_answer_does_not_wait_for_the_notices_of_its_workspace(sqlite: Database, clock: FakeClock) -> None:
    for number in range(12):
        await _have(sqlite, f"e{number:02}", f"w/c{number}")
    box = paced(sqlite, clock)
    await _claimed(box, clock)
    await _have(sqlite, "asked", "w/d", ANSWER)
    assert await _places(box, clock) == ["w/d"]


async def test_a_pause_holds_for_the_workspace_and_for_every_process(database: Database, clock: FakeClock) -> None:
    await _have(database, "e1", "w/c1")
    box = paced(database, clock)
    (refused,) = await _claimed(box, clock)
    await box.hold(refused, clock.now + timedelta(seconds=30))
    await box.hold(refused, clock.now + timedelta(seconds=3))  # a shorter one ends no longer one
    await box.retry(refused, clock.now + timedelta(seconds=1))
    for event, place, promise in (("e2", "w/c2", NOTICE), ("e3", "w/c3", ANSWER), ("e4", "v/c4", NOTICE)):
        await _have(database, event, place, promise)
    another = paced(database, clock)
    assert await _places(another, clock) == ["v/c4"]
    clock.move(29.9)
    assert await _places(another, clock) == []
    clock.move(2)
    assert await _places(another, clock) == ["w/c3"]  # whoever asked goes first
    clock.move(1)
    assert await _places(another, clock) == ["w/c2"]
    clock.move(1)
    assert await _places(another, clock) == ["w/c1"]


async def test_what_has_no_lanes_is_never_held_up(sqlite: Database, clock: FakeClock) -> None:
    for event in ("e1", "e2", "e3"):
        await put(sqlite, event, due=-5)
    assert len(await _claimed(paced(sqlite, clock), clock)) == 3


async def test_a_process_that_is_alone_does_not_wait_for_the_dead(database: Database, clock: FakeClock) -> None:
    await _have(database, "e1", "w/c", ANSWER)
    box = paced(database, clock)
    (outgoing,) = await _claimed(box, clock)
    await box.hold(outgoing, clock.now + timedelta(seconds=5))
    await box.release_all()
    clock.move(1)
    assert await _claimed(paced(database, clock), clock) == []  # a pause outlives the one that was asked for it
    clock.move(5)
    assert len(await _claimed(paced(database, clock), clock)) == 1


async def test_lanes_in_which_nobody_waits_are_forgotten(database: Database, clock: FakeClock) -> None:
    await _have(database, "e1", "w/c")
    box = paced(database, clock)
    (outgoing,) = await _claimed(box, clock)
    await box.sent(outgoing)
    await box.forget_lanes()
    assert [row["lane"] for row in await rows(database, pace)] == ["w/c"]
    clock.move(120)
    await box.forget_lanes()
    assert await rows(database, pace) == []


async def test_thousands_that_wait_for_one_workspace_are_put_off_once(sqlite: Database, clock: FakeClock) -> None:
    for number in range(200):
        await _have(sqlite, f"e{number:03}", f"w/c{number}")
    box = paced(sqlite, clock)
    assert len(await _claimed(box, clock)) == 1
    due = sorted(row["due_at"] for row in await rows(sqlite, outbox) if row["state"] == "pending")
    assert len(set(due)) == 199
    assert due[-1] - clock.now == timedelta(seconds=199 / 4)
