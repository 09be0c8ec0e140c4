"""`python -m tests.bench_flood [--write]`: what 1,000 messages of one person cost twenty others who ask meanwhile.

A real server with its durable inbox (SQLite, synchronous=FULL), Slack's Web API played by another process. The others
ask by themselves, then while one person sends 1,000 messages as fast as they are acknowledged, and once more by
themselves, because the machine may do other things. Exits 1 when the others wait more than twice as long at the 95th
percentile, or the one person is told more or less than once.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

from prompts import words
from tests.bench import QUESTIONS, Figure
from tests.bench_ack import serving
from tests.bench_pages import BENCHMARKS, table, taken, write
from tests.crash.in_slack import InSlack
from tests.load.flood import EVERY_S, OTHERS, Others, flood, posted, to_the_flood
from tests.load.platform import Platform
from tests.slack_double import TEAM

MESSAGES, SECONDS = 1_000, 30.0
_PATIENCE_S = 120.0
_TITLE, _COMMAND = "One person's flood", "python -m tests.bench_flood --write"


async def measure(coach: InSlack, messages: int, seconds: float) -> list[Figure]:
    """The others alone, with the flood, and alone again."""
    api, others = (
        coach.settings["SLACK_API_URL"],
        Others(platform=Platform(port=coach.port), questions=QUESTIONS, team=TEAM),
    )
    await others.ask_for(OTHERS * EVERY_S)  # everybody once: what is looked up once of a person is known then
    await _all_answered(others, api)
    alone = await _waits(others, api, seconds)
    began, flooding = time.monotonic(), Platform(port=coach.port)
    flooded = asyncio.create_task(flood(flooding, messages, TEAM))
    beside = await _waits(others, api, seconds)
    acknowledged = await flooded
    lasted = time.monotonic() - began
    alone += await _waits(others, api, seconds)
    got = to_the_flood(posted(api))
    notices = sum(each.text.startswith(words().count("limits.over", 1)[:40]) for each in got)
    others.platform.close()
    flooding.close()
    without, along = _p95(alone), _p95(beside)
    return [
        Figure(name="others' answers without the flood, median", value=median(alone), unit="ms"),
        Figure(name="the same, p95", value=without, unit="ms"),
        Figure(name="others' answers beside the flood, median", value=median(beside), unit="ms"),
        Figure(name="the same, p95", value=along, unit="ms"),
        Figure(name="times as long at p95", value=round(along / without, 2), limit=2),
        Figure(name="questions of others without an answer", value=_missing(others, api), limit=0),
        Figure(name=f"time for {messages} messages to be acknowledged", value=round(lasted, 1), unit="s"),
        Figure(
            name="the slowest of those acknowledgements",
            value=1000 * max(each.seconds for each in acknowledged),
            unit="ms",
        ),
        Figure(
            name="messages of the flood that were answered", value=len({each.thread for each in got} - {""}) - notices
        ),
        Figure(name="notices to its sender besides one", value=abs(notices - 1), limit=0),
    ]


async def _waits(others: Others, api: str, seconds: float) -> list[float]:
    """How long the others wait for what they ask from now on, in milliseconds."""
    before = others.number
    await others.ask_for(seconds)
    await _all_answered(others, api)
    return [1000 * each for each in others.waits(posted(api), before)]


async def _all_answered(others: Others, api: str) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while _missing(others, api) and time.monotonic() < latest:  # noqa: ASYNC110 - another process posts
        await asyncio.sleep(0.2)


def _missing(others: Others, api: str) -> int:
    return others.number - len(others.waits(posted(api)))


def _p95(waits: Sequence[float]) -> float:
    return quantiles(waits, n=100)[94]


def report(figures: Sequence[Figure]) -> str:
    """The section of docs/benchmarks.md."""
    explained = (
        f"{OTHERS} people ask in turn, {1 / EVERY_S:.0f} questions a second in all, by themselves before and after "
        f"and while another one sends {MESSAGES:,} different messages over 16 connections. A wait is from the "
        "delivery of a question to the post of its answer, both by Slack's side, which takes 50 ms a call. The "
        "server, whoever asks and Slack's side share the machine."
    )
    rows = table(("figure", "value", "limit"), (figure.cells for figure in figures))
    return f"{taken(_COMMAND, datetime.now(UTC))}\n{explained}\n\n{rows}"


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and say by the exit status whether every limit holds."""
    parser = argparse.ArgumentParser(description="What one person's flood costs the others.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long the others ask, each of three times")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="how many the one person sends")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/benchmarks.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as coach:
        figures = asyncio.run(measure(coach, given.messages, given.seconds))
    console, shown = Console(), Table("Figure", "Value", "Limit")
    for figure in figures:
        shown.add_row(*figure.cells, style="red" if figure.broken else None)
    console.print(shown)
    if given.write:
        write(BENCHMARKS, _TITLE, report(figures))
    return 1 if any(figure.broken for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
