"""What only Teams has, in the Playground: streams, thumbs, changed and deleted messages, and what becomes of a team.

The Playground does not take messages of a bot away, and answers the request with an error of its own: that the coach
asked for it is what can be seen there.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from prompts import words
from tests.clients.playground import ANSWER_S, CHANNEL, PERSONAL, Playground
from tests.clients.processes import until
from tests.contract.hearing import everything_said

pytestmark = pytest.mark.clients

WORDS = words()
TRUST, MEASURE = "How do we build trust between organisations?", "How should a partnership measure whether it works?"

Activity = Mapping[str, Any]


def written(teams: Playground, text: str) -> Activity:
    """What the client sent for a message."""
    return next(each for each in reversed(teams.exchanges()) if each.get("text") == text and each["type"] == "message")


def heard(teams: Playground, seen: int, text: str) -> Activity:
    """A message of the coach, posted since, that says this."""

    def found() -> Activity | None:
        new = [each for each in teams.exchanges()[seen:] if "attachments" in each]
        return next((each for each in new if text in everything_said(each)), None)

    return until(found, ANSWER_S, lambda: f"nothing says “{text}”: {json.dumps(teams.exchanges()[seen:])[-1500:]}")


def streams(activity: Activity) -> list[Activity]:
    return [each for each in activity.get("entities", []) if each["type"] == "streaminfo"]


async def test_the_line_of_what_it_is_at_becomes_the_answer(teams: Playground) -> None:
    seen = len(teams.exchanges())
    answer = teams.ask(TRUST)
    [line] = [each for each in teams.exchanges()[seen:] if streams(each) and each["type"] == "typing"]
    assert line["text"] == WORDS("teams.stream.looking")
    assert streams(answer)[0]["streamType"] == "final"
    assert answer["channelData"]["feedbackLoop"]["type"] == "default"


async def test_a_vote_is_taken_and_may_be_changed(teams: Playground) -> None:
    answer = teams.ask(TRUST)
    asked, posted = written(teams, TRUST), teams.id_of(answer)
    for reaction, said, told in (
        ("like", "", "feedback.thanks_up"),
        ("dislike", "Too long.", "feedback.noted"),
        ("dislike", "", "feedback.thanks_down"),
    ):
        seen = len(teams.exchanges())
        response = teams.rate(asked, posted, reaction, said)
        assert (response["statusCode"], response["body"]) == (200, {})
        heard(teams, seen, WORDS(told))


async def test_a_changed_question_changes_its_answer(teams: Playground) -> None:
    answer = teams.ask(TRUST)
    asked, posted = written(teams, TRUST), teams.id_of(answer)
    seen = len(teams.recorded())
    teams.edit(asked, MEASURE)

    def rewritten() -> Activity | None:
        puts = [each for each in teams.recorded()[seen:] if each["request"].get("method") == "PUT"]
        return next((each for each in puts if each["request"]["url"].endswith(posted)), None)

    found = until(rewritten, ANSWER_S, lambda: json.dumps(teams.recorded()[seen:])[-1500:])
    assert found["response"]["statusCode"] == 200
    assert everything_said(found["request"]["body"]) != everything_said(answer)


async def test_a_deleted_question_takes_its_answer_away(teams: Playground) -> None:
    answer = teams.ask(TRUST)
    asked, posted = written(teams, TRUST), teams.id_of(answer)
    seen = len(teams.recorded())
    teams.delete(asked)

    def taken_away() -> Activity | None:
        asked = [each["request"] for each in teams.recorded()[seen:] if each["request"].get("method") == "DELETE"]
        return next((each for each in asked if each["url"].endswith(posted)), None)

    until(taken_away, ANSWER_S, lambda: json.dumps(teams.recorded()[seen:])[-1500:])


async def test_a_team_is_told_once_what_has_joined_it_and_nobody_is_greeted(teams: Playground) -> None:
    seen = len(teams.exchanges())
    for kind in ("install", "botAdded", "userAdded", "teamRenamed", "install"):
        teams.happens(kind, CHANNEL)
    heard(teams, seen, WORDS("teams.installed.hears"))
    teams.ask(MEASURE)
    told = [each for each in teams.exchanges()[seen:] if WORDS("teams.installed.hears") in everything_said(each)]
    assert len(told) == 1


async def test_whoever_took_the_coach_out_is_answered_when_they_write_again(teams: Playground) -> None:
    teams.happens("uninstall", PERSONAL)
    assert teams.ask(TRUST)["attachments"]
