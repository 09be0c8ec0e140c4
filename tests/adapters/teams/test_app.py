"""The door over HTTP: what it keeps before it says so, and what it refuses."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from adapters.teams.app import LARGEST_BODY, Door, teams_app
from adapters.teams.housekeeping import Installed, MembersChanged, Uninstalled
from adapters.teams.references import Reference
from adapters.teams.streams import Streams
from adapters.teams.transport import ConnectorFailed, Unauthorised
from bot.domain.messages import Incoming
from prompts import words
from tests.adapters.teams.fakes import NOW, FakeCoach, FakeReferences, FakeTransport
from tests.fakes import at_once, until
from tests.teams_double import BOT, TeamsDouble

Client = TestClient[web.Request, web.Application]
Open = Callable[..., Awaitable[Client]]
DOUBLE = TeamsDouble(url="https://smba.trafficmanager.net", key=None)  # type: ignore[arg-type]
WORDS = words()
INVOKE: dict[str, Any] = {
    "type": "invoke",
    "name": "adaptiveCard/action",
    "value": {"action": {"verb": "ask", "data": {"value": "Why?"}}},
}


@dataclass
class House:
    """A door with fakes behind it."""

    coach: FakeCoach = field(default_factory=FakeCoach)
    transport: FakeTransport = field(default_factory=FakeTransport)
    references: FakeReferences = field(default_factory=FakeReferences)

    @property
    def door(self) -> Door:
        return Door(
            transport=self.transport,
            references=self.references,
            receive=self.coach.receive,
            notice=self.coach.notice,
            clock=lambda: NOW,
            words=WORDS,
        )


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def client(aiohttp_client: Open, house: House) -> Client:
    return await aiohttp_client(teams_app(house.door))


async def posted(client: Client, activity: Any, **options: Any) -> tuple[int, Any]:
    sent = options or {"json": activity}
    async with client.post("/api/messages", **sent) as response:
        body = await response.read()
        return response.status, json.loads(body) if response.content_type == "application/json" else None


async def test_a_message_is_durable_before_it_is_acknowledged(aiohttp_client: Open, house: House) -> None:
    order: list[str] = []

    async def slow(incoming: Incoming) -> bool:
        assert incoming.place in house.references.kept
        await asyncio.sleep(0.02)
        order.append("kept")
        return True

    client = await aiohttp_client(teams_app(replace(house.door, receive=slow)))
    assert (await posted(client, DOUBLE.message()))[0] == 202
    order.append("acknowledged")
    assert order == ["kept", "acknowledged"]


async def test_whoever_asks_sees_that_the_coach_is_at_work_once(client: Client, house: House) -> None:
    for _ in range(3):
        assert (await posted(client, DOUBLE.message()))[0] == 202
    assert len(house.coach.received) == 1
    [(reference, typing)] = house.transport.sent
    assert (reference.conversation, typing) == ("a:anna", {"type": "typing"})


async def test_the_acknowledgement_waits_for_nobody(aiohttp_client: Open, house: House) -> None:
    class Stuck(FakeTransport):
        async def send(self, reference: Reference, activity: Any) -> str:
            await asyncio.sleep(60)
            raise AssertionError

    client = await aiohttp_client(teams_app(replace(house.door, transport=Stuck())))
    async with asyncio.timeout(1):
        assert (await posted(client, DOUBLE.message()))[0] == 202


async def test_a_sign_of_typing_that_fails_is_not_missed(client: Client, house: House) -> None:
    house.transport.failures = [ConnectorFailed("status", status=403)]
    assert (await posted(client, DOUBLE.message()))[0] == 202
    assert len(house.coach.received) == 1


async def test_what_is_not_kept_is_not_acknowledged(
    client: Client, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.coach.broken = True
    assert (await posted(client, DOUBLE.message("a secret")))[0] == 503
    status, body = await posted(client, DOUBLE.message(**INVOKE))
    assert (status, body["statusCode"], body["value"]["message"]) == (200, 500, WORDS("teams.not_kept"))
    assert not house.transport.sent
    assert "OSError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_pressed_button_is_answered_at_once(client: Client, house: House) -> None:
    status, body = await posted(client, DOUBLE.message(**INVOKE))
    assert status == 200
    assert body == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": WORDS("teams.taken"),
    }
    [incoming] = house.coach.received.values()
    assert (incoming.action, incoming.values) == ("ask", {"value": "Why?"})


@pytest.mark.parametrize(
    "name", ["message/submitAction", "task/fetch", "composeExtension/query", "signin/verifyState", ""]
)
async def test_other_invokes_get_an_empty_object(client: Client, house: House, name: str) -> None:
    assert await posted(client, DOUBLE.message(type="invoke", name=name)) == (200, {})
    assert not house.coach.received


async def test_a_button_that_nobody_pressed_is_refused_in_the_answer(client: Client, house: House) -> None:
    for wrong in ({"value": None}, {"from": {"id": BOT}}):
        status, body = await posted(client, DOUBLE.message(**(INVOKE | wrong)))
        assert (status, body["statusCode"], body["type"]) == (200, 400, "application/vnd.microsoft.error")
    assert not house.coach.received


async def test_a_vote_is_kept_and_answered_with_nothing_but_an_empty_object(client: Client, house: House) -> None:
    assert await posted(client, DOUBLE.rated("sent-1")) == (200, {})
    assert await posted(client, DOUBLE.rated("sent-1", "dislike", "Wrong")) == (200, {})
    assert [each.action for each in house.coach.received.values()] == ["rate-up", "rate-why"]
    status, body = await posted(client, DOUBLE.rated("sent-2", name="message/fetchTask"))
    assert (status, said(body)) == (200, WORDS("teams.taken"))
    house.coach.broken = True
    assert (await posted(client, DOUBLE.rated("sent-3")))[0] == 503


async def test_a_change_and_a_deletion_are_kept_without_a_sign_of_work(client: Client, house: House) -> None:
    for activity in (DOUBLE.edited("Why?"), DOUBLE.deleted()):
        assert (await posted(client, activity))[0] == 202
    assert [each.action for each in house.coach.received.values()] == ["revised", "withdrawn"]
    assert not house.transport.sent


async def test_a_team_that_is_gone_is_forgotten_with_its_channels(client: Client, house: House) -> None:
    for channel in ("19:t", "19:c", "19:d"):
        team = {"team": {"id": "19:t" if channel != "19:d" else "19:other"}, "tenant": {"id": "x"}}
        at = {"id": f"{channel};messageid=1", "conversationType": "channel"}
        await posted(client, DOUBLE.message(conversation=at, channelData=team))
    at = {"id": "19:t", "conversationType": "channel"}
    data = {"team": {"id": "19:t"}, "eventType": "teamDeleted"}
    await posted(client, DOUBLE.message(type="conversationUpdate", conversation=at, channelData=data))
    assert "19:d" in house.references.kept
    assert set(house.coach.gone) == {"19:t", "19:c"}
    assert not {"19:t", "19:c"} & set(house.references.kept)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("How do we build trust?", "teams.stream.looking"),
        ("Here is what I think of my week", "teams.stream.reading"),
        ("my barriers", ""),
        ("log a barrier: nobody answers", ""),
    ],
)
async def test_in_a_chat_of_ones_own_the_coach_says_what_it_is_at(
    aiohttp_client: Open, house: House, text: str, line: str
) -> None:
    streams = Streams(transport=house.transport, monotonic=lambda: 0.0, pause=at_once)
    client = await aiohttp_client(teams_app(replace(house.door, streams=streams)))
    await posted(client, DOUBLE.message(text))
    await until(lambda: bool(house.transport.sent))
    [(_, shown)] = house.transport.sent
    assert shown.get("text", "") == (WORDS(line) if line else "")
    assert shown["type"] == "typing"


async def test_what_needs_no_answer_is_acknowledged(client: Client, house: House) -> None:
    for kind in ("messageReaction", "typing", "event", "endOfConversation"):
        assert (await posted(client, DOUBLE.message(type=kind)))[0] == 202
    assert not house.coach.received
    assert not house.references.kept


async def test_the_conversation_is_remembered_and_forgotten(client: Client, house: House) -> None:
    await posted(client, DOUBLE.message(type="installationUpdate", action="add"))
    assert house.references.kept["a:anna"].bot == BOT
    await posted(client, DOUBLE.message(type="conversationUpdate", membersAdded=[{"id": "29:joe"}]))
    await posted(client, DOUBLE.message(type="installationUpdate", action="remove"))
    assert not house.references.kept
    assert [type(event) for event in house.coach.noticed] == [Installed, MembersChanged, Uninstalled]
    assert house.coach.gone == ["a:anna"]
    await posted(client, DOUBLE.message(serviceUrl="https://smba.trafficmanager.net/amer/"))
    assert house.references.kept["a:anna"].service_url == "https://smba.trafficmanager.net/amer/"


def said(body: Any) -> Any:
    """What the dialog says that Teams opened."""
    assert body["task"]["type"] == "message"
    return body["task"]["value"]


async def test_a_message_that_is_to_be_logged_is_answered_where_its_sender_is_alone(
    client: Client, house: House
) -> None:
    await posted(client, DOUBLE.message())
    status, body = await posted(client, DOUBLE.shortcut())
    assert (status, said(body)) == (200, WORDS("teams.barrier.taken"))
    _, kept = house.coach.received.values()
    assert (kept.action, kept.values["text"]) == ("barrier-shortcut", "No time")
    assert kept.place == kept.direct == "a:anna"
    assert {reference.conversation for reference, _ in house.transport.sent} == {"a:anna"}
    assert "19:c@thread.skype" not in house.references.kept
    assert (await posted(client, DOUBLE.shortcut()))[0] == 200
    assert len(house.coach.received) == 2


async def test_whoever_has_no_chat_with_the_coach_is_told_to_begin_one(client: Client, house: House) -> None:
    await posted(client, DOUBLE.message(conversation={"id": "19:g@thread.v2", "conversationType": "groupChat"}))
    for conversation in (DOUBLE.shortcut()["conversation"], None):
        assert said((await posted(client, DOUBLE.shortcut(conversation=conversation)))[1]) == WORDS(
            "teams.barrier.alone_first"
        )
    await posted(client, DOUBLE.message())
    await posted(client, DOUBLE.message(type="installationUpdate", action="remove"))
    assert said((await posted(client, DOUBLE.shortcut()))[1]) == WORDS("teams.barrier.alone_first")
    assert [each.action for each in house.coach.received.values()] == ["", ""]


async def test_one_persons_chat_is_not_anothers(client: Client, house: House) -> None:
    await posted(client, DOUBLE.message())
    joe = {"id": "29:joe", "name": "Joe", "aadObjectId": "bbbb0000-0000-4000-8000-000000000002"}
    assert said((await posted(client, DOUBLE.shortcut(sender=joe)))[1]) == WORDS("teams.barrier.alone_first")
    assert len(house.coach.received) == 1


async def test_another_tenants_person_of_the_same_id_is_another_person(client: Client, house: House) -> None:
    await posted(client, DOUBLE.message())
    elsewhere = {"tenant": {"id": "11111111-0000-4000-8000-000000000000"}}
    assert said((await posted(client, DOUBLE.shortcut(channelData=elsewhere)))[1]) == WORDS("teams.barrier.alone_first")
    assert len(house.coach.received) == 1


async def test_the_dialog_is_answered_when_it_is_sent_as_when_it_is_opened(client: Client, house: House) -> None:
    await posted(client, DOUBLE.message())
    for name in ("composeExtension/fetchTask", "composeExtension/submitAction"):
        status, body = await posted(client, DOUBLE.shortcut(name=name, id=name))
        assert (status, said(body)) == (200, WORDS("teams.barrier.taken"))
    broken = DOUBLE.shortcut(value={"commandId": "barrier-shortcut", "messagePayload": 7})
    assert said((await posted(client, broken))[1]) == WORDS("teams.barrier.taken")
    assert [each.values["text"] for each in house.coach.received.values() if each.action] == ["No time", "No time", ""]


async def test_a_message_that_could_not_be_kept_is_not_said_to_be(client: Client, house: House) -> None:
    await posted(client, DOUBLE.message())
    house.coach.broken = True
    assert said((await posted(client, DOUBLE.shortcut()))[1]) == WORDS("teams.not_kept")


@pytest.mark.parametrize("status", [401, 403])
async def test_strangers_are_refused_and_leave_nothing(
    client: Client, house: House, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    house.transport.refused = Unauthorised("aud", status=status)
    with caplog.at_level(logging.DEBUG):
        got, body = await posted(client, DOUBLE.message("a secret"))
    assert (got, body) == (status, {"error": "not from Microsoft"})
    assert not house.coach.received
    assert not house.references.kept
    assert "secret" not in caplog.text


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"data": b"", "headers": JSON}, 400),
        ({"data": b"{", "headers": JSON}, 400),
        ({"data": b"[]", "headers": JSON}, 400),
        ({"data": b"{}", "headers": JSON}, 400),
        ({"data": b'{"type": 3}', "headers": JSON}, 400),
        ({"data": b"\xff\xfe{}", "headers": JSON}, 400),
        ({"data": b"[" * 100_000, "headers": JSON}, 400),
        ({"data": b'{"type": "message"}', "headers": {"Content-Type": "text/plain"}}, 400),
        ({"data": b'{"type": "message"}', "headers": JSON}, 202),
        ({"data": b'{"type":"' + b"x" * LARGEST_BODY + b'"}', "headers": JSON}, 413),
    ],
)
async def test_what_is_no_activity_is_refused(
    client: Client, house: House, options: dict[str, Any], status: int
) -> None:
    assert (await posted(client, None, **options))[0] == status
    assert not house.coach.received


async def test_only_posts_are_taken(client: Client) -> None:
    async with client.get("/api/messages") as response:
        assert response.status == 405
