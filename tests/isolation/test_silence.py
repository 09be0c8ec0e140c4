"""Nothing that a lead is shown names, or hints at, somebody who did not reply."""

import re
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.store.database import Database
from tests.isolation.silence import QUOTING, RENDERERS, SIGNED, SPOKE, Scene, Silent, scene


@pytest.fixture
async def told(sqlite: Database) -> AsyncIterator[Scene]:
    with capture_logs() as lines:
        yield await scene(sqlite)
    assert not any(mark in repr(lines) for mark in Silent.EVERY)


def spoken(text: str) -> str:
    return re.sub(r"[\s\\]+", "", text)


@pytest.mark.parametrize("name", RENDERERS)
async def test_nobody_who_was_silent_is_named(told: Scene, name: str) -> None:
    shown = await RENDERERS[name](told)
    assert "zqxsilent" not in shown.lower()


@pytest.mark.parametrize("name", QUOTING)
async def test_those_who_spoke_are_shown_as_they_allow(told: Scene, name: str) -> None:
    """So that the test above would find somebody."""
    shown = spoken(await RENDERERS[name](told))
    assert spoken(SIGNED) in shown
    assert spoken(f"{SPOKE} (0)") in shown
    assert spoken(f"{SPOKE} (1)") in shown
    assert not any(spoken(f"{SPOKE} ({number})") in shown for number in range(2, 16))


@pytest.mark.parametrize("name", RENDERERS)
async def test_whether_somebody_was_silent_changes_nothing_that_is_shown(sqlite: Database, name: str) -> None:
    """All of them, or one who was not asked: the same to the letter."""
    first = await RENDERERS[name](await scene(sqlite, silent=[Silent.UNASKED]))
    assert await RENDERERS[name](await _anew(sqlite)) == first


async def _anew(database: Database) -> Scene:
    await database.write(lambda connection: [connection.exec_driver_sql(f"DELETE FROM {name}") for name in _KEPT])
    return await scene(database)


_KEPT = ("check_in", "reflection", "snapshot", "snapshot_contribution", "home", "identity", "partner")
