"""How leads can begin to talk about what they see differently: two questions, and a practice with its source."""

from dataclasses import replace

import pytest

from bot.coaching.digests.insight_gathering import InsightGathering, opening_questions
from bot.coaching.questions.bank import reflection_questions
from bot.domain.barrier_views import Reader
from bot.domain.partnership import FACTORS
from bot.domain.people import OrganisationId, PartnerId
from bot.domain.questions import Depth, Suits
from prompts import words
from tests.bot.coaching.barriers.test_remedying import SAID, FakeLibrary
from tests.bot.plans import COUNCIL, HOUSING, PLAN

WORDS = words()
AMARA = Reader(partner=PartnerId("amara"), organisation=COUNCIL.id, lead=True)
BANK = reflection_questions()


async def _nothing(*_: object) -> tuple[()]:
    return ()


async def _nobody(_: object) -> dict[OrganisationId, int]:
    return {}


@pytest.mark.parametrize("factor", FACTORS)
def test_each_factor_has_two_questions_that_anybody_can_be_asked(factor: str) -> None:
    first, second = opening_questions(BANK, factor, "en")
    assert first != second
    chosen = [each for each in BANK if each.text in (first, second)]
    assert {(each.factor, each.suits) for each in chosen} == {(factor, Suits.EVERYONE)}
    assert not {each.depth for each in chosen} & {Depth.ACTING}
    assert opening_questions(tuple(reversed(BANK)), factor, "en") == (first, second)


def test_a_retired_question_opens_nothing() -> None:
    retired = tuple(replace(each, retired=each.factor == "trust") for each in BANK)
    assert opening_questions(retired, "trust", "en") == ()


def gathering(has: int) -> tuple[InsightGathering, FakeLibrary]:
    library = FakeLibrary(library=None, encode=None, has=has)  # type: ignore[arg-type]
    return InsightGathering(replies=_nothing, partners=_nobody, bank=BANK, words=WORDS, practices=library), library


async def test_a_practice_is_given_in_its_authors_words_with_their_name() -> None:
    given, library = gathering(3)
    talk = await given.conversation("trust", AMARA, PLAN)
    assert (talk.practice, talk.source) == (f"{SAID} (1)", "Byron, 2019")
    assert talk.questions == opening_questions(BANK, "trust", "en")
    (sought,) = library.asked
    assert sought[1:] == (("trust",), 1, ["trust.md", "council.md"])


async def test_only_what_the_leads_organisation_may_read_is_given() -> None:
    given, library = gathering(1)
    await given.conversation("trust", replace(AMARA, organisation=HOUSING.id), PLAN)
    assert library.asked[0][3] == ["trust.md"]


async def test_where_nothing_fits_there_are_the_questions_alone() -> None:
    given, _ = gathering(0)
    assert (await given.conversation("trust", AMARA, PLAN)).practice == ""
    without = replace(given, practices=None)
    assert (await without.conversation("trust", AMARA, PLAN)).questions == opening_questions(BANK, "trust", "en")
