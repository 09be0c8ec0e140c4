"""“Looking in the library…”, while somebody waits: under the coach's name in direct messages, as a message elsewhere.

Whoever posts the answer asks `settled` first, so that nothing that says “looking” stays beside it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.errors import SlackClientError

from adapters.slack.calling import mark_of
from adapters.slack.clients import Clients
from adapters.slack.finding import metadata
from adapters.slack.places import Spot, parse_place
from adapters.slack.text import escaped
from bot.delivery.ports import PostFailed
from bot.domain.messages import WITHDRAWN, EventKey, Incoming
from prompts import Words

_PATIENCE_S = 2.0
#: Under a flood the call costs more than taking the message, and Slack would refuse it before long.
MOST_A_SECOND = 10
#: An answer that comes sooner needs no placeholder: it would be read for a moment, and cost two calls for one.
SOON_S = 1.5
#: As long as Slack itself shows a status; whoever looks for longer has said so for long enough.
LONGEST_S = 120.0
_FAILURES = (PostFailed, SlackClientError, OSError, TimeoutError, ValueError)


@dataclass(kw_only=True)
class Wait:
    """What is shown for one message: a status in `spot`, or the placeholder `posted` there.

    `over` says that the answer is at hand, or that there will be none.
    """

    spot: Spot
    over: asyncio.Event = field(default_factory=asyncio.Event)
    shown: asyncio.Task[None] | None = None
    ending: asyncio.Future[None] | None = None
    status: bool = False
    posted: str = ""


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Shows that somebody's question is being looked into; it ends with the answer, without one, or after two minutes.

    A status that arrived after the reply would stay, so `settled` is awaited before one is posted. A placeholder bears
    the answer's mark: after a crash whoever answers finds it by that, where the conversation may be read.
    """

    clients: Clients
    words: Words
    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _shown: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_A_SECOND))
    _waits: dict[str, Wait] = field(default_factory=dict)

    def note(self, incoming: Incoming) -> None:
        """Know, before it is kept, that a message was taken here, whether or not anything will be shown for it."""
        mark = answer_mark(incoming.key)
        if mark not in self._waits:
            wait = self._waits[mark] = Wait(spot=parse_place(incoming.place))
            asyncio.get_running_loop().call_later(LONGEST_S, self._expire, mark, wait)

    def show(self, incoming: Incoming) -> None:
        """Begin to show it where somebody asked in a thread and is not answered yet; only what was noted is shown.

        Not for a press or a form, which look nothing up. A message that was withdrawn ends what is shown for it.
        """
        mark = answer_mark(incoming.key)
        wait = self._waits.get(mark)
        if wait is None or wait.over.is_set() or wait.shown is not None:
            return
        if incoming.action == WITHDRAWN:
            wait.shown = asyncio.create_task(self.dropped(answer_mark(incoming.of)))
        spot = wait.spot
        if incoming.action not in ("", "ask") or spot.person or spot.home or not spot.thread or not self._may():
            return
        wait.shown = asyncio.create_task(self._status(wait) if spot.direct else self._placeholder(mark, wait))

    def took(self, mark: str) -> bool:
        """Whether the message that this answers was taken here, so that what is shown for it is known."""
        return mark in self._waits

    async def settled(self, spot: Spot, mark: str) -> str:
        """Have nothing more shown for a message; gives the placeholder in this conversation, which is to be filled.

        What is shown elsewhere is taken away: the answer goes somewhere else than the question came from.
        """
        wait = self._waits.get(mark)
        if wait is None:
            return ""
        wait.over.set()
        if wait.shown is not None:
            await asyncio.wait({wait.shown})
        here = wait.spot.place == spot.place
        if here and wait.posted:
            return wait.posted
        if not here:
            await self._clear(wait)
        return ""

    def done(self, mark: str) -> None:
        """The answer stands; nothing needs to be known of it any more."""
        self._waits.pop(mark, None)

    async def dropped(self, mark: str) -> None:
        """There will be no answer: take away what is shown."""
        wait = self._waits.pop(mark, None)
        if wait is not None:
            wait.over.set()
            if wait.shown is not None:
                await asyncio.wait({wait.shown})
            await self._clear(wait)

    def _may(self) -> bool:
        now = self.monotonic()
        if len(self._shown) == MOST_A_SECOND and now - self._shown[0] < 1:
            return False
        self._shown.append(now)
        return True

    def _expire(self, mark: str, wait: Wait) -> None:
        """Nothing is shown, and nothing remembered of a message, for longer than Slack itself would."""
        if self._waits.get(mark) is wait:
            wait.ending = asyncio.ensure_future(self.dropped(mark))

    async def _status(self, wait: Wait) -> None:
        lines = [self.words("slack.loading.library"), self.words("slack.loading.quotations")]
        await self._set(wait.spot, self.words("slack.looking"), lines)
        wait.status = True

    async def _placeholder(self, mark: str, wait: Wait) -> None:
        """Post a message where the answer will stand, unless it is there before anybody would have wondered."""
        if await self._over_within(wait, SOON_S):
            return
        try:
            async with asyncio.timeout(_PATIENCE_S * 2):
                client = await self.clients.of(wait.spot.team)
                answer = await client.chat_postMessage(
                    channel=wait.spot.channel,
                    thread_ts=wait.spot.thread,
                    text=escaped(self.words("slack.looking")),
                    metadata=metadata(mark, 0, 0),
                    unfurl_links=False,
                    unfurl_media=False,
                    link_names=False,
                    mrkdwn=False,
                    parse="none",
                )
            wait.posted = str(answer.get("ts") or "")
        except _FAILURES:
            return  # nobody waits for it

    async def _over_within(self, wait: Wait, seconds: float) -> bool:
        pausing = asyncio.ensure_future(self.pause(seconds))
        ending = asyncio.ensure_future(wait.over.wait())
        await asyncio.wait({pausing, ending}, return_when=asyncio.FIRST_COMPLETED)
        for each in (pausing, ending):
            each.cancel()
        return wait.over.is_set()

    async def _clear(self, wait: Wait) -> None:
        if wait.status:
            await self._set(wait.spot, "", [])
        if wait.posted:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    client = await self.clients.of(wait.spot.team)
                    await client.chat_delete(channel=wait.spot.channel, ts=wait.posted)
            except _FAILURES:
                return  # it says that it looks, and two messages further down is the answer

    async def _set(self, spot: Spot, status: str, lines: list[str]) -> None:
        more: dict[str, Any] = {"loading_messages": lines} if lines else {}
        try:
            async with asyncio.timeout(_PATIENCE_S):
                client = await self.clients.of(spot.team)
                await client.assistant_threads_setStatus(
                    channel_id=spot.channel, thread_ts=spot.thread, status=status, **more
                )
        except _FAILURES:
            return  # nobody waits for a status


def answer_mark(key: EventKey) -> str:
    """The mark of the card that answers a message."""
    return mark_of(EventKey(f"slack:answer:{key}"))
