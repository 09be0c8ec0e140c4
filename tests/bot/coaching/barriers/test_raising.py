"""Raising: what was confirmed is stored, once; the same elsewhere is offered; others hear no more than that."""

from dataclasses import replace

import pytest

from bot.domain.barriers import LONGEST_WORDING, BarrierId, Consent, Status
from bot.domain.people import PartnershipId
from bot.store.inbox import Promise
from tests.bot.coaching.raising_room import ANN, BOB, LEAD, SAME, WHAT, FakeRemedies, Room, partner, pressed, said
from tests.bot.plans import COUNCIL, HOUSING, PLAN


async def test_a_form_becomes_a_barrier_as_it_was_filled_in() -> None:
    room = Room()
    card = await room.raises(ANN, others="rules,information,none", organisations="council,housing,other")
    barrier = room.only
    assert card.title == said("barrier.logged.title")
    assert (barrier.factor, barrier.also, barrier.organisations) == ("information", ("rules",), ("council", "housing"))
    (own,) = barrier.raisers
    assert (own.wording, own.consent, own.shared, own.name) == (WHAT, Consent.COUNTED, False, "")
    assert barrier.number is None
    assert said("barrier.sees.counted") in card.plain
    assert WHAT in card.plain
    assert room.drafts.kept == {}


@pytest.mark.parametrize(("consent", "name"), [("named", "Ann"), ("own leads", "Ann"), ("private", "")])
async def test_who_sees_it_is_what_was_chosen(consent: str, name: str) -> None:
    room = Room()
    card = await room.raises(ANN, consent=consent, share="yes")
    (own,) = room.only.raisers
    assert (own.consent.value, own.name) == (consent, name)
    assert own.shared is (consent != "private")
    assert (said("barrier.sees.shared") in card.plain) is own.shared
    # A lead of the council sees it at once, so that it has a number.
    assert (room.only.number is not None) is bool(name)


async def test_own_leads_see_nothing_where_there_are_none() -> None:
    room = Room()
    await room.raises(BOB, consent="own leads")
    assert room.only.number is None


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"statement": " \n "}, "barrier.refused.empty"),
        ({"factor": "weather"}, "barrier.refused.unknown_factor"),
        ({"statement": "x" * (LONGEST_WORDING + 1)}, "barrier.refused.too_long"),
    ],
)
async def test_what_cannot_be_stored_comes_back_to_be_mended(fields: dict[str, str], word: str) -> None:
    room = Room()
    card = await room.raises(ANN, value="f1", share="yes", **{"statement": WHAT, **fields})
    assert card.paragraphs[0].text == said(word, length="10,001", limit="10,000")
    assert card.form is not None
    assert card.form.value == "f1"
    given = {each.id: each.initial for each in card.form.fields}
    assert (given["share"], given["consent"]) == ("yes", "counted")
    assert given["statement"] == fields.get("statement", WHAT).strip()
    assert room.barriers.kept == {}


async def test_a_form_that_is_sent_twice_logs_once_and_another_wording_is_another() -> None:
    room = Room()
    first, again = await room.raises(ANN, value="f1"), await room.raises(ANN, value="f1")
    assert first == again
    assert len(room.barriers.kept) == 1
    await room.raises(ANN, SAME, value="f1")
    await room.raises(BOB, value="f1")
    assert len(room.barriers.kept) == 3


async def test_a_message_that_is_taken_up_twice_logs_once() -> None:
    room = Room(remedies=FakeRemedies())
    filled = {"statement": WHAT, "factor": "trust", "consent": "named"}
    first = await room.sends(ANN, "barrier-log", key="slack:one", **filled)
    assert await room.sends(ANN, "barrier-log", key="slack:one", **filled) == first
    assert room.only.label == "B-001"
    assert [each.plain for each in first.more] == ["Start small."]


async def test_somebody_who_is_not_confirmed_stores_nothing() -> None:
    room, nobody = Room(), replace(ANN, partner=None)
    assert (await room.raises(nobody)).plain == said("barrier.unsure")
    for action in ("barrier-new", "barrier-join", "barrier-cancel"):
        assert (await room.sends(nobody, action, "d1")).plain == said("barrier.unsure")
    assert not room.barriers.kept
    assert not room.drafts.kept


async def offered(room: Room, **fields: str) -> str:
    """Ann's barrier is offered to Bob, who is raising the same; the value of the button that joins it."""
    await room.raises(ANN, share="yes")
    card = await room.raises(BOB, SAME, **fields)
    return pressed(card, said("barrier.twins.join", label="B-001"))


async def test_the_same_elsewhere_is_offered_unnamed_before_anything_is_logged() -> None:
    room = Room()
    await room.raises(ANN, share="yes")
    card = await room.raises(BOB, SAME)
    assert card.paragraphs[0].text == said("barrier.twins.looks_like", label="B-001", wording=WHAT)
    assert "Ann" not in card.plain
    assert COUNCIL.name not in card.plain
    assert len(room.barriers.kept) == 1
    assert len(room.drafts.kept) == 1


async def test_joining_adds_ones_own_part_and_the_others_hear_only_that() -> None:
    room = Room()
    value = await offered(room, consent="named")
    card = await room.sends(BOB, "barrier-join", value)
    assert card.title == said("barrier.logged.joined", label="B-001")
    barrier = room.only
    assert [(each.wording, each.consent) for each in barrier.raisers] == [
        (WHAT, Consent.COUNTED),
        (SAME, Consent.NAMED),
    ]
    assert barrier.organisations == (COUNCIL.id,)
    assert WHAT not in card.plain
    (notice,) = room.barriers.told.values()
    assert (notice.platform, notice.place, notice.promise) == ("slack", "ann", Promise.NOTICE)
    assert said("barrier.joined.text") in notice.card.plain
    assert not {"Bob", HOUSING.name, SAME} & set(notice.card.plain.split("\n"))
    assert await room.sends(BOB, "barrier-join", value) == card
    assert len(room.only.raisers) == 2
    assert room.drafts.kept == {}


async def test_of_somebody_private_nobody_hears() -> None:
    room = Room()
    await room.sends(BOB, "barrier-join", await offered(room, consent="private"))
    assert len(room.only.raisers) == 2
    assert room.barriers.told == {}


async def test_a_different_one_is_logged_by_itself_and_only_one_of_both_counts() -> None:
    room = Room()
    value = await offered(room)
    draft = value.partition(".")[0]
    await room.sends(BOB, "barrier-new", draft)
    assert sorted(len(each.raisers) for each in room.barriers.kept.values()) == [1, 1]
    # The card that offers the other one stays in the chat.
    await room.sends(BOB, "barrier-join", value)
    await room.sends(BOB, "barrier-new", draft)
    assert sorted(len(each.raisers) for each in room.barriers.kept.values()) == [1, 1]


async def test_a_cancelled_draft_is_gone_and_is_nobody_elses() -> None:
    room = Room()
    value = await offered(room)
    draft = value.partition(".")[0]
    await room.sends(ANN, "barrier-cancel", draft)
    assert (await room.sends(ANN, "barrier-new", draft)).plain == said("barrier.draft_gone")
    assert len(room.drafts.kept) == 1
    assert (await room.sends(BOB, "barrier-cancel", draft)).plain == said("barrier.cancelled")
    assert room.drafts.kept == {}
    assert (await room.sends(BOB, "barrier-join", value)).plain == said("barrier.draft_gone")
    assert len(room.only.raisers) == 1


@pytest.mark.parametrize("fields", [{"share": ""}, {"share": "yes", "consent": "private"}])
async def test_wordings_that_may_not_be_shown_are_not_offered(fields: dict[str, str]) -> None:
    room = Room()
    await room.raises(ANN, **fields)
    assert (await room.raises(BOB, SAME)).title == said("barrier.logged.title")
    assert room.twins is not None
    assert room.twins.asked == []


async def test_ended_ones_ones_own_and_another_partnerships_are_not_offered() -> None:
    room = Room()
    await room.raises(ANN, share="yes")
    open_one = replace(room.only, id=BarrierId("other"))
    assert (await room.raises(ANN, SAME)).title == said("barrier.logged.title")
    for hidden in (
        replace(open_one, status=Status.RESOLVED),
        replace(open_one, partnership=PartnershipId("elsewhere")),
    ):
        room = Room()
        room.barriers.kept = {hidden.id: hidden}
        assert (await room.raises(BOB, SAME)).title == said("barrier.logged.title")


async def test_three_are_offered_at_most_and_each_once() -> None:
    room = Room()
    for number in range(5):
        who = partner(f"p{number}")
        card = await room.raises(who, f"{WHAT} {number}", share="yes")
        if number:
            await room.sends(who, "barrier-new", pressed(card, said("barrier.twins.new")))
    card = await room.raises(BOB, SAME)
    assert len(card.paragraphs) == 3
    assert len({each.value for each in card.buttons}) == 4


async def test_a_barrier_of_another_partnership_cannot_be_joined() -> None:
    room = Room()
    value = await offered(room)
    elsewhere = replace(PLAN, id=PartnershipId("elsewhere"))
    other = replace(BOB, plan=elsewhere)
    assert (await room.sends(other, "barrier-join", value)).plain == said("barrier.refused.unknown_barrier")
    hidden = replace(room.only, raisers=tuple(replace(each, shared=False) for each in room.only.raisers))
    room.barriers.kept = {hidden.id: hidden}
    assert (await room.sends(BOB, "barrier-join", value)).plain == said("barrier.refused.unknown_barrier")
    assert len(room.only.raisers) == 1


async def test_joining_holds_beside_what_somebody_else_changes() -> None:
    room = Room()
    value = await offered(room)
    room.barriers.rivals = [replace(room.only, owner="amara@council.example", version=7)]
    await room.sends(BOB, "barrier-join", value)
    assert (room.only.owner, len(room.only.raisers), room.only.version) == ("amara@council.example", 2, 8)


async def test_who_raised_it_already_is_told_so() -> None:
    room = Room()
    value = await offered(room)
    (waiting,) = room.drafts.kept.values()
    await room.sends(BOB, "barrier-join", value)
    room.drafts.kept["d2"] = waiting
    again = await room.sends(BOB, "barrier-join", f"d2.{room.only.id}")
    assert again.plain == said("barrier.refused.raised_already")
    assert len(room.only.raisers) == 2


@pytest.mark.parametrize("action", ["barrier-join", "barrier-new"])
async def test_two_taps_at_the_same_moment_log_a_draft_once(action: str) -> None:
    room = Room()
    value = await offered(room)
    draft, waiting = value.partition(".")[0], dict(room.drafts.kept)
    await room.sends(BOB, "barrier-new", draft)
    # Another process saves it between this one's look at what is done and its own saving.
    *_, (name, won) = room.barriers.kept.items()
    del room.barriers.kept[name]
    room.barriers.rivals, room.drafts.kept = [won], waiting
    card = await room.sends(BOB, action, value)
    assert card.title == said("barrier.logged.title")
    assert sorted(len(each.raisers) for each in room.barriers.kept.values()) == [1, 1]


async def test_drafts_are_kept_for_a_day() -> None:
    room = Room()
    await offered(room)
    late = replace(room.message(LEAD, at=1), action="barrier-log", values={"statement": "x y", "factor": "trust"})
    late = replace(late, received_at=late.received_at.replace(day=late.received_at.day + 1))
    await room.actions["barrier-log"](late, LEAD)
    assert [owner for owner, _, _ in room.drafts.kept.values()] == [LEAD.partner]
