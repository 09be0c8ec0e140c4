"""Leads move barriers, raisers hear of it and have the last word."""

from string import Template

import pytest

from bot.coaching.barriers.handling import Handling
from bot.coaching.barriers.handling_cards import (
    ASSIGN,
    DUE,
    GONE,
    HISTORY,
    MERGE,
    MOVE,
    OPEN,
    OTHER,
    OWNER,
    PART,
    STILL,
    mark,
)
from bot.domain.barriers import Consent, Status
from bot.domain.cards import Card
from bot.domain.own_settings import PartnerSettings
from bot.store.database import Database
from bot.store.outbox import Outbox
from bot.store.preferences import OwnSettings
from prompts import entries, words
from tests.bot.coaching.barriers_at_hand import AMARA, BEN, CHO, LEADING, Shelf, part, recognised
from tests.bot.plans import LEAD
from tests.fakes import NOON, lease

REFUSED = {
    name: words()(f"barrier.refused.{name}")
    for name in ("unknown_barrier", "not_a_lead", "because_missing", "bad_date", "changed_meanwhile")
}


@pytest.fixture
async def shelf(database: Database) -> Shelf:
    return await Shelf.open(database)


@pytest.fixture
def handling(shelf: Shelf) -> Handling:
    return Handling(barriers=shelf.barriers, homes=shelf.homes, words=words())


async def told(database: Database) -> dict[str, Card]:
    """The notices that wait, by the place that they go to."""
    outbox, found = Outbox(database), {}
    while (each := await outbox.claim(lease("test", at=90_000))) is not None:
        found[str(each.place)] = each.card
        await outbox.sent(each)
    return found


async def test_a_lead_moves_a_barrier_and_its_raisers_hear_of_it_once(
    handling: Handling, shelf: Shelf, database: Database
) -> None:
    barrier = await shelf.raise_one(part(BEN), part(CHO, consent=Consent.COUNTED))
    press = shelf.press(MOVE, mark(barrier, "acknowledged"))
    for _ in range(2):
        card = await handling.actions[MOVE](press, LEADING)
        assert isinstance(card, Card)
        assert card.facts[0].value == words()("handling.status.acknowledged")
    moved = await shelf.now()
    assert (moved.status, moved.number, moved.version) == (Status.ACKNOWLEDGED, 1, barrier.version + 1)
    notices = await told(database)
    assert set(notices) == {"T0/Uben/", "T0/Ucho/"}
    assert all("acknowledged" in each.title.lower() for each in notices.values())
    assert "cho waits" in notices["T0/Ucho/"].plain
    assert "cho" not in notices["T0/Uben/"].plain


async def test_each_raiser_hears_in_the_language_that_they_chose(
    handling: Handling, shelf: Shelf, database: Database
) -> None:
    await OwnSettings(database).keep(BEN, PartnerSettings(locale="cy"), NOON)
    barrier = await shelf.raise_one(part(BEN), part(CHO))
    await handling.actions[MOVE](shelf.press(MOVE, mark(barrier, "acknowledged")), LEADING)
    notices = await told(database)
    titles = {"T0/Uben/": ("cy", entries("cy")), "T0/Ucho/": ("en", entries("en"))}
    for place, (locale, texts) in titles.items():
        status = texts["handling.status.acknowledged"]
        assert notices[place].title == Template(texts["news.title"]).substitute(status=status)
        assert notices[place].locale == locale


async def test_changes_within_a_minute_are_told_together(handling: Handling, shelf: Shelf, database: Database) -> None:
    barrier = await shelf.raise_one(part(BEN))
    for status in ("acknowledged", "in_progress"):
        press = shelf.press(MOVE, mark(await shelf.now(), status))
        await handling.actions[MOVE](press, LEADING)
    notices = await told(database)
    assert words()("handling.status.in_progress") in notices["T0/Uben/"].title
    assert barrier.version + 2 == (await shelf.now()).version


async def test_ending_asks_for_words_and_declining_needs_them(handling: Handling, shelf: Shelf) -> None:
    barrier = await shelf.raise_one(part(BEN))
    form = await handling.actions[MOVE](shelf.press(MOVE, mark(barrier, "declined")), LEADING)
    assert isinstance(form, Card)
    assert form.form is not None
    empty = await handling.actions[MOVE](shelf.press(MOVE, form.form.value, because=" "), LEADING)
    assert isinstance(empty, Card)
    assert empty.plain == REFUSED["because_missing"]
    await handling.actions[MOVE](shelf.press(MOVE, form.form.value, because="No money for it."), LEADING)
    ended = await shelf.now()
    assert (ended.status, ended.because) == (Status.DECLINED, "No money for it.")


async def test_a_resolved_barrier_is_gone_for_one_and_not_for_the_other(
    handling: Handling, shelf: Shelf, database: Database
) -> None:
    barrier = await shelf.raise_one(part(BEN), part(CHO))
    value = mark(barrier, "resolved", "sent")
    await handling.actions[MOVE](shelf.press(MOVE, value, because="A form.", share="yes"), LEADING)
    asked = (await told(database))["T0/Uben/"]
    assert [button.action for button in asked.buttons] == [GONE, STILL]
    assert (await shelf.now()).shared
    await handling.actions[GONE](shelf.press(GONE, asked.buttons[0].value), recognised(BEN))
    form = await handling.actions[STILL](shelf.press(STILL, asked.buttons[1].value), recognised(CHO))
    assert isinstance(form, Card)
    assert form.form is not None
    await handling.actions[STILL](shelf.press(STILL, form.form.value, because="It is back."), recognised(CHO))
    again = await shelf.now()
    assert again.status is Status.OPEN
    assert again.history[-1].detail == "It is back."
    assert set(await told(database)) == {"T0/Uben/"}


async def test_an_older_version_is_refused_and_nobodys_change_is_lost(handling: Handling, shelf: Shelf) -> None:
    barrier = await shelf.raise_one(part(BEN))
    first = shelf.press(MOVE, mark(barrier, "acknowledged"))
    second = shelf.press(MOVE, mark(barrier, "in_progress"))
    await handling.actions[MOVE](first, LEADING)
    card = await handling.actions[MOVE](second, LEADING)
    assert isinstance(card, Card)
    assert card.plain == REFUSED["changed_meanwhile"]
    assert (await shelf.now()).status is Status.ACKNOWLEDGED


@pytest.mark.parametrize(("given", "due"), [("31.03.2027", "2027-03-31"), ("2027-03-31", "2027-03-31"), ("", None)])
async def test_an_owner_and_a_date(handling: Handling, shelf: Shelf, given: str, due: str | None) -> None:
    barrier = await shelf.raise_one(part(BEN))
    value = mark(barrier, "sent")
    await handling.actions[ASSIGN](shelf.press(ASSIGN, value, **{OWNER: LEAD.email, DUE: given}), LEADING)
    assigned = await shelf.now()
    assert assigned.owner == LEAD.email
    assert (assigned.due and assigned.due.isoformat()) == due


async def test_what_is_no_date_is_refused(handling: Handling, shelf: Shelf) -> None:
    barrier = await shelf.raise_one(part(BEN))
    press = shelf.press(ASSIGN, mark(barrier, "sent"), **{OWNER: LEAD.email, DUE: "soon"})
    card = await handling.actions[ASSIGN](press, LEADING)
    assert isinstance(card, Card)
    assert card.plain == REFUSED["bad_date"]
    assert (await shelf.now()).version == barrier.version


async def test_merging_by_number_and_back(handling: Handling, shelf: Shelf) -> None:
    one = await shelf.raise_one(part(BEN))
    await shelf.raise_one(part(CHO), named="b2")
    await handling.listed(shelf.press("", ""), LEADING)
    other = await shelf.now("b2")
    assert other.number is not None
    press = shelf.press(MERGE, mark(one, "sent"), **{OTHER: other.label})
    await handling.actions[MERGE](press, LEADING)
    both = await shelf.now()
    assert [each.partner for each in both.raisers] == [BEN, CHO]
    await handling.actions[PART](shelf.press(PART, mark(both)), LEADING)
    assert [each.partner for each in (await shelf.now()).raisers] == [BEN]
    assert (await shelf.now("b2")).into is None


@pytest.mark.parametrize("action", [MOVE, ASSIGN, MERGE, PART])
async def test_only_leads_handle_barriers(handling: Handling, shelf: Shelf, action: str) -> None:
    barrier = await shelf.raise_one(part(BEN))
    card = await handling.actions[action](shelf.press(action, mark(barrier, "acknowledged")), recognised(BEN))
    assert isinstance(card, Card)
    assert card.plain == REFUSED["not_a_lead"]
    assert (await shelf.now()).version == barrier.version


@pytest.mark.parametrize("action", [OPEN, MOVE, HISTORY, GONE])
@pytest.mark.parametrize("consent", [Consent.COUNTED, Consent.PRIVATE, Consent.OWN_LEADS])
async def test_what_a_raiser_does_not_show_is_unknown_to_a_lead(
    handling: Handling, shelf: Shelf, action: str, consent: Consent
) -> None:
    barrier = await shelf.raise_one(part(BEN, consent=consent))
    for value in (mark(barrier, "acknowledged"), "nothing.1", "", "x.y.z"):
        card = await handling.actions[action](shelf.press(action, value), LEADING)
        assert isinstance(card, Card)
        assert card.plain == REFUSED["unknown_barrier"]
    assert await handling.listed(shelf.press("", ""), LEADING) == Card(
        paragraphs=handling._says("handling.none").paragraphs
    )


async def test_the_history_tells_of_no_raiser(handling: Handling, shelf: Shelf) -> None:
    barrier = await shelf.raise_one(part(BEN), part(CHO, consent=Consent.COUNTED))
    card = await handling.actions[HISTORY](shelf.press(HISTORY, barrier.id), LEADING)
    assert isinstance(card, Card)
    assert len(card.items) == 1
    assert AMARA not in card.plain
    assert BEN not in card.plain
