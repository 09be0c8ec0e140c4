"""Asking a person at the front door, with every desk behind it: under answers and refusals, never what is sensitive."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.bootstrap import Coach
from bot.coaching.humans.cards import ASK, QUESTION, REPLIED, REPLY, SEND, TO
from bot.delivery.ports import Present
from bot.delivery.saying import in_full
from bot.delivery.worker import Answer
from bot.desks.front import front_door
from bot.desks.safeguarding import safeguarding
from bot.domain.cards import Card
from bot.domain.messages import EventKey, Place
from bot.domain.people import Identity
from bot.store.homes import Homes
from bot.store.human_tables import human_ask
from bot.store.tables import outbox
from prompts import words
from tests.bot.coaching.roles_room import CERI, HANA, PIP, PLAN, home
from tests.contract.house import coach
from tests.fakes import NOON, FakePresence, message

pytestmark = pytest.mark.process

WORDS = words()
ANSWERED = "How do partners build trust?"
REFUSED = "What is the melting point of tungsten carbide alloy?"
SENSITIVE = "I want to kill myself"


@pytest.fixture
async def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Coach]:
    async with coach(tmp_path, monkeypatch) as found:
        await found.partnerships.save(PLAN, NOON)
        yield found


@pytest.fixture
async def door(opened: Coach) -> Answer:
    places = {Place(home(each)): Present(people=(each,), complete=True) for each in (CERI, HANA, PIP)}
    made = front_door(opened, safeguarding(opened), {"slack": FakePresence(places)})
    for each in (CERI, PIP):
        await _says(made, each, f"hello {each.user}", "help")
    return made


async def _says(door: Answer, who: Identity, key: str, text: str = "", action: str = "", **values: str) -> Card:
    place = Place(home(who))
    said = replace(
        message("m", text=text, platform="slack"),
        key=EventKey(f"slack:{key}"),
        sender=who,
        place=place,
        direct=place,
        action=action,
        values=values,
    )
    return in_full(await door(said)).card


async def _remember(opened: Coach, who: Identity) -> None:
    """As the platform's own reception does with every message."""
    async with opened.database.reading() as connection:
        row = (
            await connection.exec_driver_sql("SELECT partner FROM identity WHERE key LIKE '%" + who.user + "'")
        ).one()
    await Homes(opened.database).remember(row[0], who.key, "slack", Place(home(who)), NOON)


async def _questions(opened: Coach) -> list[str]:
    async with opened.database.reading() as connection:
        return list(await connection.scalars(select(human_ask.c.question)))


@pytest.mark.parametrize("question", [ANSWERED, REFUSED])
async def test_a_person_can_be_asked_under_an_answer_and_under_a_refusal(
    opened: Coach, door: Answer, question: str
) -> None:
    await _remember(opened, CERI)
    card = await _says(door, HANA, "q", question)
    (button,) = [each for each in card.buttons if each.action == ASK]
    assert button.label == WORDS("human.offer")
    shown = await _says(door, HANA, "press", action=ASK, value=button.value)
    assert shown.form is not None
    assert shown.form.fields[1].initial == question
    sent = {TO: shown.form.fields[0].initial, QUESTION: question}
    await _says(door, HANA, "send", action=SEND, value=shown.form.value, **sent)
    assert await _questions(opened) == [question]
    await _says(door, CERI, "reply", action=REPLY, value=shown.form.value, **{REPLIED: "Ask me on Monday."})
    async with opened.database.reading() as connection:
        places = list(await connection.scalars(select(outbox.c.place).where(outbox.c.key.contains(":human:"))))
    assert sorted(places) == sorted([home(CERI), home(HANA)])


async def test_sensitive_wording_in_the_form_gets_the_help_lines_and_goes_to_nobody(
    opened: Coach, door: Answer
) -> None:
    await _remember(opened, CERI)
    shown = await _says(door, HANA, "typed", "ask a person")
    assert shown.form is not None
    card = await _says(door, HANA, "send", action=SEND, value=shown.form.value, **{TO: "", QUESTION: SENSITIVE})
    assert card.title == WORDS("sensitive.title")
    assert await _questions(opened) == [""]


async def test_the_command_asks_what_was_asked_last(opened: Coach, door: Answer) -> None:
    await _remember(opened, CERI)
    await _says(door, HANA, "q", ANSWERED)
    shown = await _says(door, HANA, "typed", "ask a person")
    assert shown.form is not None
    assert shown.form.fields[1].initial == ANSWERED
