"""The port to Microsoft: the same promises of the fake and of botbuilder, and what only the real one can break."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from adapters.teams.activity import Json
from adapters.teams.botbuilder import BotbuilderTransport, Registration, registered, unregistered
from adapters.teams.clouds import DEVELOPMENT
from adapters.teams.connector import token_of
from adapters.teams.references import Reference
from adapters.teams.render import render
from adapters.teams.transport import ConnectorFailed, TeamsTransport, Unauthorised
from adapters.teams.wire import retry_after
from bot.domain.errors import SettingError
from bot.domain.messages import Place
from prompts import words
from tests.adapters.teams.fakes import NOW, REFERENCE, FakeTransport
from tests.adapters.teams.linked import linked, reference
from tests.adapters.teams.test_render import WHOLE
from tests.teams_double import APP_ID, BOT, Reply, TeamsDouble

PEOPLE = tuple({"id": f"29:{number}", "tenantId": "t", "userRole": "user", "odd": [number]} for number in range(5))
MESSAGE = {"type": "message", "text": "hello"}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def real(double: TeamsDouble, session: aiohttp.ClientSession) -> BotbuilderTransport:
    double.members = list(PEOPLE)
    return linked(double, session, clock=lambda: NOW)


@pytest.fixture(params=["fake", "botbuilder"])
def transport(request: pytest.FixtureRequest) -> TeamsTransport:
    if request.param == "fake":
        return FakeTransport(roster=PEOPLE)
    found: TeamsTransport = request.getfixturevalue("real")
    return found


@pytest.fixture
def there(transport: TeamsTransport, double: TeamsDouble) -> Reference:
    return REFERENCE if isinstance(transport, FakeTransport) else reference(double)


async def test_what_is_sent_has_an_id(transport: TeamsTransport, there: Reference) -> None:
    first, second = await transport.send(there, MESSAGE), await transport.send(there, MESSAGE)
    assert first
    assert first != second
    await transport.update(there, first, {"type": "message", "text": "better"})


async def test_members_come_in_pages_with_all_their_fields(transport: TeamsTransport, there: Reference) -> None:
    found: list[Json] = []
    after = ""
    while True:
        page = await transport.members(there, after)
        found += page.members
        after = page.after
        if not after:
            break
    assert tuple(found) == PEOPLE


async def test_a_card_arrives_with_every_field(real: BotbuilderTransport, double: TeamsDouble) -> None:
    [activity] = render(WHOLE, words())
    await real.send(reference(double), activity)
    [request] = double.requests
    assert (request.method, request.path) == ("POST", "/emea/v3/conversations/a:anna/activities")
    assert request.authorization == "Bearer a-token"
    assert {name: request.body[name] for name in activity} == activity
    assert request.body["from"] == {"id": BOT}


async def test_an_answer_goes_to_its_thread_and_the_roster_to_the_channel(
    real: BotbuilderTransport, double: TeamsDouble
) -> None:
    thread = reference(double).at(Place("19:c/../x?y@thread.tacv2;messageid=1"))
    await real.send(thread, MESSAGE)
    double.standing[(thread.conversation, "sent/1")] = {}
    await real.update(thread, "sent/1", MESSAGE)
    await real.members(thread)
    sent, updated, asked = double.requests
    assert sent.path == "/emea/v3/conversations/19:c/../x?y@thread.tacv2;messageid=1/activities"
    assert sent.body["conversation"] == {"id": "19:c/../x?y@thread.tacv2;messageid=1", "conversationType": "personal"}
    assert (updated.method, updated.body["id"]) == ("PUT", "sent/1")
    assert asked.path == "/emea/v3/conversations/19:c/../x?y@thread.tacv2/pagedmembers"


@pytest.mark.parametrize(
    ("reply", "status", "sent", "wait"),
    [
        (Reply(status=429, headers={"Retry-After": "7"}), 429, None, 7.0),
        (Reply(status=429, headers={"Retry-After": "soon"}, body="<html>"), 429, None, None),
        (Reply(status=412), 412, None, None),
        (Reply(status=403), 403, None, None),
        (Reply(status=500, body="no json"), 500, None, None),
        (Reply(status=302, headers={"Location": "http://evil.example/"}), 302, None, None),
        (Reply(drop=True), None, None, None),
    ],
)
async def test_failures_are_told_apart_and_nothing_is_sent_twice(
    real: BotbuilderTransport,
    double: TeamsDouble,
    reply: Reply,
    status: int | None,
    sent: bool | None,
    wait: float | None,
) -> None:
    double.replies.append(reply)
    with pytest.raises(ConnectorFailed) as failed:
        await real.send(reference(double), MESSAGE)
    assert (failed.value.status, failed.value.sent, failed.value.retry_after) == (status, sent, wait)
    assert len(double.requests) == 1


@pytest.mark.parametrize("body", ["", "null", "[]", "<html>", '{"id": 3}', "{"])
async def test_a_success_that_cannot_be_read_is_a_success(
    real: BotbuilderTransport, double: TeamsDouble, body: str
) -> None:
    double.replies.append(Reply(status=201, body=body))
    assert await real.send(reference(double), MESSAGE) in {"", "3"}


@pytest.mark.parametrize("body", ['{"members": 3}', '{"members": [1]}'])
async def test_a_roster_that_cannot_be_read_is_a_failure(
    real: BotbuilderTransport, double: TeamsDouble, body: str
) -> None:
    double.replies.append(Reply(body=body))
    with pytest.raises(ConnectorFailed):
        await real.members(reference(double))


async def test_a_refused_connection_was_surely_not_sent(double: TeamsDouble, session: aiohttp.ClientSession) -> None:
    closed = Reference(conversation="a", kind="personal", service_url="http://127.0.0.1:9/", tenant="t", bot=BOT)
    with pytest.raises(ConnectorFailed) as failed:
        await linked(double, session, clock=lambda: NOW).send(closed, MESSAGE)
    assert (failed.value.reason, failed.value.sent) == ("unreachable", False)


async def test_no_stranger_is_written_to(real: BotbuilderTransport, double: TeamsDouble) -> None:
    evil = Reference(conversation="a", kind="personal", service_url="http://evil.example/", tenant="t", bot=BOT)
    for call in (real.send(evil, MESSAGE), real.update(evil, "1", MESSAGE), real.members(evil)):
        with pytest.raises(ConnectorFailed) as failed:
            await call
        assert (failed.value.reason, failed.value.sent) == ("host", False)


class SlowLogin:
    """Credentials whose login server takes its time, as msal's does: the thread stands still."""

    def __init__(self) -> None:
        self.threads: set[str] = set()

    def get_access_token(self) -> str:
        self.threads.add(threading.current_thread().name)
        time.sleep(0.1)
        return "late-token"


async def test_the_loop_does_not_wait_for_the_login_server(double: TeamsDouble, session: aiohttp.ClientSession) -> None:
    login = SlowLogin()
    transport = linked(double, session, clock=lambda: NOW, token=token_of(login))
    sending = asyncio.create_task(transport.send(reference(double), MESSAGE))
    longest = 0.0
    while not sending.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before)
    assert await sending
    assert threading.main_thread().name not in login.threads
    assert longest < 0.09
    assert double.requests[0].authorization == "Bearer late-token"


async def test_a_login_that_fails_says_nothing_of_its_reason(
    double: TeamsDouble, session: aiohttp.ClientSession
) -> None:
    class Refusing:
        def get_access_token(self) -> str:
            raise PermissionError("AADSTS7000215: secret abc")

    transport = linked(double, session, clock=lambda: NOW, token=token_of(Refusing()))
    with pytest.raises(ConnectorFailed) as failed:
        await transport.send(reference(double), MESSAGE)
    assert (failed.value.reason, failed.value.sent) == ("token PermissionError", False)
    assert not double.requests


async def test_a_registration_is_whole_or_refused(session: aiohttp.ClientSession) -> None:
    whole = Registration(app_id=APP_ID, secret="s3cret", tenant="t")
    assert "s3cret" not in repr(whole)
    assert isinstance(registered(whole, session=session, clock=lambda: NOW), BotbuilderTransport)
    for name in ("app_id", "secret", "tenant"):
        with pytest.raises(SettingError, match=name):
            registered(Registration(**{**whole.__dict__, name: ""}), session=session, clock=lambda: NOW)


@pytest.mark.parametrize(
    ("host", "development"), [("127.0.0.1", False), ("0.0.0.0", True), ("coach.example.org", True)]
)
async def test_strangers_are_believed_in_development_on_this_machine_only(
    session: aiohttp.ClientSession, host: str, development: bool
) -> None:
    with pytest.raises(SettingError) as refused:
        unregistered(session=session, host=host, development=development)
    assert "registration" in str(refused.value)


async def test_development_takes_neighbours_at_their_word_and_no_browser(
    double: TeamsDouble, session: aiohttp.ClientSession
) -> None:
    transport = unregistered(session=session, host="127.0.0.1", development=True)
    here = {"host": "localhost:3978"}
    assert await transport.authenticate(here, double.message()) == {}
    for headers, service_url in [
        (here | {"origin": "http://evil.example"}, double.service_url),
        ({"host": "evil.example:3978"}, double.service_url),
        ({}, double.service_url),
        (here, "https://smba.trafficmanager.net/emea/"),
        (here, "http://169.254.169.254/"),
    ]:
        with pytest.raises(Unauthorised):
            await transport.authenticate(headers, double.message(serviceUrl=service_url))
    await transport.send(reference(double), MESSAGE)
    assert double.requests[0].authorization == ""
    assert DEVELOPMENT.serves(double.service_url)


@pytest.mark.parametrize(
    ("named", "seconds"),
    [
        ("0", 0.0),
        ("30", 30.0),
        ("999999999999", 3600.0),
        ("Mon, 02 Mar 2026 09:31:00 GMT", 60.0),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 09:31:00 -0000", 60.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
        ("tomorrow", None),
    ],
)
def test_when_to_come_back(named: str, seconds: float | None) -> None:
    assert retry_after(named, datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) == seconds
