"""“Looking in the library…” under the name of the coach, while somebody waits in its direct messages."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.places import Spot
from bot.domain.messages import Place
from prompts import Words

_PATIENCE_S = 2.0
#: Under a flood the call costs more than taking the message, and Slack would refuse it before long.
MOST_A_SECOND = 10


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Shows the status and forgets about it: the reply clears it, Slack clears it after two minutes (sdk.md §3).

    A status that arrived after the reply would stay, so `settled` is awaited before one is posted.
    """

    client: AsyncWebClient
    words: Words
    monotonic: Callable[[], float] = time.monotonic
    _shown: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_A_SECOND))
    _under_way: dict[Place, asyncio.Task[None]] = field(default_factory=dict)

    def show(self, spot: Spot) -> None:
        """Begin to show it where there is such a status: in a thread of direct messages."""
        if spot.direct and not spot.person and spot.thread and self._may():
            task = asyncio.create_task(self._show(spot))
            self._under_way[spot.place] = task
            task.add_done_callback(lambda done: self._forget(spot.place, done))

    def _may(self) -> bool:
        now = self.monotonic()
        if len(self._shown) == MOST_A_SECOND and now - self._shown[0] < 1:
            return False
        self._shown.append(now)
        return True

    async def settled(self, spot: Spot) -> None:
        """Wait until Slack has the status, or has been slow."""
        if (task := self._under_way.get(spot.place)) is not None:
            await asyncio.wait({task})

    def _forget(self, place: Place, done: asyncio.Task[None]) -> None:
        if self._under_way.get(place) is done:
            del self._under_way[place]

    async def _show(self, spot: Spot) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self.client.assistant_threads_setStatus(
                    channel_id=spot.channel, thread_ts=spot.thread, status=self.words("slack.looking")
                )
        except (SlackClientError, OSError, TimeoutError, ValueError):
            return  # nobody waits for a status
