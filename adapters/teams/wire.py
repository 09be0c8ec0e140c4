"""Requests as they go over the wire to Microsoft: once, to known hosts, within a time, without redirects."""

import asyncio
import email.utils
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from adapters.teams.transport import ConnectorFailed
from bot.delivery.holding import still_holding

#: A page of 500 members has about 200 kB.
LARGEST_ANSWER = 4 * 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5)
_REFUSED = 300
#: Of what a refusal says, more than this says nothing more.
_LONGEST_REFUSAL = 2_000
#: No named time is believed beyond an hour.
_LONGEST_WAIT_S = 3600.0
#: What a refusal says is worth waiting for no longer.
_REFUSAL_S = 1.0


def watched() -> aiohttp.TraceConfig:
    """Has a session ask, right before it writes a request, whether whoever posts still holds the card."""
    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(_check)
    config.on_request_chunk_sent.append(_check)
    return config


async def _check(*_: object) -> None:
    still_holding()


class TooLarge(ValueError):
    """A body is longer than anything that is expected. Nobody is told: the request has failed."""


async def body_of(response: aiohttp.ClientResponse, largest: int) -> bytes:
    """The whole body; raises `TooLarge` before it holds more than `largest` bytes and a chunk."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > largest:
            raise TooLarge("body")
    return bytes(body)


async def exchange(
    session: aiohttp.ClientSession,
    allowed: Callable[[str], bool],
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: str | bytes | None,
) -> bytes:
    """Send one request, once, and give the body of its answer; raises `ConnectorFailed`, also for a host not allowed.

    A failure says whether the request surely did not get through.
    """
    if not allowed(url.partition("?")[0]):
        raise ConnectorFailed("host", sent=False)
    try:
        async with session.request(
            method, URL(url, encoded=True), headers=headers, data=body, timeout=_TIMEOUT, allow_redirects=False
        ) as response:
            if response.status >= _REFUSED:
                wait = retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC))
                said = await refusal(response)
                raise ConnectorFailed("status", status=response.status, retry_after=wait, refusal=said)
            return await body_of(response, LARGEST_ANSWER)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise ConnectorFailed("unreachable", sent=False) from error
    except (TimeoutError, aiohttp.ClientError, OSError, TooLarge) as error:
        raise ConnectorFailed(type(error).__name__) from error


async def refusal(response: aiohttp.ClientResponse) -> str:
    """What the beginning of a refusal says, in small letters; empty where it cannot be read."""
    try:
        async with asyncio.timeout(_REFUSAL_S):
            said = await response.content.read(_LONGEST_REFUSAL)
    except (TimeoutError, aiohttp.ClientError, OSError):
        return ""
    return said.decode("utf-8", "replace").lower()


def retry_after(named: str, now: datetime) -> float | None:
    """The seconds in a Retry-After header, given as a number or as a date; None when it cannot be read."""
    if named.isascii() and named.isdigit():
        return min(float(named[:9]), _LONGEST_WAIT_S)
    try:
        until = email.utils.parsedate_to_datetime(named)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT_S)
