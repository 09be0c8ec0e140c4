"""Anybody presses anything in any order: nobody but those who were asked learns of a question, each thing once."""

import random
from collections import Counter

import pytest

from bot.coaching.humans.cards import (
    AGAIN,
    ANSWER,
    CANCEL,
    CONFIRM,
    EVERYONE,
    HELPED,
    KEEP,
    KEPT,
    LATER,
    LEAVE,
    MINE,
    NOT_ME,
    QUESTION,
    REPLIED,
    REPLY,
    SEEN_BY,
    SEND,
    TO,
    WITHDRAW,
)
from bot.coaching.humans.routes import LEADS
from bot.domain.human_asks import AskState
from bot.store.curated import CuratedAnswers
from bot.store.database import Database
from bot.store.tables import outbox
from tests.bot.coaching.human_room import HumanRoom
from tests.bot.coaching.roles_room import AMARA, CERI, HANA, HARBOUR, HUGO, PIP
from tests.bot.store.rows import rows

EVERYBODY = (AMARA, CERI, HUGO, HANA, PIP)
ACTIONS = (SEND, CANCEL, HELPED, AGAIN, WITHDRAW, MINE, ANSWER, REPLY, LATER, NOT_ME, KEEP, KEPT, CONFIRM, LEAVE)
MARK = "zqcanaryx"
PRESSES = 40


@pytest.mark.parametrize("seed", range(12))
async def test_nobody_else_learns_anything_and_each_thing_is_said_once(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    room = await HumanRoom.open(database)
    assert isinstance(room, HumanRoom)
    await room.met(*EVERYBODY)
    value = await room.sends(HANA, f"{MARK} who signs?", to=dice.choice(("", LEADS)))
    for number in range(PRESSES):
        who, action = dice.choice(EVERYBODY), dice.choice(ACTIONS)
        asked = (await room.ask(value)).addressees
        found = await room.recognised(who)
        assert found is not None
        words = {QUESTION: "Who signs?", REPLIED: f"Answer {number}", TO: "", SEEN_BY: EVERYONE}
        said = await room.does(who, action, value=value, **words)
        allowed = who == HANA or found.partner in {each.partner for each in asked}
        assert allowed or MARK not in said.card.plain, action
        if dice.random() < 0.2:
            await room.minded(hours=dice.choice((1, 24, 72)))
    ask = await room.ask(value)
    seen = {each.partner for each in ask.addressees}
    for who in EVERYBODY:
        found = await room.recognised(who)
        assert found is not None
        told = Counter(card.plain for card in await room.told(who))
        assert not told or max(told.values()) == 1
        if who != HANA and found.partner not in seen:
            assert MARK not in "".join(told)
    ended = [row["key"].split(":")[3] for row in await rows(database, outbox)]
    assert ended.count("answered") == (ask.state is AskState.ANSWERED)
    assert ended.count("closed") <= 1
    assert PIP.user not in str([row["place"] for row in await rows(database, outbox)])
    assert len(await CuratedAnswers(database).all(HARBOUR)) == ask.kept
