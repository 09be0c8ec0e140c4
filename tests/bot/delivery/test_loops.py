"""The loops rest and wake, and outlive a store that does not answer."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery import worker
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.store.database import Database
from bot.store.inbox import Inbox, Promise
from tests.bot.delivery.scene import Scene, answering
from tests.bot.store.rows import put
from tests.fakes import CARD, lease, message, until


@dataclass
class Flaky:
    """An inbox or outbox whose first claims fail."""

    real: Any
    failures: list[Exception]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def claim(self, taken: Any) -> Any:
        if self.failures:
            raise self.failures.pop()
        return await self.real.claim(taken)


async def test_the_loops_outlive_a_database_that_does_not_answer(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 0.001)
    scene = Scene(sqlite, answering)
    down: list[Exception] = [OperationalError("SELECT", {}, Exception("database is locked")), ConnectionRefusedError()]
    flaky: dict[str, Any] = {"inbox": Flaky(scene.inbox, list(down)), "outbox": Flaky(scene.outbox, list(down))}
    scene.delivery = replace(scene.delivery, **flaky)
    await scene.delivery.receive(message("e1"))
    running = asyncio.create_task(scene.delivery.run())
    await until(lambda: bool(scene.sender.posted))
    running.cancel()
    await asyncio.wait([running])


async def test_a_bell_wakes_a_resting_loop_at_once(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 3600)
    scene = Scene(sqlite, answering)
    running = asyncio.create_task(scene.delivery.run())
    for number in range(3):
        await scene.delivery.receive(message(f"e{number}"))
        await until(lambda expected=number + 1: len(scene.sender.posted) == expected)  # type: ignore[misc]
    running.cancel()
    await asyncio.wait([running])


async def test_a_row_that_another_process_wrote_is_found_without_a_bell(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 0.001)
    scene = Scene(sqlite, answering)
    running = asyncio.create_task(scene.delivery.run())
    await Inbox(sqlite).receive(message("e1"))
    await until(lambda: bool(scene.sender.posted))
    running.cancel()
    await asyncio.wait([running])


async def test_a_slow_answer_holds_up_nobody_else(sqlite: Database) -> None:
    gate = asyncio.Event()

    async def answer(incoming: Incoming) -> Card:
        if incoming.text == "slow":
            await gate.wait()
        return CARD

    scene = Scene(sqlite, answer)
    await scene.delivery.receive(message("e1", text="slow", at=-9))
    await scene.delivery.receive(message("e2", who="amara"))
    running = asyncio.create_task(scene.delivery.run())
    await until(lambda: len(scene.sender.posted) == 1)
    gate.set()
    await until(lambda: len(scene.sender.posted) == 2)
    running.cancel()
    await asyncio.wait([running])
    assert [key for _, key, _ in scene.sender.posted] == ["web:answer:web:amara:e2", "web:answer:web:lena:e1"]


@pytest.mark.parametrize("turns", range(5))
async def test_told_to_end_just_as_a_bell_rings_the_loops_end(sqlite: Database, turns: int) -> None:
    scene = Scene(sqlite, answering)
    running = asyncio.create_task(scene.delivery.run())
    await scene.delivery.receive(message("e1"))
    await until(lambda: bool(scene.sender.posted))
    scene.delivery.inbox_bell.set()
    scene.delivery.outbox_bell.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=5)
    assert done


async def test_a_notice_whose_sender_died_is_set_aside(sqlite: Database) -> None:
    scene = Scene(sqlite, answering)
    await put(sqlite, "e1", promise=Promise.NOTICE)
    await scene.outbox.claim(lease("dead"))
    scene.clock.move(31)
    running = asyncio.create_task(scene.delivery.run())
    async with asyncio.timeout(5):
        while (await scene.outbox.counts()) != {"unknown": 1}:  # noqa: ASYNC110 - what is waited for is a row
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    assert scene.sender.tried == 0
