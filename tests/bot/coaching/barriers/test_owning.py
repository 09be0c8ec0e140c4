"""One's own barriers: all of them and nobody else's; what one allows holds at once, and what one takes back is gone."""

from dataclasses import replace

import pytest

from bot.domain.barriers import BarrierId, Consent, Status
from bot.domain.people import PartnershipId
from tests.bot.coaching.raising_room import ANN, BOB, LEAD, SAME, WHAT, FakeTwins, Room, partner, pressed, said
from tests.bot.plans import PLAN


async def joined() -> Room:
    """Ann and Bob have raised the same."""
    room = Room(twins=FakeTwins())
    await room.raises(ANN, share="yes")
    card = await room.raises(BOB, SAME, share="yes")
    await room.sends(BOB, "barrier-join", pressed(card, said("barrier.twins.join", label="B-001")))
    return room


async def test_nobody_sees_any_but_their_own() -> None:
    room = await joined()
    assert (await room.types(partner("cat"), "mine")).plain == said("barrier.own.none")
    (card,) = (await room.types(ANN, "mine")).more
    assert said("barrier.own_wording", wording=WHAT) in card.plain
    assert said("barrier.sees.counted") in card.plain
    assert not any(word in card.plain for word in ("Bob", "Harbour Housing (", "Ann"))
    assert {each.action for each in card.buttons} == {"barrier-consent", "barrier-withdraw"}


async def test_those_still_open_come_first_and_who_is_asked_can_answer() -> None:
    room = Room(twins=None)
    for number in range(12):
        await room.raises(ANN, f"{WHAT} {number}")
    first = next(iter(room.barriers.kept.values()))
    room.barriers.kept[first.id] = replace(first, status=Status.RESOLVED)
    card = await room.types(ANN, "mine")
    assert card.paragraphs[0].text == said("barrier.own.list.other", n=12)
    assert (len(card.more), len(card.items)) == (10, 2)
    assert "Resolved" in card.items[1]
    room.barriers.kept = {first.id: room.barriers.kept[first.id]}
    (asked,) = (await room.types(ANN, "mine")).more
    assert {"barrier-gone", "barrier-still"} <= {each.action for each in asked.buttons}


async def test_barriers_are_the_partnerships_for_a_lead_and_ones_own_for_others() -> None:
    room = await joined()
    assert (await room.types(ANN, "all")).title == said("barrier.own.title")
    assert (await room.types(LEAD, "all")).plain == said("handling.none")


async def test_a_number_opens_ones_own_and_tells_others_nothing() -> None:
    room = await joined()
    assert WHAT in (await room.types(ANN, "number", "1")).plain
    unknown = said("barrier.refused.unknown_barrier")
    for who, number in ((LEAD, "1"), (partner("cat"), "1"), (ANN, "2"), (ANN, "9" * 30)):
        assert (await room.types(who, "number", number)).plain == unknown


async def test_a_number_opens_what_a_barrier_was_merged_into() -> None:
    room = await joined()
    kept = room.only
    gone = replace(kept, id=BarrierId("other"), number=2, into=kept.id, raisers=())
    room.barriers.kept[gone.id] = gone
    assert WHAT in (await room.types(ANN, "number", "2")).plain


async def test_consent_changes_at_once() -> None:
    room = await joined()
    form = (await room.sends(ANN, "barrier-consent", room.only.id)).form
    assert form is not None
    assert [each.initial for each in form.fields] == ["counted", "yes"]
    card = await room.sends(ANN, "barrier-consented", form.value, consent="named", share="")
    assert said("barrier.sees.named") in card.plain
    own, other = room.only.raisers
    assert (own.consent, own.shared, own.name) == (Consent.NAMED, False, "Ann")
    assert (other.consent, other.shared) == (Consent.COUNTED, True)
    await room.sends(ANN, "barrier-consented", form.value, consent="counted", share="")
    assert room.only.raisers[0].name == ""


async def test_naming_oneself_makes_a_barrier_visible_so_it_gets_a_number() -> None:
    room = Room()
    await room.raises(ANN)
    assert room.only.number is None
    await room.sends(ANN, "barrier-consented", room.only.id, consent="named")
    assert room.only.number == 1


async def test_what_is_private_is_shared_with_nobody() -> None:
    room = await joined()
    await room.sends(ANN, "barrier-consented", room.only.id, consent="private", share="yes")
    own = room.only.raisers[0]
    assert (own.consent, own.shared) == (Consent.PRIVATE, False)


@pytest.mark.parametrize(("consent", "withheld"), [("private", True), ("named", True), ("counted", False)])
async def test_another_consent_withholds_the_figures_that_rest_on_the_former(consent: str, withheld: bool) -> None:
    room = await joined()
    absorbed = BarrierId("absorbed")
    room.barriers.kept[room.only.id] = replace(room.only, absorbed=(absorbed,))
    await room.sends(ANN, "barrier-consented", room.only.id, consent=consent)
    # Before the change is saved and again afterwards.
    expected = [("ann", room.only.id), ("ann", absorbed)] * 2
    assert room.withholding.withheld == (expected if withheld else [])


async def test_what_is_withdrawn_is_gone_and_the_others_stays() -> None:
    room = await joined()
    asked = await room.sends(ANN, "barrier-withdraw", room.only.id)
    assert said("barrier.own.withdraw_text") in asked.plain
    assert len(room.only.raisers) == 2
    value = pressed(asked, said("barrier.own.withdraw_yes"))
    for _ in range(2):
        card = await room.sends(ANN, "barrier-withdrawn", value, key="slack:gone")
        assert card.plain == said("barrier.own.withdrawn")
    assert [each.wording for each in room.only.raisers] == [SAME]
    assert WHAT not in str(room.barriers.kept)
    assert set(room.withholding.withheld) == {("ann", room.only.id)}
    again = await room.sends(ANN, "barrier-withdrawn", value)
    assert again.plain == said("barrier.refused.not_a_raiser")
    assert (await room.types(ANN, "mine")).plain == said("barrier.own.none")


@pytest.mark.parametrize("action", ["barrier-consent", "barrier-consented", "barrier-withdraw", "barrier-withdrawn"])
async def test_nobody_changes_what_is_not_theirs(action: str) -> None:
    room = await joined()
    before = room.only
    elsewhere = replace(ANN, plan=replace(PLAN, id=PartnershipId("elsewhere")))
    unknown, other = said("barrier.refused.unknown_barrier"), said("barrier.refused.not_a_raiser")
    for who, name, why in (
        (partner("cat"), before.id, other),
        (elsewhere, before.id, unknown),
        (ANN, "nothing", unknown),
        (ANN, "", unknown),
        (replace(ANN, partner=None), before.id, said("barrier.unsure")),
    ):
        assert (await room.sends(who, action, name, consent="named")).plain == why
    assert room.only == before
    assert room.withholding.withheld == []


async def test_a_change_of_ones_own_part_holds_beside_somebody_elses() -> None:
    room = await joined()
    room.barriers.rivals = [replace(room.only, owner="amara@council.example", version=9)]
    await room.sends(ANN, "barrier-consented", room.only.id, consent="named")
    assert (room.only.owner, room.only.version) == ("amara@council.example", 10)
    assert room.only.raisers[0].consent is Consent.NAMED


async def test_where_others_keep_coming_first_it_is_said() -> None:
    room = await joined()
    room.barriers.rivals = [replace(room.only, version=10 + number) for number in range(9)]
    card = await room.sends(ANN, "barrier-consented", room.only.id, consent="named")
    assert card.plain == said("barrier.refused.changed_meanwhile")
