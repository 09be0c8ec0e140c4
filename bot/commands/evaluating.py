"""`coach evaluate`: how well questions with known evidence are answered."""

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.commands.opening import open_desk
from bot.desk import View
from bot.domain.errors import CoachError
from bot.settings import Settings
from knowledge.evaluation import judge, summary


async def evaluate(settings: Settings, path: Path, *, as_json: bool) -> None:
    """Answer every case of a file of JSON lines and print the figures."""
    try:
        cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise CoachError(
            f"{path} is not a file of JSON lines ({type(error).__name__}). Name a file of cases."
        ) from error
    async with open_desk(settings) as desk:
        figures = summary([judge(case, await desk.ask(case["question"], View())) for case in cases])
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    table = Table("Figure", "Value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.2f}" if value < 1 or name.startswith(("recall", "MRR")) else f"{value:.0f}")
    Console().print(table)
