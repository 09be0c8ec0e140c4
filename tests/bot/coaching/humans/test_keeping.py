"""A person's answer is kept for others by a lead's word, and never with the name of whoever asked."""

from dataclasses import replace

import pytest

from bot.coaching.humans.cards import (
    CONFIRM,
    EVERYONE,
    KEEP,
    KEPT,
    LEAVE,
    QUESTION,
    REPLIED,
    REPLY,
    SEEN_BY,
    THESE,
)
from bot.coaching.humans.routes import LEADS
from bot.domain.curated import CuratedAnswer
from bot.domain.people import Identity
from bot.store.curated import CuratedAnswers
from bot.store.database import Database
from tests.bot.coaching.human_room import HumanRoom
from tests.bot.coaching.roles_room import AMARA, CERI, COUNCIL, HANA, HARBOUR, HOUSING, HUGO, PIP, PLAN, WORDS

ANSWER = "The directors sign it.\n\nAsk in May."


@pytest.fixture
async def room(database: Database) -> HumanRoom:
    found = await HumanRoom.open(database)
    await found.met(AMARA, CERI, HUGO, HANA, PIP)
    assert isinstance(found, HumanRoom)
    return found


async def _answered(room: HumanRoom, by: Identity, question: str = "Who signs the agreement?") -> str:
    value = await room.sends(HANA, question, to=LEADS if by in (AMARA, HUGO) else "")
    await room.does(by, REPLY, value=value, **{REPLIED: ANSWER})
    return value


async def _kept(room: HumanRoom) -> tuple[CuratedAnswer, ...]:
    return await CuratedAnswers(room.database).all(HARBOUR)


async def test_a_lead_keeps_their_answer_for_the_two_organisations(room: HumanRoom) -> None:
    value = await _answered(room, AMARA)
    form = (await room.does(AMARA, KEEP, value=value)).card.form
    assert form is not None
    question, answer, seen_by = form.fields
    assert (question.initial, answer.initial, seen_by.initial) == ("Who signs the agreement?", ANSWER, THESE)
    for _ in range(2):
        said = await room.does(AMARA, KEPT, value=value, **{QUESTION: "", REPLIED: "", SEEN_BY: THESE})
        assert said.card.plain == WORDS("human.kept")
    (kept,) = await _kept(room)
    assert (kept.question, kept.answer) == ("Who signs the agreement?", ANSWER)
    assert kept.organisations == (COUNCIL, HOUSING)


async def test_a_contact_proposes_and_a_lead_decides(room: HumanRoom) -> None:
    value = await _answered(room, CERI)
    words = {QUESTION: "Who signs?", REPLIED: "A director.", SEEN_BY: EVERYONE}
    for _ in range(2):
        said = await room.does(CERI, KEPT, value=value, **words)
        assert said.card.plain == WORDS("human.proposed_done")
    assert await _kept(room) == ()
    (card,) = await room.told(HUGO)
    assert "Who signs?" in card.plain
    assert "Hana" not in card.plain
    for who in (CERI, HANA, PIP):
        for action in (CONFIRM, LEAVE):
            assert (await room.does(who, action, value=value)).card.plain == WORDS("human.gone")
    assert (await room.does(HUGO, CONFIRM, value=value)).card.plain == WORDS("human.kept")
    assert (await room.does(AMARA, LEAVE, value=value)).card.plain == WORDS("human.kept")
    (kept,) = await _kept(room)
    assert (kept.question, kept.answer, kept.organisations) == ("Who signs?", "A director.", ())


async def test_what_a_lead_leaves_out_is_not_kept(room: HumanRoom) -> None:
    value = await _answered(room, CERI)
    await room.does(CERI, KEPT, value=value, **{QUESTION: "Who signs?", REPLIED: "A director."})
    assert (await room.does(HUGO, LEAVE, value=value)).card.plain == WORDS("human.left_out")
    assert (await room.does(AMARA, CONFIRM, value=value)).card.plain == WORDS("human.left_out")
    assert await _kept(room) == ()


@pytest.mark.parametrize("text", ["Hana asked who signs.", "hana", "Is it Hana's?"])
async def test_the_askers_name_is_never_kept(room: HumanRoom, text: str) -> None:
    value = await _answered(room, AMARA)
    for words in ({QUESTION: text, REPLIED: "A director."}, {QUESTION: "Who?", REPLIED: text}):
        said = await room.does(AMARA, KEPT, value=value, **words)
        assert WORDS("human.keep_name", name="Hana") in said.card.plain
        assert said.card.form is not None
    assert await _kept(room) == ()


async def test_nobody_keeps_anothers_answer(room: HumanRoom) -> None:
    value = await _answered(room, AMARA)
    for who in (HUGO, CERI, HANA, PIP):
        for action in (KEEP, KEPT):
            said = await room.does(who, action, value=value, **{QUESTION: "Who?", REPLIED: "Me."})
            assert said.card.plain == WORDS("human.gone")
    assert await _kept(room) == ()


async def test_where_no_lead_can_be_written_to_nothing_is_proposed(database: Database) -> None:
    room = await HumanRoom.open(database, replace(PLAN, leads=()))
    assert isinstance(room, HumanRoom)
    await room.met(CERI, HANA)
    value = await _answered(room, CERI)
    said = await room.does(CERI, KEPT, value=value, **{QUESTION: "Who?", REPLIED: "Me."})
    assert said.card.plain == WORDS("human.no_lead")
    assert (await room.ask(value)).proposal is None
