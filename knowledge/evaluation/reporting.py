"""The report: every figure of an evaluation as one JSON object."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from knowledge.evaluation.configurations import FULL, NAIVE, Configuration
from knowledge.evaluation.figures import MRR, RECALL, by, intervals, latency, retrieval, summary
from knowledge.evaluation.judging import Scored

#: What cases can be told apart by: each has one name or none.
KEYS: Mapping[str, Callable[[Scored], Iterable[str]]] = {
    "kind": lambda scored: (scored.kind or "–",),
    "document": lambda scored: scored.documents,
}

#: A configuration and how it did, case by case.
Measured = tuple[Configuration, Sequence[Scored]]


def report(served: Sequence[Scored], others: Sequence[Measured], key: str | None = None) -> dict[str, Any]:
    """The figures of what is served, and under names of their own:

    "intervals" of 95 %; "configurations" by name, with how many times the naive baseline's recall each has; "withheld"
    by document, beside what is served on the same questions; and "by" the key that the cases are told apart by.
    """
    made: dict[str, Any] = {**summary(served), "intervals": intervals(served)}
    whole = [each for each in others if not each[0].document]
    if whole:
        made["configurations"] = _beside(served, whole)
    apart = [each for each in others if each[0].document]
    if apart:
        made["withheld"] = {each.document: _withheld(each, scored, served) for each, scored in apart}
    if key:
        groups = by(served, KEYS[key])
        made["by"] = {name: _brief(scored) | {"cases": len(scored)} for name, scored in groups.items()}
    return made


def _beside(served: Sequence[Scored], others: Sequence[Measured]) -> dict[str, Any]:
    figures = {each.name: _figures(each, scored) for each, scored in others} | {FULL: _all(served)}
    naive = figures.get(NAIVE, {}).get(RECALL)
    if naive:
        for each in figures.values():
            each["times naive"] = each[RECALL] / naive
    return figures


def _figures(configuration: Configuration, scored: Sequence[Scored]) -> dict[str, Any]:
    if configuration.name == NAIVE:  # It answers nothing, so that it would seem to refuse everything.
        return {**retrieval(scored), **latency(scored), "intervals": intervals(scored)}
    return _all(scored)


def _all(scored: Sequence[Scored]) -> dict[str, Any]:
    return {**summary(scored), "intervals": intervals(scored)}


def _withheld(configuration: Configuration, scored: Sequence[Scored], served: Sequence[Scored]) -> dict[str, Any]:
    same = [each for each in served if each.documents == {configuration.document}]
    return {"cases": len(scored), "withheld": _brief(scored), FULL: _brief(same)}


def _brief(scored: Sequence[Scored]) -> dict[str, float]:
    figures = summary(scored)
    return {name: figures[name] for name in (RECALL, MRR, "evidence cited", "false refusals", "unanswerable refused")}
