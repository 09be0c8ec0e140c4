"""One installation of several processes: a PostgreSQL, a Chroma server, a workspace of Slack's and a library."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import postgres
from tests.chroma_server import chroma_server
from tests.crash.in_slack import InSlack, Workspace, workspace
from tests.crash.installation import COACH, Installation
from tests.load.events import SIGNING_SECRET
from tests.rhythms import silent
from tests.slack_double import TEAM, TOKEN

_PARTNERSHIP = f"""\
id: two-rivers
name: Two Rivers Partnership
zone: Europe/London
organisations:
  - id: ferry
    name: The Ferry Trust
    slack_teams: [{TEAM}]
leads:
  - name: Ines Duarte
    organisation: ferry
    email: ines.duarte@ferrytrust.example
{silent()}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder kills processes, and needs a server of PostgreSQL."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.crash)
            item.add_marker(postgres.needed)


@dataclass(kw_only=True)
class Together:
    """What the processes share. `join` makes one more, with a data folder and ports of its own."""

    folder: Path
    models: Path
    database: str
    chroma: str
    slack: Workspace
    without_chroma: ExitStack
    processes: list[InSlack] = field(default_factory=list)

    def join(self) -> InSlack:
        """A process that was never started; the embedder's 90 MB are shared."""
        settings = {
            "COACH_DATABASE_URL": self.database,
            "COACH_CHROMA_URL": self.chroma,
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": self.slack.api,
        }
        data = self.folder / f"process{len(self.processes)}"
        shutil.copytree(self.models, data / "models", copy_function=os.link)
        self.processes.append(InSlack(data, settings))
        return self.processes[-1]

    @property
    def partnership(self) -> Path:
        """The file that describes the partnership."""
        path = self.folder / "partnership.yaml"
        path.write_text(_PARTNERSHIP)
        return path

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the database."""
        return postgres.select(self.database, query, *values)


@dataclass(frozen=True, kw_only=True)
class Template:
    """A data folder with the embedder, and a database in which the library is indexed."""

    models: Path
    database: str


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """Made once: to index takes most of a minute."""
    data = tmp_path_factory.mktemp("template") / "data"
    with postgres.new_database("template") as database:
        environment = Installation(data, {"COACH_DATABASE_URL": database}).environment({})
        check = [str(COACH), "library", "check"]
        subprocess.run(check, env=environment, check=True, capture_output=True, cwd=data.parent)
        yield Template(models=data / "models", database=database)


@pytest.fixture
def together(tmp_path: Path, template: Template) -> Iterator[Together]:
    """Everything that the processes share, with the library indexed; none of it outlives the test."""
    with _together(tmp_path, template, template.database) as made:
        yield made


@pytest.fixture
def on_nothing(tmp_path: Path, template: Template) -> Iterator[Together]:
    """The same, with nothing in the database."""
    with _together(tmp_path, template, "") as made:
        yield made


@contextmanager
def _together(folder: Path, template: Template, like: str) -> Iterator[Together]:
    with ExitStack() as stack:
        chroma = stack.enter_context(ExitStack())
        made = Together(
            folder=folder,
            models=template.models,
            database=stack.enter_context(postgres.new_database("processes", like=like)),
            chroma=chroma.enter_context(chroma_server(folder / "chroma")),
            slack=stack.enter_context(workspace()),
            without_chroma=chroma,
        )
        yield made
        for each in made.processes:
            each.abandon()
