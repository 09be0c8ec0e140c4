"""A bank of questions for tests: of the shape of ours, and without words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.partnership import FACTORS

SUITS = ("everyone", "lead", "front line", "everyone")
DEPTHS = ("noticing", "relating", "acting")


@dataclass(frozen=True, kw_only=True)
class AQuestion:
    """What choosing needs of a question."""

    id: str
    factor: str
    suits: str = "everyone"
    depth: str = "noticing"


def a_bank(each: int = 8, factors: Sequence[str] = FACTORS) -> tuple[AQuestion, ...]:
    """So many questions on each factor; half of them suit everyone."""
    return tuple(
        AQuestion(
            id=f"{factor}-{number}", factor=factor, suits=SUITS[number % len(SUITS)], depth=DEPTHS[number % len(DEPTHS)]
        )
        for factor in factors
        for number in range(each)
    )
