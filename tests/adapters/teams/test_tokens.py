"""Forged requests: every one is refused with 401 or 403, and none of them makes the coach call a stranger."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import os
import random
import string
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.teams.app import Door, teams_app
from adapters.teams.clouds import DEVELOPMENT, GOVERNMENT, PUBLIC
from adapters.teams.keys import PAUSE_S
from prompts import words
from tests.adapters.teams.fakes import FakeCoach, FakeReferences
from tests.adapters.teams.linked import Outbound, Seconds, linked
from tests.fakes import until
from tests.teams_double import APP_ID, TeamsDouble

Client = TestClient[web.Request, web.Application]
Open = Callable[..., Awaitable[Client]]
MUTATIONS = 500 if os.environ.get("COACH_TEST_SCALE") == "full" else 100
METADATA_IP = "http://169.254.169.254/latest"


@dataclass
class Gate:
    """The whole way in, on the double's keys."""

    client: Client
    double: TeamsDouble
    coach: FakeCoach
    references: FakeReferences
    outbound: Outbound
    seconds: Seconds

    async def post(self, authorization: str | None, **changes: Any) -> int:
        headers = {} if authorization is None else {"Authorization": authorization}
        message = self.double.message(**changes)
        async with self.client.post("/api/messages", json=message, headers=headers) as response:
            return response.status

    def untouched(self) -> bool:
        """Nothing was kept, and nobody but the home of the keys was called."""
        return (
            not self.coach.received
            and not self.references.kept
            and not self.double.requests
            and set(self.outbound.asked) <= {self.double.url}
        )


@pytest.fixture
async def gate(aiohttp_client: Open, double: TeamsDouble) -> AsyncIterator[Gate]:
    coach, references, outbound, seconds = FakeCoach(), FakeReferences(), Outbound(), Seconds()
    async with outbound.session() as session:
        door = Door(
            transport=linked(double, session, clock=lambda: datetime.now(UTC), monotonic=seconds),
            references=references,
            receive=coach.receive,
            notice=coach.notice,
            clock=lambda: datetime.now(UTC),
            words=words(),
        )
        client = await aiohttp_client(teams_app(door))
        yield Gate(client=client, double=double, coach=coach, references=references, outbound=outbound, seconds=seconds)


def segment(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def handmade(header: object, claims: object, signature: bytes = b"x" * 256) -> str:
    return f"{segment(header)}.{segment(claims)}.{segment(signature)}"


def with_public_key_as_secret(double: TeamsDouble) -> str:
    """The old trick: the public key, used as the secret of a symmetric signature."""
    pem = double.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{segment({'alg': 'HS256', 'kid': 'k1', 'typ': 'JWT'})}.{segment(double.claims())}"
    return f"{signed}.{segment(hmac.new(pem, signed.encode(), hashlib.sha256).digest())}"


RS256 = {"alg": "RS256", "kid": "k1", "typ": "JWT"}
NOW = int(time.time())
Forged = Callable[[TeamsDouble], str | None]
FORGED: dict[str, Forged] = {
    "no header": lambda d: None,
    "empty header": lambda d: "",
    "Basic": lambda d: "Basic " + segment(b"user:password"),
    "scheme alone": lambda d: "Bearer",
    "no scheme": lambda d: d.token(),
    "two tokens": lambda d: f"Bearer {d.token()}, Bearer {d.token()}",
    "trailing text": lambda d: f"Bearer {d.token()} x",
    "garbage": lambda d: "Bearer garbage",
    "dots": lambda d: "Bearer ...",
    "not base64": lambda d: "Bearer !!!.???.###",
    "not JSON": lambda d: f"Bearer {segment(b'no')}.{segment(b'json')}.{segment(b'here')}",
    "not unicode": lambda d: f"Bearer {segment(bytes([255, 254]))}.{segment(bytes([255]))}.{segment(b'x')}",
    "deep header": lambda d: f"Bearer {segment(b'[' * 2500)}.{segment(d.claims())}.x",
    "deep claims": lambda d: f"Bearer {segment(RS256)}.{segment(b'[' * 2500)}.x",
    "claims are a list": lambda d: "Bearer " + handmade(RS256, [1, 2]),
    "header is a list": lambda d: "Bearer " + handmade([1], d.claims()),
    "alg none": lambda d: "Bearer " + handmade({"alg": "none", "kid": "k1"}, d.claims(), b""),
    "alg none, signed": lambda d: "Bearer " + handmade({"alg": "none", "kid": "k1"}, d.claims()),
    "alg NoNe": lambda d: "Bearer " + handmade({"alg": "NoNe", "kid": "k1"}, d.claims()),
    "no alg": lambda d: "Bearer " + handmade({"kid": "k1"}, d.claims()),
    "HS256 with the public key": lambda d: "Bearer " + with_public_key_as_secret(d),
    "RS512": lambda d: "Bearer " + d.token(algorithm="RS512"),
    "PS256": lambda d: "Bearer " + d.token(algorithm="PS256"),
    "critical extension": lambda d: "Bearer " + handmade(RS256 | {"crit": ["b64"], "b64": False}, d.claims()),
    "signature of nothing": lambda d: "Bearer " + handmade(RS256, d.claims()),
    "wrong issuer": lambda d: "Bearer " + d.token(iss="https://evil.example"),
    "part of the issuer": lambda d: "Bearer " + d.token(iss="https://api"),
    "issuer with a slash": lambda d: "Bearer " + d.token(iss="https://api.botframework.com/"),
    "no issuer": lambda d: "Bearer " + d.token(iss=None),
    "issuers in a list": lambda d: "Bearer " + handmade(RS256, d.claims() | {"iss": ["https://api.botframework.com"]}),
    "emulator, v1": lambda d: "Bearer " + d.token(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"),
    "emulator, v2": lambda d: (
        "Bearer "
        + d.token(iss="https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0", appid=APP_ID)
    ),
    "skill": lambda d: (
        "Bearer "
        + d.token(iss="https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a/v2.0", ver="2.0", azp="x")
    ),
    "government": lambda d: "Bearer " + d.token(iss="https://api.botframework.us"),
    "wrong audience": lambda d: "Bearer " + d.token(aud="99999999-2222-4333-8444-555555555555"),
    "no audience": lambda d: "Bearer " + d.token(aud=None),
    "audiences": lambda d: "Bearer " + d.token(aud=[APP_ID, "other"]),
    "expired": lambda d: "Bearer " + d.token(exp=NOW - 301),
    "no exp": lambda d: "Bearer " + d.token(exp=None),
    "exp is text": lambda d: "Bearer " + handmade(RS256, d.claims() | {"exp": str(NOW + 600)}),
    "exp is true": lambda d: "Bearer " + handmade(RS256, d.claims() | {"exp": True}),
    "exp is infinite": lambda d: "Bearer " + d.token(exp=float("inf")),
    "exp is no number": lambda d: "Bearer " + d.token(exp=float("nan")),
    "exp is huge": lambda d: "Bearer " + handmade(RS256, d.claims() | {"exp": 10**400}),
    "not yet": lambda d: "Bearer " + d.token(nbf=NOW + 900),
    "nbf is text": lambda d: "Bearer " + handmade(RS256, d.claims() | {"nbf": "soon"}),
    "no kid": lambda d: "Bearer " + d.token(kid=None),
    "unknown kid": lambda d: "Bearer " + d.token(kid="k2"),
    "kid is a number": lambda d: "Bearer " + handmade(RS256 | {"kid": 1}, d.claims()),
    "kid is a path": lambda d: "Bearer " + d.token(kid="../../../../dev/null"),
    "keys of his own": lambda d: "Bearer " + handmade(RS256 | {"jku": "http://evil.example/keys"}, d.claims()),
    "wrong serviceUrl": lambda d: "Bearer " + d.token(serviceurl="https://smba.trafficmanager.net/amer/"),
    "serviceUrl without its slash": lambda d: "Bearer " + d.token(serviceurl=d.service_url.rstrip("/")),
    "no serviceUrl": lambda d: "Bearer " + d.token(serviceurl=None),
    "too long": lambda d: "Bearer " + d.token(padding="x" * 3500),
}


async def test_a_token_that_holds_is_let_in(gate: Gate) -> None:
    assert await gate.post("Bearer " + gate.double.token()) == 202
    assert await gate.post("bearer " + gate.double.token(exp=NOW - 200, nbf=NOW + 200), id="2") == 202
    assert len(gate.coach.received) == 2
    assert gate.double.opened == ["/openid", "/keys"]


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_token_is_refused(gate: Gate, name: str) -> None:
    assert await gate.post(FORGED[name](gate.double)) in {401, 403}
    assert gate.untouched()


async def test_a_token_signed_with_another_key_is_refused(gate: Gate, strange_key: rsa.RSAPrivateKey) -> None:
    assert await gate.post("Bearer " + gate.double.token(key=strange_key)) == 401
    assert gate.untouched()


async def test_unknown_keys_are_asked_for_once_and_hold_nobody_up(gate: Gate) -> None:
    double = gate.double
    assert await gate.post("Bearer " + double.token()) == 202
    gate.seconds.now += PAUSE_S
    double.metadata_waits_for = asyncio.Event()
    forged = [double.token(kid=f"made-up-{number}") for number in range(20)]
    strangers = [asyncio.create_task(gate.post(f"Bearer {token}")) for token in forged]
    await until(lambda: double.opened.count("/openid") == 2)
    assert await gate.post("Bearer " + double.token(), id="2") == 202
    assert not any(stranger.done() for stranger in strangers)
    double.metadata_waits_for.set()
    assert set(await asyncio.gather(*strangers)) == {401}
    assert double.opened.count("/openid") == 2


async def test_a_key_that_may_not_sign_for_teams_is_refused(gate: Gate, strange_key: rsa.RSAPrivateKey) -> None:
    gate.double.keys["k9"] = (strange_key, ["webchat", "msteams2"])
    assert await gate.post("Bearer " + gate.double.token(key=strange_key, kid="k9")) == 403
    assert gate.untouched()


@pytest.mark.parametrize("channel", ["webchat", "emulator", "MSTEAMS", "", None])
async def test_another_channel_is_refused(gate: Gate, channel: str | None) -> None:
    assert await gate.post("Bearer " + gate.double.token(), channelId=channel) == 403
    assert gate.untouched()


NOT_SERVICES = [
    METADATA_IP,
    "http://localhost:8080/",
    "http://[::1]/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://2130706433/",
    "http://smba.trafficmanager.net/emea/",
    "https://smba.trafficmanager.net:8443/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://smba.trafficmanager.net%2eevil.example/",
    "https://evil.example/smba.trafficmanager.net",
    "https://evil.example/#smba.trafficmanager.net",
    "https://evil.example?.botframework.com",
    "https://evil.example\\.botframework.com/",
    "https://botframework.com.evil.example/",
    "https://evilbotframework.com/",
    "https://botframework.com/",
    "https://x.botframework.com./",
    "https://x.botframew\u043erk.com/",
    "https://other.trafficmanager.net/",
    "https://x.botframework.com/../..//evil",
    "https://x.botframework.com/{evil}",
    " https://x.botframework.com/",
    "https://x.botframework.com/\n",
    "HTTPS://smba.trafficmanager.net/",
    "ftp://smba.trafficmanager.net/",
    "//smba.trafficmanager.net/",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("url", NOT_SERVICES)
async def test_no_other_host_is_believed_even_when_the_token_names_it(gate: Gate, url: str) -> None:
    assert not PUBLIC.serves(url)
    assert not GOVERNMENT.serves(url)
    assert await gate.post("Bearer " + gate.double.token(serviceurl=url), serviceUrl=url) == 403
    assert gate.untouched()
    assert not gate.double.opened


def test_microsofts_own_hosts_are_believed() -> None:
    for url in [
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net/uk/72f988bf-86f1-41af-91ab-2d7cd011db47/",
        "https://smba.trafficmanager.net:443/teams",
        "https://europe.botframework.com",
        "https://smba.infra.gcc.teams.microsoft.com/gcc",
    ]:
        assert PUBLIC.serves(url)
        assert not DEVELOPMENT.serves(url)
    assert GOVERNMENT.serves("https://smba.infra.gov.teams.microsoft.us/gcch")
    assert DEVELOPMENT.serves("http://localhost:56150/_connector")
    assert not DEVELOPMENT.serves(METADATA_IP)


def mutated(token: str, double: TeamsDouble, dice: random.Random) -> str:
    """A token that was tampered with in one of several ways."""
    header, claims, signature = token.split(".")
    ways: list[Callable[[], str]] = [
        lambda: flipped(token, dice),
        lambda: token[: dice.randrange(len(token))],
        lambda: token + dice.choice("ABCab01-_.=!,é"),
        lambda: ".".join(dice.sample([header, claims, signature], 3)),
        lambda: f"{header}.{segment(double.claims(**{dice.choice(CLAIMS): dice.choice(VALUES)}))}.{signature}",
        lambda: f"{segment(RS256 | {dice.choice(HEADERS): dice.choice(VALUES)})}.{claims}.{signature}",
        lambda: f"{header}.{claims}.{segment(dice.randbytes(dice.choice([0, 1, 255, 256, 257])))}",
        lambda: "".join(dice.choice(MARKS) for _ in range(dice.randrange(1, 400))),
    ]
    return dice.choice(ways)()


MARKS = string.ascii_letters + string.digits + "-_.=+/{}[]\"'<>éß€"
HEADERS = ["alg", "kid", "typ", "jku", "x5u"]
CLAIMS = ["iss", "aud", "exp", "nbf", "serviceurl", "extra"]
VALUES = ["", "x", 0, -1, 1.5, True, [], {}, ["https://api.botframework.com"], 10**30, "none", "RS256", "k1"]


def flipped(token: str, dice: random.Random) -> str:
    at = dice.randrange(len(token))
    return token[:at] + dice.choice("ABCDEFabcdef0123456789-_.") + token[at + 1 :]


def same(one: str, other: str) -> bool:
    """Whether two tokens say the same: the last letter of a signature has bits to spare."""
    (*signed, signature), (*other_signed, other_signature) = one.split("."), other.split(".")
    if signed != other_signed or len(signature) != len(other_signature):
        return False
    return base64.urlsafe_b64decode(signature + "==") == base64.urlsafe_b64decode(other_signature + "==")


async def test_a_token_that_was_tampered_with_is_refused_and_not_logged(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dice = random.Random(20260302)
    token, tried = gate.double.token(), 0
    while tried < MUTATIONS:
        forged = mutated(token, gate.double, dice)
        if same(forged, token):
            continue
        tried += 1
        status = await gate.post("Bearer " + forged, text="a canary of what somebody said")
        assert status in {401, 403}, forged
    assert gate.untouched()
    assert not [each for each in caplog.records if each.levelname == "ERROR" or each.exc_info]
    assert "canary" not in caplog.text
    assert token.split(".")[1] not in caplog.text


async def test_claims_come_from_what_was_signed(gate: Gate) -> None:
    double = gate.double
    decoded = jwt.decode(double.token(nbf=NOW, exp=NOW + 600), options={"verify_signature": False})
    assert decoded == double.claims(nbf=NOW, exp=NOW + 600)
