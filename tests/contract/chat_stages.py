"""The stage of scenarios such as `whole.yaml` on doubles: everybody's chats, and time that passes."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.contract.chat_scenario import Chat, Step
from tests.contract.house import House


def a_minute_passes(database: Path) -> None:
    """What waits in the outbox is due, and what was changed is older; the server may be running."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        connection.execute("UPDATE outbox SET due_at = strftime('%Y-%m-%d %H:%M:%f000', due_at, '-61 seconds')")
        connection.execute("UPDATE barrier_change SET at = strftime('%Y-%m-%d %H:%M:%f000', at, '-61 seconds')")
        connection.commit()


@dataclass(frozen=True, kw_only=True)
class DoublesStage:
    """Everybody's chats, and the database behind them."""

    house: House
    chats: Mapping[str, Chat]
    database: Path
    patience: float = 0.0

    async def of(self, person: str) -> Chat:
        return self.chats[person]

    async def passes(self) -> None:
        a_minute_passes(self.database)
        await self.house.settle()

    async def saw(self, step: Step, messages: int) -> None:
        """Doubles show nothing."""
