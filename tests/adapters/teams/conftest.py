"""A key pair for the whole session, and the double of Microsoft's side."""

from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.teams_double import TeamsDouble, new_key, teams_double


@pytest.fixture(scope="session")
def signing_key() -> rsa.RSAPrivateKey:
    return new_key()


@pytest.fixture(scope="session")
def strange_key() -> rsa.RSAPrivateKey:
    return new_key()


@pytest.fixture
async def double(signing_key: rsa.RSAPrivateKey) -> AsyncIterator[TeamsDouble]:
    async with teams_double(signing_key) as running:
        yield running
