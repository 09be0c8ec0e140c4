"""What the log tells of messages at its chattiest: every line of a message's way bears its id, and none says a word."""

import io
import json
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.adapters.slack import signing
from tests.conftest import FULL
from tests.hostile import slack_payloads, teams_payloads
from tests.hostile.front import CANARY, Front, front, logged
from tests.hostile.insiders import taken
from tests.teams_double import new_key, teams_double

pytestmark = pytest.mark.process
ROUNDS = 40 if FULL else 3
#: Texts that come to a human, a stranger, a barrier, a correction, a refusal.
SAID = (
    CANARY,
    f"How do we build trust, {CANARY}?",
    f"barrier {CANARY} blocks us",
    f"I want to die {CANARY}",
    f"/{CANARY}",
)


@pytest.fixture
async def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Front]:
    async with teams_double(new_key()) as teams, front(tmp_path, monkeypatch, teams) as opened:
        yield opened


def _lines(log: io.StringIO) -> Iterator[dict[str, object]]:
    for line in log.getvalue().splitlines():
        yield json.loads(line)


async def test_no_action_of_either_platform_brings_a_word_into_the_log(doors: Front) -> None:
    dice, ways = random.Random(5), 0
    for number in range(ROUNDS):
        said = SAID[number % len(SAID)]
        for request in taken(doors, said, number):
            assert await doors.send(request.method, request.path, data=request.body, headers=request.headers) < 500
            ways += 1
            if dice.random() < 0.2:
                await doors.house.settle()
        await doors.house.settle()
    doors.assert_quiet()
    assert ways == ROUNDS * (
        sum(map(len, (slack_payloads.events(""), slack_payloads.interactions(""), slack_payloads.commands(""))))
        + len(teams_payloads.activities(doors.teams, ""))
    )
    came = {str(line["message"]) for line in _lines(doors.log) if line["event"] == "message came"}
    answered = {str(line["message"]) for line in _lines(doors.log) if line["event"] == "message answered"}
    assert len(came) > ROUNDS * 20
    assert answered <= came


async def test_a_messages_way_is_found_by_its_id(doors: Front) -> None:
    body = json.dumps(signing.dm(CANARY)).encode()
    assert await doors.send("POST", "/slack/events", data=body, headers=signing.signed(body, at=doors.now())) == 200
    await doors.house.settle()
    key = "slack:T0HOME:D0ANA:1772452800.000100"
    way = [str(line["event"]) for line in _lines(doors.log) if key in json.dumps(line)]
    assert way[:2] == ["message came", "message answered"]
    assert way[-1] == "card posted"
    doors.assert_quiet()


def test_by_default_the_log_does_not_say_who_wrote_when() -> None:
    import structlog

    with logged("info") as said:
        structlog.get_logger().debug("message came", message="slack:T0HOME:D0ANA:1")
    assert said.getvalue() == ""
