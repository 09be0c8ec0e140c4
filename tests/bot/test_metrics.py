"""What `/metrics` says: counts and times of what happened, how the tables stand, and never what anybody wrote."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.metrics import Metrics, metrics_page
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.fakes import message

CANARY = "heron-canary"
ASKED = message("1", text=CANARY)


@dataclass(frozen=True, kw_only=True)
class _Tables:
    inbox: Inbox
    outbox: Outbox


class _NeverAsked(Inbox):
    async def waiting(self) -> int:
        raise AssertionError("asked")


async def _all_well() -> Mapping[str, str]:
    return {"library": "", "model": ""}


async def _answer(_incoming: Incoming) -> Card:
    return Card(title=CANARY)


async def _no_answer(_incoming: Incoming) -> Card:
    raise RuntimeError(CANARY)


def _figures(body: bytes) -> dict[tuple[str, str], float]:
    families = text_string_to_metric_families(body.decode())
    samples = [each for family in families for each in family.samples]
    return {(each.name, "".join(each.labels.values())): each.value for each in samples}


async def test_answers_are_counted_and_timed_by_platform(sqlite: Database) -> None:
    seconds = iter([10.0, 10.3, 20.0])
    metrics = Metrics(monotonic=lambda: next(seconds))
    await metrics.timed(_answer)(ASKED)
    with pytest.raises(RuntimeError):
        await metrics.timed(_no_answer)(ASKED)
    body = await metrics.read(_all_well, _Tables(inbox=Inbox(sqlite), outbox=Outbox(sqlite)))
    figures = _figures(body)
    platform = ASKED.platform
    assert figures["coach_answer_seconds_count", platform] == 1
    assert figures["coach_answer_seconds_sum", platform] == pytest.approx(0.3)
    assert figures["coach_answers_failed_total", platform] == 1
    assert CANARY not in body.decode()


async def test_the_tables_are_counted_as_they_stand(sqlite: Database) -> None:
    inbox = Inbox(sqlite)
    await inbox.receive(ASKED)
    figures = _figures(await Metrics().read(_all_well, _Tables(inbox=inbox, outbox=Outbox(sqlite))))
    assert figures["coach_inbox_waiting", ""] == 1
    assert figures["coach_ready", "library"] == 1


async def test_a_part_that_does_not_work_is_told_without_asking_the_tables(sqlite: Database) -> None:
    async def away() -> Mapping[str, str]:
        return {"database": "it does not answer"}

    figures = _figures(await Metrics().read(away, _Tables(inbox=_NeverAsked(sqlite), outbox=Outbox(sqlite))))
    assert figures["coach_ready", "database"] == 0


async def test_the_page_is_for_this_machine_and_only_where_a_port_is_set(sqlite: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    tables = _Tables(inbox=Inbox(sqlite), outbox=Outbox(sqlite))
    async with aiohttp.ClientSession() as session:
        page = metrics_page(Metrics(), port, _all_well, tables)
        async with page, session.get(f"http://127.0.0.1:{port}/metrics") as response:
            assert "coach_ready" in await response.text()
        async with metrics_page(Metrics(), None, _all_well, tables):
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.get(f"http://127.0.0.1:{port}/metrics")
