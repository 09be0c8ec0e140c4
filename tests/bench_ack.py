"""`python -m tests.bench_ack [--seconds N] [--json] [--write]`: how soon Slack hears that a message is kept.

A real server with its durable inbox (SQLite, synchronous=FULL) on this machine's disk, signed questions from outside,
Slack's Web API played by another process. First 100 messages a second at fixed moments, each timed from the moment it
was due; then as many as are taken on a few connections. The coach answers them all the while.
Exits 1 when a limit is broken.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from statistics import quantiles

from rich.console import Console
from rich.table import Table

from tests.bench import QUESTIONS, REPORT, ROOT, Figure
from tests.crash.in_slack import InSlack, apply_partnership, in_slack
from tests.crash.installation import COACH, Installation, free_port
from tests.load.events import DirectMessage
from tests.load.platform import Acknowledged, Platform, Request
from tests.slack_double import TEAM

RATE, CONNECTIONS, FLOOD_SECONDS = 100.0, 16, 20.0
LIMITS_MS, LEAST_A_SECOND = {"p50": 5.0, "p95": 25.0, "p99": 80.0}, 400.0
_WARM_UP_SECONDS = 3.0
_OPEN, _CLOSE = "<!-- acknowledgement -->", "<!-- end of acknowledgement -->"


class Sustained(Figure):
    """A figure whose limit is what it may not fall below."""

    @property
    def broken(self) -> bool:
        """Whether it is less."""
        return self.limit is not None and self.value < self.limit


def questions() -> Iterator[Request]:
    """Question after question, each signed at the moment it is sent."""
    for number in count():
        message = DirectMessage(number=number, text=QUESTIONS[number % len(QUESTIONS)], team=TEAM)
        yield partial(_sent_now, message)


def _sent_now(message: DirectMessage) -> bytes:
    return message.request(time.time())


@contextmanager
def serving(folder: Path) -> Iterator[InSlack]:
    """A server with the starter library and a partnership, and Slack's side of it in a process of its own."""
    data, port = folder / "data", free_port()
    plain = Installation(data)
    subprocess.run([COACH, "library", "check"], env=plain.environment({}), check=True, capture_output=True, cwd=folder)
    apply_partnership(plain)
    coach = in_slack(data, f"http://127.0.0.1:{port}/api/")
    with subprocess.Popen([sys.executable, "-m", "tests.load.quick_slack", str(port)], cwd=ROOT) as quick:
        try:
            coach.start()
            yield coach
        finally:
            coach.abandon()
            quick.kill()


async def measure(coach: InSlack, seconds: float) -> list[Figure]:
    """Both figures, in this order: the second leaves a backlog behind."""
    platform, asked = Platform(port=coach.port), questions()
    await platform.on_time(asked, 20, _WARM_UP_SECONDS)
    before = _answered(coach)
    steady = await platform.on_time(asked, RATE, seconds)
    answered = _answered(coach) - before
    flood_seconds = min(seconds, FLOOD_SECONDS)
    flood = await platform.at_once(asked, CONNECTIONS, flood_seconds)
    platform.close()
    return [
        *_latencies(steady),
        Figure(name="answered meanwhile, a second", value=round(answered / seconds)),
        Figure(name="not acknowledged", value=sum(each.status != 200 for each in [*steady, *flood]), limit=0),
        Sustained(
            name=f"sustained on {CONNECTIONS} connections, a second",
            value=round(_kept(flood) / flood_seconds),
            limit=LEAST_A_SECOND,
        ),
        Figure(name="longest wait then", value=1000 * max(each.seconds for each in flood), unit="ms"),
    ]


def _latencies(taken: Sequence[Acknowledged]) -> list[Figure]:
    at = quantiles([1000 * each.seconds for each in taken], n=100)
    found = {"p50": at[49], "p95": at[94], "p99": at[98]}
    return [
        Figure(name=f"acknowledged at {RATE:.0f} a second, {name}", value=found[name], unit="ms", limit=limit)
        for name, limit in LIMITS_MS.items()
    ]


def _kept(taken: Sequence[Acknowledged]) -> int:
    return sum(each.status == 200 for each in taken)


def _answered(coach: InSlack) -> int:
    return int(coach.select("SELECT count(*) FROM inbox WHERE state = 'handled'")[0][0])


def table(figures: Sequence[Figure], load: float, seconds: float) -> str:
    """The figures as they stand in docs/benchmarks.md."""
    rows = "\n".join(f"| {' | '.join(figure.cells)} |" for figure in figures)
    return (
        f"Questions by Slack's signed requests for {seconds:.0f} s at {RATE:.0f} a second, each timed from the moment "
        f"it was due, then as many as {CONNECTIONS} connections carry; SQLite with synchronous=FULL. The server, the "
        f"questioner and Slack's double shared {os.cpu_count()} cores, whose load average before was {load:.1f}.\n\n"
        f"| figure | value | limit |\n|---|---|---|\n{rows}\n"
    )


def write(figures: str) -> None:
    """Put the figures in the place of the last ones."""
    page = REPORT.read_text(encoding="utf-8")
    if _OPEN not in page:
        page += f"\n## Acknowledgement\n\n{_OPEN}\n{_CLOSE}\n"
    between = re.compile(f"(?s){re.escape(_OPEN)}.*{re.escape(_CLOSE)}")
    REPORT.write_text(between.sub(lambda _: f"{_OPEN}\n{figures}{_CLOSE}", page), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and say by the exit status whether every limit holds."""
    parser = argparse.ArgumentParser(description="How soon Slack hears that a message is kept.")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long messages come at their fixed moments")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/benchmarks.md")
    given = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as coach:
        figures = asyncio.run(measure(coach, given.seconds))
    console, shown = Console(), Table("Figure", "Value", "Limit")
    for figure in figures:
        shown.add_row(*figure.cells, style="red" if figure.broken else None)
    if given.json:
        found = {figure.name: round(figure.value, 1) for figure in figures}
        console.print_json(data={**found, "load average before": round(load, 1)})
    else:
        console.print(shown, f"Load average before: {load:.1f}")
    if given.write:
        write(table(figures, load, given.seconds))
    return 1 if any(figure.broken for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
