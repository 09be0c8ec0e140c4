"""Curated answers are kept as they were written, by partnership, newest first."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.curated import CuratedAnswer
from bot.domain.people import OrganisationId, PartnershipId
from bot.store.curated import CuratedAnswers
from bot.store.database import Database
from tests.fakes import NOON

HARBOUR, QUAY = PartnershipId("harbour"), PartnershipId("quay")
CURATED = CuratedAnswer(
    id="c1",
    partnership=HARBOUR,
    question="Who chairs?",
    answer="Amara.\n\nUntil May.",
    at=NOON,
    paraphrases=("Whose chair?",),
    organisations=(OrganisationId("council"),),
)


async def test_they_come_back_as_they_went_in(database: Database) -> None:
    answers = CuratedAnswers(database)
    newer = replace(CURATED, id="c0", at=NOON + timedelta(days=1), paraphrases=(), organisations=())
    for each in (CURATED, newer, replace(CURATED, id="c9", partnership=QUAY)):
        await answers.add(each)
    assert await answers.all(HARBOUR) == (newer, CURATED)


async def test_one_is_removed_from_its_own_partnership_only(database: Database) -> None:
    answers = CuratedAnswers(database)
    await answers.add(CURATED)
    assert not await answers.remove(QUAY, "c1")
    assert await answers.all(HARBOUR) == (CURATED,)
    assert await answers.remove(HARBOUR, "c1")
    assert not await answers.remove(HARBOUR, "c1")
    assert await answers.all(HARBOUR) == ()
