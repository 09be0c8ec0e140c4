"""Whatever JSON comes to the door, it is no fault of the door's: an answer, a refusal, never a crash."""

import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams.app import Door, teams_app
from prompts import words
from tests.adapters.teams.fakes import NOW, FakeCoach, FakeReferences, FakeTransport
from tests.teams_double import TeamsDouble

DOUBLE = TeamsDouble(url="https://smba.trafficmanager.net", key=None)  # type: ignore[arg-type]
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20))
NAMES = st.sampled_from(
    [
        "id",
        "type",
        "text",
        "name",
        "value",
        "action",
        "data",
        "verb",
        "from",
        "recipient",
        "conversation",
        "channelData",
        "entities",
        "eventType",
        "team",
        "channel",
        "tenant",
        "membersAdded",
        "membersRemoved",
        "replyToId",
        "actionName",
        "actionValue",
        "reaction",
        "feedback",
        "messagePayload",
        "commandId",
        "attachments",
        "localTimezone",
        "timestamp",
        "mentioned",
        "body",
        "content",
        "aadObjectId",
        "conversationType",
    ]
)
ANY = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=25,
)
KINDS = st.sampled_from(
    [
        "message",
        "invoke",
        "conversationUpdate",
        "installationUpdate",
        "messageUpdate",
        "messageDelete",
        "messageReaction",
        "typing",
    ]
)
INVOKES = st.sampled_from(
    [
        "adaptiveCard/action",
        "message/submitAction",
        "message/fetchTask",
        "composeExtension/fetchTask",
        "composeExtension/submitAction",
        "task/fetch",
    ]
)
REAL = st.sampled_from(
    (DOUBLE.message(), DOUBLE.shortcut(), DOUBLE.edited("x"), DOUBLE.deleted(), DOUBLE.rated("sent-1", "dislike", "x"))
)


@st.composite
def activities(draw: st.DrawFn) -> Any:
    """A real activity, some of whose parts are anything at all."""
    found = json.loads(json.dumps(draw(REAL))) | draw(st.dictionaries(NAMES, ANY, max_size=5))
    if draw(st.booleans()):
        found |= {"type": draw(KINDS), "name": draw(INVOKES)}
    if isinstance(found.get("value"), dict):
        found["value"] |= draw(st.dictionaries(NAMES, ANY, max_size=3))
    return found


@pytest.fixture
def door() -> Door:
    coach = FakeCoach()
    return Door(
        transport=FakeTransport(),
        references=FakeReferences(),
        receive=coach.receive,
        notice=coach.notice,
        clock=lambda: NOW,
        words=words(),
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(st.one_of(activities(), ANY), min_size=20, max_size=40))
async def test_any_activity_is_answered_or_refused(door: Door, sent: list[Any]) -> None:
    async with TestClient(TestServer(teams_app(door))) as client:
        for each in sent:
            body = json.dumps(each)
            async with client.post(
                "/api/messages", data=body, headers={"Content-Type": "application/json"}
            ) as response:
                assert response.status in {200, 202, 400}, body
                if response.status == 200:
                    assert isinstance(await response.json(), dict)
