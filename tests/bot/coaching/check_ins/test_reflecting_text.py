"""What somebody types while their check-in waits: the reply, a question, or something else; one tap puts it right."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.coaching.check_ins.reflecting_text import reads_as_reply
from bot.domain.barriers import Consent
from bot.domain.check_ins import LONGEST_REPLY, State
from bot.store.database import Database
from knowledge.triage.judging import Judgement
from tests.bot.coaching.check_ins_room import (
    ANN,
    ANSWERED,
    BOB,
    REPLY,
    SURE,
    Room,
    actions,
    check_in,
    length,
    pressed,
    said,
)
from tests.fakes import NOON

QUESTION = Judgement(intent="question", confidence=0.95)
DOUBTFUL = Judgement(intent="question", confidence=0.5)
BARRIER = Judgement(intent="barrier", confidence=0.95)
SMALLTALK = Judgement(intent="smalltalk", confidence=0.95)
ASKS = "How do others share their budgets"


@pytest.fixture
async def room(database: Database) -> Room:
    """Ann has been asked; Bob has not."""
    made = Room(database=database)
    await made.ask()
    return made


async def test_what_was_typed_before_anything_was_asked_is_no_reply_to_it(room: Room) -> None:
    room.at = NOON - timedelta(minutes=2)
    assert await room.types(REPLY) == ANSWERED
    assert (await room.now()).state is State.ASKED
    assert await room.kept(REPLY) == set()


@pytest.mark.parametrize(
    ("text", "judgement", "reply"),
    [
        (REPLY, SURE, True),
        (REPLY, BARRIER, True),
        (REPLY, DOUBTFUL, True),
        ("Fine", SMALLTALK, False),
        ("Thanks, that was a good one to think about over the weekend", SMALLTALK, True),
        ("No idea, honestly.", Judgement(intent="smalltalk", confidence=0.5), True),
        (ASKS, QUESTION, False),
        ("And who pays?", SURE, False),
        ("“And who pays?”", SURE, False),
        ("And who pays?? 🙂", SURE, False),
        ("Who pays? Nobody does.", SURE, True),
        ("Tell me about budgets", replace(DOUBTFUL, intent="command"), False),
        ("Tell me about it.", SURE, True),
        ("However we begin, somebody is late", DOUBTFUL, True),
        ("Summarise the minutes of last week", Judgement(intent="command", confidence=0.9), False),
        ("", SURE, False),
        ("  \n ", SURE, False),
        ("对我们来说是信任？", SURE, False),
    ],
)
def test_what_reads_as_a_reply(text: str, judgement: Judgement, reply: bool) -> None:
    assert reads_as_reply(text, judgement, ("how", "tell me")) is reply


async def test_what_is_typed_while_a_check_in_waits_is_the_reply_and_the_card_says_so(room: Room) -> None:
    card = await room.types(REPLY)
    kept = await room.reply()
    assert (kept.text, kept.consent, kept.shared, kept.view) == (REPLY, Consent.COUNTED, False, None)
    assert (await room.now()).state is State.ANSWERED
    assert card.paragraphs[0].text == said("check_in.plain.taken")
    assert said("check_in.seen.counted") in card.plain
    assert {"check-in-undo", "check-in-consent", "check-in-edit", "check-in-withdraw"} <= set(actions(card))
    assert room.answered == []
    assert length(card) <= 60


async def test_taken_up_twice_it_is_one_reply_and_the_same_card(room: Room) -> None:
    card = await room.types(REPLY, key="slack:once")
    kept = await room.reply()
    assert await room.types(REPLY, key="slack:once") == card
    assert await room.reply() == kept
    await room.ask(check_in("c2", at=NOON + timedelta(weeks=1)))
    assert await room.types("It is the next week's.", key="slack:other") != card
    assert (await room.reply()).text == REPLY


async def test_a_question_is_answered_and_can_be_made_the_reply(room: Room) -> None:
    card = await room.types(ASKS, judgement=QUESTION)
    assert room.answered == [ASKS]
    assert card.paragraphs == ANSWERED.paragraphs
    assert actions(card) == ["check-in-meant"]
    assert await room.reflections.of(check_in().partner) == ()
    after = await room.presses("check-in-meant", pressed(card, "check-in-meant"))
    assert (await room.reply()).text == ASKS
    assert after.paragraphs[0].text == said("check_in.plain.taken")


async def test_a_reply_that_was_none_is_gone_and_its_message_is_answered(room: Room) -> None:
    card = await room.types(REPLY)
    value = pressed(card, "check-in-undo")
    assert await room.presses("check-in-undo", value, key="slack:undo") == ANSWERED
    assert room.answered == [REPLY]
    assert await room.kept(REPLY) == set()
    found = await room.now()
    assert (found.state, found.remind_at) == (State.ASKED, None)
    assert await room.presses("check-in-undo", value, key="slack:undo") == ANSWERED
    assert await room.now() == found


async def test_after_that_nothing_typed_is_taken_for_the_reply_but_it_can_be_made_so(room: Room) -> None:
    card = await room.types(REPLY)
    await room.presses("check-in-undo", pressed(card, "check-in-undo"))
    card = await room.types("What I meant is something else.")
    assert room.answered[-1] == "What I meant is something else."
    await room.presses("check-in-meant", pressed(card, "check-in-meant"))
    kept = await room.reply()
    assert (kept.text, kept.withdrawn) == ("What I meant is something else.", False)


async def test_nobody_undoes_anothers_reply_and_a_second_tap_undoes_nothing_new(room: Room) -> None:
    card = await room.types(REPLY)
    value = pressed(card, "check-in-undo")
    assert (await room.presses("check-in-undo", value, who=BOB)).plain == said("check_in.refused.unknown")
    assert (await room.reply()).text == REPLY
    await room.presses("check-in-undo", value)
    assert await room.presses("check-in-undo", value) == ANSWERED


async def test_undoing_after_its_week_withholds_and_the_check_in_of_a_past_week_waits_for_nothing(room: Room) -> None:
    card = await room.types(REPLY)
    await room.ask(check_in("c2", at=NOON + timedelta(weeks=1)))
    room.at = NOON + timedelta(weeks=1, days=1)
    await room.presses("check-in-undo", pressed(card, "check-in-undo"))
    assert room.withholding.withheld == [(check_in().partner, "c1")] * 2
    assert (await room.now()).state is State.ANSWERED


async def test_a_second_message_that_is_made_the_reply_is_added_to_the_first(room: Room) -> None:
    question = await room.types(ASKS, judgement=QUESTION)
    await room.replies(view="hard")
    value = pressed(question, "check-in-meant")
    await room.presses("check-in-meant", value)
    await room.presses("check-in-meant", value)
    kept = await room.reply()
    assert (kept.text, kept.view) == (f"{REPLY}\n{ASKS}", "hard")


@pytest.mark.parametrize("case", ["answered", "skipped", "nobody asked", "unsure", "others present", "button"])
async def test_what_is_typed_otherwise_is_answered_as_ever(room: Room, case: str) -> None:
    who = ANN
    if case in ("answered", "skipped"):
        await (room.replies("First.") if case == "answered" else room.presses("check-in-skip"))
    if case == "nobody asked":
        who = BOB
    if case == "unsure":
        who = replace(ANN, partner=None)
    if case == "others present":
        who = replace(ANN, alone=False)
    direct = "elsewhere" if case == "others present" else "home"
    if case == "button":
        pressed_ = replace(room.message("", ANN), action="ask", values={"value": REPLY})

        async def otherwise() -> object:
            return ANSWERED

        assert await room.plain(pressed_, ANN, SURE, otherwise) == ANSWERED  # type: ignore[arg-type]
    else:
        assert await room.types(REPLY, who, direct=direct) == ANSWERED
    assert await room.kept(REPLY) == set()


async def test_somebody_in_their_own_direct_messages_is_alone(room: Room) -> None:
    await room.types(REPLY, replace(ANN, alone=False))
    assert (await room.reply()).text == REPLY


async def test_a_reply_in_plain_text_counts_days_later_but_months_later_it_is_a_question(room: Room) -> None:
    room.at = NOON + timedelta(weeks=8)
    card = await room.types(REPLY)
    assert card.paragraphs == ANSWERED.paragraphs
    assert actions(card) == ["check-in-meant"]
    room.at = NOON + timedelta(days=6)
    await room.types(REPLY)
    assert (await room.reply()).text == REPLY


async def test_what_is_too_long_for_a_button_can_be_taken_back_and_what_is_too_long_to_keep_is_refused(
    room: Room,
) -> None:
    assert (await room.types("x" * (LONGEST_REPLY + 1))).plain == said(
        "check_in.refused.too_long", length="10,001", limit="10,000"
    )
    long = "word " * 1_000
    card = await room.types(long)
    value = pressed(card, "check-in-undo")
    assert len(value) < 100
    assert (await room.presses("check-in-undo", value)).plain == said("check_in.plain.undone")
    assert room.answered == []
    assert await room.kept("word word") == set()


async def test_a_button_whose_words_got_lost_asks_for_them(room: Room) -> None:
    assert (await room.presses("check-in-meant", "c1")).plain == said("check_in.plain.lost")
    assert (await room.presses("check-in-meant", "never\ntext")).plain == said("check_in.refused.unknown")
