"""Slack's way out: cards as messages in the thread they belong to, each known again by its key."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.looking import Looking
from adapters.slack.places import Spot, parse_place
from adapters.slack.render import SlackMessage, render
from bot.delivery.ports import PostFailed
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Place
from bot.store.pacing import APART
from prompts import Words

_LOG = logging.getLogger(__name__)
EVENT_TYPE = "partnership_coach_card"
_PAGE = 200
_MOST_PAGES = 5
_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
#: Refused for a reason that passes. Source: docs.slack.dev/reference/methods/chat.postMessage, “Errors”.
_PASSING = frozenset({"request_timeout", "team_added_to_org", "accesslimited"})
#: “It is possible that some aspect of the operation succeeded before the error was raised.”
_UNKNOWN = frozenset({"internal_error", "fatal_error", "service_unavailable"})
#: Nobody reads there any more, such as somebody whose account was deactivated.
_GONE = frozenset({"channel_not_found", "is_archived", "user_disabled", "user_not_found", "users_not_found"})
#: Words without buttons are better than silence.
_BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_TOO_MANY, _SERVER_ERROR = 429, 500


@dataclass(frozen=True, kw_only=True)
class _Begun:
    """How many messages of a card are there, and when the first was posted, by which its thread is known."""

    parts: int
    first: str = ""


@dataclass(frozen=True, kw_only=True)
class SlackSender:
    """The `Sender` of one workspace. `client` must not retry by itself: the outbox does."""

    client: AsyncWebClient
    words: Words
    looking: Looking
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _begun: dict[str, _Begun] = field(default_factory=dict)

    async def send(self, place: Place, key: EventKey, card: Card) -> None:
        """Post a card, in several messages where it is long; those that are there already are not posted again.

        Outside a thread, what follows the first message of a card with `more` goes into that message's own thread.
        """
        messages = render(card, self.words)
        spot = await self._opened(_spot(place))
        await self.looking.settled(spot)
        mark = _mark(key)
        begun = already = await self._already(spot, mark, len(messages))
        threaded = bool(card.more) and not spot.thread
        try:
            while begun.parts < len(messages):
                self._begun[mark] = begun
                under = replace(spot, thread=begun.first) if threaded else spot
                if begun is not already:
                    await self.pause(APART.total_seconds())
                posted = await self._post(_arguments(under, mark, messages, begun.parts))
                begun = _Begun(parts=begun.parts + 1, first=begun.first or posted)
        except PostFailed as failure:
            if failure.final:
                self._begun.pop(mark, None)
            raise
        self._begun.pop(mark, None)

    async def was_posted(self, place: Place, key: EventKey) -> bool | None:
        """Whether the whole card is there; None when Slack does not say, as in channels, which it may not read."""
        try:
            found, wanted = await self._found(await self._opened(_spot(place)), _mark(key))
        except PostFailed:
            return None
        return wanted > 0 and found.keys() == set(range(wanted))

    async def _post(self, arguments: dict[str, Any]) -> str:
        """Post a message; as text alone where Slack refuses its blocks, such as a picture that it cannot fetch.

        Gives the time by which Slack knows it.
        """
        try:
            return _time(await _answer(self.client.chat_postMessage(**arguments)))
        except PostFailed as failure:
            if failure.reason not in _BLOCKS_REFUSED:
                raise
            _LOG.error("slack.blocks_refused reason=%s", failure.reason)
            return _time(await _answer(self.client.chat_postMessage(**{**arguments, "blocks": None})))

    async def _already(self, spot: Spot, mark: str, parts: int) -> _Begun:
        """What is there of the card from an earlier try, as far as can be known.

        Slack is asked where there may have been one: this process remembers it, or the card is long.
        """
        remembered = self._begun.get(mark, _Begun(parts=0))
        if parts == 1 and mark not in self._begun:
            return remembered
        try:
            found, _ = await self._found(spot, mark)
        except PostFailed:
            return remembered
        return _Begun(parts=next(number for number in range(parts + 1) if number not in found), first=found.get(0, ""))

    async def _found(self, spot: Spot, mark: str) -> tuple[dict[int, str], int]:
        """The card's messages that are there, each with its time, and how many there should be; 0 when none is.

        Outside a thread, those that are missing may stand in the thread of the first. Raises `PostFailed` when Slack's
        answer says nothing: messages of ours come back without what marks them.
        """
        found, wanted = await self._marked(spot, mark)
        if not spot.thread and 0 in found and len(found) < wanted:
            more, _ = await self._marked(replace(spot, thread=found[0]), mark)
            found |= more
        return found, wanted

    async def _marked(self, spot: Spot, mark: str) -> tuple[dict[int, str], int]:
        found: dict[int, str] = {}
        wanted, unmarked = 0, False
        async for message in self._messages(spot):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            unmarked = unmarked or (not metadata and "bot_id" in message)
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == mark:
                found[payload["part"]] = message.get("ts") or ""
                wanted = payload["parts"]
        if unmarked and not found:
            raise PostFailed(reason="unmarked", posted=None)
        return found, wanted

    async def _messages(self, spot: Spot) -> AsyncIterator[Mapping[str, Any]]:
        """The messages of a thread or the latest of a conversation; raises `PostFailed` when there are too many."""
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = await _answer(self._page(spot, cursor))
            for message in answer["messages"]:
                yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        if spot.thread:  # read from its beginning: the latest are not seen yet
            raise PostFailed(reason="long_thread", posted=None)

    async def _page(self, spot: Spot, cursor: str) -> AsyncSlackResponse:
        more: dict[str, Any] = {"limit": _PAGE, "include_all_metadata": True, **({"cursor": cursor} if cursor else {})}
        if spot.thread:
            return await self.client.conversations_replies(channel=spot.channel, ts=spot.thread, **more)
        return await self.client.conversations_history(channel=spot.channel, **more)

    async def _opened(self, spot: Spot) -> Spot:
        """The conversation itself, where the place names a person."""
        if not spot.person:
            return spot
        try:
            answer = await _answer(self.client.conversations_open(users=spot.channel))
        except PostFailed as failure:  # whatever came of it, nothing was posted
            raise PostFailed(reason=failure.reason, retry_after=failure.retry_after, final=failure.final) from failure
        return Spot(team=spot.team, channel=answer["channel"]["id"], thread=spot.thread)


def _spot(place: Place) -> Spot:
    try:
        return parse_place(place)
    except ValueError as error:
        raise PostFailed(reason="place", final=True) from error


def _time(answer: AsyncSlackResponse) -> str:
    return str(answer.get("ts") or "")


def _mark(key: EventKey) -> str:
    """The key as other apps may see it: it tells them nothing."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _arguments(spot: Spot, mark: str, messages: Sequence[SlackMessage], number: int) -> dict[str, Any]:
    """The arguments of a post in which nothing is looked up, unfurled or brought to life."""
    payload = {"key": mark, "part": number, "parts": len(messages)}
    return {
        "channel": spot.channel,
        "text": messages[number].text,
        "blocks": list(messages[number].blocks),
        "metadata": {"event_type": EVENT_TYPE, "event_payload": payload},
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "mrkdwn": False,
        "parse": "none",
        **({"thread_ts": spot.thread} if spot.thread else {}),
    }


async def _answer(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """What Slack answers; a failure says whether something may have been posted."""
    try:
        return await call
    except SlackApiError as error:
        raise _refusal(error) from None  # the error's text holds what was posted
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise PostFailed(reason=type(error).__name__, posted=False) from error
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise PostFailed(reason=type(error).__name__, posted=None) from error


def _refusal(error: SlackApiError) -> PostFailed:
    response = error.response
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    reason = str(data["error"]) if isinstance(data, dict) and "error" in data else ""
    if status == _TOO_MANY or reason in _RATE_LIMITED:
        return PostFailed(reason="ratelimited", retry_after=_seconds(response), limited=True)
    if not reason or reason in _UNKNOWN or status >= _SERVER_ERROR:
        return PostFailed(reason=reason or f"status_{status}", posted=None)
    return PostFailed(reason=reason, final=reason not in _PASSING, gone=reason in _GONE)


def _seconds(response: Any) -> float | None:
    given = str(response.headers.get("Retry-After", ""))
    return float(given) if given.isascii() and given.isdigit() else None
