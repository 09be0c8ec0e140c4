"""Answers wait for a quiet moment, and not for ever."""

import asyncio

import pytest

from bot.delivery.courtesy import PATIENCE_SECONDS, QUIET_SECONDS, Courtesy


class Time:
    """Moves only when somebody pauses; `deliveries` are told of at their moments."""

    def __init__(self, *deliveries: float) -> None:
        self.now = 100.0
        self.deliveries = [100.0 + each for each in deliveries]
        self.courtesy = Courtesy(monotonic=lambda: self.now, pause=self._pause)

    async def _pause(self, seconds: float) -> None:
        then = self.now + seconds
        while self.deliveries and self.deliveries[0] <= then:
            self.now = self.deliveries.pop(0)
            self.courtesy.delivered()
        self.now = then
        await asyncio.sleep(0)

    async def waited(self) -> float:
        """Give way; how much time has gone since the beginning."""
        await self.courtesy.give_way()
        return self.now - 100


async def test_where_nobody_delivers_nobody_waits() -> None:
    assert await Time().waited() == 0


async def test_after_a_delivery_an_answer_waits_a_moment() -> None:
    time = Time()
    time.courtesy.delivered()
    assert await time.waited() == pytest.approx(QUIET_SECONDS)
    assert await time.waited() == pytest.approx(QUIET_SECONDS)


async def test_while_they_come_thick_an_answer_waits_until_they_stop() -> None:
    time = Time(0.01, 0.02, 0.03)
    time.courtesy.delivered()
    assert await time.waited() == pytest.approx(0.03 + QUIET_SECONDS)


async def test_nobody_waits_for_ever_and_one_comes_after_the_other() -> None:
    time = Time(*(number * 0.007 for number in range(1, 1000)))
    time.courtesy.delivered()
    first, second = await asyncio.gather(time.waited(), time.waited())
    assert first == pytest.approx(PATIENCE_SECONDS)
    assert second == pytest.approx(2 * PATIENCE_SECONDS)
