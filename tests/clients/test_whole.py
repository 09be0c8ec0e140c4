"""Everything that a partner does, in real clients with the real weights: `tests/contract/whole.yaml`.

In Slack over the web and by Socket Mode, and in Teams. What no client does: see `client_chats` and `outsiders`. Neither
client tells that a message was changed, so those events are made here; the coach in Socket Mode takes them over the web
as well.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.clients import local_slack as slack_client
from tests.clients import playground as teams_client
from tests.clients.client_chats import ClientsStage, Pictured
from tests.clients.conftest import copy_of, need
from tests.clients.desks import Pages, at_their_desks
from tests.clients.installation import APP_TOKEN, SIGNING_SECRET, SLACK, Installation
from tests.clients.local_slack import GIL, PRIYA, STU, local_slack
from tests.clients.outsiders import SlackOutsider, TeamsOutsider
from tests.clients.playground import AMARA, LEILA, playground
from tests.contract.chat_scenario import play, scenario
from tests.rhythms import waiting

pytestmark = pytest.mark.clients

COACH_PORT, SLACK_PORT, LEES_PORT, ANAS_PORT = 28520, 28530, 28540, 28545
_ADDRESS = f"http://127.0.0.1:{COACH_PORT}"


@contextmanager
def serving(indexed: Installation, folder: Path, **settings: str) -> Iterator[Installation]:
    """A coach with data of its own."""
    made = copy_of(indexed, folder)
    made.agree(waiting())
    with made.serving(COACH_PORT, **settings):
        yield made


async def played(chats: Mapping[str, Pictured], home: Installation, shots: Path) -> None:
    await play(scenario("whole"), ClientsStage(chats=chats, database=home.data / "coach.sqlite", shots=shots))


@pytest.mark.parametrize("mode", ["over the web", "in Socket Mode"])
async def test_in_slack(indexed: Installation, tmp_path: Path, pages: Pages, shots: Path, mode: str) -> None:
    need(slack_client.PROGRAM)
    api = {"SLACK_API_URL": f"http://localhost:{SLACK_PORT}/api/", "SLACK_SIGNING_SECRET": SIGNING_SECRET, **SLACK}
    socket = {"SLACK_APP_TOKEN": APP_TOKEN} if mode == "in Socket Mode" else {}
    port = None if socket else COACH_PORT
    folder = tmp_path / "home"
    folder.mkdir()
    with (
        local_slack(folder, port=SLACK_PORT, coach_port=port) as slack,
        serving(indexed, folder, **api, **socket) as home,
    ):
        slack.ask(home.coach("lead", "invite", "council").split()[0], user=PRIYA)
        at_desks = await at_their_desks(pages, slack, {}, _ADDRESS)
        outside = {"guest": GIL, "stranger": STU}
        chats = {name: SlackOutsider(slack=slack, user=user, coach=_ADDRESS) for name, user in outside.items()}
        await played({"ana": at_desks["tom"], "lee": at_desks["priya"], **chats}, home, shots / mode.replace(" ", "-"))


async def test_in_teams(indexed: Installation, tmp_path: Path, pages: Pages, shots: Path) -> None:
    need(teams_client.PROGRAM)
    with serving(indexed, tmp_path / "home", COACH_TEAMS_DEVELOPMENT="yes") as home, ExitStack() as stack:
        clients = {}
        for name, user, port in (("amara", AMARA, LEES_PORT), ("leila", LEILA, ANAS_PORT)):
            folder = tmp_path / name
            folder.mkdir()
            opened = playground(folder, port=port, coach_port=COACH_PORT, user=user)
            clients[name] = stack.enter_context(opened)
        at_desks = await at_their_desks(pages, None, clients, _ADDRESS)
        for client in clients.values():
            client.until_welcomed()
        outside = {name: TeamsOutsider(teams=clients["amara"], name=name) for name in ("guest", "stranger")}
        await played({"ana": at_desks["leila"], "lee": at_desks["amara"], **outside}, home, shots / "in-teams")
