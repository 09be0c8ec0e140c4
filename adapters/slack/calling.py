"""Calls of Slack's Web API, and what each refusal means to whoever posts."""

import hashlib
from collections.abc import Awaitable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.ports import PostFailed
from bot.domain.messages import EventKey

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
#: Refused for a reason that passes. Source: docs.slack.dev/reference/methods/chat.postMessage, “Errors”.
_PASSING = frozenset({"request_timeout", "team_added_to_org", "accesslimited"})
#: “It is possible that some aspect of the operation succeeded before the error was raised.”
_UNKNOWN = frozenset({"internal_error", "fatal_error", "service_unavailable"})
#: Nobody reads there any more, such as somebody whose account was deactivated.
_GONE = frozenset({"channel_not_found", "is_archived", "user_disabled", "user_not_found", "users_not_found"})
#: Words without buttons are better than silence.
BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_NOT_SERVED, _TOO_MANY, _SERVER_ERROR = 404, 429, 500


def mark_of(key: EventKey) -> str:
    """The key as other apps may see it: it tells them nothing."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


async def answered(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
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
    if status == _NOT_SERVED and not reason:  # Slack itself always answers in JSON: nothing is at that address
        return PostFailed(reason="unknown_method", final=True)
    if not reason or reason in _UNKNOWN or status >= _SERVER_ERROR:
        return PostFailed(reason=reason or f"status_{status}", posted=None)
    return PostFailed(reason=reason, final=reason not in _PASSING, gone=reason in _GONE)


def _seconds(response: Any) -> float | None:
    given = str(response.headers.get("Retry-After", ""))
    return float(given) if given.isascii() and given.isdigit() else None
