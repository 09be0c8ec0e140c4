"""`coach evaluate`: how well questions with known evidence are answered."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.commands.opening import open_desk
from bot.commands.screen import screen
from bot.desk import View
from bot.domain.errors import CoachError
from bot.settings import Settings
from knowledge.evaluation import judge, summary


async def evaluate(settings: Settings, path: Path, *, as_json: bool) -> None:
    """Answer every case of a file of JSON lines and print the figures."""
    cases = _cases(path)
    async with open_desk(settings) as desk:
        figures = summary([judge(case, await desk.ask(case["question"], View())) for case in cases])
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    table = Table("Figure", "Value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.2f}" if value < 1 or name.startswith(("recall", "MRR")) else f"{value:.0f}")
    screen().print(table, soft_wrap=False)


def _cases(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CoachError(
            f"{path} cannot be read as text ({type(error).__name__}). Name a file of JSON lines in UTF-8."
        ) from error
    return [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _case(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError):
        case = None
    match case:
        case {"question": str(), **rest} if _are_evidence(rest.get("evidence") or []):
            return {**case}
    raise CoachError(
        f"{path}, line {number} is not a case. Each line must be like "
        '{"id": "1", "question": "…", "kind": "direct", "evidence": [{"document": "a.md", "quote": "…"}]}.'
    )


def _are_evidence(items: object) -> bool:
    return isinstance(items, list) and all(
        isinstance(item, dict) and isinstance(item.get("document"), str) and isinstance(item.get("quote"), str)
        for item in items
    )
