"""A question reaches a person when its asker sends it, and its asker alone hears what becomes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.coaching.humans.asking import AskingButton
from bot.coaching.humans.cards import (
    AGAIN,
    ANSWER,
    ASK,
    CANCEL,
    HELPED,
    LATER,
    NOT_ME,
    QUESTION,
    REPLIED,
    REPLY,
    SEND,
    TO,
)
from bot.coaching.humans.routes import LEADS
from bot.coaching.slips import Slips
from bot.delivery.saying import in_full
from bot.domain.human_asks import AskState
from bot.domain.messages import Place
from bot.domain.partnership import Contact
from bot.store.database import Database
from bot.store.human_tables import human_ask
from bot.store.tables import outbox
from tests.bot.coaching.human_room import HARM, HumanRoom
from tests.bot.coaching.roles_room import AMARA, CERI, HANA, HUGO, PIP, PLAN, SECRET, WORDS, home
from tests.bot.removing import remove
from tests.bot.store.rows import rows
from tests.fakes import NOON, message

EVERYBODY = (AMARA, CERI, HUGO, HANA, PIP)
LONE = replace(PLAN, contacts=(), leads=())


@pytest.fixture
async def room(database: Database) -> HumanRoom:
    found = await HumanRoom.open(database)
    await found.met(*EVERYBODY)
    assert isinstance(found, HumanRoom)
    return found


async def _out(room: HumanRoom) -> int:
    return len(await rows(room.database, outbox))


async def test_pressing_shows_who_gets_what_and_sends_nothing(room: HumanRoom) -> None:
    said = (await room.asks_person(HANA)).card
    assert said.form is not None
    to, question = said.form.fields
    assert [label for _, label in to.choices] == ["Ceri", WORDS("human.leads")]
    assert question.initial == "Who signs the agreement?"
    assert "Hana, Harbour Housing" in said.plain
    assert [(fact.name, fact.value) for fact in said.facts] == [("Desk", "01632 960 101")]
    assert await _out(room) == 0
    assert [row["question"] for row in await rows(room.database, human_ask)] == [""]


async def test_it_goes_to_whom_its_asker_chose_in_the_words_that_they_sent(room: HumanRoom) -> None:
    shown = (await room.asks_person(HANA)).card
    assert shown.form is not None
    said = await room.does(HANA, SEND, value=shown.form.value, **{TO: "", QUESTION: "Who may sign?"})
    assert "Sent to Ceri" in said.card.plain
    assert "Who may sign?" in await room.said(CERI)
    assert "Hana, Harbour Housing" in await room.said(CERI)
    assert [await room.said(each) for each in (AMARA, HUGO, HANA, PIP)] == [""] * 4


async def test_the_leads_get_it_where_they_are_chosen_and_whoever_asks_is_none_of_them(room: HumanRoom) -> None:
    await room.sends(AMARA, to=LEADS)
    assert "Who signs" in await room.said(HUGO)
    assert [await room.said(each) for each in (AMARA, CERI, HANA, PIP)] == [""] * 4


async def test_the_contact_for_the_matter_comes_first_and_another_organisations_is_none(database: Database) -> None:
    contacts = (
        Contact(name="Ceri", how="ceri@council.example"),
        Contact(name="Pip", how="pip@police.example", for_factor="money"),
        Contact(name="Amara", how="amara@council.example", for_organisation=PLAN.organisations[0].id),
    )
    room = await HumanRoom.open(database, replace(PLAN, contacts=contacts))
    assert isinstance(room, HumanRoom)
    await room.met(*EVERYBODY)
    form = (await room.asks_person(HANA, "Who may pay?")).card.form
    assert form is not None
    assert [label for _, label in form.fields[0].choices] == ["Pip", "Ceri", WORDS("human.leads")]
    form = (await room.asks_person(HANA, "Who may sign?")).card.form
    assert form is not None
    assert [label for _, label in form.fields[0].choices] == ["Ceri", WORDS("human.leads")]


async def test_where_nobody_can_be_written_to_it_says_whom_to_reach(database: Database) -> None:
    room = await HumanRoom.open(database)
    assert isinstance(room, HumanRoom)
    await room.met(HANA)
    said = (await room.asks_person(HANA)).card
    assert said.form is None
    assert said.paragraphs[0].text == WORDS("human.nobody_reach")
    assert [fact.name for fact in said.facts] == ["Desk", "Ceri"]


async def test_where_there_is_nobody_at_all_it_says_so(database: Database) -> None:
    room = await HumanRoom.open(database, LONE)
    assert isinstance(room, HumanRoom)
    assert (await room.asks_person(HANA)).card.paragraphs[0].text == WORDS("human.nobody")


async def test_cancelling_keeps_nothing(room: HumanRoom) -> None:
    said = await room.presses(HANA, await room.asks_person(HANA), CANCEL)
    assert said.card.plain == WORDS("human.cancelled")
    assert await rows(room.database, human_ask) == []
    assert await _out(room) == 0


async def test_what_was_cancelled_or_sent_is_not_sent_again(room: HumanRoom) -> None:
    shown = await room.asks_person(HANA)
    assert shown.card.form is not None
    value = shown.card.form.value
    await room.presses(HANA, shown, CANCEL)
    again = await room.does(HANA, SEND, value=value, **{QUESTION: "Who?"})
    assert again.card.plain == WORDS("human.gone")
    value = await room.sends(HANA)
    for _ in range(2):
        said = await room.does(HANA, SEND, value=value, **{QUESTION: "Something else?"})
        assert "Sent to Ceri" in said.card.plain
    assert await _out(room) == 1
    assert "Sent to Ceri" in (await room.asks_person(HANA)).card.plain


async def test_an_empty_question_is_not_sent(room: HumanRoom) -> None:
    shown = (await room.asks_person(HANA)).card
    assert shown.form is not None
    said = await room.does(HANA, SEND, value=shown.form.value, **{QUESTION: " "})
    assert said.card.form is not None
    assert await _out(room) == 0


async def test_nobody_takes_anothers_question_to_a_person(room: HumanRoom) -> None:
    shown = (await room.asks_person(HANA)).card
    assert shown.form is not None
    for who in (CERI, AMARA, PIP):
        said = await room.does(who, SEND, value=shown.form.value, **{QUESTION: "Mine"})
        assert said.card.plain == WORDS("human.gone")
        await room.does(who, CANCEL, value=shown.form.value)
    slip = (await room.asks_person(HANA)).card
    assert slip.form is not None
    said = await room.does(PIP, ASK, value=f"{'0' * 24}.{'0' * 32}\nWho?")
    assert said.card.plain == WORDS("human.not_yours")
    assert (await room.ask(shown.form.value)).state is AskState.DRAFT


async def test_what_is_sensitive_gets_the_help_lines_and_is_kept_nowhere(room: HumanRoom) -> None:
    said = await room.asks_person(HANA, f"Somebody might {HARM} me")
    assert said.card.title == WORDS("sensitive.title")
    assert await rows(room.database, human_ask) == []


async def test_the_command_takes_what_was_asked_last(room: HumanRoom) -> None:
    said = await room.does(HANA, "/ask_person")
    assert said.card.form is not None
    assert said.card.form.fields[1].initial == ""


async def test_an_answer_reaches_its_asker_in_a_persons_name_once(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    form = await room.does(CERI, ANSWER, value=value)
    assert form.card.form is not None
    for text in ("The directors do.", "No, I do."):
        await room.does(CERI, REPLY, value=value, **{REPLIED: text})
    (card,) = await room.told(HANA)
    assert card.title == WORDS("human.answered")
    assert "Ceri, The Council" in card.plain
    assert "The directors do." in card.plain
    assert card.quotations == ()
    assert [await room.said(each) for each in (AMARA, HUGO, PIP)] == [""] * 3


async def test_an_answer_is_owed_and_what_nobody_asked_for_is_a_notice(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await room.does(CERI, LATER, value=value)
    await room.does(CERI, REPLY, value=value, **{REPLIED: "The directors do."})
    promises = {row["key"].split(":")[3]: row["promise"] for row in await rows(room.database, outbox)}
    assert promises == {"asked": "notice", "taken": "notice", "answered": "answer"}


async def test_whoever_takes_it_up_is_told_of_once(room: HumanRoom) -> None:
    value = await room.sends(HANA, to=LEADS)
    await room.does(AMARA, LATER, value=value)
    said = await room.does(HUGO, LATER, value=value)
    assert said.card.plain == WORDS("human.taken_by", who="Amara, The Council")
    await room.does(AMARA, LATER, value=value)
    (card,) = await room.told(HANA)
    assert "Amara, The Council has your question" in card.plain


async def test_what_is_not_for_a_contact_goes_to_the_leads_and_its_asker_is_told(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    for _ in range(2):
        await room.does(CERI, NOT_ME, value=value)
    assert "Who signs" in await room.said(AMARA)
    assert "Who signs" in await room.said(HUGO)
    (card,) = await room.told(HANA)
    assert WORDS("human.status.passed", name="Ceri, The Council") in card.plain


async def test_where_nobody_is_left_its_asker_is_told_whom_to_ring(room: HumanRoom) -> None:
    value = await room.sends(HANA, to=LEADS)
    await room.does(AMARA, NOT_ME, value=value)
    assert await room.told(HANA) == []
    await room.does(HUGO, NOT_ME, value=value)
    (card,) = await room.told(HANA)
    assert WORDS("human.status.closed_ring") in card.plain
    assert ("Desk", "01632 960 101") in [(fact.name, fact.value) for fact in card.facts]


async def test_one_reminder_after_two_working_days_and_an_end_after_five(room: HumanRoom) -> None:
    """`NOON` is a Monday; by the clock nothing is said at night or at a weekend."""
    assert NOON.weekday() == 0
    value = await room.sends(HANA)
    await room.minded(days=1)
    assert len(await room.told(CERI)) == 1
    for hours in (24, 1, 24):
        await room.minded(hours=hours)
        assert len(await room.told(CERI)) == 2
    await room.minded(days=2)  # Saturday
    await room.minded(days=1)
    assert (await room.ask(value)).state is AskState.SENT
    await room.minded(days=1)
    assert (await room.ask(value)).state is AskState.CLOSED
    await room.minded(days=1)
    (card,) = await room.told(HANA)
    assert WORDS("human.status.closed_ring") in card.plain
    await room.does(CERI, REPLY, value=value, **{REPLIED: "The directors do."})
    assert "The directors do." in await room.said(HANA)


async def test_by_night_nobody_is_reminded(room: HumanRoom) -> None:
    await room.sends(HANA)
    await room.minded(days=3, hours=10)
    assert len(await room.told(CERI)) == 1


async def test_questions_are_forgotten_as_long_as_agreed_and_drafts_in_a_day(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await room.asks_person(PIP)
    assert len(await rows(room.database, human_ask)) == 2
    await room.minded(days=1, minutes=1)
    assert [row["id"] for row in await rows(room.database, human_ask)] == [value]
    await room.minded(days=PLAN.retention.questions)
    assert await rows(room.database, human_ask) == []


async def test_that_helped_is_told_once_and_asking_once_more_is_once(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    await room.does(CERI, REPLY, value=value, **{REPLIED: "The directors do."})
    for _ in range(2):
        await room.does(HANA, HELPED, value=value)
    assert [WORDS("human.told_helped", question="Who signs the agreement?") in await room.said(CERI)] == [True]
    assert len(await room.told(CERI)) == 2
    again = (await room.does(HANA, AGAIN, value=value)).card
    assert again.form is not None
    assert again.form.fields[0].choices[0][1] == "Ceri, The Council"
    await room.does(HANA, SEND, value=again.form.value, **{TO: "", QUESTION: "And by when?"})
    assert "And by when?" in await room.said(CERI)
    await room.does(CERI, REPLY, value=again.form.value, **{REPLIED: "By May."})
    (last,) = [card for card in await room.told(HANA) if "By May." in card.plain]
    assert [button.action for button in last.buttons] == [HELPED]
    refused = (await room.does(HANA, AGAIN, value=again.form.value)).card
    assert refused.form is None


async def test_in_a_channel_it_is_shown_and_told_to_its_asker_alone(room: HumanRoom) -> None:

    found = await room.recognised(HANA)
    assert found is not None
    channel = Place("T/C1/5")
    button = AskingButton(slips=Slips(secret=SECRET), words=WORDS)
    pressed = replace(
        message("press", platform="slack"), sender=HANA, place=channel, direct=Place(home(HANA)), action=ASK
    )
    value = button.offer("Who signs?", pressed).value
    said = in_full(await room.acts[ASK](replace(pressed, values={"value": value}), replace(found, alone=False)))
    assert said.card.plain == WORDS("barrier.written_directly")
    (shown,) = said.elsewhere
    assert shown.place == home(HANA)
    assert shown.card.form is not None
    assert (await room.ask(shown.card.form.value)).place == home(HANA)


async def test_whoever_is_no_partner_any_more_hears_nothing(room: HumanRoom) -> None:
    value = await room.sends(HANA)
    found = await room.recognised(HANA)
    assert found is not None
    assert found.partner is not None
    await remove(room.database, found.partner)
    said = await room.does(CERI, REPLY, value=value, **{REPLIED: "The directors do."})
    assert said.card.plain == WORDS("human.gone")
    room.at += timedelta(days=7)
    await room.minded()
    assert await room.told(HANA) == []
