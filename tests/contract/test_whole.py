"""Everything that a partner does, on the page, in Slack and in Teams: `whole.yaml` on each adapter, with doubles."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import main_store
from bot.desks import barriers as raising_desk
from bot.domain.partnership import Lead
from bot.settings import load_settings
from bot.store.partnerships import Partnerships
from tests.adapters.slack.conftest import user
from tests.bot.coaching.raising_room import FakeTwins
from tests.contract import house
from tests.contract.chat_scenario import Chat, play, scenario
from tests.contract.chat_stages import DoublesStage
from tests.contract.house import House
from tests.contract.page_chat import PageChat
from tests.contract.slack_chat import SlackChat
from tests.contract.stages import OTHER_TENANT
from tests.contract.teams_chat import TeamsChat
from tests.fakes import NOON
from tests.slack_double import BOT, SlackDouble
from tests.teams_double import TENANT, TeamsDouble

pytestmark = pytest.mark.process

LEAD = Lead(name="Lee", organisation=house.PLAN.organisations[0].id, email="lee@council.example")
ADDRESSES = {"ana": "ana@charity.example", "lee": LEAD.email, "guest": "gil@elm.example", "stranger": "st@far.example"}
PERSONAS = {"ana": "lena", "lee": "amina", "guest": "rhys", "stranger": "kit"}


@pytest.fixture(autouse=True)
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every barrier that may be offered is: `tests/clients` has the real weights."""
    monkeypatch.setattr(raising_desk, "twins_for", lambda _model: FakeTwins())


async def agreed(folder: Path) -> Path:
    """The database, in which Lee is a lead."""
    async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=folder)) as database:
        await Partnerships(database).save(replace(house.PLAN, leads=(LEAD,)), NOON)
    return folder / "data" / "coach.sqlite"


def in_slack(home: House, slack: SlackDouble) -> Mapping[str, Chat]:
    """One workspace, in which a verified address tells whose somebody is; the stranger writes from another."""
    chats: dict[str, Chat] = {}
    for name, address in ADDRESSES.items():
        known = {"profile": {"email": address, "real_name": name.title()}, "is_restricted": name == "guest"}
        number, team = f"U0{name.upper()}", "T0FAR" if name == "stranger" else "T0HOME"
        slack.users[number] = user(number, team=team, **known)
        slack.members[f"D{number}"] = [number, BOT]
        chats[name] = SlackChat(house=home, slack=slack, user=number, team=team)
    return chats


def in_teams(home: House, teams: TeamsDouble) -> Mapping[str, Chat]:
    """The same in a tenant."""
    tenants = dict.fromkeys(ADDRESSES, TENANT) | {"stranger": OTHER_TENANT}
    people = {
        name: {
            "id": f"29:{name}",
            "name": name.title(),
            "aadObjectId": name,
            "tenantId": tenants[name],
            "userPrincipalName": address if name != "guest" else f"{address.replace('@', '_')}#EXT#@council.example",
            **({"userRole": "guest"} if name == "guest" else {}),
        }
        for name, address in ADDRESSES.items()
    }
    teams.members = [*people.values()]
    return {name: TeamsChat(house=home, teams=teams, person=person) for name, person in people.items()}


@pytest.fixture(params=["page", "slack", "teams"])
async def stage(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slack: SlackDouble,
    teams: TeamsDouble,
) -> AsyncIterator[DoublesStage]:
    if request.param == "page":
        async with house.page(tmp_path, monkeypatch) as home:
            on_page = {name: PageChat(house=home, persona=persona) for name, persona in PERSONAS.items()}
            yield DoublesStage(house=home, chats=on_page, database=tmp_path / "data" / "demo" / "demo.sqlite")
        return
    async with house.chats(tmp_path, monkeypatch, slack) as home:
        chats = in_slack(home, slack) if request.param == "slack" else in_teams(home, teams)
        yield DoublesStage(house=home, chats=chats, database=await agreed(tmp_path))


async def test_it_goes_the_same_everywhere(stage: DoublesStage) -> None:
    await play(scenario("whole"), stage)
