"""Whatever comes to the doors: strangers get a 4xx, hostile messages at worst; nobody gets a 5xx or into the log.

5 % in every run; `COACH_TEST_SCALE=full` sends 10,000 requests of strangers and 2,000 that are validly signed.
"""

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from tests.conftest import FULL
from tests.hostile.front import CANARY, Front, front
from tests.hostile.insiders import insiders
from tests.hostile.outsiders import Request, outsiders, shown
from tests.teams_double import new_key, teams_double

pytestmark = pytest.mark.process
STRANGERS, SIGNED = (10_000, 2_000) if FULL else (500, 100)
_WAYS = {"s": "forged events", "i": "forged interactions", "r": "signed rubbish", "t": "forged Teams tokens"}
_WAYS |= {"u": "no activities", "c": "Slack installation", "p": "pages", "f": "page forms", "m": "uploads"}
_WAYS |= {"n": "no such route"}


@pytest.fixture
async def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Front]:
    async with teams_double(new_key()) as teams, front(tmp_path, monkeypatch, teams) as opened:
        yield opened


async def _statuses(doors: Front, requests: Iterable[Request], allowed: range) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    for request in requests:
        status = await doors.send(request.method, request.path, data=request.body, headers=dict(request.headers))
        assert status in allowed, (status, shown(request), doors.log.getvalue()[-1_500:])
        found[_WAYS.get(request.kind, request.kind), status] += 1
    return found


async def test_strangers_get_a_4xx_and_leave_no_trace(doors: Front) -> None:
    found = await _statuses(doors, outsiders(doors, STRANGERS, random.Random(20_261_122)), range(400, 500))
    _print(found)
    assert {way for way, _ in found} == set(_WAYS.values())
    assert await doors.house.delivery.inbox.waiting() == 0
    assert not doors.teams.requests
    doors.assert_quiet()


async def test_hostile_messages_that_are_signed_break_nothing(doors: Front) -> None:
    found = await _statuses(doors, insiders(doors, SIGNED, random.Random(22_112_026)), range(200, 500))
    _print(found)
    waiting = await doors.house.delivery.inbox.waiting()
    await doors.house.settle()
    print(f"{waiting} of them were taken, and answered")  # noqa: T201
    assert waiting > SIGNED // 20
    doors.assert_quiet(ids_forged=True)


async def test_a_canary_would_be_seen(doors: Front) -> None:
    doors.log.write(CANARY)
    with pytest.raises(AssertionError):
        doors.assert_quiet()


def _print(found: Counter[tuple[str, int]]) -> None:
    lines = [f"{way}: {status} x {count}" for (way, status), count in sorted(found.items())]
    print("\n".join([f"{found.total()} requests", *lines]))  # noqa: T201
