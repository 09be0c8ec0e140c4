"""The open question under an answer: on its factor, for whoever asked, and the same for the same message."""

import pytest

from bot.coaching.answers.closing import Closing, FactorOf, open_questions
from bot.domain.messages import EventKey
from bot.domain.partnership import FACTORS
from prompts import speaking
from tests.bot.coaching.questions_at_hand import reflection

BANK = (
    reflection("T1?", factor="trust", suits="everyone"),
    reflection("T2?", factor="trust", suits="lead"),
    reflection("T3?", factor="trust", suits="front line"),
    reflection("R1?", factor="risk", suits="lead"),
)


def _about(factor: str | None) -> FactorOf:
    async def factor_of(_question: str) -> str | None:
        return factor

    return factor_of


async def _asked(factor: str | None, *, lead: bool) -> set[str]:
    closing = Closing(bank=BANK, factor_of=_about(factor))
    return {await closing("Why?", EventKey(f"slack:{number}"), lead=lead) for number in range(40)}


async def test_it_suits_the_factor_and_the_person() -> None:
    assert await _asked("trust", lead=True) == {"T1?", "T2?"}
    assert await _asked("trust", lead=False) == {"T1?", "T3?"}


async def test_where_none_suits_the_person_another_on_the_factor_does() -> None:
    assert await _asked("risk", lead=False) == {"R1?"}


@pytest.mark.parametrize("factor", [None, "money"])
async def test_there_is_none_where_the_factor_is_unknown(factor: str | None) -> None:
    assert await _asked(factor, lead=True) == {""}


async def test_it_is_in_the_language_that_is_spoken() -> None:
    closing = Closing(bank=open_questions(), factor_of=_about("trust"))
    english, welsh = ({each.worded(locale).text for each in open_questions()} for locale in ("en", "cy"))
    assert await closing("Why?", EventKey("slack:1"), lead=False) in english
    with speaking("cy"):
        assert await closing("Why?", EventKey("slack:1"), lead=False) in welsh


async def test_the_same_message_gets_the_same_question() -> None:
    closing = Closing(bank=BANK, factor_of=_about("trust"))
    assert await closing("Why?", EventKey("e1"), lead=True) == await closing("Why?", EventKey("e1"), lead=True)


def test_the_bank_has_questions_on_every_factor() -> None:
    assert {each.factor for each in open_questions()} == set(FACTORS)
    assert {each.suits for each in open_questions()} == {"lead", "front line", "everyone"}
