"""One's own settings: what is chosen holds, what cannot be is said, and nobody is asked against their word."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.coaching.commands import AWAY, LANGUAGE, PAUSE, RESUME, SETTINGS, STOP
from bot.coaching.settings import cards
from bot.domain.check_ins import CheckIn, State
from bot.domain.partnership import QuietHours, Span
from bot.domain.people import PartnerId
from tests.bot.coaching.barriers_at_hand import BEN, recognised
from tests.bot.coaching.settings_room import NOTHING, WORDS, FakeCheckIns, FakeOwn, Room
from tests.bot.domain.asked import check_in
from tests.fakes import NOON

#: Monday, 2 March 2026.
TODAY = NOON.date()
DAY = timedelta(days=1)


async def test_whoever_chose_nothing_sees_what_is_usual_and_every_choice_is_open() -> None:
    card = await Room().types(SETTINGS)
    assert ("Day", "Tuesday") in [(each.name, each.value) for each in card.facts]
    assert card.form is not None
    assert {each.initial for each in card.form.fields} == {cards.USUAL, ""}


async def test_what_is_chosen_holds_and_what_is_usual_stays_unsaid() -> None:
    room = Room()
    card = await room.sends(
        cards.SAVE,
        weekday="wednesday",
        hour="14",
        quiet_begin="18",
        quiet_end="usual",
        locale="en",
        zone="Europe/Paris",
    )
    quiet = QuietHours(begin=18, end=8)
    wanted = replace(NOTHING, weekday="wednesday", hour=14, quiet=quiet, locale="en", zone="Europe/Paris")
    assert room.ben == wanted
    assert "14:00 (Europe/Paris)" in card.plain
    await room.sends(cards.SAVE, weekday="usual", hour="usual", quiet_begin="usual", quiet_end="usual", locale="usual")
    assert room.ben == NOTHING


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"zone": "Atlantis"}, WORDS("mine.settings.bad_zone", zone="Atlantis")),
        ({"hour": "20"}, WORDS("mine.settings.quiet_hour", hour="20:00")),
        ({"hour": "9", "quiet_begin": "7", "quiet_end": "12"}, WORDS("mine.settings.quiet_hour", hour="09:00")),
    ],
)
async def test_what_cannot_be_is_said_and_changes_nothing(fields: dict[str, str], said: str) -> None:
    room = Room()
    assert (await room.fills(cards.SAVE, fields)).plain == said
    assert room.own.kept == {}


async def test_what_is_no_choice_counts_as_none() -> None:
    room = Room()
    await room.sends(cards.SAVE, weekday="someday", hour="99", locale="xx", quiet_begin="-1", quiet_end="x")
    assert room.ben == NOTHING


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("until 12.03.2026", Span(first=TODAY, last=date(2026, 3, 12))),
        ("from 10.3.26 to 2026-03-12", Span(first=date(2026, 3, 10), last=date(2026, 3, 12))),
        ("10/03/2026 12/03/2026", Span(first=date(2026, 3, 10), last=date(2026, 3, 12))),
    ],
)
async def test_days_away_can_be_typed(typed: str, span: Span) -> None:
    room = Room()
    card = await room.types(AWAY, typed)
    assert room.ben.away == (span,)
    assert WORDS.day(span.last) in card.plain


async def test_days_away_are_asked_for_where_it_was_not_said_which() -> None:
    room = Room()
    assert (await room.types(AWAY)).form is not None
    form = (await room.types(AWAY, "on 10.03.2026")).form
    assert form is not None
    assert [each.initial for each in form.fields] == ["10.03.2026", "10.03.2026"]
    assert room.own.kept == {}
    await room.sends(cards.AWAY_ASK, "the id of a check-in")
    await room.sends(cards.AWAY_SAVE, first="10.03.2026", last="11.03.2026")
    assert room.ben.away == (Span(first=date(2026, 3, 10), last=date(2026, 3, 11)),)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("11.03.2026", "10.03.2026", "mine.settings.last_first"),
        ("30.02.2026", "10.03.2026", "mine.settings.bad_day"),
        ("soon", "later", "mine.settings.bad_day"),
        ("01.03.2026", "01.03.2026", "mine.settings.not_ahead"),
        ("01.03.2026", "01.03.2030", "mine.settings.not_ahead"),
    ],
)
async def test_days_that_cannot_be_are_refused(first: str, last: str, said: str) -> None:
    room = Room()
    assert (await room.sends(cards.AWAY_SAVE, first=first, last=last)).plain == WORDS(said)
    assert room.own.kept == {}


async def test_absences_add_up_and_those_that_are_over_are_forgotten() -> None:
    room = Room()
    over = Span(first=TODAY - 9 * DAY, last=TODAY - DAY)
    room.own.kept[BEN] = replace(NOTHING, away=(over,))
    await room.types(AWAY, "until 04.03.2026")
    await room.types(AWAY, "until 04.03.2026")
    for number in range(19):
        await room.sends(cards.AWAY_SAVE, first=f"{number + 5}.03.2026", last=f"{number + 5}.03.2026")
    assert (len(room.ben.away), over in room.ben.away) == (20, False)
    full = await room.sends(cards.AWAY_SAVE, first="01.05.2026", last="02.05.2026")
    assert full.plain == WORDS("mine.settings.many")


async def test_a_pause_is_chosen_or_typed_and_ends_by_itself() -> None:
    room = Room()
    card = await room.types(PAUSE)
    assert [each.value for each in card.buttons][:2] == ["2026-03-09", "2026-03-16"]
    await room.sends(cards.PAUSE_NOW, card.buttons[0].value)
    assert room.ben.paused_until == date(2026, 3, 9)
    await room.types(PAUSE, "until 31.03.2026")
    assert room.ben.paused_until == date(2026, 3, 31)
    assert (await room.types(PAUSE, "until 02.03.2026")).plain == WORDS("mine.settings.not_ahead")


async def test_stop_ends_what_was_asked_too_and_start_begins_again() -> None:
    room = Room()
    room.check_ins.one = check_in(partner=BEN)
    card = await room.types(STOP)
    assert room.ben.stopped
    assert WORDS("mine.settings.stopped") in card.plain
    assert (room.check_ins.one.state, room.check_ins.one.remind_at) == (State.SKIPPED, None)
    answered = room.check_ins.one = check_in(partner=BEN, state=State.ANSWERED)
    await room.sends(cards.STOP_NOW, "the id of a check-in")
    assert room.check_ins.one == answered
    today, later = Span(first=TODAY, last=TODAY + DAY), Span(first=TODAY + 9 * DAY, last=TODAY + 9 * DAY)
    room.own.kept[BEN] = replace(room.ben, paused_until=TODAY + DAY, away=(today, later))
    await room.types(RESUME)
    assert room.ben == replace(NOTHING, away=(later,))


@dataclass
class _Hasty(FakeCheckIns):
    """Asks until the word is kept, and reminds once meanwhile: the first change is refused."""

    own: FakeOwn = field(default_factory=FakeOwn)
    refused: int = 0

    async def latest(self, partner: PartnerId) -> CheckIn | None:
        stopped = partner in self.own.kept and self.own.kept[partner].stopped
        return await super().latest(partner) if stopped else None

    async def change(self, before: CheckIn, after: CheckIn, **_more: Any) -> bool:
        if self.refused == 0 and self.one is not None:
            self.refused, self.one = 1, replace(self.one, reminders=1)
            return False
        return await super().change(before, after)


async def test_stop_also_ends_what_was_asked_or_reminded_of_in_the_same_moment() -> None:
    own = FakeOwn()
    hasty = _Hasty(own=own, one=check_in(partner=BEN))
    await Room(own=own, check_ins=hasty).types(STOP)
    assert hasty.one == check_in(partner=BEN, reminders=1, state=State.SKIPPED, remind_at=None)


async def test_a_language_is_spoken_as_soon_as_it_is_chosen() -> None:
    room = Room()
    card = await room.types(LANGUAGE, "Cymraeg")
    assert (room.ben.locale, card.locale) == ("cy", "cy")
    assert card.title != WORDS("mine.settings.saved")
    assert (await room.types(LANGUAGE, "english")).title == WORDS("mine.settings.saved")
    assert (await room.types(LANGUAGE)).form is not None


async def test_nothing_is_kept_of_whom_the_platform_does_not_confirm() -> None:
    room = Room()
    nobody = replace(recognised(BEN), partner=None)
    for command in (SETTINGS, AWAY, PAUSE, STOP, RESUME):
        assert (await room.types(command, who=nobody)).plain == WORDS("barrier.unsure")
    assert room.own.kept == {}


def test_no_quiet_hours_are_called_none() -> None:
    assert cards.quiet_of(QuietHours(begin=0, end=0), WORDS) == WORDS("mine.settings.no_quiet")
    assert cards.quiet_of(QuietHours(begin=19, end=8), WORDS) == "19:00 to 08:00"
