"""What can be tapped around an answer, in Slack and in Teams: what was drawn there comes back and is understood."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.app import PATH
from bot.bootstrap import main_store
from bot.domain.people import PartnershipId
from bot.settings import load_settings
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from prompts import words
from tests.adapters.slack.signing import as_form, press, signed, submission
from tests.contract.conftest import PERSONAL
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.contract.slack_chat import said, votes
from tests.contract.stages import SlackStage, TeamsStage
from tests.contract.test_one_partnership import TRUST, asked
from tests.slack_double import SlackDouble
from tests.teams_double import TeamsDouble

pytestmark = pytest.mark.process

WORDS = words()
NOWHERE = "Which bus leaves for the airport on Sundays?"
HARBOUR = PartnershipId("harbour")
Json = Mapping[str, Any]


@pytest.fixture
def charity(chats: House, slack: SlackDouble) -> SlackStage:
    return SlackStage(house=chats, slack=slack, channel="D0ANA")


@pytest.fixture
def council(chats: House, teams: TeamsDouble) -> TeamsStage:
    return TeamsStage(house=chats, teams=teams, conversation=PERSONAL)


def actions(value: object) -> Iterator[Json]:
    """Every button in a message of either platform."""
    if isinstance(value, Mapping):
        if value.get("type") in {"button", "Action.Execute"}:
            yield value
        for each in value.values():
            yield from actions(each)
    elif isinstance(value, list):
        for each in value:
            yield from actions(each)


def titled(message: Json, title: str) -> Json:
    """The button with this label."""
    return next(each for each in actions(message) if title in (each.get("title"), each.get("text", {}).get("text")))


async def sent_to_slack(charity: SlackStage, payload: Json) -> Json:
    """What Slack was given to show for something that was pressed or filled in."""
    kind = "application/x-www-form-urlencoded"
    body = as_form(payload=json.dumps(payload))
    async with charity.house.client.post(PATH, data=body, headers=signed(body, at=time.time(), kind=kind)) as response:
        assert response.status == 200
    await charity.house.settle()
    assert charity.slack.refused == []
    return charity.slack.messages[charity.channel][-1]


async def pressed_in_slack(charity: SlackStage, button: Json, number: int = 1) -> Json:
    action = {"type": "button", "action_ts": f"1772452900.{number}", **button}
    pressed = press(
        channel={"id": charity.channel},
        container={"message_ts": "1772452801.000300"},
        message={"ts": "1772452801.000300"},
        actions=[action],
    )
    return await sent_to_slack(charity, pressed)


async def pressed_in_teams(council: TeamsStage, button: Json, number: int = 1, **filled: str) -> Json:
    value = {"action": {"type": "Action.Execute", "verb": button["verb"], "data": {**button["data"], **filled}}}
    activity = council.teams.message("", type="invoke", name="adaptiveCard/action", id=f"17{number}", value=value)
    async with council.house.client.post("/api/messages", json=activity) as response:
        assert response.status == 200
    await council.house.settle()
    return [each.body for each in council.teams.requests if each.body.get("type") == "message"][-1]


async def rated_in_teams(council: TeamsStage, reaction: str, number: int, said: str = "") -> Json:
    """The coach's answer to a thumb of Teams' own under its first answer."""
    [(_, posted), *_] = council.teams.standing
    activity = council.teams.rated(posted, reaction, said, id=f"18{number}")
    async with council.house.client.post("/api/messages", json=activity) as response:
        assert (response.status, await response.json()) == (200, {})
    await council.house.settle()
    return [each.body for each in council.teams.requests if each.body.get("type") == "message"][-1]


async def gaps(folder: Path) -> list[tuple[str, str]]:
    async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=folder)) as database:
        return [(gap.organisation, gap.question) for gap in await Gaps(database).open(HARBOUR)]


async def shown(folder: Path) -> list[tuple[str | None, str | None, str]]:
    async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=folder)) as database:
        votes = await Feedback(database).shared(HARBOUR)
        return [(vote.question, vote.trouble, vote.comment) for vote in votes]


async def test_a_question_is_passed_on_from_slack_and_from_teams(
    charity: SlackStage, council: TeamsStage, tmp_path: Path
) -> None:
    in_slack, in_teams = await asked(charity, NOWHERE), await asked(council, NOWHERE)
    assert await gaps(tmp_path) == []
    passed = WORDS.count("gap.passed_on", 90)
    for number in (1, 2):
        assert passed in everything_said(await pressed_in_slack(charity, titled(in_slack, WORDS("gap.offer")), number))
        assert passed in everything_said(await pressed_in_teams(council, titled(in_teams, WORDS("gap.offer")), number))
    assert sorted(await gaps(tmp_path)) == [("charity", NOWHERE), ("council", NOWHERE)]


async def test_an_answer_is_rated_in_slack(charity: SlackStage, tmp_path: Path) -> None:
    answer = await asked(charity, TRUST)
    down = next(each for each in votes(answer) if said(each) == WORDS("feedback.down"))
    assert await pressed_in_slack(charity, down) == answer
    opened = charity.slack.called("views.open")[-1]["view"]
    view = json.loads(opened) if isinstance(opened, str) else opened
    values = {
        "reason": {"value": {"type": "radio_buttons", "selected_option": {"value": "old"}}},
        "comment": {"value": {"type": "plain_text_input", "value": "Long gone."}},
    }
    filled = {**submission()["view"], **{name: view[name] for name in ("callback_id", "private_metadata")}}  # type: ignore[dict-item]
    noted = await sent_to_slack(charity, submission(view={**filled, "state": {"values": values}}))
    assert WORDS("feedback.noted") in everything_said(noted)
    assert await shown(tmp_path) == []
    values["show"] = {"value": {"type": "radio_buttons", "selected_option": {"value": "yes"}}}
    await sent_to_slack(charity, submission(view={**filled, "id": "V0TWO", "state": {"values": values}}))
    assert await shown(tmp_path) == [(TRUST, "old", "Long gone.")]


async def test_an_answer_is_rated_in_teams(council: TeamsStage, tmp_path: Path) -> None:
    answer = await asked(council, TRUST)
    assert answer["channelData"] == {"feedbackLoop": {"type": "default"}}
    thanks = await rated_in_teams(council, "like", 1)
    assert WORDS("feedback.thanks_up") in everything_said(thanks)
    said = await rated_in_teams(council, "dislike", 5, "Far too long.")
    assert WORDS("feedback.noted") in everything_said(said)
    why = await rated_in_teams(council, "dislike", 2)
    noted = await pressed_in_teams(council, titled(why, WORDS("feedback.send")), 3, reason="beside", comment="No.")
    assert WORDS("feedback.noted") in everything_said(noted)
    assert await shown(tmp_path) == []
    send = titled(why, WORDS("feedback.send"))
    await pressed_in_teams(council, send, 4, reason="beside", comment="No.", show="yes")
    assert await shown(tmp_path) == [(TRUST, "beside", "No.")]
