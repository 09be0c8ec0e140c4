"""Closing: one open question to take back to the partnership, on the factor that was asked about."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.coaching.questions.bank import reflection_questions
from bot.domain.messages import EventKey
from bot.domain.questions import ReflectionQuestion, Suits
from prompts import current_locale

#: The factor that a question is about, or None where that cannot be told.
FactorOf = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, kw_only=True)
class Closing:
    """Chooses from the bank: the same message always gets the same question."""

    bank: Sequence[ReflectionQuestion]
    factor_of: FactorOf

    async def __call__(self, question: str, key: EventKey, *, lead: bool) -> str:
        """An open question on what was asked, rather one that suits whoever asked it; empty where there is none."""
        factor = await self.factor_of(question)
        not_for_them = Suits.FRONT_LINE if lead else Suits.LEAD
        known = [each for each in self.bank if each.factor == factor]
        fitting = [each for each in known if each.suits != not_for_them] or known
        if not fitting:
            return ""
        number = int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8])
        return fitting[number % len(fitting)].worded(current_locale()).text


def open_questions() -> tuple[ReflectionQuestion, ...]:
    """The bank, every question of which can stand under an answer."""
    return reflection_questions()
