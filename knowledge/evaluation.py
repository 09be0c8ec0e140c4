"""Evaluation: how well questions with known evidence are answered.

A case is `{"id", "question", "kind", "evidence": [{"document", "quote"}]}`; one without evidence is not answerable.
A retrieved passage is right when it holds one of the quotations, or at least half of one in a single run, after
folding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from knowledge.folding import fold

DEPTHS = (1, 5, 10, 20)
_MRR_DEPTH = 10


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One case, judged. `rank` is that of the first right passage, 0 when none was retrieved."""

    kind: str
    answerable: bool
    answered: bool
    rank: int
    cited: bool
    elapsed_ms: float


def holds(text: str, quote: str) -> bool:
    """Whether a text holds a quotation, or at least half of its words in one run."""
    words, wanted = fold(text).text, fold(quote).text.split()
    half = max(1, (len(wanted) + 1) // 2)
    runs = (" ".join(wanted[start : start + half]) for start in range(len(wanted) - half + 1))
    return bool(wanted) and any(run in words for run in runs)


def judge(case: Mapping[str, Any], answer: Mapping[str, Any]) -> Scored:
    """Judge the answer, as `coach ask --json` gives it, to a case."""
    evidence = case.get("evidence") or []
    ranks = (rank for rank, item in enumerate(answer["retrieved"], 1) if _right(item, item["text"], evidence))
    return Scored(
        kind=str(case.get("kind", "")),
        answerable=bool(evidence),
        answered=bool(answer["answered"]),
        rank=next(ranks, 0),
        cited=any(_right(item, item["quote"], evidence) for item in answer["citations"]),
        elapsed_ms=float(answer["elapsed_ms"]),
    )


def _right(item: Mapping[str, Any], text: str, evidence: Sequence[Mapping[str, str]]) -> bool:
    return any(item["document"] == each["document"] and holds(text, each["quote"]) for each in evidence)


def summary(scored: Sequence[Scored]) -> dict[str, float]:
    """The figures over all cases; shares are between 0 and 1, times in ms, NaN-free."""
    answerable = [item for item in scored if item.answerable]
    silent = [item for item in scored if not item.answerable]
    figures = {f"recall@{depth}": _share([0 < item.rank <= depth for item in answerable]) for depth in DEPTHS}
    paraphrases = [0 < item.rank <= 5 for item in answerable if item.kind == "paraphrase"]  # noqa: PLR2004
    reciprocal = [1 / item.rank if 0 < item.rank <= _MRR_DEPTH else 0.0 for item in answerable]
    times = sorted(item.elapsed_ms for item in scored)
    return {
        **figures,
        "paraphrases@5": _share(paraphrases),
        f"MRR@{_MRR_DEPTH}": sum(reciprocal) / len(reciprocal) if reciprocal else 0.0,
        "evidence cited": _share([item.cited for item in answerable]),
        "false refusals": _share([not item.answered for item in answerable]),
        "unanswerable refused": _share([not item.answered for item in silent]),
        "p50 ms": median(times) if times else 0.0,
        "p95 ms": quantiles(times, n=20)[-1] if len(times) > 1 else 0.0,
        "cases": float(len(scored)),
    }


def _share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes) if outcomes else 0.0
