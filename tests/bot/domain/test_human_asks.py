"""Whatever is pressed by whomever in whichever order, a question does what was promised and nothing twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import human_asks as rules
from bot.domain.human_asks import OPEN, Addressee, AskState, HumanAsk, tells, working_days
from bot.domain.messages import Place
from bot.domain.people import OrganisationId, PartnerId, PartnershipId

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASKER, CONTACT, LEAD, SECOND, STRANGER = map(PartnerId, ("asker", "contact", "lead", "second", "stranger"))
LEADS = (Addressee(partner=LEAD), Addressee(partner=SECOND))
DRAFT = HumanAsk(
    id="a1",
    partnership=PartnershipId("harbour"),
    asker=ASKER,
    organisation=OrganisationId("housing"),
    platform="slack",
    place=Place("T/D1/"),
    at=MONDAY,
    since=MONDAY,
)
MOVES = ("taken", "answered", "declined", "reminded", "closed", "helped")


def _sent() -> HumanAsk:
    found = rules.sent(DRAFT, "Hana", "Who?", (Addressee(partner=CONTACT, contact="Desk"),), MONDAY)
    assert found is not None
    return found


def _moved(ask: HumanAsk, move: str, who: PartnerId) -> HumanAsk | None:
    if move == "taken":
        return rules.taken(ask, who, who, MONDAY)
    if move == "answered":
        return rules.answered(ask, who, who, f"By {who}")
    if move == "declined":
        return rules.declined(ask, who, [each for each in LEADS if each.partner != who], MONDAY)
    if move == "helped":
        return rules.helped(ask, who)
    return rules.reminded(ask) if move == "reminded" else rules.closed(ask)


PRESSES = st.lists(
    st.tuples(st.sampled_from(MOVES), st.sampled_from((ASKER, CONTACT, LEAD, SECOND, STRANGER))), max_size=30
)


@given(PRESSES)
def test_only_who_was_asked_answers_and_nothing_that_is_over_opens_again(presses: list[tuple[str, PartnerId]]) -> None:
    ask, answers, closed = _sent(), 0, 0
    for move, who in presses:
        after = _moved(ask, move, who)
        if after is None:
            continue
        if move in ("taken", "answered", "declined"):
            assert ask.addressee(who) is not None
        if ask.state is AskState.ANSWERED:
            assert move == "helped"
            assert who == ASKER
        answers += move == "answered"
        closed += after.state is AskState.CLOSED
        assert {each.partner for each in after.addressees} <= {CONTACT, LEAD, SECOND}
        if CONTACT in after.hands or not any(each.declined for each in after.addressees):
            assert {each.partner for each in after.addressees} == {CONTACT}
        assert bool(after.hands) == (after.state in OPEN)
        ask = after
    assert answers <= 1
    assert closed <= 1


@given(PRESSES)
def test_a_stranger_changes_nothing(presses: list[tuple[str, PartnerId]]) -> None:
    ask = _sent()
    for move, who in presses:
        if move not in ("reminded", "closed"):
            assert _moved(ask, move, STRANGER) is None
        ask = _moved(ask, move, who) or ask


def test_it_is_sent_once_and_only_with_words_to_somebody() -> None:
    to = (Addressee(partner=CONTACT),)
    assert rules.sent(_sent(), "Hana", "Who?", to, MONDAY) is None
    assert rules.sent(DRAFT, "Hana", "", to, MONDAY) is None
    assert rules.sent(DRAFT, "Hana", "Who?", (), MONDAY) is None


def test_what_one_lead_took_up_is_not_taken_from_them_by_another_who_declines() -> None:
    ask = replace(_sent(), addressees=LEADS)
    taken = rules.taken(ask, LEAD, "Lead", MONDAY)
    assert taken is not None
    after = rules.declined(taken, SECOND, (), MONDAY)
    assert after is not None
    assert (after.state, after.hands) == (AskState.TAKEN, (LEAD,))


@pytest.mark.parametrize(
    ("days", "off", "count"),
    [
        (0, set(), 0),
        (1, set(), 1),
        (4, set(), 4),
        (6, set(), 4),
        (7, set(), 5),
        (7, {date(2026, 3, 3), date(2026, 3, 7)}, 4),
    ],
)
def test_working_days_are_those_that_began_since(days: int, off: set[date], count: int) -> None:
    assert working_days(MONDAY, MONDAY + timedelta(days=days), "Europe/London", off) == count


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Hana Jones", "As hana jones said", True),
        ("Hana Jones", "Is it Jones’s?", True),
        ("Will Mark", "Please mark it, if you will", False),
        ("Jo Li", "Jo did", False),
        ("", "Anything", False),
    ],
)
def test_a_name_is_found_whole_or_in_part(name: str, text: str, found: bool) -> None:
    assert tells(name, text) is found
