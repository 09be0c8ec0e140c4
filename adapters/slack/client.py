"""Slack's Web API client as the coach uses it: it never retries by itself and never logs what was said."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.holding import still_holding

#: A post that has not been answered by then counts as unknown; less than half of the outbox's lease.
TIMEOUT_S = 10


def quiet_logger() -> logging.Logger:
    """A logger for Slack's libraries: at lower levels they write tokens, texts and whole payloads."""
    logger = logging.getLogger("adapters.slack.sdk")
    logger.setLevel(logging.WARNING)
    return logger


def bolt_logger() -> logging.Logger:
    """A logger for Bolt itself, which warns of tokens that it finds in the environment and that nobody gave it."""
    logger = logging.getLogger("adapters.slack.bolt")
    logger.setLevel(logging.ERROR)
    return logger


class _Client(AsyncWebClient):
    """slack_sdk's client, but that it shows the app's own secret without a class that aiohttp is about to remove."""

    async def api_call(self, api_method: str, *, auth: Any = None, headers: Any = None, **more: Any) -> Any:
        """As slack_sdk's."""
        if isinstance(auth, dict):
            shown = aiohttp.encode_basic_auth(auth["client_id"], auth["client_secret"])
            auth, headers = None, {**(headers or {}), "Authorization": shown}
        return await super().api_call(api_method, auth=auth, headers=headers, **more)


#: Makes the client that bears a token.
Bearing = Callable[[str], AsyncWebClient]


@asynccontextmanager
async def slack_clients(base_url: str = AsyncWebClient.BASE_URL) -> AsyncIterator[Bearing]:
    """Clients that share one pool of connections for as long as they are needed, one for each token.

    None tries anything again: the outbox decides that.
    """
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, trace_configs=[watched()]) as session:

        def bearing(token: str) -> AsyncWebClient:
            return _Client(
                token=token,
                base_url=base_url,
                session=session,
                logger=quiet_logger(),
                retry_handlers=[],
                timeout=TIMEOUT_S,
            )

        yield bearing


@asynccontextmanager
async def slack_client(token: str, base_url: str = AsyncWebClient.BASE_URL) -> AsyncIterator[AsyncWebClient]:
    """The client of one workspace."""
    async with slack_clients(base_url) as bearing:
        yield bearing(token)


def watched() -> aiohttp.TraceConfig:
    """Has a session ask, right before it writes a request, whether whoever posts still holds the card."""
    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(_check)
    config.on_request_chunk_sent.append(_check)
    return config


async def _check(*_: object) -> None:
    still_holding()
