"""`python -m tests.bench_check_ins [--write]`: 10,000 check-ins to 500 workspaces on both platforms, on a bad day.

A real server with its durable outbox (SQLite, synchronous=FULL); the platforms are played by another process: 150 ms a
call, one in twenty refused with 429, one in a hundred broken after which the message may be there or not. Meanwhile
somebody asks something every second. Exits 1 when a limit is broken.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.bench import Figure
from tests.bench_pages import BENCHMARKS, table, taken, write
from tests.crash.in_slack import InSlack, apply_partnership
from tests.crash.installation import COACH, Installation
from tests.load.busy_platforms import Call
from tests.load.check_ins import Platforms, platforms, put, seen
from tests.load.crowd import PEOPLE, WORKSPACES, people
from tests.load.events import DirectMessage
from tests.load.platform import Acknowledged, Platform
from tests.slack_double import TEAM

LIMIT_S, PATIENCE_S = 120.0, 600.0
#: As many people ask something meanwhile, one a second.
PEOPLE_ASKING = 200
#: The week of a second message to some, due at the same moment as the first.
_ONCE_MORE = 1
_TITLE, _COMMAND = "Check-ins to a crowd", "python -m tests.bench_check_ins --write"
#: What people ask meanwhile: quick to answer.
_QUESTIONS = ("help", "Hello!", "what can you do")


@contextmanager
def serving(folder: Path, double: Platforms) -> Iterator[InSlack]:
    """A server with the starter library and a partnership, whose platforms are the double."""
    plain = Installation(folder / "data")
    subprocess.run([COACH, "library", "check"], env=plain.environment({}), check=True, capture_output=True, cwd=folder)
    apply_partnership(plain)
    coach = InSlack(plain.data, {**double.settings, "COACH_LOG_LEVEL": "error"})
    try:
        coach.start()
        yield coach
    finally:
        coach.abandon()


async def measure(coach: InSlack, double: Platforms, workspaces: int) -> list[Figure]:
    """Have the check-ins due, ask meanwhile, and wait for the last."""
    busy = _processor_seconds(coach)
    crowd, address = list(people(workspaces=workspaces)), f"sqlite+aiosqlite:///{coach.database}"
    await put(address, crowd, double.api)
    await put(address, [each for each in crowd if each.number == 0], double.api, _ONCE_MORE)
    began, asking = time.monotonic(), Asking(platform=Platform(port=coach.port))
    going_on = asyncio.create_task(asking.go_on())
    while left := _left(coach):
        assert coach.running, coach.log.read_text()[-2000:]
        assert time.monotonic() - began < PATIENCE_S, f"{left} check-ins were not sent"
        await asyncio.sleep(0.25)
    seconds = time.monotonic() - began
    going_on.cancel()
    await asyncio.wait({going_on})
    busy = _processor_seconds(coach) - busy
    await asyncio.sleep(5)  # the last answers
    asking.platform.close()
    calls, wanted = double.calls(), workspaces * (PEOPLE + 1)
    return [
        Figure(name=f"{wanted} check-ins done", value=round(seconds, 1), unit="s", limit=LIMIT_S),
        *_figures(coach, [call for call in calls if not call.channel.startswith("DU")]),
        Figure(name="time of the processor, a check-in", value=1000 * busy / wanted, unit="ms"),
        *_of_answers(asking.waits(calls)),
    ]


def _figures(coach: InSlack, calls: Sequence[Call]) -> list[Figure]:
    figures = seen(calls)
    unknown = coach.select("SELECT count(*) FROM outbox WHERE state = 'unknown'")[0][0]
    return [
        Figure(name="requests for them", value=figures.calls),
        Figure(name="posted twice", value=figures.doubled, limit=0),
        Figure(name="messages within a second of another in their conversation", value=figures.hurried, limit=0),
        Figure(name="the closest two", value=figures.closest, unit="s"),
        Figure(name="most in a workspace within a second", value=figures.busiest),
        Figure(name="requests within a pause that was asked for", value=figures.early),
        Figure(name="broken requests", value=sum(call.status == 503 for call in calls)),
        Figure(name="in doubt by them, before Slack is asked", value=unknown),
    ]


def _of_answers(waits: Sequence[float]) -> list[Figure]:
    return [
        Figure(name="questions answered meanwhile", value=len(waits)),
        Figure(name="from a question to its answer, median", value=1000 * median(waits or [0]), unit="ms"),
        Figure(name="the slowest of them", value=1000 * max(waits, default=0), unit="ms"),
    ]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Somebody who asks something every second, each time from another conversation."""

    platform: Platform
    asked: dict[str, float] = field(default_factory=dict)

    async def go_on(self) -> None:
        """Ask until cancelled; who is not answered asks no second time."""
        async with asyncio.TaskGroup() as group:
            for number in range(PEOPLE_ASKING):
                group.create_task(self._ask(number))
                await asyncio.sleep(1)

    async def _ask(self, number: int) -> Acknowledged:
        message = DirectMessage(number=number, text=_QUESTIONS[number % len(_QUESTIONS)], team=TEAM)
        self.asked[message.channel] = time.monotonic()
        return await self.platform.deliver(lambda: message.request(time.time()), time.perf_counter())

    def waits(self, calls: Sequence[Call]) -> list[float]:
        """From each question to the moment at which its answer was there."""
        there = {call.channel: call.posted for call in reversed(calls) if call.posted}
        return [there[channel] - asked for channel, asked in self.asked.items() if channel in there]


def _left(coach: InSlack) -> int:
    query = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND promise = 'notice'"
    return int(coach.select(query)[0][0])


def _processor_seconds(coach: InSlack) -> float:
    assert coach.process is not None
    fields = Path(f"/proc/{coach.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(figures: Sequence[Figure]) -> str:
    """The section of docs/benchmarks.md."""
    explained = (
        f"{WORKSPACES} workspaces of {PEOPLE} people, every other in Teams, each alone with the coach; one in "
        "twenty has a second message due at the same moment. The outbox is in SQLite with synchronous=FULL. The "
        "platforms are a process of its own: 150 ms a call, 5 % refused with 429 and a Retry-After of one to three "
        "seconds, 1 % broken. A question a second is asked meanwhile."
    )
    rows = table(("figure", "value", "limit"), (figure.cells for figure in figures))
    return f"{taken(_COMMAND, datetime.now(UTC))}\n{explained}\n\n{rows}"


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and say by the exit status whether every limit holds."""
    parser = argparse.ArgumentParser(description="How long 10,000 check-ins take.")
    parser.add_argument("--workspaces", type=int, default=WORKSPACES, help="how many, of 20 people each")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/benchmarks.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, platforms() as double, serving(Path(folder), double) as coach:
        figures = asyncio.run(measure(coach, double, given.workspaces))
    console, shown = Console(), Table("Figure", "Value", "Limit")
    for figure in figures:
        shown.add_row(*figure.cells, style="red" if figure.broken else None)
    console.print(shown)
    if given.write:
        write(BENCHMARKS, _TITLE, report(figures))
    return 1 if any(figure.broken for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
