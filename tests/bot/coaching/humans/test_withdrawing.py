"""Whoever asked a person takes the question back while nobody has answered: nobody reads it here any more."""

from datetime import timedelta

import pytest

from bot.coaching.humans.cards import (
    ANSWER,
    ASK,
    HELPED,
    LATER,
    MINE,
    NOT_ME,
    QUESTION,
    REPLIED,
    REPLY,
    SEND,
    TO,
    WITHDRAW,
)
from bot.coaching.humans.routes import LEADS
from bot.domain.cards import from_json
from bot.domain.human_asks import AskState
from bot.domain.own_settings import PartnerSettings
from bot.store.database import Database
from bot.store.human_tables import human_addressee, human_ask
from bot.store.outbox import Outbox
from bot.store.preferences import OwnSettings
from bot.store.tables import outbox
from prompts import words
from tests.bot.coaching.human_room import HumanRoom
from tests.bot.coaching.roles_room import AMARA, CERI, HANA, HUGO, PIP, WORDS, home
from tests.bot.store.rows import rows
from tests.fakes import NOON, lease

EVERYBODY = (AMARA, CERI, HUGO, HANA, PIP)
A_MINUTE = timedelta(minutes=1)
GONE = WORDS("human.withdrawn")


@pytest.fixture
async def room(database: Database) -> HumanRoom:
    found = await HumanRoom.open(database)
    await found.met(*EVERYBODY)
    assert isinstance(found, HumanRoom)
    return found


async def _posted(room: HumanRoom) -> dict[str, list[tuple[str, str]]]:
    """Post what waits; by its place, what was said and in which former card's place it stands."""
    out, said = Outbox(room.database), dict[str, list[tuple[str, str]]]()
    # Of what goes to one place each has to wait for the one before it.
    room.at += A_MINUTE
    while (outgoing := await out.claim(lease("a", at=(room.at - NOON).total_seconds()))) is not None:
        room.at += A_MINUTE
        former = outgoing.former.reference if outgoing.former else ""
        said.setdefault(outgoing.place, []).append((outgoing.card.plain, former))
        await out.sent(outgoing, f"ref:{outgoing.key}")
    return said


async def _everything(room: HumanRoom) -> str:
    """What is kept of questions and of what is still to be said."""
    return str([await rows(room.database, each) for each in (human_ask, human_addressee, outbox)])


async def test_whoever_was_asked_reads_in_its_place_that_it_was_taken_back(room: HumanRoom) -> None:
    value = await room.sends(HANA, "Who may sign?")
    [(_, first)] = (await _posted(room))[home(CERI)]
    assert first == ""
    status = (await room.asks_person(HANA, "Who may sign?")).card
    assert [each.action for each in status.buttons] == [WITHDRAW]
    said = await room.does(HANA, WITHDRAW, value=value)
    assert said.card.plain == WORDS("human.status.withdrawn")
    posted = await _posted(room)
    assert [*posted] == [home(CERI)]
    [(text, former)] = posted[home(CERI)]
    assert text == GONE
    assert "asked" in former
    assert "Who may sign?" not in await _everything(room)
    assert "Hana" not in await _everything(room)
    assert (await room.ask(value)).state is AskState.WITHDRAWN


async def test_what_stands_in_its_place_has_no_buttons(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await _posted(room)
    await room.does(HANA, WITHDRAW, value=value)
    [card] = [from_json(row["payload"]) for row in await rows(room.database, outbox) if row["payload"]]
    assert (card.buttons, card.form) == ((), None)


async def test_a_question_that_was_not_posted_yet_is_never_posted(room: HumanRoom) -> None:
    value = await room.sends(HANA, to=LEADS)
    await room.does(HANA, WITHDRAW, value=value)
    assert await _posted(room) == {}


async def test_a_reminder_is_rewritten_too(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await _posted(room)
    await room.minded(days=3)
    await _posted(room)
    await room.does(HANA, WITHDRAW, value=value)
    said = (await _posted(room))[home(CERI)]
    assert [text for text, _ in said] == [GONE, GONE]
    assert [former.split(":")[-2] for _, former in said] == ["asked", "remind"]


async def test_whoever_promised_an_answer_is_told_anew(room: HumanRoom) -> None:
    value = await room.sends(HANA, to=LEADS)
    await _posted(room)
    await room.does(HUGO, LATER, value=value)
    await _posted(room)
    await room.does(HANA, WITHDRAW, value=value)
    posted = await _posted(room)
    assert {(text, former == "") for text, former in posted[home(HUGO)]} == {
        (WORDS("human.withdrawn_taken"), True),
        (GONE, False),
    }
    assert [text for text, _ in posted[home(AMARA)]] == [GONE]


async def test_whoever_declined_does_not_keep_it_either(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await room.does(CERI, NOT_ME, value=value)
    await _posted(room)
    await room.does(HANA, WITHDRAW, value=value)
    assert {*(await _posted(room))} == {home(CERI), home(AMARA), home(HUGO)}


async def test_nothing_that_was_shown_earlier_reaches_a_question_that_was_taken_back(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await _posted(room)
    await room.does(HANA, WITHDRAW, value=value)
    before = await rows(room.database, outbox)
    for action in (ANSWER, REPLY, LATER, NOT_ME):
        said = await room.does(CERI, action, value=value, **{REPLIED: "A director."})
        assert said.card.plain == WORDS("human.gone")
    for action in (WITHDRAW, SEND, HELPED):
        said = await room.does(HANA, action, value=value, **{TO: "", QUESTION: "Who?"})
        assert (await room.ask(value)).state is AskState.WITHDRAWN
    assert await rows(room.database, outbox) == before


async def test_only_its_asker_takes_it_back_and_only_until_it_is_answered(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    for who in (CERI, AMARA, PIP):
        assert (await room.does(who, WITHDRAW, value=value)).card.plain == WORDS("human.gone")
    await room.does(CERI, REPLY, value=value, **{REPLIED: "A director."})
    said = await room.does(HANA, WITHDRAW, value=value)
    assert "A director." in said.card.plain
    assert (await room.ask(value)).state is AskState.ANSWERED


async def test_a_draft_is_nothing_to_take_back(room: HumanRoom) -> None:
    shown = (await room.asks_person(HANA)).card
    assert shown.form is not None
    said = await room.does(HANA, WITHDRAW, value=shown.form.value)
    assert said.card.plain == WORDS("human.gone")
    assert (await room.ask(shown.form.value)).state is AskState.DRAFT


async def test_one_that_nobody_answered_in_time_can_be_taken_back(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await room.minded(days=9)
    assert (await room.ask(value)).state is AskState.CLOSED
    assert WITHDRAW in [each.action for each in (await room.told(HANA))[-1].buttons]
    await room.does(HANA, WITHDRAW, value=value)
    assert (await room.ask(value)).state is AskState.WITHDRAWN


async def test_what_one_asked_and_nobody_answered_is_found_again(room: HumanRoom) -> None:
    assert (await room.does(HANA, MINE)).card.plain == WORDS("human.mine_none")
    first = await room.sends(HANA, "Who may sign?")
    room.at += A_MINUTE
    second = await room.sends(HANA, "Who may pay?")
    await room.sends(AMARA, "Who may go?", to=LEADS)
    listed = (await room.does(HANA, MINE)).card
    assert [each.buttons[0].value for each in listed.more] == [first, second]
    assert [word in each.plain for word, each in zip(("sign", "pay"), listed.more, strict=True)] == [True, True]
    await room.does(HANA, WITHDRAW, value=first)
    assert [each.buttons[0].value for each in (await room.does(HANA, MINE)).card.more] == [second]


async def test_each_reads_it_in_their_own_language(room: HumanRoom) -> None:
    ceri = await room.recognised(CERI)
    assert ceri is not None
    assert ceri.partner is not None
    await OwnSettings(room.database).keep(ceri.partner, PartnerSettings(locale="cy"), room.at)
    value = await room.sends(HANA)
    await _posted(room)
    await room.does(HANA, WITHDRAW, value=value)
    [(text, _)] = (await _posted(room))[home(CERI)]
    assert text == words("cy")("human.withdrawn")


async def test_asking_once_more_under_the_same_answer_says_that_it_was_taken_back(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await room.does(HANA, WITHDRAW, value=value)
    assert (await room.asks_person(HANA)).card.plain == WORDS("human.status.withdrawn")
    assert ASK not in [each.action for each in (await room.asks_person(HANA)).card.buttons]
