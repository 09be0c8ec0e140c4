"""How a barrier changes, move by move, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import barrier_rules as rules
from bot.domain.barriers import ENDED, Consent, Kind, Refusal, Status
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE, HARBOUR, barrier, raiser, refusal
from tests.fakes import NOON

LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("to", Status)
def test_every_move_is_either_legal_or_refused_and_changes_nothing(status: Status, to: Status) -> None:
    found = replace(barrier(), status=status)
    if to in rules.MOVES[status]:
        assert rules.moved(found, to, "m", LATER, CHLOE, "why").status is to
    else:
        assert to is status or status in ENDED
        assert refusal(lambda: rules.moved(found, to, "m", LATER, CHLOE, "why")) is Refusal.ILLEGAL_MOVE


def test_declining_needs_arefusal() -> None:
    assert refusal(lambda: rules.moved(barrier(), Status.DECLINED, "m", LATER, CHLOE, " ")) is Refusal.BECAUSE_MISSING
    declined = rules.moved(barrier(), Status.DECLINED, "m", LATER, CHLOE, " No money. ", shared=True)
    assert (declined.because, declined.history[-1].detail, declined.shared) == ("No money.", "No money.", False)


def test_a_no_opens_a_resolved_barrier_again_and_everybody_is_asked_anew() -> None:
    found = rules.moved(barrier("b1", AMARA, BEN), Status.RESOLVED, "m", LATER, CHLOE, "A rota", shared=True)
    found = rules.answered(found, AMARA, "yes", LATER, gone=True)
    found = rules.answered(found, BEN, "no", LATER + timedelta(hours=1), gone=False, because="Still here")
    assert (found.status, found.because, found.shared) == (Status.OPEN, "", False)
    assert [each.gone for each in found.raisers] == [None, False]
    assert (found.history[-1].kind, found.history[-1].detail) == (Kind.ANSWERED, "Still here")
    assert found.moved_at == LATER + timedelta(hours=1)
    assert refusal(lambda: rules.answered(found, BEN, "x", LATER, gone=True)) is Refusal.ILLEGAL_MOVE
    again = rules.moved(found, Status.RESOLVED, "again", LATER, CHLOE)
    assert [each.gone for each in again.raisers] == [None, None]


def test_whoever_joins_what_was_ended_opens_it_again() -> None:
    found = rules.moved(barrier(), Status.DECLINED, "m", LATER, CHLOE, "No money")
    found = rules.joined(found, raiser(BEN, of="elsewhere", organisation="nhs"), "j")
    assert (found.status, found.because, found.history[-1].status) == (Status.OPEN, "", Status.OPEN)
    assert found.raisers[-1].origin == found.id
    assert found.organisations == ("council",)
    assert refusal(lambda: rules.joined(found, raiser(BEN), "k")) is Refusal.RAISED_ALREADY


def test_what_was_ended_has_no_owner_any_more_to_choose() -> None:
    found = rules.moved(barrier(), Status.RESOLVED, "m", LATER, CHLOE)
    assert refusal(lambda: rules.assigned(found, "a@x.example", None, "a", LATER, CHLOE)) is Refusal.ENDED_ALREADY


@pytest.mark.parametrize(
    ("wording", "reason"),
    [(" \n", Refusal.EMPTY), ("\0", Refusal.EMPTY), ("x" * 10_001, Refusal.TOO_LONG)],
)
def test_a_wording_says_something_and_fits_into_a_message(wording: str, reason: Refusal) -> None:
    assert refusal(lambda: rules.raised(HARBOUR, raiser(AMARA, wording), "trust", "r")) is reason
    assert refusal(lambda: rules.joined(barrier(), raiser(BEN, wording), "j")) is reason


def test_what_no_database_keeps_is_left_out() -> None:
    made = rules.raised(HARBOUR, raiser(AMARA, "a\0b\ud800c\u202e🌊"), "trust", "r")
    assert made.raisers[0].wording == "abc\u202e🌊"
    assert rules.moved(made, Status.DECLINED, "m", LATER, CHLOE, "no\0").because == "no"


def test_factors_are_those_of_the_partnership() -> None:
    assert refusal(lambda: rules.raised(HARBOUR, raiser(AMARA), "luck", "r")) is Refusal.UNKNOWN_FACTOR
    found = rules.sorted_under(barrier(), "money", ("trust", "money", "trust"), "s", LATER, CHLOE)
    assert (found.factor, found.also) == ("money", ("trust",))


def test_a_name_is_kept_only_while_somebody_may_see_it() -> None:
    found = rules.consented(barrier(), AMARA, Consent.NAMED, "c", LATER, shared=True, name="Amara")
    assert (found.raisers[0].name, found.raisers[0].shared) == ("Amara", True)
    found = rules.consented(found, AMARA, Consent.PRIVATE, "d", LATER, shared=True, name="Amara")
    assert (found.raisers[0].name, found.raisers[0].shared) == ("", False)
    assert refusal(lambda: rules.consented(found, BEN, Consent.NAMED, "e", LATER, shared=True)) is Refusal.NOT_A_RAISER


def test_nothing_is_left_of_a_barrier_whose_raisers_all_withdrew() -> None:
    found = rules.withdrawn(barrier(), AMARA, "w", LATER)
    assert (found.raisers, found.history[0].by, found.history[-1].by) == ((), None, None)
    for work in (
        lambda: rules.moved(found, Status.ACKNOWLEDGED, "m", LATER, CHLOE),
        lambda: rules.joined(found, raiser(BEN), "j"),
        lambda: rules.assigned(found, "a@x.example", None, "a", LATER, CHLOE),
        lambda: rules.sorted_under(found, "money", (), "s", LATER, CHLOE),
        lambda: rules.merged(barrier("b2", BEN), found, "g", LATER, CHLOE),
    ):
        assert refusal(work) is Refusal.UNKNOWN_BARRIER
