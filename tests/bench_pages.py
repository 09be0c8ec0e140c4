"""The pages of figures in docs/: each section is made by one command, which replaces it and leaves the others alone."""

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "docs" / "benchmarks.md"
EVALUATION = ROOT / "docs" / "evaluation.md"


def write(page: Path, title: str, body: str) -> None:
    """Put a section in the place of the one with this title, or at the end of the page where there is none."""
    section = f"## {title}\n\n{body.strip()}\n"
    text = page.read_text(encoding="utf-8") if page.exists() else f"# {page.stem.title()}\n"
    known = re.compile(rf"(?ms)^## {re.escape(title)}\n.*?(?=^## |\Z)")
    replaced, count = known.subn(lambda _found: f"{section}\n", text)
    made = replaced if count else f"{text.rstrip()}\n\n{section}"
    page.write_text(f"{made.rstrip()}\n", encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; the first column is text, the others are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def taken(command: str, now: datetime) -> str:
    """When, where and by which command figures came about, and how busy the machine was with other things."""
    load = os.getloadavg()[1]
    cores = os.cpu_count() or 1
    busy = (
        f", while other work used the machine (load {load:.0f}), so that times are upper bounds" if load > cores else ""
    )
    return (
        f"Taken {now:%d %B %Y} on {cores} cores of {_processor()}, Python {platform.python_version()}, "
        f"at commit {_commit()}{busy}, by\n\n    {command}\n"
    )


def _commit() -> str:
    described = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return described.stdout.strip() or "unknown"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text()) if info.exists() else None
    return found[1] if found else platform.machine()
