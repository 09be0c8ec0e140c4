"""A flood of check-ins delays nobody who asked, and one card makes no fuss among many loops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.delivery.worker import SENDERS, Delivery
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Place
from bot.store.database import Database
from bot.store.inbox import Promise
from tests.bot.delivery.scene import Scene, answering
from tests.bot.store.rows import put
from tests.fakes import message, until


@dataclass
class Hangs:
    """A platform that takes answers, and hangs with everything else."""

    hanging: int = 0
    answered: list[EventKey] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        if "check-in" not in key:
            self.answered.append(key)
            return ""
        self.hanging += 1
        await self.over.wait()
        return ""


@asynccontextmanager
async def _running(delivery: Delivery) -> AsyncIterator[None]:
    task = asyncio.create_task(delivery.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_answers_go_out_while_every_other_sender_hangs_with_a_check_in(sqlite: Database) -> None:
    hangs = Hangs()
    delivery = Scene(sqlite, answering).with_sender(hangs)
    for number in range(SENDERS + 20):
        await put(sqlite, f"check-in-{number}", promise=Promise.NOTICE, due=-9)
    async with _running(delivery):
        await until(lambda: hangs.hanging == SENDERS)
        for number in range(10):
            await delivery.receive(message(f"e{number}"))
        await until(lambda: len(hangs.answered) == 10)
        assert hangs.hanging == SENDERS


async def test_an_answer_goes_before_the_check_ins_that_wait(sqlite: Database) -> None:
    scene = Scene(sqlite, answering)
    for number in range(5):
        await put(sqlite, f"check-in-{number}", promise=Promise.NOTICE, due=-9)
    await put(sqlite, "asked", due=-1)
    await scene.delivery.send_one()
    ((_, key, _),) = scene.sender.posted
    assert key.endswith("asked")
