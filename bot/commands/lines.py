"""Files of JSON lines: how every `--batch` reads them and prints its answers."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.domain.errors import CoachError


def items(path: Path, key: str, expected: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each line of a file, or of standard input for `-`, with its number from 1: an object with text under `key`.

    In place of a line that is something else there is `{"id", "error"}`, which ends in what was `expected`. Raises
    `CoachError` where the file cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise CoachError(
            f"{path} cannot be read ({error.strerror}). Name a file of JSON lines, or - for input."
        ) from error
    lines = data.decode("utf-8-sig", errors="replace").split("\n")
    return ((number, _item(number, line, key, expected)) for number, line in enumerate(lines, 1) if line.strip())


def _item(number: int, line: str, key: str, expected: str) -> Mapping[str, Any]:
    try:
        item = json.loads(line)
        # What cannot be written again, lone surrogates and infinities, is not JSON to others either.
        json.dumps(item, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {"id": None, "error": f"Line {number} is not JSON. {expected}"}
    if not isinstance(item, dict) or not isinstance(item.get(key), str):
        known = item.get("id") if isinstance(item, dict) else None
        return {"id": known, "error": f"Line {number} has no {key} in it. {expected}"}
    # What the line calls an error is none of ours.
    return {"id": None, **{name: value for name, value in item.items() if name != "error"}}


def print_line(data: Mapping[str, Any]) -> None:
    """One object as one line on standard output, at once."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()
