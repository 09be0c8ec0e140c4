"""Answers that appear part by part, in the threads of direct messages, where the workspace's Slack can do that.

An answer is whole when it is sent, so it comes in three large parts: its words in two, and what to do next. They are
blocks, as in any other message, never Markdown: in that, the text of a document could come alive.
Sources: docs.slack.dev/reference/methods/chat.startStream, …/chat.appendStream, …/chat.stopStream.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.blocks import Block
from adapters.slack.calling import answered
from adapters.slack.clients import Clients
from adapters.slack.finding import opening_id
from adapters.slack.places import Spot
from adapters.slack.render import SlackMessage
from bot.delivery.ports import PostFailed

#: chat.startStream is of tier 2: some twenty a minute in a workspace. More answers than that are posted whole.
MOST_A_MINUTE = 18
#: Slack says so of a method, a token or a conversation once and for all.
_NEVER_HERE = frozenset(
    {
        "unknown_method",
        "missing_scope",
        "not_allowed_token_type",
        "method_deprecated",
        "deprecated_endpoint",
        "channel_type_not_supported",
        "invalid_chunks",
        "invalid_arguments",
        "enterprise_is_restricted",
        "is_bot",
    }
)
#: The kinds of blocks that are words; what people act on comes last, with the stop.
_WORDS = frozenset({"header", "rich_text", "context"})
_ACTED_ON = frozenset({"actions", "context_actions", "section"})
#: The methods of streaming cannot be told to leave links alone, so what looks like one is not streamed.
_LINK = re.compile(r"(?i)://|\bwww\.|\bmailto:|\w\.\w{2,}/")
#: Of all the blocks, and of those that are words: less is read at once.
_FEWEST, _FEWEST_WORDS = 4, 2
_MINUTE_S = 60


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The blocks of a message in the order in which they come."""

    first: list[Block]
    then: list[Block]
    last: list[Block]


class Broken(Exception):
    """A stream was begun and could not be ended; `ts` is its message, which the sender finishes another way."""

    def __init__(self, ts: str) -> None:
        super().__init__("broken")
        self.ts = ts


@dataclass(frozen=True, kw_only=True)
class Streaming:
    """Streams messages; remembers where that cannot be done, and how often it was."""

    clients: Clients
    monotonic: Callable[[], float]
    _never: set[str] = field(default_factory=set)
    _not_before: dict[str, float] = field(default_factory=dict)
    _begun: dict[str, deque[float]] = field(default_factory=dict)

    def parts(self, spot: Spot, message: SlackMessage) -> Parts | None:
        """The message in parts; None where it is posted whole: too short, with links, or elsewhere than in a thread.

        A card of several messages is as good as streamed by them.
        """
        if not spot.direct or not spot.thread or spot.team in self._never or _linked(message.blocks):
            return None
        words, last = _divided(message.blocks)
        if (
            len(message.blocks) < _FEWEST
            or len(words) < _FEWEST_WORDS
            or {each["type"] for each in last} - _WORDS - _ACTED_ON
        ):
            return None
        if not self._may(spot):
            return None
        half = len(words) // 2
        return Parts(first=words[:half], then=words[half:], last=last)

    async def show(self, spot: Spot, mark: str, parts: Parts, metadata: dict[str, Any]) -> str:
        """Stream a message and give its time; empty where it could not even be begun and is to be posted whole.

        Raises `Broken` where it was begun and Slack refused the rest, and `PostFailed` where nothing is known.
        """
        client = await self.clients.of(spot.team)
        first = [{**parts.first[0], "block_id": opening_id(mark)}, *parts.first[1:]]
        try:
            begun = await answered(
                client.chat_startStream(channel=spot.channel, thread_ts=spot.thread, chunks=_chunks(first))
            )
        except PostFailed as failure:
            if failure.posted is None:
                raise
            self._refused(spot.team, failure)
            return ""
        ts = str(begun.get("ts") or "")
        if not ts:
            return ""
        try:
            await answered(client.chat_appendStream(channel=spot.channel, ts=ts, chunks=_chunks(parts.then)))
            await answered(
                client.chat_stopStream(channel=spot.channel, ts=ts, blocks=parts.last or None, metadata=metadata)
            )
        except PostFailed as failure:
            raise Broken(ts) from failure
        return ts

    def _may(self, spot: Spot) -> bool:
        now = self.monotonic()
        if now < self._not_before.get(spot.team, now):
            return False
        begun = self._begun.setdefault(spot.team, deque(maxlen=MOST_A_MINUTE))
        if len(begun) == MOST_A_MINUTE and now - begun[0] < _MINUTE_S:
            return False
        begun.append(now)
        return True

    def _refused(self, team: str, failure: PostFailed) -> None:
        if failure.limited:
            self._not_before[team] = self.monotonic() + (failure.retry_after or 60.0)
        elif failure.reason in _NEVER_HERE:
            self._never.add(team)


def _linked(blocks: Sequence[Block]) -> bool:
    return _LINK.search(json.dumps(blocks, ensure_ascii=False)) is not None


def _divided(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """The words of a message, and all from what is acted on first."""
    end = next((number for number, block in enumerate(blocks) if block["type"] not in _WORDS), len(blocks))
    return list(blocks[:end]), list(blocks[end:])


def _chunks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    return [{"type": "blocks", "blocks": list(blocks)}]
