"""Fit when to say no: `python -m tests.fit_refusal` prints the weights for `knowledge.answerable` and how they do.

Reads questions with known evidence from COACH_EVAL_QUESTIONS and documents from COACH_LIBRARY_DIR. The figures are of
leave-one-out cross-validation: each question is judged by weights that were fitted without it.
"""

import asyncio
import json
import os
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.bootstrap import open_coach
from bot.settings import load_settings
from knowledge.answerable import JUDGEMENT, Signs, signs

Floats = NDArray[np.float64]
_RIDGE = 1.0
_FALSE_REFUSALS = (0.03, 0.05, 0.07, 0.09)


async def _measured(cases: list[dict[str, object]]) -> Floats:
    """The signs of every case, float64 [cases, signs]."""
    rows = []
    given = {name: os.environ[name] for name in ("COACH_LIBRARY_DIR", "COACH_DATA_DIR")}
    async with open_coach(load_settings(given, folder=Path.cwd())) as coach:
        await coach.library.refresh()
        for case in cases:
            found = await coach.answerer.search(str(case["question"]), lambda _source: True)
            assert found.snapshot is not None
            rows.append(astuple(signs(found.question, found.vector, found.hits, found.snapshot)))
    return np.array(rows)


def fit(rows: Floats, silent: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Ridge logistic regression by Newton's method: weights of the raw signs, and the bias."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    inputs = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    ridge = np.append(np.full(rows.shape[1], _RIDGE), 1e-6)
    weights = np.zeros(inputs.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - silent) + ridge * weights
        curve = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.diag(ridge)
        weights -= np.linalg.solve(curve, slope)
    raw = weights[:-1] / spread
    return raw, float(weights[-1] - raw @ mean)


def left_out(rows: Floats, silent: NDArray[np.bool_]) -> Floats:
    """The doubt about each case by weights fitted without it."""
    doubts = []
    for case in range(len(rows)):
        rest = np.arange(len(rows)) != case
        weights, bias = fit(rows[rest], silent[rest])
        doubts.append(1 / (1 + np.exp(-(rows[case] @ weights + bias))))
    return np.array(doubts)


def _report(name: str, doubts: Floats, silent: NDArray[np.bool_], limit: float) -> None:
    refused = doubts >= limit
    right, said = int((refused & silent).sum()), int(refused.sum())
    f1 = 2 * right / (said + int(silent.sum()))
    false = (refused & ~silent).sum() / (~silent).sum()
    print(f"{name}: from {limit:.2f}: refused {right / silent.sum():.2f}, falsely {false:.3f}, F1 {f1:.2f}")  # noqa: T201


def main() -> None:
    """Print the fit."""
    cases = [json.loads(line) for line in Path(os.environ["COACH_EVAL_QUESTIONS"]).read_text().splitlines()]
    rows, silent = asyncio.run(_measured(cases)), np.array([not case["evidence"] for case in cases])
    weights, bias = fit(rows, silent)
    named = ", ".join(f"{field.name}={weight:.2f}" for field, weight in zip(fields(Signs), weights, strict=True))
    print(f"weights: {named}; bias {bias:.2f}")  # noqa: T201
    doubts = left_out(rows, silent)
    better = (doubts[silent][:, None] > doubts[~silent][None]).mean()
    print(f"area under the curve, left out: {better:.2f}")  # noqa: T201
    for share in _FALSE_REFUSALS:
        _report("left out", doubts, silent, float(np.quantile(doubts[~silent], 1 - share)))
    shipped = np.array(
        [JUDGEMENT.doubt(Signs(**dict(zip([f.name for f in fields(Signs)], row, strict=True)))) for row in rows]
    )
    _report("as shipped", shipped, silent, JUDGEMENT.silent_from)


if __name__ == "__main__":
    main()
