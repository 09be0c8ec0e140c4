"""`coach triage`: what messages seem to be, for a person, for a program, or measured on messages with known labels."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.commands.screen import screen
from bot.domain.errors import CoachError
from bot.settings import Settings
from knowledge.embedding import MiniLM, WeightsError
from knowledge.triage.evaluation import Judged, confusion, figures
from knowledge.triage.judging import Judgement, Triage, judgement_json
from knowledge.triage.phrases import INTENTS, factor_names
from knowledge.triage.tokens import MiniLMTokens

_EXPECTED = 'Each line must be like {"id": "1", "text": "We never hear what became of it."}.'
_EXPECTED_CASE = 'Each line must be like {"id": "1", "text": "…", "intent": "barrier", "factor": "trust"}.'


async def triage_one(settings: Settings, text: str, *, as_json: bool) -> None:
    """Judge one message on standard output."""
    judgement = _judge(_triage(settings), text)
    if as_json:
        _print_line({"id": None, **judgement_json(judgement)})
        return
    names = [factor_names()[factor] for factor in judgement.factors]
    screen().print(f"{judgement.intent} ({judgement.confidence:.0%})")
    if names:
        screen().print(f"most likely about: {'; '.join(names)}")


async def triage_batch(settings: Settings, path: Path, *, as_json: bool) -> bool:
    """Judge each line of a file, in order, one line each; a bad line gets a line that says why.

    True when no line was bad.
    """
    triage, bad = _triage(settings), 0
    for number, item in _parsed(_lines(path)):
        if "error" in item:
            line: dict[str, Any] = {"line": number, **item}
        else:
            line = {"id": item["id"], **judgement_json(_judge(triage, item["text"]))}
        _print_line(line) if as_json else _show_line(line)
        bad += "error" in line
    return not bad


async def evaluate(settings: Settings, path: Path, *, as_json: bool) -> None:
    """Judge every message of a file of cases and print figures only: no text and no single case."""
    triage = _triage(settings)
    cases = [_judged(triage, path, number, item) for number, item in _parsed(_lines(path))]
    found, confused = figures(cases), confusion(cases)
    if as_json:
        table = {true: {said: confused[true, said] for said in INTENTS} for true in INTENTS}
        _print_line({**found, "confusion": table})
        return
    shown = Table("Figure", "Value")
    for name, value in found.items():
        shown.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    crossed = Table("True, down; judged, across", *INTENTS)
    for true in INTENTS:
        crossed.add_row(true, *(str(confused[true, said]) for said in INTENTS))
    for table_shown in (shown, crossed):
        screen().print(table_shown, soft_wrap=False)


def _triage(settings: Settings) -> Triage:
    return Triage(MiniLMTokens(MiniLM(settings.data_dir / "models")))


def _judge(triage: Triage, text: str) -> Judgement:
    try:
        return triage(text)
    except WeightsError as error:
        raise CoachError(str(error)) from error


def _judged(triage: Triage, path: Path, number: int, item: Mapping[str, Any]) -> Judged:
    factor = item.get("factor") or None
    if "error" in item or item.get("intent") not in INTENTS or factor not in (None, *factor_names()):
        raise CoachError(f"{path}, line {number} is not a case. {_EXPECTED_CASE}")
    return Judged(intent=item["intent"], factor=factor, judgement=_judge(triage, item["text"]))


def _lines(path: Path) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise CoachError(
            f"{path} cannot be read ({error.strerror}). Name a file of JSON lines, or - for input."
        ) from error
    return data.decode("utf-8-sig", errors="replace").split("\n")


def _parsed(lines: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _parse(number, line)


def _parse(number: int, line: str) -> Mapping[str, Any]:
    try:
        item = json.loads(line)
        # What cannot be written again, lone surrogates and infinities, is not JSON to others either.
        json.dumps(item, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {"id": None, "error": f"Line {number} is not JSON. {_EXPECTED}"}
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        known = item.get("id") if isinstance(item, dict) else None
        return {"id": known, "error": f"Line {number} has no text in it. {_EXPECTED}"}
    return {"id": None, **item}


def _print_line(data: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _show_line(line: Mapping[str, Any]) -> None:
    said = line.get("error") or f"{line['intent']} ({line['confidence']:.0%}) {', '.join(line['factors'])}"
    screen().print(f"{line['id']}: {said}")
