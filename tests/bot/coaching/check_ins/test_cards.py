"""The cards of a check-in: short, plain, and clear about who sees what."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.coaching.check_ins.cards import (
    AWAY,
    EXPORT,
    STOP,
    answer_card,
    asked,
    edit_card,
    invite_card,
    reminder_card,
)
from bot.coaching.check_ins.reasons import reason_line
from bot.coaching.check_ins.reply_cards import kept_card
from bot.coaching.check_ins.reply_saving import Own
from bot.coaching.own_data.taking_out import EXPORT_NOW
from bot.coaching.settings.cards import AWAY_ASK, STOP_NOW
from bot.domain.barriers import Consent
from bot.domain.cards import Card
from bot.domain.check_ins import Reflection, State
from bot.domain.choosing import Kind, Reason
from bot.domain.questions import FollowUp, Wording
from knowledge.triage.phrases import factor_names
from prompts import speaking
from tests.bot.coaching.check_ins_room import BANK, FIRST, REPLY, WORDS, actions, check_in, length, said
from tests.bot.plans import COUNCIL, PLAN
from tests.fakes import NOON

DID = "You said, we did: your barrier about who pays for the joint training is resolved."
ORGANISATIONS = {each.id: each.name for each in PLAN.organisations}
#: What no message to somebody who has not replied says.
REPROACHES = ("reminder", "still waiting", "have not", "haven't", "overdue", "only one", "everyone else", "missed")


def invited(**more: object) -> Card:
    return invite_card(replace(check_in(), **more), BANK[FIRST], "Why this one.", (), PLAN, WORDS)  # type: ignore[arg-type]


def reflection(question: str, consent: Consent = Consent.COUNTED) -> Reflection:
    return Reflection(
        check_in=check_in().id,
        partner=check_in().partner,
        partnership=PLAN.id,
        organisation=COUNCIL.id,
        week=check_in().week,
        question=question,
        factor=BANK[question].factor,
        text=REPLY,
        at=NOON,
        consent=consent,
        shared=consent is Consent.NAMED,
    )


def test_an_invite_asks_says_why_and_says_who_sees_a_reply() -> None:
    card = invited()
    assert [each.text for each in card.paragraphs] == [
        BANK[FIRST].text,
        "Why this one.",
        said("check_in.sees"),
    ]
    assert PLAN.name in card.title
    assert actions(card) == [
        "check-in-answer",
        "check-in-another",
        "check-in-skip",
        "check-in-snooze",
        "check-in-away",
        "check-in-stop",
    ]
    assert {each.value for each in card.buttons} == {"c1"}


@pytest.mark.parametrize(
    ("did", "told"),
    [
        ([], []),
        (["First thing.", "Second thing."], ["First thing."]),
        (["Much. " * 60, "Second thing."], ["Second thing."]),
        (["Much. " * 60], []),
    ],
)
def test_one_thing_that_came_of_it_is_told_where_it_fits(did: list[str], told: list[str]) -> None:
    card = invite_card(check_in(), BANK[FIRST], "", did, PLAN, WORDS)
    assert [each.text for each in card.paragraphs] == [BANK[FIRST].text, *told, said("check_in.sees")]


def test_another_question_is_offered_once() -> None:
    assert "check-in-another" not in actions(invited(instead_of="money-1"))


@pytest.mark.parametrize("kind", list(Kind))
def test_no_invite_is_longer_than_sixty_words_whatever_it_asks_and_why(kind: Kind) -> None:
    for question in BANK.values():
        organisation = COUNCIL.id if kind is Kind.LITTLE else None
        since = date(2026, 1, 1) if kind in (Kind.LITTLE, Kind.TURN) else None
        reason = Reason(kind=kind, factor=question.factor, organisation=organisation, since=since)
        line = reason_line(reason, factor_names(), ORGANISATIONS, WORDS.month, WORDS)
        assert length(invite_card(check_in(), question, line, [DID], PLAN, WORDS)) <= 60, question.id
        assert length(reminder_card(check_in(), question, PLAN, WORDS)) <= 60, question.id


@pytest.mark.parametrize("consent", list(Consent))
def test_no_thanks_is_longer_than_sixty_words_whatever_it_asks_further(consent: Consent) -> None:
    for question in BANK.values():
        reply = reflection(question.id, consent)
        own = Own(check_in=check_in(state=State.ANSWERED), shown=question, given=reply)
        assert length(kept_card(own, reply, PLAN, WORDS, NOON)) <= 60, question.id


def test_a_reminder_reproaches_nobody_and_says_the_same_of_who_sees_it() -> None:
    card = reminder_card(replace(check_in(), reminders=2), BANK[FIRST], PLAN, WORDS)
    assert BANK[FIRST].text in card.plain
    assert said("check_in.sees") in card.plain
    assert [word for word in REPROACHES if word in card.plain.lower()] == []
    assert card == reminder_card(check_in(), BANK[FIRST], PLAN, WORDS)


def test_a_question_is_asked_in_the_language_that_is_spoken_where_it_was_translated() -> None:
    welsh = Wording(text="Beth sy'n ein dal yn ôl?", follow_up=FollowUp(when="Os felly", ask="beth nesaf?"))
    question = replace(BANK[FIRST], wordings={"cy": welsh})
    with speaking("cy"):
        assert asked(question) == welsh
        assert asked(replace(question, wordings={})).text == question.text
    assert asked(question).text == question.text


def test_the_forms_hold_what_is_stored_and_nothing_else_is_chosen_for_anybody() -> None:
    form = answer_card(check_in(), BANK[FIRST], WORDS).form
    assert form is not None
    assert [value for value, _ in form.fields[2].choices] == ["counted", "own leads", "named", "private"]
    edited = edit_card(reflection(FIRST, Consent.NAMED), BANK[FIRST], WORDS).form
    assert edited is not None
    assert (edited.id, edited.value) == (form.id, form.value)
    assert [each.initial for each in edited.fields] == [REPLY, "", "named", "yes"]


def test_the_buttons_for_settings_are_those_that_settings_answer() -> None:
    assert (AWAY, STOP, EXPORT) == (AWAY_ASK, STOP_NOW, EXPORT_NOW)


def test_the_week_is_over_where_the_partnership_is() -> None:
    own = Own(check_in=check_in(state=State.ANSWERED), shown=BANK[FIRST], given=reflection(FIRST))
    abroad = replace(PLAN, zone="Pacific/Auckland")
    sunday = datetime.fromisoformat("2026-03-08T11:30+00:00")
    assert own.given is not None
    assert "check-in-edit" in actions(kept_card(own, own.given, PLAN, WORDS, sunday))
    assert "check-in-edit" not in actions(kept_card(own, own.given, abroad, WORDS, sunday))
