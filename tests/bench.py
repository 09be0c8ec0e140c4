"""`python -m tests.bench [--write]` (`make bench`): what the coach takes on the documents in COACH_LIBRARY_DIR.

Every command is a process of its own, timed from outside, in a fresh data directory. Where COACH_EVAL_QUESTIONS
names a file of cases, the figures of `coach evaluate` follow. `--write` keeps the table in docs/benchmarks.md.
Exits 1 when a limit is broken: 75 s for a first index, 2 s for an unchanged one, 150 ms for the p95 of an answer.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench_pages import BENCHMARKS, table, taken, write

#: Other benchmarks keep their figures there too.
REPORT = BENCHMARKS
ROOT = REPORT.parent.parent
_ROUNDS = 3
_TITLE = "Indexing and answering"
_COMMAND = "COACH_LIBRARY_DIR=… COACH_EVAL_QUESTIONS=… python -m tests.bench --write"
_EXPLAINED = (
    "Times are those of whole processes, seen from outside; an answer's is that from one line of a batch to the next."
)

QUESTIONS = (
    "What gets in the way of joint working?",
    "How do partners deal with struggles over power and priorities?",
    "What can be done about institutional inertia?",
    "Why does energy fade in a partnership, and what brings it back?",
    "What do you do with staff who resist a change?",
    "Which barriers do people avoid naming?",
    "Are funders and ministers too impatient for proof?",
    "What conditions help a collaboration to work?",
    "Why does a shared purpose matter?",
    "How do organisations agree on what causes what?",
    "How is trust built between organisations?",
    "Does it matter whether partners are willing, rewarded or required to work together?",
    "How does the national setting shape a local partnership?",
    "What counts as collaboration?",
    "What types of partnership are there?",
    "How can a network be governed?",
    "When is a handshake enough and when do you need a contract?",
    "How should we choose a form for our partnership?",
    "What does a good system leader do?",
    "What is the difference between a steward and a catalyst?",
    "How do frontline leaders differ from chief executives?",
    "How can several people lead together?",
    "What skills do collaborative leaders need?",
    "How do we keep politicians and boards behind us?",
    "How can we make it safe for staff to take risks?",
    "What is a measure for?",
    "How do targets go wrong?",
    "What should a partnership be held to account for?",
    "How do we build learning into our routine?",
    "Who should claim the credit when joint work succeeds?",
    "Does joint work save money?",
    "How do pooled budgets work?",
    "Which incentives help organisations to collaborate?",
    "What does it cost a charity to take part?",
    "What stops agencies from sharing information about a family?",
    "What is involved in sharing power with residents?",
    "How can a board let go and still insist on results?",
    "Where is power handed over to communities?",
    "Where does power hide in a meeting?",
    "How do we decide whether to start a partnership?",
    "What should happen in the first months?",
    "What happens when the leaders of a partnership change?",
    "How should a partnership end when its money runs out?",
    "How do you start from the service user's point of view?",
    "How can services be designed together with the people who use them?",
    "What is the difference between consultation and participation?",
    "Who does not get heard, and why?",
    "What should we do when residents act before we do?",
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table; `limit` is what may not be passed, in the same unit."""

    name: str
    value: float
    unit: str = ""
    limit: float | None = None

    @property
    def broken(self) -> bool:
        """Whether the limit is passed."""
        return self.limit is not None and self.value > self.limit

    @property
    def cells(self) -> tuple[str, str, str]:
        """Name, value and limit as they are printed."""
        places = 0 if self.unit in {"ms", "MB"} or float(self.value).is_integer() else 2 if self.unit else 3
        limit = "" if self.limit is None else f"{self.limit:g} {self.unit}{' broken' if self.broken else ''}"
        return self.name, f"{self.value:.{places}f} {self.unit}".strip(), limit


@dataclass(frozen=True, kw_only=True)
class Coach:
    """The command as a child process, with a data directory and a copy of the library of its own."""

    data: Path
    library: Path

    @property
    def _environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
        return {**kept, "COACH_DATA_DIR": str(self.data), "COACH_LIBRARY_DIR": str(self.library)}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A running command whose output can be read."""
        program = str(Path(sys.executable).with_name("coach"))
        return subprocess.Popen([program, *arguments], env=self._environ, cwd=self.data.parent, stdout=subprocess.PIPE)

    def run(self, *arguments: str) -> tuple[float, bytes]:
        """The seconds that a command took from start to end, and what it printed."""
        started = time.perf_counter()
        with self.start(*arguments) as process:
            printed, _ = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"coach {' '.join(arguments)} ended with status {process.returncode}.")
        return time.perf_counter() - started, printed


def indexing(coach: Coach) -> list[Figure]:
    """The first index, an unchanged one, and one after a document changed."""
    check = ("library", "check", "--json")
    cold, _ = coach.run(*check)
    unchanged = min(coach.run(*check)[0] for _ in range(_ROUNDS))
    changed = sorted(coach.library.glob("*.txt"), key=lambda path: path.stat().st_size)[-1]
    with changed.open("a", encoding="utf-8") as file:
        file.write("\n\nThis paragraph was added to see how long one change takes to be read again.\n")
    after, _ = coach.run(*check)
    return [
        Figure(name="first index", value=cold, unit="s", limit=75),
        Figure(name=f"unchanged, best of {_ROUNDS}", value=unchanged, unit="s", limit=2),
        Figure(name="after the largest document changed", value=after, unit="s"),
    ]


def answering(coach: Coach) -> list[Figure]:
    """The time from line to line of a batch, and the most memory that its process held."""
    questions = QUESTIONS * _ROUNDS
    batch = coach.data.parent / "questions.jsonl"
    batch.write_text("".join(json.dumps({"id": at, "question": each}) + "\n" for at, each in enumerate(questions)))
    started, peak, moments, answered = time.perf_counter(), 0.0, [], 0
    with coach.start("ask", "--batch", str(batch), "--json") as process:
        for line in process.stdout or ():
            moments.append(time.perf_counter())
            answered += json.loads(line)["answered"]
            peak = max(peak, _peak_megabytes(process.pid))
    if len(moments) != len(questions):
        raise SystemExit(f"coach ask answered {len(moments)} of {len(questions)} questions.")
    each = [1000 * (after - before) for before, after in pairwise(moments)]
    return [
        Figure(name="first answer, from start", value=moments[0] - started, unit="s"),
        Figure(name="answer, p50", value=median(each), unit="ms"),
        Figure(name="answer, p95", value=quantiles(each, n=20)[-1], unit="ms", limit=150),
        Figure(name="answer, slowest", value=max(each), unit="ms"),
        Figure(name="questions", value=len(questions)),
        Figure(name="questions answered", value=answered),
        Figure(name="memory of the asking process, peak", value=peak, unit="MB"),
    ]


def _peak_megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


def evaluating(coach: Coach, cases: Path) -> list[Figure]:
    """The figures of `coach evaluate`."""
    _, printed = coach.run("evaluate", str(cases.resolve()), "--json")
    figures: Mapping[str, Any] = json.loads(printed)
    return [
        Figure(name=name, value=value, unit="ms" if name.endswith(" ms") else "")
        for name, value in figures.items()
        if isinstance(value, float)
    ]


def measure(library: Path, cases: Path | None) -> list[Figure]:
    """Every figure, in fresh folders that are removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        coach = Coach(data=Path(folder) / "data", library=Path(folder) / "library")
        shutil.copytree(library, coach.library, copy_function=shutil.copyfile)
        for path in [coach.library, *coach.library.rglob("*")]:
            path.chmod(0o700)
        figures = indexing(coach)
        # The change above would count as an answer of its own.
        shutil.rmtree(coach.library)
        shutil.copytree(library, coach.library, copy_function=shutil.copyfile)
        coach.library.chmod(0o700)
        coach.run("library", "check", "--json")
        figures += answering(coach)
        return figures + (evaluating(coach, cases) if cases else [])


def section(figures: Sequence[Figure], now: datetime) -> str:
    """The figures as a section of a page, with when, where and how they came about."""
    rows = [figure.cells for figure in figures]
    return f"{taken(_COMMAND, now)}\n{_EXPLAINED}\n\n{table(('figure', 'value', 'limit'), rows)}"


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and say by the exit status whether every limit holds."""
    console = Console()
    library, cases = os.environ.get("COACH_LIBRARY_DIR"), os.environ.get("COACH_EVAL_QUESTIONS")
    if not library:
        console.print("Nothing to measure: set COACH_LIBRARY_DIR to a folder of documents.")
        return 0
    figures = measure(Path(library), Path(cases) if cases else None)
    table = Table("Figure", "Value", "Limit")
    for figure in figures:
        table.add_row(*figure.cells, style="red" if figure.broken else None)
    console.print(table)
    if "--write" in arguments:
        write(REPORT, _TITLE, section(figures, datetime.now(UTC)))
        console.print(f"Written to {REPORT.relative_to(ROOT)}.")
    return 1 if any(figure.broken for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
