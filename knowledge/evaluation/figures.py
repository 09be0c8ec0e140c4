"""Figures: what many judged cases come to. Shares are between 0 and 1, times in ms; nothing is ever NaN."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median, quantiles

import numpy as np
from numpy.typing import NDArray

from knowledge.evaluation.judging import Scored

DEPTHS = (1, 5, 10, 20)
_SHOWN = 5
_MRR_DEPTH = 10
RECALL, MRR = f"recall@{_SHOWN}", f"MRR@{_MRR_DEPTH}"

#: How often the cases are drawn anew, and from where, to see how much of a figure is luck.
_DRAWS, _SEED = 2000, 20
_OUTER = (2.5, 97.5)


def found(scored: Scored) -> float:
    """1 where a right passage is among the first five."""
    return float(0 < scored.rank <= _SHOWN)


def reciprocal(scored: Scored) -> float:
    """1 over the rank of the first right passage among the first ten, 0 where there is none."""
    return 1 / scored.rank if 0 < scored.rank <= _MRR_DEPTH else 0.0


def retrieval(scored: Sequence[Scored]) -> dict[str, float]:
    """How well the evidence is found."""
    answerable = [item for item in scored if item.answerable]
    return {
        **{f"recall@{depth}": _mean([0 < item.rank <= depth for item in answerable]) for depth in DEPTHS},
        f"paraphrases@{_SHOWN}": _mean([found(item) for item in answerable if item.kind == "paraphrase"]),
        MRR: _mean([reciprocal(item) for item in answerable]),
    }


def answering(scored: Sequence[Scored]) -> dict[str, float]:
    """How well the evidence is cited, and how well it is known where there is none."""
    answerable = [item for item in scored if item.answerable]
    refused = [item for item in scored if not item.answered]
    rightly = sum(not item.answerable for item in refused)
    precision = rightly / len(refused) if refused else 0.0
    recall = _mean([not item.answered for item in scored if not item.answerable])
    quotations = sum(item.quotations for item in scored)
    return {
        "evidence cited": _mean([item.cited for item in answerable]),
        "quotations": float(quotations),
        "quotations verbatim": sum(item.verbatim for item in scored) / quotations if quotations else 1.0,
        "answers without a quotation": float(sum(item.answered and not item.quotations for item in scored)),
        "false refusals": _mean([not item.answered for item in answerable]),
        "unanswerable refused": recall,
        "refusal precision": precision,
        "refusal F1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
    }


def latency(scored: Sequence[Scored]) -> dict[str, float]:
    """How long answers take, and how many there were."""
    times = sorted(item.elapsed_ms for item in scored)
    return {
        "p50 ms": median(times) if times else 0.0,
        "p95 ms": quantiles(times, n=20)[-1] if len(times) > 1 else 0.0,
        "cases": float(len(scored)),
    }


def summary(scored: Sequence[Scored]) -> dict[str, float]:
    """Every figure over all cases."""
    return retrieval(scored) | answering(scored) | latency(scored)


def by(scored: Iterable[Scored], names: Callable[[Scored], Iterable[str]]) -> Mapping[str, list[Scored]]:
    """The cases under each of their names, in the order of the names; a case may stand under several."""
    groups: dict[str, list[Scored]] = {}
    for item in scored:
        for name in names(item):
            groups.setdefault(name, []).append(item)
    return dict(sorted(groups.items()))


def intervals(scored: Sequence[Scored]) -> dict[str, tuple[float, float]]:
    """Where recall@5 and MRR would lie in 95 of 100 samples of as many questions; by seeded bootstrap."""
    answerable = [item for item in scored if item.answerable]
    drawn = np.random.default_rng(_SEED).integers(0, max(1, len(answerable)), (_DRAWS, len(answerable)))
    return {name: _interval(np.array(list(map(of, answerable))), drawn) for name, of in _BOOTSTRAPPED.items()}


def _interval(values: NDArray[np.float64], drawn: NDArray[np.int64]) -> tuple[float, float]:
    if not len(values):
        return 0.0, 0.0
    low, high = np.percentile(values[drawn].mean(axis=1), _OUTER)
    return float(low), float(high)


def _mean(outcomes: Sequence[float]) -> float:
    return sum(outcomes) / len(outcomes) if outcomes else 0.0


_BOOTSTRAPPED = {RECALL: found, MRR: reciprocal}
