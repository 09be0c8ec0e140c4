"""What `/metrics` says: counts and times of what happened, how the tables stand, and never what anybody wrote."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.delivery.limiting import LIMITED
from bot.delivery.saying import SILENT, Says
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.metrics import Metrics, metrics_page
from bot.server import Readiness
from bot.store.backlog import Backlog, Waits
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.bot.store.rows import put
from tests.fakes import NOON, message

CANARY = "heron-canary"
ASKED = message("1", text=CANARY)
#: By name and labels.
Figures = dict[tuple[str, str], float]


class _NeverAsked(Backlog):
    async def waits(self, now: datetime) -> Waits:
        raise AssertionError("asked")


async def _all_well() -> Mapping[str, str]:
    return {"library": "", "model": ""}


async def _answer(_incoming: Incoming) -> Card:
    return Card(title=CANARY)


async def _nothing_said(_incoming: Incoming) -> Says:
    return SILENT


async def _endless(_incoming: Incoming) -> Card:
    await asyncio.Event().wait()
    return Card()


async def _no_answer(_incoming: Incoming) -> Card:
    raise RuntimeError(CANARY)


def _figures(body: bytes) -> Figures:
    families = text_string_to_metric_families(body.decode())
    samples = [each for family in families for each in family.samples]
    return {(each.name, " ".join(each.labels.values())): each.value for each in samples}


async def _read(metrics: Metrics, sqlite: Database, readiness: Readiness = _all_well) -> Figures:
    body = await metrics.read(readiness, Backlog(sqlite), Outbox(sqlite), NOON + timedelta(seconds=90))
    assert CANARY not in body.decode()
    return _figures(body)


async def test_answers_are_counted_and_timed_by_platform(sqlite: Database) -> None:
    seconds = iter([10.0, 10.3, 20.0, 30.0, 30.1, 40.0])
    metrics = Metrics(monotonic=lambda: next(seconds))
    await metrics.timed(_answer)(ASKED)
    with pytest.raises(RuntimeError):
        await metrics.timed(_no_answer)(ASKED)
    await metrics.timed(_nothing_said)(ASKED)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await metrics.timed(_endless)(ASKED)
    figures = await _read(metrics, sqlite)
    platform = ASKED.platform
    assert figures["coach_answer_seconds_count", platform] == 2
    assert figures["coach_answer_seconds_sum", platform] == pytest.approx(0.4)
    outcomes = {"answered": 1, "silent": 1, "failed": 2}
    assert {name: figures["coach_answers_total", f"{name} {platform}"] for name in outcomes} == outcomes


async def test_messages_over_a_limit_are_counted(sqlite: Database) -> None:
    metrics = Metrics()
    told = replace(ASKED, action=LIMITED)
    for admitted in (ASKED, told, None):

        async def admit(_incoming: Incoming, admitted: Incoming | None = admitted) -> Incoming | None:
            return admitted

        assert await metrics.limited(admit)(ASKED) is admitted
    assert (await _read(metrics, sqlite))["coach_limited_total", ASKED.platform] == 2


async def test_the_tables_are_counted_as_they_stand(sqlite: Database) -> None:
    await Inbox(sqlite).receive(ASKED)
    await put(sqlite, "2", due=30)
    figures = await _read(Metrics(), sqlite)
    assert figures["coach_inbox", "waiting"] == 1
    assert figures["coach_inbox", "failed"] == 0
    assert figures["coach_outbox", "pending"] == 1
    assert figures["coach_oldest_seconds", "inbox"] == 90
    assert figures["coach_oldest_seconds", "outbox"] == 60
    assert figures["coach_ready", "library"] == 1


async def test_what_is_not_due_yet_is_not_late(database: Database) -> None:
    await put(database, "2", due=600)
    waits = await Backlog(database).waits(NOON)
    assert waits == Waits(messages={"waiting": 0, "failed": 0}, message_age=timedelta(), card_age=timedelta())


async def test_labels_are_few_and_name_nobody(sqlite: Database) -> None:
    metrics = Metrics()
    for number in range(50):
        await metrics.timed(_answer)(message(str(number), text=f"{CANARY} {number}"))
        await Inbox(sqlite).receive(message(str(number)))
    figures = await _read(metrics, sqlite)
    assert len(figures) < 40
    assert not [name for name in figures if ASKED.sender.user in name[1] or "harbour" in name[1]]


async def test_a_part_that_does_not_work_is_told_without_asking_the_tables(sqlite: Database) -> None:
    async def away() -> Mapping[str, str]:
        return {"database": "it does not answer"}

    figures = _figures(await Metrics().read(away, _NeverAsked(sqlite), Outbox(sqlite), NOON))
    assert figures["coach_ready", "database"] == 0


async def test_the_page_is_for_this_machine_and_only_where_a_port_is_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    async def body() -> bytes:
        return b"coach_ready 1"

    async with aiohttp.ClientSession() as session:
        async with metrics_page(port, body), session.get(f"http://127.0.0.1:{port}/metrics") as response:
            assert "coach_ready" in await response.text()
        async with metrics_page(None, body):
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.get(f"http://127.0.0.1:{port}/metrics")


async def test_the_page_listens_on_no_other_address() -> None:
    own = next((each for each in _addresses() if not each.startswith("127.")), None)
    if own is None:
        pytest.skip("this machine has no address but its own loopback")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    async def body() -> bytes:
        return b""

    async with metrics_page(port, body):
        with pytest.raises(OSError), socket.create_connection((own, port), timeout=2):  # noqa: PT011
            pass


def _addresses() -> list[str]:
    try:
        return [str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    except OSError:
        return []
