"""Teams' own thumbs: which answer they are about, and which button they stand for."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.teams.ratings import Rated, Ratings, is_rating, rating
from adapters.teams.references import of_person
from adapters.teams.render import render
from bot.coaching.answers.feedback import DOWN, UP, WHY
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.messages import Incoming
from prompts import words
from tests.adapters.teams.fakes import NOW, REFERENCE, FakeReferences
from tests.adapters.teams.test_housekeeping import ME
from tests.teams_double import BOT, TENANT, TeamsDouble

DOUBLE = TeamsDouble(url="https://smba.trafficmanager.net", key=None)  # type: ignore[arg-type]
THUMBS = (Button(label="Helpful", action=UP, value="up-1"), Button(label="Not helpful", action=DOWN, value="down-1"))
PASS_ON = Button(label="Pass it on", action="pass-on", value="q")
ANSWER = Card(paragraphs=(Paragraph(text="Start small."),), buttons=(PASS_ON, *THUMBS))
GROUP: dict[str, Any] = {"conversation": {"id": "19:g@thread.v2", "conversationType": "groupChat", "tenantId": TENANT}}


async def voted(activity: dict[str, Any], references: FakeReferences | None = None) -> Incoming:
    async def stored(conversation: str, posted: str) -> Rated:
        return Rated(up="old-up", down="old-down") if (conversation, posted) == ("a:anna", "old") else Rated()

    ratings = Ratings(stored)
    ratings.remember("a:anna", ["sent-1", "sent-2"], ANSWER)
    ratings.remember("a:anna", ["sent-3"], Card(title="no answer", buttons=(PASS_ON,)))
    assert is_rating(activity)
    found = await rating(activity, ratings, references or FakeReferences(), NOW)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("activity", "action", "values"),
    [
        (DOUBLE.rated("sent-1"), UP, {"value": "up-1"}),
        (DOUBLE.rated("sent-2"), UP, {"value": "up-1"}),
        (DOUBLE.rated("sent-1", said="Very good"), UP, {"value": "up-1"}),
        (DOUBLE.rated("sent-1", "dislike"), DOWN, {"value": "down-1"}),
        (DOUBLE.rated("sent-1", "dislike", "Out\0 of date"), WHY, "Out\ufffd of date"),
        (DOUBLE.rated("old", "dislike", "Wrong"), WHY, "Wrong"),
        (DOUBLE.rated("old"), UP, {"value": "old-up"}),
        (DOUBLE.rated("never"), UP, {"value": ""}),
        (DOUBLE.rated(""), UP, {"value": "up-1"}),
        (DOUBLE.rated("", **GROUP), UP, {"value": ""}),
        (DOUBLE.rated("sent-3"), UP, {"value": ""}),
        (DOUBLE.rated("sent-1", **GROUP), UP, {"value": ""}),
        (DOUBLE.rated("sent-1", name="message/fetchTask"), UP, {"value": "up-1"}),
    ],
)
async def test_a_thumb_stands_for_a_button(activity: dict[str, Any], action: str, values: Any) -> None:
    found = await voted(activity)
    if isinstance(values, str):
        values = {
            "value": "old-down" if activity["replyToId"] == "old" else "down-1",
            "reason": "other",
            "comment": values,
        }
    assert (found.action, found.values, found.text) == (action, values, "")


@pytest.mark.parametrize(
    ("feedback", "comment"),
    [("Wrong", "Wrong"), ({"feedbackText": "Wrong"}, "Wrong"), ('["Wrong"]', '["Wrong"]'), ("[" * 9999, "[" * 9999)],
)
async def test_the_reason_is_found_however_it_is_wrapped(feedback: Any, comment: str) -> None:
    activity = DOUBLE.rated("sent-1", "dislike")
    activity["value"]["actionValue"]["feedback"] = feedback
    assert (await voted(activity)).values["comment"] == comment


@pytest.mark.parametrize("feedback", [None, 7, [], "", "{}", '{"feedbackText": 7}', "  "])
async def test_without_a_reason_it_is_the_button_alone(feedback: Any) -> None:
    activity = DOUBLE.rated("sent-1", "dislike")
    activity["value"]["actionValue"]["feedback"] = feedback
    assert (await voted(activity)).action == DOWN


async def test_a_vote_in_a_group_is_answered_where_its_giver_is_alone() -> None:
    assert (await voted(DOUBLE.rated("sent-1", **GROUP))).place == "19:g@thread.v2"
    references = FakeReferences({"a:anna": REFERENCE})
    await references.save(of_person(ME, REFERENCE))
    found = await voted(DOUBLE.rated("sent-1", **GROUP), references)
    assert (found.place, found.direct) == ("a:anna", "a:anna")


async def test_a_forgotten_answer_is_looked_for_in_the_store() -> None:
    ratings = Ratings()
    ratings.remember("a:anna", ["sent-1"], ANSWER)
    ratings.forget()
    found = await rating(DOUBLE.rated("sent-1"), ratings, FakeReferences(), NOW)
    assert found
    assert found.values == {"value": ""}


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "message"},
        {"name": "adaptiveCard/action"},
        {"value": None},
        {"value": {"actionName": "other", "actionValue": {"reaction": "like"}}},
        {"value": {"actionName": "feedback", "actionValue": {"reaction": "love"}}},
        {"value": {"actionName": "feedback", "actionValue": 7}},
    ],
)
def test_all_else_is_no_vote(changes: dict[str, Any]) -> None:
    assert not is_rating(DOUBLE.rated("sent-1", **changes))


async def test_the_coach_itself_does_not_vote() -> None:
    own = DOUBLE.rated("sent-1") | {"from": {"id": BOT}}
    assert await rating(own, Ratings(), FakeReferences(), NOW) is None


def test_an_answer_has_thumbs_in_place_of_the_two_buttons() -> None:
    [activity] = render(ANSWER, words())
    assert activity["channelData"] == {"feedbackLoop": {"type": "default"}}
    assert "Pass it on" in str(activity)
    assert "Helpful" not in str(activity)
    [without] = render(replace(ANSWER, buttons=(PASS_ON, THUMBS[0])), words())
    assert "channelData" not in without
    assert "Helpful" in str(without)


def test_a_long_answer_has_its_thumbs_at_the_end() -> None:
    long = replace(ANSWER, paragraphs=tuple(Paragraph(text="word " * 2000) for _ in range(3)))
    *before, last = render(long, words())
    assert before
    assert "channelData" in last
    assert not any("channelData" in each for each in before)
