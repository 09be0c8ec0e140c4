"""How well messages with known labels are judged, as figures only: no text comes out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.triage.judging import SENSITIVE, Judgement


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A message's true labels and what the triage made of it."""

    intent: str
    factor: str | None
    judgement: Judgement


def figures(cases: Sequence[Judged]) -> dict[str, float]:
    """Shares from 0 to 1, and the number of cases that each stands on; factors are those of barriers."""
    barriers = [case for case in cases if case.intent == "barrier" and case.factor]
    sensitive = [case for case in cases if case.intent == SENSITIVE]
    calm = [case for case in cases if case.intent != SENSITIVE]
    return {
        "messages": len(cases),
        "intent accuracy": _share([case.intent == case.judgement.intent for case in cases]),
        "barriers": len(barriers),
        "factor first": _share([case.factor in case.judgement.factors[:1] for case in barriers]),
        "factor in three": _share([case.factor in case.judgement.factors for case in barriers]),
        "sensitive": len(sensitive),
        "sensitive recall": _share([case.judgement.sensitive for case in sensitive]),
        "false alarms": _share([case.judgement.sensitive for case in calm]),
    }


def confusion(cases: Sequence[Judged]) -> Counter[tuple[str, str]]:
    """How often each true intent was judged to be each."""
    return Counter((case.intent, case.judgement.intent) for case in cases)


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
