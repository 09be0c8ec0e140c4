"""Which client speaks to which workspace, whatever was installed, taken away or sealed with another secret."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from adapters.slack.app import PATH, SlackApp
from adapters.slack.client import slack_clients
from adapters.slack.clients import InstalledClients, SingleClient
from adapters.slack.looking import Looking
from adapters.slack.places import Spot
from adapters.slack.presence import SlackPresence
from bot.delivery.ports import PostFailed
from bot.domain.messages import Incoming
from bot.store.database import Database
from bot.store.workspaces import Workspace, Workspaces
from prompts import words
from tests.adapters.slack.conftest import user
from tests.adapters.slack.signing import NOW, SECRET, as_json, dm, signed, wrapped
from tests.slack_double import BOT, TEAM, TOKEN, SlackDouble, refuses

KEY = b"a secret of this installation"
OTHER = "T0OTHER"


@dataclass
class Named:
    """The workspaces that partnerships name."""

    teams: frozenset[str] = frozenset()

    async def __call__(self) -> frozenset[str]:
        return self.teams


@pytest.fixture
def named() -> Named:
    return Named()


@pytest.fixture
async def clients(client: AsyncWebClient, database: Database, named: Named) -> AsyncIterator[InstalledClients]:
    """The workspace of the double has its token as a setting."""
    async with slack_clients(client.base_url) as bearing:
        yield InstalledClients(workspaces=Workspaces(database, KEY), bearing=bearing, named=named, own=client)


def installed(team: str, token: str = "xoxb-other") -> Workspace:
    return Workspace(team=team, token=token, scopes=(), installed_at=NOW)


async def refused(clients: InstalledClients, team: str) -> PostFailed:
    with pytest.raises(PostFailed) as failure:
        await clients.of(team)
    return failure.value


async def test_each_workspace_is_spoken_to_with_its_own_token(clients: InstalledClients) -> None:
    await clients.workspaces.install(installed(OTHER))
    assert [(await clients.of(team)).token for team in (TEAM, OTHER)] == [TOKEN, "xoxb-other"]
    assert [await clients.serves(team) for team in (TEAM, OTHER, "T0NOBODY")] == [True, True, False]


async def test_where_it_is_not_installed_nobody_can_be_written_to(clients: InstalledClients) -> None:
    failure = await refused(clients, OTHER)
    assert (failure.final, failure.gone, failure.posted) == (True, True, False)


async def test_whose_the_token_of_the_settings_is_is_asked_once(clients: InstalledClients, slack: SlackDouble) -> None:
    for _ in range(3):
        await clients.of(TEAM)
        assert not await clients.serves(OTHER)
    assert len(slack.called("auth.test")) == 1


async def test_what_cannot_be_said_now_is_worth_another_try(
    clients: InstalledClients, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.fail("auth.test", refuses("internal_error"))
    failure = await refused(clients, TEAM)
    assert (failure.final, failure.gone) == (False, False)

    async def down(*_: object) -> str:
        raise OperationalError("SELECT", {}, OSError())

    monkeypatch.setattr(Workspaces, "token", down)
    failure = await refused(clients, OTHER)
    assert (failure.final, failure.gone) == (False, False)


async def test_a_token_sealed_with_another_secret_waits_for_somebody_to_mend_it(
    clients: InstalledClients, database: Database
) -> None:
    await Workspaces(database, b"an earlier secret, lost").install(installed(OTHER))
    with capture_logs() as lines:
        failure = await refused(clients, OTHER)
    assert (failure.reason, failure.final) == ("token_unreadable", False)
    assert await clients.serves(OTHER)
    assert [(each["log_level"], each["team"]) for each in lines] == [("error", OTHER)]


async def test_a_workspace_that_nobody_names_is_not_believed_about_addresses(
    clients: InstalledClients, slack: SlackDouble, named: Named
) -> None:
    await clients.workspaces.install(installed(TEAM, TOKEN))
    slack.users["U0EVE"] = user("U0EVE")
    by_itself, alone = replace(clients, own=None), Spot(team=TEAM, channel="U0EVE").place
    (eve,) = (await SlackPresence(clients=by_itself, clock=lambda: NOW).present(alone)).people
    assert (eve.tenant, eve.email) == (TEAM, "")
    named.teams = frozenset({TEAM})
    (eve,) = (await SlackPresence(clients=by_itself, clock=lambda: NOW).present(alone)).people
    assert eve.email == "u0eve@council.example"
    named.teams = frozenset()
    assert await clients.vouches(TEAM)  # the token of the settings is of this one
    assert not await clients.vouches(OTHER)


async def test_somebody_is_seen_through_the_workspace_they_are_met_in(clients: InstalledClients) -> None:
    nowhere = SlackPresence(clients=clients, clock=lambda: NOW)
    assert not (await nowhere.present(Spot(team="T0NOBODY", channel="U0ANA").place)).complete
    assert (await nowhere.present(Spot(team=TEAM, channel="U0ANA").place)).complete
    assert SingleClient(client=AsyncWebClient(token=TOKEN)).client.token == TOKEN


@dataclass
class Kept:
    """What was kept."""

    messages: list[Incoming] = field(default_factory=list)

    async def receive(self, incoming: Incoming) -> bool:
        self.messages.append(incoming)
        return True


async def test_once_a_workspace_took_the_coach_away_it_is_not_heard_until_it_comes_back(
    clients: InstalledClients,
) -> None:
    await clients.workspaces.install(installed(OTHER))
    kept, application = Kept(), web.Application()
    app = SlackApp(
        receive=kept.receive,
        clients=clients,
        looking=Looking(clients=clients, words=words()),
        words=words(),
        clock=lambda: NOW,
    )
    app.mount(application, SECRET)
    own = [{"team_id": OTHER, "user_id": BOT, "is_bot": True}]
    ended = wrapped({"type": "app_uninstalled"}, team_id=OTHER, event_time=int(NOW.timestamp()) + 5)

    async with TestClient(TestServer(application)) as http:

        async def send(payload: dict[str, object]) -> int:
            body = as_json(payload)
            return (await http.post(PATH, data=body, headers=signed(body))).status

        hello = {**dm("hello", team=OTHER), "team_id": OTHER, "authorizations": own}
        assert [await send(hello), await send(ended), await send(hello)] == [200, 200, 200]
        assert len(kept.messages) == 1
        assert (await refused(clients, OTHER)).gone
        assert await send(ended) == 200  # the same news again, as tokens_revoked
        later = NOW + timedelta(minutes=1)
        await clients.workspaces.install(Workspace(team=OTHER, token="xoxb-2", scopes=(), installed_at=later))
        assert [await send(ended), await send(hello)] == [200, 200]
    assert len(kept.messages) == 2
    assert (await clients.of(OTHER)).token == "xoxb-2"


async def test_an_end_that_could_not_be_noted_is_told_again(
    clients: InstalledClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> bool:
        raise OperationalError("DELETE", {}, OSError())

    monkeypatch.setattr(Workspaces, "remove", down)
    with pytest.raises(OperationalError):
        await asyncio.wait_for(clients.ended(OTHER, datetime.now(UTC)), 5)
