"""The bell wakes as many as there is work for, and the gate lets few be in readiness."""

import asyncio

import pytest

from bot.delivery import loops
from bot.delivery.loops import Bell, Gate, loop


async def _turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def _ended(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_stroke_wakes_one() -> None:
    bell = Bell()
    resting = [asyncio.create_task(bell.rest(3600)) for _ in range(3)]
    await _turns()
    bell.set()
    await _turns()
    assert [task.done() for task in resting] == [True, False, False]
    await _ended(*resting)


async def test_a_stroke_that_nobody_heard_is_heard_by_the_next() -> None:
    bell = Bell()
    bell.set()
    bell.set()
    await bell.rest(3600)
    later = asyncio.create_task(bell.rest(3600))
    await _turns()
    assert not later.done()
    await _ended(later)


async def test_one_looks_round_and_another_after_it() -> None:
    bell, looked = Bell(), 0

    async def step() -> bool:
        nonlocal looked
        looked += 1
        return False

    running = [asyncio.create_task(loop(step, bell, 0.0)) for _ in range(20)]
    await _turns(200)
    assert looked > 30  # each once, and then one of them again and again
    await _ended(*running)


async def test_work_wakes_one_after_the_other() -> None:
    bell, work, at_work, most = Bell(), 0, 0, 0
    gate = asyncio.Event()

    async def step() -> bool:
        nonlocal work, at_work, most
        if not work:
            return False
        work -= 1
        bell.set()
        at_work += 1
        most = max(most, at_work)
        await gate.wait()
        at_work -= 1
        return True

    running = [asyncio.create_task(loop(step, bell, 3600)) for _ in range(8)]
    await _turns()
    work = 100
    bell.set()
    await _turns(50)
    assert most == 8
    gate.set()
    await _turns(200)
    assert work == 0
    await _ended(*running)


async def test_whoever_is_cancelled_while_resting_takes_no_stroke_with_it() -> None:
    bell = Bell()
    first, second = asyncio.create_task(bell.rest(3600)), asyncio.create_task(bell.rest(3600))
    await _turns()
    await _ended(first)
    bell.set()
    await asyncio.wait_for(second, 5)


async def test_a_gate_lets_the_next_one_in_when_one_says_so_or_ends() -> None:
    gate, inside = Gate(most=2), 0

    async def enter(says: bool, until: asyncio.Event) -> None:
        nonlocal inside
        async with gate.entered() as through:
            inside += 1
            if says:
                through()
                through()
            await until.wait()

    never, now = asyncio.Event(), asyncio.Event()
    tasks = [asyncio.create_task(enter(False, now)), *(asyncio.create_task(enter(False, never)) for _ in range(2))]
    await _turns()
    assert inside == 2
    now.set()
    await _turns()
    assert inside == 3
    await _ended(*tasks)
    tasks = [asyncio.create_task(enter(True, never)) for _ in range(9)]
    await _turns(50)
    assert inside == 12
    await _ended(*tasks)


async def test_whoever_is_held_up_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "_LONGEST_SECONDS", 0.001)
    gate = Gate(most=1)
    async with gate.entered(), asyncio.timeout(5), gate.entered():
        pass
