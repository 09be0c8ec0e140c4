"""Suggested prompts, when somebody opens the coach's messages.

Source: docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts: up to four, each a title and a message.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Protocol

from slack_sdk.errors import SlackClientError

from adapters.slack.clients import Clients
from adapters.slack.places import Spot, parse_place
from adapters.slack.text import inert, units
from bot.delivery.ports import PostFailed
from bot.domain.messages import Incoming
from bot.domain.people import Identity
from prompts import Words

_LOG = logging.getLogger(__name__)
OPENED = "opened"
_MOST = 4
_LONGEST_TITLE = 75
_PATIENCE_S = 5.0


class Suggesting(Protocol):
    """What somebody might ask, from the library and from where they stand."""

    async def prompts(self, identity: Identity) -> tuple[tuple[str, str], ...]:
        """At most four, each with a title and the message that it sends."""


@dataclass(frozen=True, kw_only=True)
class Prompting:
    """Offers prompts behind whoever opened the messages; nobody hears of a failure."""

    clients: Clients
    suggesting: Suggesting
    words: Words
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def offer(self, incoming: Incoming) -> None:
        """Begin to offer them, where this says that somebody opened the coach's messages."""
        if incoming.action != OPENED:
            return
        task = asyncio.create_task(self._offer(incoming))
        self._under_way.add(task)
        task.add_done_callback(self._done)

    async def settled(self) -> None:
        """Wait until all that is under way is done."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("slack.prompts_failed cause=%s", type(error).__name__)

    async def _offer(self, incoming: Incoming) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                given = await self.suggesting.prompts(incoming.sender)
                shown = [{"title": _title(title), "message": inert(said)} for title, said in given[:_MOST] if said]
                if shown:
                    await self._show(parse_place(incoming.place), shown)
        except (PostFailed, SlackClientError, OSError, TimeoutError, ValueError) as error:
            _LOG.info("slack.no_prompts cause=%s", type(error).__name__)

    async def _show(self, spot: Spot, prompts: list[dict[str, str]]) -> None:
        client, channel = await self.clients.of(spot.team), spot.channel
        if spot.person:
            channel = (await client.conversations_open(users=spot.channel))["channel"]["id"]
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=channel, prompts=prompts, title=self.words("slack.prompts")
        )


def _title(title: str) -> str:
    said = inert(title).strip() or "…"
    return said if units(said) <= _LONGEST_TITLE else said[: _LONGEST_TITLE - 1].rstrip() + "…"
