"""The scenarios of `tests/contract` with real clients."""

from collections.abc import Callable

import pytest

from tests.clients.local_slack import LocalSlack
from tests.clients.playground import Playground
from tests.clients.stages import LocalSlackStage, PlaygroundStage
from tests.contract.scenarios import Stage, check, play, scenarios

pytestmark = pytest.mark.clients

#: A client writes these by itself; the others need events that are made by hand.
USUAL = [name for name, scenario in scenarios().items() if scenario.usual]
LATER = "How should a partnership measure whether it works?"


async def _played(stage: Stage, name: str, later: Callable[[str], object]) -> None:
    """Play it; then, when a question that was asked later has its answer, look whether there are more answers."""
    scenario = scenarios()[name]
    await play(stage, scenario)
    later(LATER)
    await check(stage, scenario)


@pytest.mark.parametrize("name", scenarios())
async def test_in_slack_over_the_web(slack: LocalSlack, coach: str, name: str) -> None:
    await _played(LocalSlackStage(slack=slack, coach=coach), name, slack.ask)


@pytest.mark.parametrize("name", USUAL)
async def test_in_slack_by_socket_mode(socket_slack: LocalSlack, name: str) -> None:
    await _played(LocalSlackStage(slack=socket_slack), name, socket_slack.ask)


@pytest.mark.parametrize("name", scenarios())
async def test_in_teams(teams: Playground, name: str) -> None:
    await _played(PlaygroundStage(teams=teams), name, teams.mention)
