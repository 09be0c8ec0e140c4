"""A workspace on loopback and a client that speaks to it."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import slack_client
from adapters.slack.clients import SingleClient
from adapters.slack.looking import Looking
from adapters.slack.send import SlackSender
from bot.store import migrations
from bot.store.database import Database, open_database
from prompts import words
from tests.fakes import at_once
from tests.slack_double import BOT, TOKEN, SlackDouble


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


@pytest.fixture
def slack() -> SlackDouble:
    return SlackDouble(members={"C0ROOM": ["U0ANA", BOT], "D0ANA": ["U0ANA", BOT]}, users={"U0ANA": user("U0ANA")})


@pytest.fixture
async def client(slack: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncWebClient]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = TestServer(slack.application())
    await server.start_server()
    async with slack_client(TOKEN, base_url=str(server.make_url("/api/"))) as opened:
        yield opened
    await server.close()


@pytest.fixture
def looking(client: AsyncWebClient) -> Looking:
    return Looking(clients=SingleClient(client=client), words=words())


@pytest.fixture
def sender(client: AsyncWebClient, looking: Looking) -> SlackSender:
    return SlackSender(clients=SingleClient(client=client), words=words(), looking=looking, pause=at_once)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """The coach's own store, with empty tables."""
    opened = open_database(f"sqlite+aiosqlite:///{tmp_path / 'coach.sqlite'}")
    await migrations.upgrade(opened)
    yield opened
    await opened.close()


def user(name: str, team: str = "T0HOME", **more: object) -> dict[str, object]:
    """What users.info says of somebody: docs.slack.dev/reference/methods/users.info."""
    address = {"email": f"{name.lower()}@council.example", "real_name": name.title()}
    return {"id": name, "team_id": team, "profile": address, "is_email_confirmed": True, **more}
