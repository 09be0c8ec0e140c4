"""`coach triage`: what messages seem to be, for a person, for a program, or measured on messages with known labels."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.commands.lines import items, print_line
from bot.commands.screen import screen
from bot.domain.errors import CoachError
from bot.settings import Settings
from knowledge.embedding import WeightsError
from knowledge.minilm import MiniLM
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
        print_line({"id": None, **judgement_json(judgement)})
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
    for number, item in items(path, "text", _EXPECTED):
        if "error" in item:
            line: dict[str, Any] = {"line": number, **item}
        else:
            line = {"id": item["id"], **judgement_json(_judge(triage, item["text"]))}
        print_line(line) if as_json else _show_line(line)
        bad += "error" in line
    return not bad


async def evaluate(settings: Settings, path: Path, *, as_json: bool) -> None:
    """Judge every message of a file of cases and print figures only: no text and no single case."""
    triage = _triage(settings)
    cases = [_judged(triage, path, number, item) for number, item in items(path, "text", _EXPECTED)]
    found, confused = figures(cases), confusion(cases)
    if as_json:
        table = {true: {said: confused[true, said] for said in INTENTS} for true in INTENTS}
        print_line({**found, "confusion": table})
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


def _show_line(line: Mapping[str, Any]) -> None:
    said = line.get("error") or f"{line['intent']} ({line['confidence']:.0%}) {', '.join(line['factors'])}"
    screen().print(f"{line['id']}: {said}")
