"""Of what is said in front of the coach nothing is kept or logged but what it is meant to hear."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import SlackApp
from adapters.slack.clients import SingleClient
from adapters.slack.looking import Looking
from bot.domain.channel_modes import Heard
from prompts import words
from tests.adapters.slack.signing import NOW, SECRET, aside, deleted, edited
from tests.adapters.slack.test_app import Client, FakeInbox, post
from tests.adapters.slack.test_overheard import FakeHears
from tests.slack_double import SlackDouble

SECRET_TALK = "between you and me"


@pytest.fixture
def hears() -> FakeHears:
    return FakeHears(why=None, taken=False)


@pytest.fixture
def inbox() -> FakeInbox:
    fake = FakeInbox()
    fake.gate.set()
    return fake


@pytest.fixture
def app(inbox: FakeInbox, client: AsyncWebClient, looking: Looking, hears: FakeHears) -> SlackApp:
    return SlackApp(
        receive=inbox.receive,
        clients=SingleClient(client=client),
        looking=looking,
        words=words(),
        clock=lambda: NOW,
        hears=hears,
    )


@pytest.fixture
async def http(app: SlackApp) -> AsyncIterator[Client]:
    application = web.Application()
    app.mount(application, SECRET)
    async with TestClient(TestServer(application)) as opened:
        yield opened


ASIDES = [aside(SECRET_TALK), aside(SECRET_TALK, thread_ts="1.2"), edited(SECRET_TALK, aside()), deleted(aside())]


async def test_what_is_not_heard_is_acknowledged_and_leaves_no_trace(
    http: Client, inbox: FakeInbox, slack: SlackDouble, caplog: pytest.LogCaptureFixture
) -> None:
    for payload in ASIDES:
        assert await post(http, payload) == (200, "")
    assert (inbox.kept, slack.calls) == ({}, [])
    assert SECRET_TALK not in caplog.text


async def test_what_is_heard_is_kept_once_and_nothing_shows_that_an_answer_is_looked_for(
    http: Client, inbox: FakeInbox, hears: FakeHears, slack: SlackDouble
) -> None:
    hears.why = Heard.ROOT
    assert [(await post(http, aside()))[0] for _ in range(3)] == [200] * 3
    (kept,) = inbox.kept.values()
    assert dict(kept.values) == {"heard": "root"}
    assert slack.calls == []


async def test_a_change_of_what_was_heard_is_kept(http: Client, inbox: FakeInbox, hears: FakeHears) -> None:
    hears.taken = True
    for payload in (edited("new", aside()), deleted(aside())):
        assert await post(http, payload) == (200, "")
    assert [each.action for each in inbox.kept.values()] == ["revised", "withdrawn"]


async def test_what_could_not_be_decided_or_kept_is_sent_again(
    http: Client, inbox: FakeInbox, hears: FakeHears, caplog: pytest.LogCaptureFixture
) -> None:
    hears.why, inbox.error = Heard.ROOT, RuntimeError(SECRET_TALK)
    assert (await post(http, aside(SECRET_TALK)))[0] == 503
    assert SECRET_TALK not in caplog.text


async def test_without_ears_nothing_is_overheard(app: SlackApp, inbox: FakeInbox) -> None:
    deaf = replace(app, hears=None)
    for payload in ASIDES:
        assert (await deaf.answer(payload)).status == 200
    assert inbox.kept == {}
