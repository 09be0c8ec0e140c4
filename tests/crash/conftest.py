"""Installations for the crash tests: the starter library is indexed once and copied for each."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.in_slack import Workspace, apply_partnership, workspace
from tests.crash.installation import COACH, Installation, copied

Install = Callable[..., Installation]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a crash test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.crash)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the starter library indexed."""
    data = tmp_path_factory.mktemp("template") / "data"
    environment = Installation(data).environment({})
    subprocess.run([COACH, "library", "check"], env=environment, check=True, capture_output=True, cwd=data.parent)
    return data


@pytest.fixture(scope="session")
def slack_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a partnership whose people are in Slack."""
    data = copied(template, tmp_path_factory.mktemp("slack") / "data")
    apply_partnership(Installation(data))
    return data


@pytest.fixture(scope="module")
def slack() -> Iterator[Workspace]:
    """Slack's side, which outlives every death of the server."""
    with workspace() as opened:
        yield opened


@pytest.fixture
def install(template: Path, tmp_path: Path) -> Iterator[Install]:
    """Makes installations, none of which outlives the test."""
    made: list[Installation] = []

    def make(**settings: str) -> Installation:
        made.append(Installation(copied(template, tmp_path / f"data{len(made)}"), settings))
        return made[-1]

    yield make
    for each in made:
        each.abandon()
