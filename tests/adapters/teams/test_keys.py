"""Signing keys: when they are fetched, and that nobody waits who need not."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from adapters.teams.activity import Json
from adapters.teams.clouds import PUBLIC
from adapters.teams.keys import LIFETIME_S, PAUSE_S, PAUSE_WITHOUT_KEYS_S, SigningKeys, fetch_with
from tests.adapters.teams.linked import Outbound, Seconds, cloud
from tests.teams_double import TeamsDouble


@dataclass
class Shelf:
    """Metadata and keys in memory; slow or broken when told to be."""

    listed: list[Any]
    address: object = "https://login.botframework.com/v1/.well-known/keys"
    fetched: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    broken: bool = False

    async def fetch(self, url: str) -> Json:
        self.fetched.append(url)
        if self.gate:
            await self.gate.wait()
        if self.broken:
            raise OSError("unreachable")
        return {"jwks_uri": self.address} if url == PUBLIC.metadata_url else {"keys": self.listed}

    @property
    def times(self) -> int:
        """How often the keys were asked for."""
        return self.fetched.count(PUBLIC.metadata_url)


@pytest.fixture
def shelf(signing_key: rsa.RSAPrivateKey) -> Shelf:
    return Shelf([public(signing_key, "k1")])


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def keys(shelf: Shelf, seconds: Seconds) -> AsyncIterator[SigningKeys]:
    ring = SigningKeys(cloud=PUBLIC, fetch=shelf.fetch, monotonic=seconds)
    yield ring
    await ring.close()


def public(key: rsa.RSAPrivateKey, kid: str) -> Json:
    found: Json = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return found | {"kid": kid, "endorsements": ["msteams"]}


async def test_keys_are_fetched_once_for_all_who_ask(keys: SigningKeys, shelf: Shelf) -> None:
    found = await asyncio.gather(*(keys.find("k1") for _ in range(50)))
    assert all(found)
    assert found[0]
    assert found[0].endorsements == {"msteams"}
    assert shelf.times == 1


async def test_an_unknown_key_asks_for_new_ones_once_in_a_while(
    keys: SigningKeys, shelf: Shelf, seconds: Seconds, strange_key: rsa.RSAPrivateKey
) -> None:
    assert await keys.find("k1")
    seconds.now += PAUSE_S
    shelf.listed.append(public(strange_key, "k2"))
    assert all(await asyncio.gather(*(keys.find("k2") for _ in range(50))))
    assert shelf.times == 2
    for number in range(200):
        assert await keys.find(f"made-up-{number}") is None
    assert shelf.times == 2
    seconds.now += PAUSE_S
    assert await keys.find("made-up") is None
    assert shelf.times == 3


async def test_nobody_with_a_known_key_waits_while_new_ones_are_fetched(
    keys: SigningKeys, shelf: Shelf, seconds: Seconds
) -> None:
    assert await keys.find("k1")
    seconds.now += PAUSE_S
    shelf.gate = asyncio.Event()
    stuck = asyncio.create_task(keys.find("unknown"))
    beats = 0
    slowest = 0.0
    while beats < 50:
        before = time.perf_counter()
        assert await keys.find("k1")
        await asyncio.sleep(0)
        slowest = max(slowest, time.perf_counter() - before)
        beats += 1
    assert not stuck.done()
    assert slowest < 0.1
    shelf.gate.set()
    assert await stuck is None


async def test_old_keys_are_renewed_behind_the_back_of_those_who_ask(
    keys: SigningKeys, shelf: Shelf, seconds: Seconds
) -> None:
    assert await keys.find("k1")
    seconds.now += LIFETIME_S + 1
    assert await keys.find("k1")
    for _ in range(10):
        await asyncio.sleep(0)
    assert shelf.times == 2


async def test_old_keys_hold_while_new_ones_cannot_be_had(
    keys: SigningKeys, shelf: Shelf, seconds: Seconds, caplog: pytest.LogCaptureFixture
) -> None:
    assert await keys.find("k1")
    shelf.broken = True
    seconds.now += 5 * LIFETIME_S
    with caplog.at_level(logging.WARNING):
        assert await keys.find("unknown") is None
    assert await keys.find("k1")
    assert "OSError" in caplog.text


async def test_without_any_keys_another_try_comes_soon(keys: SigningKeys, shelf: Shelf, seconds: Seconds) -> None:
    shelf.broken = True
    assert await keys.find("k1") is None
    shelf.broken = False
    assert await keys.find("k1") is None
    seconds.now += PAUSE_WITHOUT_KEYS_S
    assert await keys.find("k1")


@pytest.mark.parametrize("address", ["https://evil.example/keys", "http://login.botframework.com/keys", "", None, 3])
async def test_keys_from_elsewhere_are_not_fetched(keys: SigningKeys, shelf: Shelf, address: object) -> None:
    shelf.address = address
    assert await keys.find("k1") is None
    assert shelf.fetched == [PUBLIC.metadata_url]


@pytest.mark.parametrize(
    "odd", [{}, None, "x", {"kid": "o"}, {"kid": "o", "kty": "RSA"}, {"kid": "o", "kty": "oct", "k": "eA"}]
)
async def test_a_key_that_cannot_be_read_is_left_out(keys: SigningKeys, shelf: Shelf, odd: object) -> None:
    shelf.listed.insert(0, odd)
    assert await keys.find("k1")
    assert await keys.find("o") is None


async def test_keys_come_over_http(double: TeamsDouble) -> None:
    outbound = Outbound()
    async with outbound.session() as session:
        keys = SigningKeys(cloud=cloud(double), fetch=fetch_with(session), monotonic=Seconds())
        double.metadata_fails = True
        assert await keys.find("k1") is None
        fresh = SigningKeys(cloud=cloud(double), fetch=fetch_with(session), monotonic=Seconds())
        double.metadata_fails = False
        assert await fresh.find("k1")
    assert double.opened == ["/openid", "/openid", "/keys"]
