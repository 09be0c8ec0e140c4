"""Nothing that Slack did not sign gets in, and nothing that comes in breaks the guard."""

import asyncio
import io
import json
import os
import random
import string
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.slack.guard import Payload, guard
from bot.domain.errors import SettingError
from tests.adapters.slack.signing import FORM, JSON, NOW, SECRET, as_form, as_json, command, dm, press, signed

REQUESTS = 3_000 if os.environ.get("COACH_TEST_SCALE") == "full" else 300
CANARY = "canary-of-what-somebody-said"
Headers = list[tuple[str, str]]
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def let_in() -> list[Payload]:
    return []


@pytest.fixture
async def client(let_in: list[Payload]) -> AsyncIterator[Client]:
    async def inner(payload: Payload) -> web.StreamResponse:
        let_in.append(payload)
        return web.Response()

    application = web.Application()
    application.router.add_post("/", guard(SECRET, lambda: NOW, inner))
    async with TestClient(TestServer(application)) as opened:
        yield opened


@pytest.mark.parametrize("secret", ["", "  ", "\n"])
def test_an_empty_secret_is_refused_before_anything_is_served(secret: str) -> None:
    async def inner(_: Payload) -> web.StreamResponse:
        return web.Response()

    with pytest.raises(SettingError, match="SLACK_SIGNING_SECRET"):
        guard(secret, lambda: NOW, inner)


@pytest.mark.parametrize(
    ("body", "kind", "field"),
    [
        (as_json(dm()), JSON, "event"),
        (as_json(dm()), "application/json; charset=utf-8", "event"),
        (as_form(**command("a payload? é & more")), FORM, "text"),
        (as_form(payload=json.dumps(press())), FORM, "actions"),
    ],
)
async def test_what_slack_signed_gets_in(
    client: Client, let_in: list[Payload], body: bytes, kind: str, field: str
) -> None:
    for at in (0, 299, -299):
        headers = signed(body, at=(NOW + timedelta(seconds=at)).timestamp(), kind=kind)
        assert (await client.post("/", data=body, headers=headers)).status == 200
    assert [field in payload for payload in let_in] == [True] * 3


async def test_slack_checks_the_address(client: Client, let_in: list[Payload]) -> None:
    body = as_json({"type": "url_verification", "challenge": "3eZbrw1a"})
    response = await client.post("/", data=body, headers=signed(body))
    assert (response.status, await response.text(), response.content_type) == (200, "3eZbrw1a", "text/plain")
    assert (await client.post("/", data=body, headers=signed(body, secret="guess"))).status == 401
    body = as_json({"type": "url_verification", "challenge": 5})
    assert (await client.post("/", data=body, headers=signed(body))).status == 400
    body = as_form(ssl_check="1", token="x")
    assert (await client.post("/", data=body, headers=signed(body, kind=FORM))).status == 200
    assert not let_in


BODY = as_json(dm(CANARY))


def changed(**headers: str | None) -> Headers:
    """The headers of a good request with some replaced, or left out where None."""
    given = {**signed(BODY), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return [(name, value) for name, value in given.items() if value is not None]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (BODY, changed(X_Slack_Signature=None), 401),
        (BODY, changed(X_Slack_Request_Timestamp=None), 401),
        (BODY, changed(X_Slack_Signature="v0="), 401),
        (BODY, changed(X_Slack_Signature=""), 401),
        (BODY, changed(X_Slack_Signature="v0=" + "é" * 64), 401),
        (BODY, list(signed(BODY, secret="wrong").items()), 401),
        (BODY, list(signed(BODY, secret="").items()), 401),
        (BODY + b" ", changed(), 401),
        (BODY, list(signed(BODY, at=NOW.timestamp() - 301).items()), 401),
        (BODY, list(signed(BODY, at=NOW.timestamp() + 301).items()), 401),
        (BODY, list(signed(BODY, at=0).items()), 401),
        *(
            (BODY, changed(X_Slack_Request_Timestamp=time), 400)
            for time in ("nan", "inf", "-1", "1e9", "", "٣٤٥", "1" * 400, "0x10", "1772452800.5", "soon")
        ),
        (BODY, [*changed(), ("X-Slack-Signature", "v0=0")], 400),
        (BODY, [*changed(), ("X-Slack-Request-Timestamp", "1")], 400),
        (b"x" * (1024 * 1024 + 1), changed(), 413),
        *(
            (body, list(signed(body, kind=kind).items()), 400)
            for kind, bodies in {
                JSON: [b"", b"{", b"[]", b"5", b"\xff\xfe", b"[" * 100_000, b'"' + b"9" * 9, b"9" * 5_000, b"null"],
                FORM: [b"payload={", b"payload=[]", b"a=%ff", b"a=1&a=2", b"&".join([b"x=1"] * 200), b"payload=%00"],
                "text/plain": [BODY],
                "": [BODY],
            }.items()
            for body in bodies
        ),
    ],
)
async def test_everything_else_is_refused(
    client: Client,
    let_in: list[Payload],
    caplog: pytest.LogCaptureFixture,
    body: bytes,
    headers: Headers,
    status: int,
) -> None:
    response = await client.post("/", data=io.BytesIO(body), headers=headers)
    assert (response.status, await response.read()) == (status, b"")
    assert not let_in
    assert_told_nothing(caplog)


def assert_told_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert CANARY not in caplog.text
    assert "v0=" not in caplog.text
    # aiohttp's own parser logs an error for what is not HTTP at all
    assert not [each for each in caplog.records if each.levelname == "ERROR" and each.name != "aiohttp.server"]


async def in_chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


async def test_a_body_in_chunks_is_read_and_a_long_one_is_not(client: Client, let_in: list[Payload]) -> None:
    assert (await client.post("/", data=in_chunks(BODY), headers=signed(BODY))).status == 200
    assert len(let_in) == 1
    long = await client.post("/", data=in_chunks(b"x" * 65_536 * 40), headers=signed(BODY))
    assert long.status == 413
    assert len(let_in) == 1


def _flip(body: bytes, headers: Headers, dice: random.Random) -> tuple[bytes, Headers]:
    at = dice.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << dice.randrange(8))]) + body[at + 1 :], headers


def _forge(body: bytes, headers: Headers, dice: random.Random) -> tuple[bytes, Headers]:
    guess = "v0=" + "".join(dice.choices("0123456789abcdef", k=64))
    return body, [(name, guess if name == "X-Slack-Signature" else value) for name, value in headers]


def _shift(body: bytes, headers: Headers, dice: random.Random) -> tuple[bytes, Headers]:
    away = dice.choice([-1, 1]) * dice.randrange(301, 10**9)
    return body, list(signed(body, at=max(NOW.timestamp() + away, 0)).items())


def _mangle(body: bytes, headers: Headers, dice: random.Random) -> tuple[bytes, Headers]:
    time = dice.choice(["nan", "NaN", "-inf", "1_000", "१२३", "9" * 60, "12 34", "1.0", "\u2028"])
    return body, [(name, time if name.endswith("Timestamp") else value) for name, value in headers]


def _noise(body: bytes, headers: Headers, dice: random.Random) -> tuple[bytes, Headers]:
    """Rightly signed rubbish: bytes, unicode, or half of a body."""
    text = "".join(dice.choices(string.printable + "é漢😀\u202e", k=dice.randrange(1, 400)))
    rubbish = dice.choice([dice.randbytes(300), text.encode(), body[: len(body) // 2], b"\xff" + body])
    return rubbish, list(signed(rubbish, kind=dice.choice([JSON, FORM, "text/html"])).items())


def _repeat(body: bytes, headers: Headers, dice: random.Random) -> tuple[bytes, Headers]:
    return body, [*headers, dice.choice(headers)]


def _swell(body: bytes, headers: Headers, dice: random.Random) -> tuple[bytes, Headers]:
    big = body + b" " * (1024 * 1024)
    return big, list(signed(big).items())


def _other_key(body: bytes, headers: Headers, dice: random.Random) -> tuple[bytes, Headers]:
    return body, list(signed(body, secret=dice.choice(["", "secret", SECRET[:-1], SECRET.upper()])).items())


KINDS: list[Callable[[bytes, Headers, random.Random], tuple[bytes, Headers]]]
KINDS = [_flip, _forge, _shift, _mangle, _noise, _repeat, _other_key, _swell]


async def test_random_hostile_requests_all_get_a_4xx_and_leave_no_trace(
    client: Client, let_in: list[Payload], caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(20_261_123)

    async def one(number: int) -> int:
        body = as_json(dm(f"{CANARY} {number}"))
        kind = KINDS[-1] if number % 50 == 0 else KINDS[number % (len(KINDS) - 1)]
        sent, headers = kind(body, list(signed(body).items()), dice)
        data = in_chunks(sent) if dice.random() < 0.2 else io.BytesIO(sent)
        async with client.post("/", data=data, headers=headers) as response:
            return response.status

    statuses = [await one(number) for number in range(REQUESTS)]
    assert set(statuses) <= {400, 401, 413}
    assert {400, 401, 413} <= set(statuses)
    assert let_in == []
    assert_told_nothing(caplog)


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\nnot a chunk\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
        b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        b"Content-Length: -1\r\n\r\n",
        b"X-Bad\xff\xfe: \xff\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_what_is_not_http_gets_a_4xx_too(client: Client, let_in: list[Payload], rest: bytes) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    lines = "".join(f"{name}: {value}\r\n" for name, value in changed())
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + lines.encode() + rest)
    await writer.drain()
    status = (await asyncio.wait_for(reader.readline(), 2)).split()[1]
    writer.close()
    await writer.wait_closed()
    assert status.startswith(b"4")
    assert not let_in
