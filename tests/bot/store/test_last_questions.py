"""What somebody asked last is found for that person, in that conversation and for hours; then it is gone."""

from datetime import timedelta

from sqlalchemy import func, select

from bot.domain.messages import Place
from bot.store.database import Database
from bot.store.last_questions import LastQuestions
from bot.store.tables import last_question
from knowledge.following import Before
from tests.fakes import NOON

HERE, ELSEWHERE = Place("T1/C1/1"), Place("T1/C2/1")
ASKED = Before(question="How do we build trust?", file="a.md")
HOUR = timedelta(hours=1)


async def test_the_latest_question_of_a_person_in_a_conversation_comes_back(database: Database) -> None:
    last = LastQuestions(database)
    await last.keep("slack:T1:U1", HERE, Before(question="What is trust?"), NOON)
    await last.keep("slack:T1:U1", HERE, ASKED, NOON + HOUR)
    assert await last.find("slack:T1:U1", HERE, NOON) == ASKED


async def test_nobody_finds_what_another_asked_nor_what_was_asked_elsewhere(database: Database) -> None:
    last = LastQuestions(database)
    await last.keep("slack:T1:U1", HERE, ASKED, NOON)
    assert await last.find("slack:T1:U2", HERE, NOON) is None
    assert await last.find("slack:T1:U1", ELSEWHERE, NOON) is None


async def test_what_was_asked_too_long_ago_is_not_found_and_is_erased(database: Database) -> None:
    last = LastQuestions(database)
    await last.keep("slack:T1:U1", HERE, ASKED, NOON)
    await last.keep("slack:T1:U2", HERE, ASKED, NOON + HOUR)
    assert await last.find("slack:T1:U1", HERE, NOON + HOUR) is None
    await last.forget(NOON + HOUR)
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(last_question)) == 1
    assert await last.find("slack:T1:U2", HERE, NOON) == ASKED
