"""Which messages of a card are there already, by what marks them: Slack is the one who knows."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.calling import answered
from adapters.slack.clients import Clients
from adapters.slack.places import Spot
from bot.delivery.ports import PostFailed

EVENT_TYPE = "partnership_coach_card"
#: Begins the id of the first block of a message that is still being streamed, which has no metadata before its end.
_OPEN = "coach-"
_PAGE = 200
_MOST_PAGES = 5


@dataclass(kw_only=True)
class Found:
    """A card's messages, each by its number with the time by which Slack knows it, and how many there should be.

    `open` is the first message where it was begun and not finished: a stream that broke off, or a placeholder.
    """

    parts: dict[int, str] = field(default_factory=dict)
    wanted: int = 0
    open: str = ""

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return self.wanted > 0 and self.parts.keys() == set(range(self.wanted))

    def add(self, other: "Found") -> None:
        """What was found elsewhere is there as well."""
        self.parts |= other.parts
        self.wanted, self.open = self.wanted or other.wanted, self.open or other.open


def metadata(mark: str, part: int, parts: int, before: str = "") -> dict[str, Any]:
    """What marks a message of a card; no parts at all mark a placeholder. `before` is the card that stood there."""
    payload: dict[str, Any] = {"key": mark, "part": part, "parts": parts, **({"before": before} if before else {})}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def opening_id(mark: str) -> str:
    """The id of a block that marks a message while it is streamed."""
    return f"{_OPEN}{mark}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Reads conversations for messages of ours."""

    clients: Clients

    async def card(self, spot: Spot, mark: str) -> Found:
        """What is there of a card. Raises `PostFailed` when Slack's answer says nothing, as where it may not be read.

        Outside a thread, what follows the first message may stand in the thread of that.
        """
        found = await self._marked(spot, mark)
        if not spot.thread and 0 in found.parts and len(found.parts) < found.wanted:
            found.add(await self._marked(replace(spot, thread=found.parts[0]), mark))
        return found

    async def beside(self, spot: Spot, ts: str, mark: str = "") -> tuple[str, tuple[str, ...]]:
        """The mark of the card that a message of ours begins, and the times of the card's further messages, in order.

        Where it begins the card with this `mark` already, it is that of the card before, whose messages count as well.
        Both are empty where Slack may not be asked.
        """
        ours: list[tuple[str, int, Mapping[str, Any]]] = []
        try:
            for place in {spot, replace(spot, thread=spot.thread or ts)}:
                async for message in self._messages(place):
                    if (payload := _payload(message)) is not None and message.get("ts"):
                        ours.append((message["ts"], payload.get("part", 0), payload))
        except PostFailed:
            return "", ()
        first = next((payload for time, _, payload in ours if time == ts), None)
        if first is None:
            return "", ()
        keys = {first["key"], first.get("before", first["key"])}
        rest = sorted({(time, part) for time, part, each in ours if each["key"] in keys and time != ts})
        former = first.get("before", "") if first["key"] == mark else first["key"]
        return former, tuple(time for time, _ in rest)

    async def _marked(self, spot: Spot, mark: str) -> Found:
        found, unmarked = Found(), False
        async for message in self._messages(spot):
            payload = _payload(message)
            opened = _opened(message) if payload is None else ""
            unmarked = unmarked or (not message.get("metadata") and not opened and "bot_id" in message)
            if opened == mark or (payload is not None and payload.get("key") == mark and not payload["parts"]):
                found.open = message.get("ts") or ""
            elif payload is not None and payload.get("key") == mark:
                found.parts[payload["part"]] = message.get("ts") or ""
                found.wanted = payload["parts"]
        if unmarked and not found.parts and not found.open:
            raise PostFailed(reason="unmarked", posted=None)
        return found

    async def _messages(self, spot: Spot) -> AsyncIterator[Mapping[str, Any]]:
        """The messages of a thread or the latest of a conversation; raises `PostFailed` when there are too many."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = await answered(self._page(spot, cursor))
            for message in answer["messages"]:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        if spot.thread:  # read from its beginning: the latest are not seen yet
            raise PostFailed(reason="long_thread", posted=None)

    async def _page(self, spot: Spot, cursor: str) -> AsyncSlackResponse:
        more: dict[str, Any] = {"limit": _PAGE, "include_all_metadata": True, **({"cursor": cursor} if cursor else {})}
        client = await self.clients.of(spot.team)
        if spot.thread:
            return await client.conversations_replies(channel=spot.channel, ts=spot.thread, **more)
        return await client.conversations_history(channel=spot.channel, **more)


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What marks a message as a card of ours; None for any other."""
    given = message.get("metadata") or {}
    payload: Mapping[str, Any] = given.get("event_payload") or {}
    return payload if given.get("event_type") == EVENT_TYPE and "key" in payload else None


def _opened(message: Mapping[str, Any]) -> str:
    """The mark of a message whose stream was not stopped; empty for any other."""
    names = (str(block.get("block_id", "")) for block in message.get("blocks") or ())
    return next((name.removeprefix(_OPEN) for name in names if name.startswith(_OPEN)), "")
