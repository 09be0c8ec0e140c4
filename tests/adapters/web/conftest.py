"""A page with a fake coach, and a client that speaks to it under the right name."""

import pytest

from adapters.web.app import demo_app
from tests.adapters.web.fakes import HERE, Client, FakeCoach, Open, fake_page


@pytest.fixture
def coach() -> FakeCoach:
    return FakeCoach()


@pytest.fixture
async def client(aiohttp_client: Open, coach: FakeCoach) -> Client:
    return await aiohttp_client(demo_app(fake_page(coach)), headers={"Host": HERE})
