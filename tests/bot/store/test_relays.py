"""A relayed question is asked once and answered once, by the raiser whom it was put to, each with its notice."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.barriers import BarrierId
from bot.store.database import Database
from bot.store.relays import Relay, Relays
from bot.store.tables import outbox
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE
from tests.bot.store.rows import reply, rows
from tests.fakes import NOON

ASKED = Relay(id="r1", barrier=BarrierId("b1"), lead=CHLOE, raiser=AMARA, question="Which form is it?", at=NOON)


async def test_a_question_is_kept_once_with_its_notice(database: Database) -> None:
    relays = Relays(database)
    assert await relays.ask(ASKED, [reply("asked")], now=NOON) is True
    assert await relays.ask(ASKED, [reply("again")], now=NOON) is False
    assert await relays.find("r1") == ASKED
    assert await relays.find("r2") is None
    assert [(row["key"], row["promise"]) for row in await rows(database, outbox)] == [(reply("asked").key, "notice")]


async def test_the_first_answer_of_the_raiser_holds_and_the_lead_is_told_of_it_alone(database: Database) -> None:
    relays = Relays(database)
    await relays.ask(ASKED, now=NOON)
    assert await relays.answer("r1", BEN, "Not mine to say", [reply("ben")], now=NOON) is False
    assert await relays.answer("r1", AMARA, "The blue one", [reply("first")], now=NOON) is True
    assert await relays.answer("r1", AMARA, "No, the red one", [reply("second")], now=NOON) is False
    assert await relays.find("r1") == replace(ASKED, answer="The blue one")
    assert [row["key"] for row in await rows(database, outbox)] == [reply("first").key]


async def test_the_questions_about_some_barriers_are_found_oldest_first(database: Database) -> None:
    relays = Relays(database)
    later = replace(ASKED, id="r0", barrier=BarrierId("b2"), at=NOON + timedelta(hours=1))
    for each in (later, ASKED, replace(ASKED, id="r9", barrier=BarrierId("b3"))):
        await relays.ask(each, now=NOON)
    assert await relays.about(BarrierId("b1"), BarrierId("b2")) == (ASKED, later)
