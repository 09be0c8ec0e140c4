"""What came back from people: kept once, changeable, forgotten in time, and one partnership's only."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.heard import Gap, Trouble, Verdict, Vote
from bot.domain.people import OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.tables import library_gap
from tests.bot.store.rows import rows
from tests.fakes import NOON

HARBOUR, QUAY = PartnershipId("harbour"), PartnershipId("quay")
GAP = Gap(id="a1", partnership=HARBOUR, organisation=OrganisationId("council"), question="Who pays?", at=NOON)
VOTE = Vote(id="v1", partnership=HARBOUR, verdict=Verdict.DOWN, at=NOON)
LATER = NOON + timedelta(days=3)


async def test_a_gap_is_kept_once_and_listed_oldest_first(database: Database) -> None:
    gaps = Gaps(database)
    later = replace(GAP, id="a0", question="Who decides?", at=LATER)
    for each in (later, GAP, replace(GAP, question="Changed?"), replace(GAP, id="a2", partnership=QUAY)):
        await gaps.add(each)
    assert await gaps.open(HARBOUR) == (GAP, later)


async def test_a_closed_gap_loses_its_question_and_is_not_opened_again(database: Database) -> None:
    gaps = Gaps(database)
    await gaps.add(GAP)
    assert not await gaps.close(QUAY, GAP.id)
    assert await gaps.close(HARBOUR, GAP.id)
    assert not await gaps.close(HARBOUR, GAP.id)
    await gaps.add(GAP)
    assert await gaps.open(HARBOUR) == ()
    assert [row["question"] for row in await rows(database, library_gap)] == [None]


async def test_what_is_old_is_forgotten(database: Database) -> None:
    gaps, feedback = Gaps(database), Feedback(database)
    for old, new in ((GAP, replace(GAP, id="a2", at=LATER)), (replace(GAP, id="b", partnership=QUAY),) * 2):
        await gaps.add(old)
        await gaps.add(new)
    await feedback.save(replace(VOTE, question="Who pays?"))
    await feedback.save(replace(VOTE, id="v2", question="Who decides?", at=LATER))
    await gaps.forget(HARBOUR, LATER)
    await feedback.forget(HARBOUR, LATER)
    assert [each.id for each in (*await gaps.open(HARBOUR), *await gaps.open(QUAY))] == ["a2", "b"]
    assert [each.id for each in await feedback.shared(HARBOUR)] == ["v2"]


async def test_the_last_word_on_an_answer_holds(database: Database) -> None:
    feedback = Feedback(database)
    assert await feedback.find(VOTE.id) is None
    await feedback.save(VOTE)
    assert await feedback.find(VOTE.id) == VOTE
    said = replace(VOTE, trouble=Trouble.OLD, comment="Abolished.", question="Who pays?", at=LATER)
    await feedback.save(said)
    assert await feedback.find(VOTE.id) == said
    assert await feedback.shared(HARBOUR) == (said,)
    assert await feedback.shared(QUAY) == ()
    await feedback.save(replace(VOTE, verdict=Verdict.UP))
    assert await feedback.shared(HARBOUR) == ()
