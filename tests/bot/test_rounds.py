"""What is done by the clock goes on, whatever becomes of one of it."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy.exc import OperationalError

from bot import rounds
from tests.fakes import NOON

BROKEN = OperationalError("", {}, OSError())


@pytest.mark.parametrize("error", [BROKEN, KeyError("trust-9"), ExceptionGroup("several at once", [BROKEN, OSError()])])
async def test_a_round_that_fails_keeps_nothing_else_from_being_done(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "_EVERY_SECONDS", 0)
    done: list[datetime] = []
    enough = asyncio.Event()

    async def fails(_now: datetime) -> None:
        raise error

    async def works(now: datetime) -> None:
        done.append(now)
        if len(done) == 2:
            enough.set()

    going = asyncio.create_task(rounds.go_round((fails, works), lambda: NOON))
    async with asyncio.timeout(5):
        await enough.wait()
    going.cancel()
    assert done[:2] == [NOON, NOON]
