"""The rhythm: leads set it, it outranks the file where it differs, and nobody else may."""

from dataclasses import replace
from datetime import date

import pytest

from bot.coaching.commands import RHYTHM
from bot.coaching.settings import rhythm
from tests.bot.coaching.settings_room import LEADING, PLAN, WORDS, Room

AS_IT_IS = {
    "day": "tuesday",
    "hour": "10",
    "first_day": "monday",
    "last_day": "thursday",
    "questions": "on",
    "paused": "",
}


async def test_only_leads_see_and_change_it() -> None:
    room = Room()
    assert (await room.types(RHYTHM)).plain == WORDS("mine.rhythm.leads_only")
    assert (await room.fills(rhythm.SAVE, {**AS_IT_IS, "questions": "off"})).plain == WORDS("mine.rhythm.leads_only")
    assert room.chat.kept == {}


async def test_what_agrees_with_the_file_is_not_set_in_chat() -> None:
    room = Room()
    card = await room.types(RHYTHM, who=LEADING)
    assert card.form is not None
    assert {each.id: each.initial for each in card.form.fields} == AS_IT_IS
    await room.fills(rhythm.SAVE, AS_IT_IS, LEADING)
    assert room.chat.kept == {}
    saved = await room.fills(rhythm.SAVE, {**AS_IT_IS, "day": "wednesday", "hour": "9"}, LEADING)
    assert room.chat.kept == {"rhythm.weekday": "wednesday", "rhythm.hour": 9}
    assert "Wednesday" in saved.plain
    await room.fills(rhythm.SAVE, {**AS_IT_IS, "hour": "9"}, LEADING)
    assert room.chat.kept == {"rhythm.hour": 9}


async def test_questions_can_be_turned_off_and_everyone_paused() -> None:
    room = Room()
    card = await room.fills(rhythm.SAVE, {**AS_IT_IS, "questions": "off", "paused": "01.04.2026"}, LEADING)
    assert room.chat.kept == {"check_ins": False, "paused_until": "2026-04-01"}
    assert WORDS.day(date(2026, 4, 1)) in card.plain
    await room.fills(rhythm.SAVE, {**AS_IT_IS, "paused": "01.03.2026"}, LEADING)  # over
    assert room.chat.kept == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day": "friday"}, WORDS("mine.rhythm.outside")),
        ({"first_day": "thursday", "last_day": "monday"}, WORDS("mine.rhythm.outside")),
        ({"hour": "22"}, WORDS("mine.settings.quiet_hour", hour="22:00")),
        ({"paused": "soon"}, WORDS("mine.settings.bad_day")),
        ({"paused": "31.02.2027"}, WORDS("mine.settings.bad_day")),
    ],
)
async def test_what_cannot_be_is_said_and_changes_nothing(changed: dict[str, str], said: str) -> None:
    room = Room()
    assert (await room.fills(rhythm.SAVE, {**AS_IT_IS, **changed}, LEADING)).plain == said
    assert room.chat.kept == {}


async def test_what_is_no_choice_stays_as_it_is() -> None:
    room = Room()
    await room.sends(rhythm.SAVE, who=LEADING, day="someday", hour="x", first_day="", last_day="?", questions="")
    assert room.chat.kept == {}
    assert replace(PLAN) == PLAN
