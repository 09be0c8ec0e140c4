"""Slack's Web API client as the coach uses it: it never retries by itself and never logs what was said."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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


@asynccontextmanager
async def slack_client(token: str, base_url: str = AsyncWebClient.BASE_URL) -> AsyncIterator[AsyncWebClient]:
    """A client with one pool of connections for as long as it is needed; the outbox decides what is tried again."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout, trace_configs=[watched()]) as session:
        yield AsyncWebClient(
            token=token, base_url=base_url, session=session, logger=quiet_logger(), retry_handlers=[], timeout=TIMEOUT_S
        )


def watched() -> aiohttp.TraceConfig:
    """Has a session ask, right before it writes a request, whether whoever posts still holds the card."""
    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(_check)
    config.on_request_chunk_sent.append(_check)
    return config


async def _check(*_: object) -> None:
    still_holding()
