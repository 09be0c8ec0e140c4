"""`python -m tests.bench_evaluation [--write] [REPORT.json]`: what each part of the search brings, as tables.

Asks `coach evaluate` for every configuration, by the cases that COACH_EVAL_QUESTIONS names and on the documents of
COACH_LIBRARY_DIR, in a fresh data directory; or reads what it printed with `--json`. `--write` keeps the tables in
docs/evaluation.md.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from bot.commands.evaluation_tables import cell
from knowledge.evaluation.configurations import CONFIGURATIONS, FULL, NAIVE
from knowledge.evaluation.figures import MRR, RECALL
from tests.bench import Coach
from tests.bench_pages import EVALUATION, table, taken, write

_ASKED = ("--compare", "all", "--json")
_COMMAND = "COACH_LIBRARY_DIR=… COACH_EVAL_QUESTIONS=… python -m tests.bench_evaluation --write"
_HEAD = ("recall@1", RECALL, "recall@10", "recall@20", "paraphrases@5", MRR, "times naive", "evidence cited")
_SIDES = (FULL, "withheld")
_ABOUT = {each.name: each.about for each in CONFIGURATIONS} | {FULL: "what is served"}

Report = Mapping[str, Any]


def evaluated(library: Path, cases: Path) -> Report:
    """What `coach evaluate` says of every configuration."""
    with TemporaryDirectory() as folder:
        coach = Coach(data=Path(folder) / "data", library=Path(folder) / "library")
        shutil.copytree(library, coach.library, copy_function=shutil.copyfile)
        coach.run("library", "check", "--json")
        _, printed = coach.run("evaluate", str(cases.resolve()), *_ASKED)
    report: Report = json.loads(printed)
    return report


def sections(report: Report) -> dict[str, str]:
    """The tables by their titles."""
    served = [(name, cell(name, report)) for name in report if isinstance(report[name], float)]
    return {
        "What is served": table(("figure", "value"), served),
        "What each part brings": _parts(report["configurations"]),
        "A document without notes": _withheld(report["withheld"], report["configurations"][NAIVE][RECALL]),
    }


def _parts(configurations: Mapping[str, Report]) -> str:
    rows = [(f"`{name}`: {_ABOUT[name]}", *(cell(each, of) for each in _HEAD)) for name, of in configurations.items()]
    return table(("configuration", *_HEAD), rows)


def _withheld(documents: Mapping[str, Report], naive: float) -> str:
    rows = [
        (
            document,
            str(each["cases"]),
            *(f"{each[of][name]:.2f}" for name in (RECALL, MRR) for of in (FULL, "withheld")),
        )
        for document, each in documents.items()
    ]
    head = ("document", "cases", f"{RECALL}, with notes", "without", f"{MRR}, with notes", "without")
    return (
        "Each document in turn is searched without its notes, as one is that was added today, by the questions whose "
        "whole evidence it holds, while the others keep theirs. The naive baseline finds "
        f"{naive:.2f} of all questions.\n\n{table(head, rows)}"
    )


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    console, kept = (
        Console(soft_wrap=True, markup=False, highlight=False),
        [Path(each) for each in arguments if each != "--write"],
    )
    library, cases = os.environ.get("COACH_LIBRARY_DIR"), os.environ.get("COACH_EVAL_QUESTIONS")
    if not kept and not (library and cases):
        console.print("Nothing to evaluate by: set COACH_LIBRARY_DIR and COACH_EVAL_QUESTIONS.")
        return 0
    report = json.loads(kept[0].read_text()) if kept else evaluated(Path(library or ""), Path(cases or ""))
    for title, shown in sections(report).items():
        console.print(f"{title}\n\n{shown}")
        if "--write" in arguments:
            write(EVALUATION, title, f"{taken(_COMMAND, datetime.now(UTC))}\n{shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
