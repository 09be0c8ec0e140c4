"""Figures of the triage: each counts what its name says."""

from knowledge.triage.evaluation import Judged, confusion, figures
from knowledge.triage.judging import Judgement


def judged(intent: str, factor: str | None, said: str, *factors: str) -> Judged:
    return Judged(intent=intent, factor=factor, judgement=Judgement(intent=said, factors=factors))


CASES = (
    judged("barrier", "money", "barrier", "money", "trust", "power"),
    judged("barrier", "money", "question", "trust", "power", "money"),
    judged("barrier", "money", "sensitive"),
    judged("reflection", "trust", "reflection", "trust", "power", "money"),
    judged("sensitive", None, "sensitive"),
    judged("sensitive", None, "barrier", "risk", "power", "money"),
)


def test_figures_count_what_they_say() -> None:
    assert figures(CASES) == {
        "messages": 6,
        "intent accuracy": 3 / 6,
        "barriers": 3,
        "factor first": 1 / 3,
        "factor in three": 2 / 3,
        "sensitive": 2,
        "sensitive recall": 1 / 2,
        "false alarms": 1 / 4,
    }


def test_no_cases_have_no_figures() -> None:
    assert set(figures(()).values()) == {0}


def test_confusion_counts_pairs() -> None:
    assert confusion(CASES)["barrier", "question"] == 1
    assert confusion(CASES)["question", "barrier"] == 0
