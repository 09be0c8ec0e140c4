"""Closing: one open question to take back to the partnership, on the factor that was asked about."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from bot.domain.messages import EventKey

#: The factor that a question is about, or None where that cannot be told.
FactorOf = Callable[[str], Awaitable[str | None]]
_LEADS, _FRONT_LINE = "lead", "front line"


@dataclass(frozen=True, kw_only=True)
class OpenQuestion:
    """A question for reflection; `suits` leads, the front line or everyone."""

    factor: str
    text: str
    suits: str


@dataclass(frozen=True, kw_only=True)
class Closing:
    """Chooses from the bank: the same message always gets the same question."""

    bank: Sequence[OpenQuestion]
    factor_of: FactorOf

    async def __call__(self, question: str, key: EventKey, *, lead: bool) -> str:
        """An open question on what was asked, rather one that suits whoever asked it; empty where there is none."""
        factor = await self.factor_of(question)
        not_for_them = _FRONT_LINE if lead else _LEADS
        known = [each for each in self.bank if each.factor == factor]
        fitting = [each for each in known if each.suits != not_for_them] or known
        if not fitting:
            return ""
        number = int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8])
        return fitting[number % len(fitting)].text


@cache
def open_questions() -> tuple[OpenQuestion, ...]:
    """The bank in `prompts/questions.yaml`."""
    text = resources.files("prompts").joinpath("questions.yaml").read_text(encoding="utf-8")
    return tuple(
        OpenQuestion(factor=each["factor"], text=each["question"], suits=each["suits"])
        for each in yaml.safe_load(text)["questions"]
    )
