"""The figures of an evaluation as tables for a person."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from knowledge.evaluation.configurations import FULL
from knowledge.evaluation.figures import MRR, RECALL

_WHOLE = frozenset({"quotations", "answers without a quotation", "p50 ms", "p95 ms", "cases"})
_ABSENT = "–"


def tables(report: Mapping[str, Any]) -> Iterator[Table]:
    """The configurations side by side, then the documents whose notes were withheld, then the cases told apart."""
    yield _figures(report.get("configurations") or {FULL: report})
    if "withheld" in report:
        yield _withheld(report["withheld"])
    if "by" in report:
        yield _groups(report["by"])


def _figures(columns: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("Figure", *columns)
    for name, value in columns[FULL].items():
        if isinstance(value, float):
            table.add_row(name, *(cell(name, figures) for figures in columns.values()))
    return table


def cell(name: str, figures: Mapping[str, Any]) -> str:
    """A figure as it is read, with its interval where it has one."""
    if name not in figures:
        return _ABSENT
    shown = figure(name, figures[name])
    low, high = figures["intervals"].get(name, (None, None))
    return shown if low is None else f"{shown} ({figure(name, low)}–{figure(name, high)})"


def figure(name: str, value: float) -> str:
    """A figure as it is read: a share with two places, a count or a time with none."""
    return f"{value:.0f}" if name in _WHOLE else f"{value:.2f}"


def _withheld(documents: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("Without its notes", "cases", f"{RECALL} with", "without", f"{MRR} with", "without")
    for document, each in documents.items():
        pairs = (f"{each[which][name]:.2f}" for name in (RECALL, MRR) for which in (FULL, "withheld"))
        table.add_row(document, str(each["cases"]), *pairs)
    return table


def _groups(groups: Mapping[str, Mapping[str, float]]) -> Table:
    figures = next(iter(groups.values()), {})
    table = Table("Cases", *figures)
    for name, each in groups.items():
        table.add_row(name, *(figure(label, value) for label, value in each.items()))
    return table
