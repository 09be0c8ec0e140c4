"""A delivery whose parts are at hand, for tests of its steps and of its loops."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.delivery.checkpoints import Point
from bot.delivery.ports import Sender
from bot.delivery.worker import Answer, Delivery
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.fakes import CARD, SORRY, FakeClock, FakeSender, Trail, counted


async def answering(_incoming: Incoming) -> Card:
    return CARD


@dataclass
class Scene:
    """A delivery whose parts are at hand."""

    database: Database
    answer: Answer
    clock: FakeClock = field(default_factory=FakeClock)
    sender: FakeSender = field(default_factory=FakeSender)
    reached: Callable[[Point], None] = field(default_factory=Trail)

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.database, self.reached)
        self.outbox = Outbox(self.database, self.reached)
        self.delivery = self.with_sender(self.sender)

    def with_sender(self, sender: Sender) -> Delivery:
        return Delivery(
            inbox=self.inbox,
            outbox=self.outbox,
            answer=self.answer,
            apology=lambda: SORRY,
            senders={"web": sender},
            clock=self.clock,
            new_id=counted("worker-"),
            reached=self.reached,
        )

    async def settled(self) -> list[Card]:
        """Every step taken; the cards that were posted."""
        while await self.delivery.handle_one() or await self.delivery.send_one():
            pass
        return [card for _, _, card in self.sender.posted]
