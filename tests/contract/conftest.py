"""A stage for each adapter, with doubles of its platform."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.contract import house
from tests.contract.scenarios import Stage
from tests.contract.stages import PageStage, SlackStage, TeamsStage
from tests.slack_double import SlackDouble
from tests.teams_double import TENANT, TeamsDouble, new_key, teams_double

PERSONAL = {"id": "a:anna", "conversationType": "personal", "tenantId": TENANT}
CHANNEL = {"id": "19:room@thread.tacv2", "conversationType": "channel", "tenantId": TENANT}
STAGES = ("page", "slack", "slack in a channel", "teams", "teams in a channel")


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    return new_key()


@pytest.fixture
def slack() -> SlackDouble:
    return house.workspace()


@pytest.fixture
async def teams(signing_key: rsa.RSAPrivateKey) -> AsyncIterator[TeamsDouble]:
    async with teams_double(signing_key) as double:
        yield house.tenant(double)


@pytest.fixture
async def chats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: SlackDouble) -> AsyncIterator[house.House]:
    async with house.chats(tmp_path, monkeypatch, slack) as opened:
        yield opened


@pytest.fixture(params=STAGES)
async def stage(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slack: SlackDouble,
    teams: TeamsDouble,
) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        if request.param == "page":
            yield PageStage(house=await stack.enter_async_context(house.page(tmp_path, monkeypatch)))
            return
        opened = await stack.enter_async_context(house.chats(tmp_path, monkeypatch, slack))
        stages: dict[str, Stage] = {
            "slack": SlackStage(house=opened, slack=slack, channel="D0ANA"),
            "slack in a channel": SlackStage(house=opened, slack=slack, channel="C0ROOM"),
            "teams": TeamsStage(house=opened, teams=teams, conversation=PERSONAL),
            "teams in a channel": TeamsStage(house=opened, teams=teams, conversation=CHANNEL),
        }
        yield stages[request.param]
