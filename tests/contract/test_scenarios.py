"""The same scenarios over every adapter, with doubles of the platforms."""

import pytest

from tests.contract.scenarios import Stage, play, scenarios

pytestmark = pytest.mark.process


@pytest.mark.parametrize("name", scenarios())
async def test_it_comes_out_the_same_whatever_carries_it(stage: Stage, name: str) -> None:
    await play(stage, scenarios()[name])
