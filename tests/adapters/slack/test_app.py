"""Whatever is said is kept before Slack hears that it arrived."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import PATH, SlackApp
from adapters.slack.clients import SingleClient
from adapters.slack.context import OPEN_CONTEXT
from adapters.slack.forms import OPEN_FORM, decoded, encoded
from adapters.slack.looking import Looking
from bot.domain.cards import Field, Form
from bot.domain.messages import Incoming
from prompts import entries, speaking, words
from tests.adapters.slack.signing import (
    FORM,
    NOW,
    SECRET,
    as_form,
    as_json,
    command,
    dm,
    global_shortcut,
    mention,
    message_shortcut,
    press,
    signed,
    submission,
    wrapped,
)
from tests.slack_double import SlackDouble, refuses

Client = TestClient[web.Request, web.Application]
BARRIER = Form(id="barrier", submit="Log", fields=(Field(id="what", label="What?"),))


@dataclass
class FakeInbox:
    """Keeps messages by their key; `error` is raised instead. `gate` holds a message back until it is set."""

    kept: dict[str, Incoming] = field(default_factory=dict)
    error: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, incoming: Incoming) -> bool:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        new = incoming.key not in self.kept
        self.kept.setdefault(incoming.key, incoming)
        return new


@pytest.fixture
def inbox() -> FakeInbox:
    fake = FakeInbox()
    fake.gate.set()
    return fake


@pytest.fixture
def app(inbox: FakeInbox, client: AsyncWebClient, looking: Looking) -> SlackApp:
    return SlackApp(
        receive=inbox.receive,
        clients=SingleClient(client=client),
        looking=looking,
        words=words(),
        clock=lambda: NOW,
        api_url=client.base_url,
    )


@pytest.fixture
async def http(app: SlackApp) -> AsyncIterator[Client]:
    application = web.Application()
    app.mount(application, SECRET)
    async with TestClient(TestServer(application)) as opened:
        yield opened


async def post(http: Client, payload: Mapping[str, object]) -> tuple[int, str]:
    if "command" in payload:
        body, kind = as_form(**{name: str(value) for name, value in payload.items()}), FORM
    elif payload["type"] == "event_callback":
        body, kind = as_json(payload), "application/json"
    else:
        body, kind = as_form(payload=json.dumps(payload)), FORM
    response = await http.post(PATH, data=body, headers=signed(body, kind=kind))
    return response.status, await response.text()


async def test_every_kind_of_message_is_kept_and_acknowledged(http: Client, inbox: FakeInbox) -> None:
    for payload in (dm(), mention(), press(), submission(), message_shortcut(), global_shortcut()):
        assert await post(http, payload) == (200, "")
    status, answer = await post(http, dict(command("is there a payload?")))
    assert (status, json.loads(answer)["response_type"]) == (200, "ephemeral")
    assert [each.text or each.action for each in inbox.kept.values()] == [
        "How do we build trust?",
        "why?",
        "ask",
        "barrier",
        "barrier-shortcut",
        "barrier-shortcut",
        "is there a payload?",
    ]


async def test_slack_hears_nothing_until_the_message_is_kept(http: Client, inbox: FakeInbox) -> None:
    inbox.gate.clear()
    asked = asyncio.create_task(post(http, dm()))
    await asyncio.sleep(0.05)
    assert not asked.done()
    inbox.gate.set()
    assert await asked == (200, "")


async def test_what_could_not_be_kept_is_sent_again_and_not_logged(
    http: Client, inbox: FakeInbox, caplog: pytest.LogCaptureFixture
) -> None:
    inbox.error = RuntimeError("INSERT ... 'a secret worry'")
    for payload in (dm("a secret worry"), press(), submission(), dict(command("a secret worry"))):
        assert (await post(http, payload))[0] == 503
    inbox.error = None
    assert (await post(http, dm("a secret worry")))[0] == 200
    assert len(inbox.kept) == 1
    assert "a secret worry" not in caplog.text


async def test_a_message_delivered_five_times_is_kept_once(http: Client, inbox: FakeInbox, slack: SlackDouble) -> None:
    assert [(await post(http, dm()))[0] for _ in range(5)] == [200] * 5
    assert [(await post(http, each))[0] for each in (mention(), mention(type="message"))] == [200] * 2
    assert len(inbox.kept) == 2
    await asyncio.sleep(0.05)
    assert len(slack.called("assistant.threads.setStatus")) == 1


async def test_what_nobody_said_is_acknowledged_and_not_kept(http: Client, inbox: FakeInbox) -> None:
    for payload in (dm(bot_id="B1"), wrapped({"type": "team_join"}), {"type": "view_closed"}):
        assert await post(http, payload) == (200, "")
    assert not inbox.kept


async def test_what_is_malformed_gets_400_whatever_it_is(http: Client, inbox: FakeInbox) -> None:
    odd = {**dm(), "authorizations": 7}
    for payload in (odd, dm(ts="x"), {**press(), "actions": {}}, {**submission(), "view": 5}, {**dm(), "event": None}):
        assert (await post(http, payload))[0] == 400
    assert not inbox.kept


async def test_somebody_who_waits_in_direct_messages_sees_that_the_coach_is_looking(
    http: Client, slack: SlackDouble, app: SlackApp
) -> None:
    await post(http, dm())
    await post(http, mention())
    await asyncio.sleep(0.05)
    (status,) = slack.called("assistant.threads.setStatus")
    lines = status.pop("loading_messages")
    assert status == {"channel_id": "D0ANA", "thread_ts": "1772452800.000100", "status": words()("slack.looking")}
    assert lines == [words()("slack.loading.library"), words()("slack.loading.quotations")]


async def test_a_status_that_fails_is_nobodys_concern(http: Client, inbox: FakeInbox, slack: SlackDouble) -> None:
    slack.fail("assistant.threads.setStatus", refuses("unknown_method"))
    assert await post(http, dm()) == (200, "")
    await asyncio.sleep(0.05)
    assert len(inbox.kept) == 1


async def test_a_form_opens_at_once(http: Client, inbox: FakeInbox, slack: SlackDouble) -> None:
    assert await post(http, press(OPEN_FORM, encoded(BARRIER))) == (200, "")
    (opened,) = slack.called("views.open")
    assert (opened["trigger_id"], opened["view"]["callback_id"]) == ("133.73.def", "barrier")
    assert not inbox.kept
    assert slack.refused == []


async def test_a_form_opens_in_the_language_that_it_was_posted_in(http: Client, slack: SlackDouble) -> None:
    with speaking("cy"):
        carried = encoded(BARRIER)
    assert await post(http, press(OPEN_FORM, carried)) == (200, "")
    (opened,) = slack.called("views.open")
    assert opened["view"]["close"]["text"] == entries("cy")["slack.form.close"] != words()("slack.form.close")
    assert decoded(carried) == decoded(encoded(BARRIER)) == BARRIER


async def test_a_form_that_does_not_open_says_so(http: Client) -> None:
    assert (await post(http, press(OPEN_FORM, encoded(BARRIER), trigger_id="expired")))[0] == 503
    assert (await post(http, press(OPEN_FORM, "{")))[0] == 400


async def test_a_quotation_opens_in_its_passage(http: Client, inbox: FakeInbox, slack: SlackDouble) -> None:
    carried = json.dumps(["Working together", "Before it. ", "Start small.", " After it."])
    assert await post(http, press(f"{OPEN_CONTEXT}#1", carried)) == (200, "")
    (opened,) = slack.called("views.open")
    assert "Before it. " in json.dumps(opened["view"])
    assert not inbox.kept
    assert slack.refused == []
    for odd in ("{", "5", "[1,2]", "null", ""):
        assert (await post(http, press(OPEN_CONTEXT, odd)))[0] == 400


def test_tokens_in_the_environment_are_neither_read_nor_warned_of(
    app: SlackApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_VERIFICATION_TOKEN"):
        monkeypatch.setenv(name, "of-another-app")
    app.mount(web.Application(), SECRET)
    assert [each for each in caplog.records if each.levelname in ("WARNING", "ERROR")] == []


@dataclass
class FakeConnection:
    """A Socket Mode connection that keeps what is sent over it."""

    sent: list[dict[str, object]] = field(default_factory=list)

    async def send_socket_mode_response(self, response: object) -> None:
        self.sent.append(vars(response))


async def test_socket_mode_acknowledges_what_is_kept_and_nothing_else(
    app: SlackApp, inbox: FakeInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers: list[object] = []

    async def connect(self: object) -> None:
        handlers.append(self)

    monkeypatch.setattr("adapters.slack.app.AsyncSocketModeHandler.connect_async", connect)
    async with app.socket_mode("xapp-1"):
        connection, handler = FakeConnection(), handlers[0]
        handler.client.send_socket_mode_response = connection.send_socket_mode_response  # type: ignore[attr-defined]
        envelope = SocketModeRequest(type="events_api", envelope_id="e1", payload=dm())
        inbox.error = RuntimeError()
        await handler.handle(handler.client, envelope)  # type: ignore[attr-defined]
        assert connection.sent == []
        inbox.error = None
        await handler.handle(handler.client, envelope)  # type: ignore[attr-defined]
        slash = SocketModeRequest(type="slash_commands", envelope_id="e2", payload=dict(command()))
        await handler.handle(handler.client, slash)  # type: ignore[attr-defined]
    assert [each["envelope_id"] for each in connection.sent] == ["e1", "e2"]
    assert connection.sent[1]["payload"] == {"response_type": "ephemeral", "text": words()("slack.command")}
    assert len(inbox.kept) == 2
