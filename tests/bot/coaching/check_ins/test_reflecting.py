"""Replies: kept with their author's consent, edited while their week lasts, and gone when they are taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.barriers import Consent
from bot.domain.check_ins import LONGEST_REPLY, State, View
from bot.domain.people import PartnershipId
from bot.store.database import Database
from tests.bot.coaching.check_ins_room import (
    ANN,
    BANK,
    BOB,
    FIRST,
    REPLY,
    SECOND,
    Room,
    actions,
    check_in,
    length,
    said,
)
from tests.bot.plans import PLAN
from tests.fakes import NOON

NEXT_WEEK = NOON + timedelta(weeks=1)
HOSTILE = "<!channel> see https://evil.example \u202eright to left <script>alert(1)</script> *bold* @here"


@pytest.fixture
async def room(database: Database) -> Room:
    """Ann has been asked, and Bob."""
    made = Room(database=database)
    await made.ask(check_in(), check_in("c2", BOB))
    return made


async def test_answer_opens_a_form_that_begins_with_counting_only(room: Room) -> None:
    form = (await room.presses("check-in-answer")).form
    assert form is not None
    assert {each.id: (each.initial, each.required) for each in form.fields} == {
        "reply": ("", True),
        "view": ("", False),
        "consent": ("counted", True),
        "share": ("", False),
    }
    assert form.value == f"c1:{FIRST}"


async def test_a_reply_is_kept_with_its_consent_and_the_check_in_waits_no_more(room: Room) -> None:
    card = await room.replies(view="mixed")
    kept = await room.reply()
    assert (kept.text, kept.view, kept.consent, kept.shared, kept.name) == (
        REPLY,
        View.MIXED,
        Consent.COUNTED,
        False,
        "",
    )
    assert (kept.question, kept.factor, kept.at, kept.followed) == (FIRST, "trust", room.at, True)
    found = await room.now()
    assert (found.state, found.remind_at) == (State.ANSWERED, None)
    assert said("check_in.seen.counted") in card.plain
    assert said("check_in.kept.next", day="9 March 2026", k=5, m=2) in card.plain
    assert length(card) <= 60


@pytest.mark.parametrize("consent", list(Consent))
async def test_each_consent_is_said_and_a_name_is_kept_only_where_somebody_may_see_it(
    room: Room, consent: Consent
) -> None:
    card = await room.replies(consent=consent.value, share="yes")
    kept = await room.reply()
    assert kept.consent is consent
    assert kept.shared is (consent is not Consent.PRIVATE)
    assert bool(kept.name) is (consent in (Consent.NAMED, Consent.OWN_LEADS))
    assert said(f"check_in.seen.{consent.name.lower()}") in card.plain
    assert ("board" in card.plain or "check-in-agenda" in actions(card)) is (consent is not Consent.PRIVATE)
    assert length(card) <= 60


async def test_the_same_message_twice_gives_the_same_card_and_one_reply(room: Room) -> None:
    before = replace(room.message("", ANN), action="check-in-reply", values={"reply": REPLY, "value": "c1"})
    first = await room.actions["check-in-reply"](before, ANN)
    kept = await room.reply()
    assert await room.actions["check-in-reply"](before, ANN) == first
    assert await room.reply() == kept


async def test_the_further_question_is_asked_once_and_may_be_left(room: Room) -> None:
    card = await room.replies()
    assert card.form is not None
    follow_up = BANK[FIRST].follow_up
    assert card.paragraphs[-1].text == f"{follow_up.when}: {follow_up.ask}"
    after = await room.presses("check-in-follow", card.form.value, follow_up="A walk together.")
    assert (await room.reply()).follow_up == "A walk together."
    assert after.form is None
    assert (await room.reply()).text == REPLY


async def test_until_its_week_is_over_a_reply_can_be_edited_and_then_no_more(room: Room) -> None:
    await room.replies(view="hard")
    form = (await room.presses("check-in-edit")).form
    assert form is not None
    assert [each.initial for each in form.fields] == [REPLY, "hard", "counted", ""]
    first_given = (await room.reply()).at
    await room.replies("Better now.", form.value, view="well", consent="named")
    kept = await room.reply()
    assert (kept.text, kept.view, kept.consent, kept.at) == ("Better now.", View.WELL, Consent.NAMED, first_given)
    room.at = NEXT_WEEK
    refused = said("check_in.refused.published")
    assert (await room.presses("check-in-edit")).plain == refused
    assert (await room.replies("Too late.", form.value)).plain == refused
    assert (await room.presses("check-in-follow", follow_up="Too late.")).plain == refused
    assert (await room.presses("check-in-agenda")).plain == refused
    assert await room.reply() == kept
    assert "check-in-edit" not in actions(await room.presses("check-in-answer"))


async def test_what_a_form_could_not_hold_stays_as_it_was(room: Room) -> None:
    long = "word " * 1_900
    await room.replies(long)
    await room.replies("", view="well")
    kept = await room.reply()
    assert (kept.text, kept.view) == (long.strip(), View.WELL)


async def test_a_text_is_kept_plainly_whatever_stands_in_it(room: Room) -> None:
    await room.replies(f"{HOSTILE}\r\nsecond line  ")
    assert (await room.reply()).text == f"{HOSTILE}\nsecond line"
    assert HOSTILE in (await room.presses("journal-open")).paragraphs[0].text


async def test_nothing_and_too_much_are_refused_in_a_sentence(room: Room) -> None:
    assert (await room.replies("  ")).plain == said("check_in.refused.empty")
    long = await room.replies("x" * (LONGEST_REPLY + 1))
    assert long.plain == said("check_in.refused.too_long", length="10,001", limit="10,000")
    assert await room.reflections.of(check_in().partner) == ()
    await room.replies("x" * LONGEST_REPLY)
    assert len((await room.reply()).text) == LONGEST_REPLY


@pytest.mark.parametrize(
    "action",
    ["answer", "reply", "follow", "edit", "consent", "consented", "agenda", "off-agenda", "barrier", "withdraw"],
)
async def test_nobody_elses_check_in_is_known_nor_another_partnerships(room: Room, action: str) -> None:
    await room.replies(consent="named")
    unknown = said("check_in.refused.unknown")
    elsewhere = replace(ANN, plan=replace(PLAN, id=PartnershipId("elsewhere")))
    for who, value in ((BOB, "c1"), (ANN, "c2"), (ANN, ""), (ANN, "never"), (elsewhere, "c1"), (ANN, "\n:c1")):
        card = await room.presses(f"check-in-{action}", value, who=who, reply="Mine.", follow_up="Mine.")
        assert card.plain == unknown
    assert (await room.reply()).text == REPLY
    assert room.barriers == []


async def test_whom_the_platform_does_not_confirm_has_no_reply(room: Room) -> None:
    unsure = replace(ANN, partner=None)
    assert (await room.presses("check-in-reply", who=unsure, reply=REPLY)).plain == said("barrier.unsure")
    assert await room.kept(REPLY) == set()


async def test_lowering_consent_withholds_what_was_frozen_before_and_after(room: Room) -> None:
    await room.replies(consent="named", share="yes")
    room.at = NEXT_WEEK
    form = (await room.presses("check-in-consent")).form
    assert form is not None
    assert [each.initial for each in form.fields] == ["named", "yes"]
    card = await room.presses("check-in-consented", form.value, consent="private", share="yes")
    kept = await room.reply()
    assert (kept.consent, kept.shared, kept.name, kept.text) == (Consent.PRIVATE, False, "", REPLY)
    assert said("check_in.seen.private") in card.plain
    assert room.withholding.withheld == [(check_in().partner, "c1")] * 2


async def test_sharing_alone_withholds_nothing(room: Room) -> None:
    await room.replies()
    await room.presses("check-in-consented", consent="counted", share="yes")
    assert (await room.reply()).shared
    assert room.withholding.withheld == []


async def test_who_died_before_withholding_again_withholds_when_taken_up_again(room: Room) -> None:
    await room.replies(consent="named")
    await room.presses("check-in-consented", key="slack:once", consent="private")
    room.withholding.withheld.clear()
    again = await room.presses("check-in-consented", key="slack:once", consent="private")
    assert room.withholding.withheld == [(check_in().partner, "c1")]
    assert said("check_in.seen.private") in again.plain


async def test_a_reply_that_is_taken_back_leaves_no_words_in_any_table(room: Room) -> None:
    canary = "Brackwater"
    await room.replies(f"{canary} one.", view="hard", consent="named", share="yes")
    await room.presses("check-in-follow", follow_up=f"{canary} two.")
    await room.presses("check-in-agenda")
    assert await room.kept(canary) == {"reflection"}
    room.at = NEXT_WEEK
    asked = await room.presses("check-in-withdraw")
    assert actions(asked) == ["check-in-withdrawn"]
    card = await room.presses("check-in-withdrawn")
    assert card.plain == said("check_in.withdrawing.done")
    assert await room.kept(canary) == set()
    kept = await room.reply()
    assert (kept.withdrawn, kept.view, kept.name, kept.shared, kept.agenda) == (True, None, "", False, False)
    assert room.withholding.withheld == [(check_in().partner, "c1")] * 2
    assert (await room.presses("check-in-withdrawn")).plain == said("check_in.refused.gone")


async def test_after_taking_it_back_somebody_may_reply_again_but_no_old_message_does_it_for_them(room: Room) -> None:
    await room.replies(key="slack:first")
    await room.presses("check-in-withdrawn", key="slack:back")
    card = await room.replies(key="slack:first")
    assert said("check_in.entry.taken_back") in card.plain
    assert (await room.reply()).text == ""
    await room.replies("Another thought.", key="slack:second")
    await room.presses("check-in-withdrawn", key="slack:back")
    kept = await room.reply()
    assert (kept.text, kept.withdrawn) == ("Another thought.", False)


async def test_the_wish_for_the_agenda_can_be_taken_off_again_and_nobody_sees_a_private_one(room: Room) -> None:
    await room.replies()
    card = await room.presses("check-in-agenda")
    assert said("check_in.seen.agenda") in card.plain
    assert "check-in-off-agenda" in actions(card)
    assert (await room.reply()).agenda
    await room.presses("check-in-off-agenda")
    assert not (await room.reply()).agenda
    await room.presses("check-in-agenda")
    await room.presses("check-in-consented", consent="private")
    assert not (await room.reply()).agenda
    assert (await room.presses("check-in-agenda")).plain == said("check_in.refused.private")


async def test_a_barrier_begins_with_the_words_of_the_reply_and_changes_nothing_of_it(room: Room) -> None:
    await room.presses("check-in-barrier")
    await room.replies()
    kept = await room.reply()
    await room.presses("check-in-barrier")
    assert room.barriers == ["", REPLY]
    assert await room.reply() == kept


async def test_a_reply_days_later_counts_until_the_next_check_in_and_then_it_is_its_authors_alone(room: Room) -> None:
    room.at = NOON + timedelta(days=6)
    await room.replies(consent="named")
    assert (await room.reply()).consent is Consent.NAMED
    newer = NOON + timedelta(weeks=1)
    await room.ask(check_in("c3", BOB, newer))
    room.at = newer
    card = await room.presses("check-in-reply", "c2", who=BOB, reply="Late.", consent="named", share="yes")
    kept = await room.reply("c2")
    assert (kept.text, kept.consent, kept.shared, kept.name) == ("Late.", Consent.PRIVATE, False, "")
    assert said("check_in.seen.late") in card.plain
    assert "check-in-consent" not in actions(card)
    late = said("check_in.refused.late")
    assert (await room.presses("check-in-consent", "c2", who=BOB)).plain == late
    assert (await room.presses("check-in-consented", "c2", who=BOB, consent="named")).plain == late
    await room.presses("check-in-reply", "c2", who=BOB, reply="Later.", consent="named")
    assert (await room.reply("c2")).consent is Consent.PRIVATE


async def test_a_form_that_showed_the_question_before_replies_to_that_one(room: Room) -> None:
    await room.presses("check-in-another")
    await room.replies(value=f"c1:{FIRST}")
    kept = await room.reply()
    assert (kept.question, kept.factor) == (FIRST, BANK[FIRST].factor)
    assert BANK[FIRST].text == (await room.presses("journal-open")).title
    await room.presses("check-in-withdrawn")
    await room.replies(value="c1:users-1")
    assert (await room.reply()).question == SECOND


async def test_a_question_that_a_partnership_took_out_of_its_list_can_still_be_replied_to(room: Room) -> None:
    await room.ask(check_in("c9", BOB, NOON + timedelta(weeks=1), question="gone-1"))
    card = await room.presses("check-in-answer", "c9", who=BOB)
    assert card.title == said("check_in.gone")
    kept = await room.presses("check-in-reply", "c9", who=BOB, reply="All the same.")
    assert kept.form is None
    assert (await room.reply("c9")).question == "gone-1"
