"""Which questions of a bank ask the same in other words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.coaching.questions.bank import Problem
from bot.domain.questions import ReflectionQuestion
from knowledge.embedding import Vectors

#: The cosine of two questions' vectors from which they ask the same. The nearest two of the coach's own, which do not,
#: are at 0.69. Of thirteen rewordings of its questions seven lie above: a pair below may still be one.
SAME = 0.72

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two questions and how near they are in meaning, 1 being the same."""

    first: ReflectionQuestion
    second: ReflectionQuestion
    cosine: float


def nearest(questions: Sequence[ReflectionQuestion], embed: Embed) -> list[Pair]:
    """Every two questions that are not retired, the nearest first."""
    active = [each for each in questions if not each.retired]
    if not active:
        return []
    vectors = embed([each.text for each in active])
    cosines = vectors @ vectors.T
    firsts, seconds = np.triu_indices(len(active), 1)
    order = np.argsort(-cosines[firsts, seconds], kind="stable")
    return [
        Pair(first=active[one], second=active[other], cosine=float(cosines[one, other]))
        for one, other in zip(firsts[order], seconds[order], strict=True)
    ]


def same_meaning(pairs: Sequence[Pair]) -> list[Problem]:
    """A complaint for each two questions that ask the same."""
    return [
        Problem(
            id=pair.second.id,
            sentence=f"It asks nearly the same as {pair.first.id}, “{pair.first.text}”: reword one or retire it.",
        )
        for pair in pairs
        if pair.cosine >= SAME
    ]
