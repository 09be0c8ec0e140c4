"""The clients and the product that they talk to: one installation, indexed once, each server with a copy of it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from tests.adapters.web.test_browser import FLAGS
from tests.clients import local_slack as slack_client
from tests.clients import playground as teams_client
from tests.clients.desks import Pages, open_pages
from tests.clients.installation import APP_TOKEN, SIGNING_SECRET, SLACK, Installation, installed
from tests.clients.local_slack import LocalSlack, local_slack
from tests.clients.playground import Playground, playground

#: Fixed, and out of the way of what else runs on a developer's machine; the one after each coach's is its demo's.
COACH_PORT, SLACK_PORT, TEAMS_PORT, JOES_PORT = 28410, 28420, 28430, 28435
SOCKET_COACH_PORT, SOCKET_SLACK_PORT = 28440, 28450
LATE_COACH_PORT, LATE_SLACK_PORT = 28460, 28470
ASKING_COACH_PORT, ASKING_SLACK_PORT, ASKING_TEAMS_PORT, ASKING_JOES_PORT = 28480, 28490, 28500, 28505
_CHROMIUM = shutil.which("chromium")
_PATIENCE_MS = 20_000


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return installed(tmp_path_factory.mktemp("indexed"))


@pytest.fixture(scope="session")
def home(indexed: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A copy of the installation for the server that both platforms write to."""
    return copy_of(indexed, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def coach(home: Installation) -> Iterator[str]:
    """The address of a coach that takes Slack's requests over the web, and Teams' in development."""
    api = f"http://localhost:{SLACK_PORT}/api/"
    secrets = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": api, **SLACK}
    address = f"http://127.0.0.1:{COACH_PORT}"
    with home.serving(COACH_PORT, COACH_TEAMS_DEVELOPMENT="yes", COACH_PUBLIC_URL=address, **secrets):
        yield address


@pytest.fixture(scope="session")
def slack(coach: str, home: Installation) -> Iterator[LocalSlack]:
    """A workspace that sends signed requests to the coach."""
    need(slack_client.PROGRAM)
    with local_slack(home.folder, port=SLACK_PORT, coach_port=COACH_PORT) as client:
        yield client


@pytest.fixture(scope="session")
def teams(coach: str, home: Installation) -> Iterator[Playground]:
    """A tenant whose client writes to the coach."""
    need(teams_client.PROGRAM)
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    with playground(home.folder, port=TEAMS_PORT, coach_port=COACH_PORT) as client:
        yield client


@pytest.fixture(scope="session")
def joes_teams(coach: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """The client of another partner in the same tenant."""
    need(teams_client.PROGRAM)
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    folder = tmp_path_factory.mktemp("joe")
    with playground(folder, port=JOES_PORT, coach_port=COACH_PORT, user=teams_client.JOE) as client:
        yield client


@pytest.fixture(scope="session")
def socket_slack(indexed: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSlack]:
    """A workspace to which a coach of its own holds a Socket Mode connection."""
    need(slack_client.PROGRAM)
    home = copy_of(indexed, tmp_path_factory.mktemp("socket"))
    with (
        local_slack(home.folder, port=SOCKET_SLACK_PORT, coach_port=None) as client,
        home.serving(SOCKET_COACH_PORT, **_socket_mode(SOCKET_SLACK_PORT)),
    ):
        yield client


@pytest.fixture
def late_slack(indexed: Installation, tmp_path: Path) -> Iterator[LocalSlack]:
    """A workspace that comes up after the coach, which is ready without it."""
    need(slack_client.PROGRAM)
    with (
        copy_of(indexed, tmp_path).serving(LATE_COACH_PORT, **_socket_mode(LATE_SLACK_PORT)),
        local_slack(tmp_path, port=LATE_SLACK_PORT, coach_port=None) as client,
    ):
        yield client


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    """Chromium on a desk, kept from every host but this machine."""
    if _CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as tools:
        program = tools.chromium.launch(executable_path=_CHROMIUM, args=FLAGS)
        with closing(program):
            context = program.new_context(viewport={"width": 1280, "height": 860}, device_scale_factor=1)
            context.route("**", lambda route: route.continue_() if _here(route.request.url) else route.abort())
            context.set_default_timeout(_PATIENCE_MS)
            yield context


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    async with open_pages() as opened:
        yield opened


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go: a temporary folder, or the one that `COACH_SCREENSHOTS` names, to keep them."""
    folder = Path(os.environ.get("COACH_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def copy_of(indexed: Installation, folder: Path) -> Installation:
    """The installation again, as a server wants its data for itself."""
    shutil.copytree(indexed.data, folder / "data")
    return Installation(folder=folder)


def _socket_mode(slack_port: int) -> dict[str, str]:
    return {"SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": f"http://localhost:{slack_port}/api/", **SLACK}


def _here(url: str) -> bool:
    return url.startswith(("http://localhost:", "http://127.0.0.1:", "data:", "blob:"))


def need(program: Path) -> None:
    if not program.exists():
        pytest.skip(
            f"npm could not install {program.parts[program.parts.index('node_modules') + 1]}; see `make clients`"
        )
