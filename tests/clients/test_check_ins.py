"""A week's check-ins in real clients: `tests/contract/check_ins.yaml`, asked by the server's own round."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.clients.client_chats import ClientsStage
from tests.clients.conftest import (
    ASKING_COACH_PORT,
    ASKING_JOES_PORT,
    ASKING_SLACK_PORT,
    ASKING_TEAMS_PORT,
    copy_of,
    need,
)
from tests.clients.desks import Pages, at_their_desks
from tests.clients.installation import SIGNING_SECRET, SLACK, Installation
from tests.clients.local_slack import PROGRAM as LOCAL_SLACK
from tests.clients.local_slack import LocalSlack, local_slack
from tests.clients.playground import AMARA, JOE, Playground, playground
from tests.clients.playground import PROGRAM as PLAYGROUND
from tests.contract.chat_scenario import play, scenario
from tests.rhythms import talking

pytestmark = pytest.mark.clients

_ADDRESS = f"http://127.0.0.1:{ASKING_COACH_PORT}"
#: A round comes once a minute.
_PATIENCE_S = 100.0


@pytest.fixture
def asking(indexed: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A coach whose partnership is asked today, whatever day it is."""
    made = copy_of(indexed, tmp_path / "asking")
    made.agree(talking())
    api = f"http://localhost:{ASKING_SLACK_PORT}/api/"
    secrets = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": api, **SLACK}
    with made.serving(ASKING_COACH_PORT, COACH_TEAMS_DEVELOPMENT="yes", COACH_PUBLIC_URL=_ADDRESS, **secrets):
        yield made


@pytest.fixture
def slack(asking: Installation) -> Iterator[LocalSlack]:
    need(LOCAL_SLACK)
    with local_slack(asking.folder, port=ASKING_SLACK_PORT, coach_port=ASKING_COACH_PORT) as client:
        yield client


@pytest.fixture
def everybodys_teams(asking: Installation) -> Iterator[dict[str, Playground]]:
    need(PLAYGROUND)
    clients = {"amara": (ASKING_TEAMS_PORT, AMARA), "joe": (ASKING_JOES_PORT, JOE)}
    with ExitStack() as stack:
        opened = {}
        for name, (port, user) in clients.items():
            folder = asking.folder / name
            folder.mkdir()
            client = playground(folder, port=port, coach_port=ASKING_COACH_PORT, user=user)
            opened[name] = stack.enter_context(client)
        yield opened


async def test_a_week_of_check_ins_in_slack_and_in_teams(
    slack: LocalSlack, everybodys_teams: dict[str, Playground], asking: Installation, pages: Pages, shots: Path
) -> None:
    chats = await at_their_desks(pages, slack, everybodys_teams, _ADDRESS)
    stage = ClientsStage(chats=chats, database=asking.data / "coach.sqlite", shots=shots, patience=_PATIENCE_S)
    await play(scenario("check_ins"), stage)
