"""Merging two barriers keeps everything of both, and can be undone."""

from datetime import timedelta
from functools import partial

import pytest

from bot.domain import barrier_rules as rules
from bot.domain.barriers import Consent, Refusal, Status
from bot.domain.people import PartnershipId
from tests.bot.domain.barrier_moves import AMARA, BEN, CHLOE, barrier, refusal
from tests.fakes import NOON

LATER = NOON + timedelta(hours=1)


def test_whoever_raised_both_stands_in_the_first_once_and_in_both_again_afterwards() -> None:
    one, two = barrier("b1", AMARA, BEN), barrier("b2", BEN, CHLOE, at=9)
    kept, gone = rules.merged(one, two, "g", LATER, AMARA)
    assert [each.partner for each in kept.raisers] == [AMARA, BEN, CHLOE]
    assert [each.wording for each in kept.aside] == ["What ben wrote of b2"]
    assert (gone.raisers, gone.into) == ((), one.id)
    left, free = rules.parted(kept, gone, "p", LATER, AMARA)
    assert (left.raisers, left.aside, left.absorbed) == (one.raisers, (), ())
    assert (free.raisers, free.aside, free.into) == (two.raisers, (), None)


@pytest.mark.parametrize(
    ("aside", "chosen", "then"),
    [
        (Consent.COUNTED, Consent.NAMED, Consent.COUNTED),
        (Consent.NAMED, Consent.COUNTED, Consent.COUNTED),
        (Consent.NAMED, Consent.NAMED, Consent.NAMED),
        (Consent.COUNTED, Consent.OWN_LEADS, Consent.PRIVATE),
        (Consent.PRIVATE, Consent.NAMED, Consent.PRIVATE),
        (Consent.OWN_LEADS, Consent.PRIVATE, Consent.PRIVATE),
    ],
)
def test_what_is_set_aside_is_never_shown_further_by_a_consent_given_meanwhile(
    aside: Consent, chosen: Consent, then: Consent
) -> None:
    two = rules.consented(barrier("b2"), AMARA, aside, "c", LATER, shared=True, name="Amara")
    kept, gone = rules.merged(barrier("b1"), two, "g", LATER, BEN)
    kept = rules.consented(kept, AMARA, chosen, "d", LATER, shared=True, name="Amara")
    left, free = rules.parted(kept, gone, "p", LATER, BEN)
    assert (left.raisers[0].consent, free.raisers[0].consent) == (chosen, then)
    assert bool(free.raisers[0].name) is (then in {Consent.NAMED, Consent.OWN_LEADS})


def test_a_withdrawal_takes_both_wordings_along_and_no_parting_brings_one_back() -> None:
    kept, gone = rules.merged(barrier("b1", AMARA, BEN), barrier("b2", BEN), "g", LATER, AMARA)
    kept = rules.withdrawn(kept, BEN, "w", LATER)
    left, free = rules.parted(kept, gone, "p", LATER, AMARA)
    assert ([each.partner for each in left.raisers], free.raisers) == ([AMARA], ())
    assert "ben wrote" not in f"{left}{free}"


def test_what_was_said_in_the_first_is_forgotten_there_once_its_raiser_leaves_with_the_second() -> None:
    kept, gone = rules.merged(barrier("b1"), barrier("b2", BEN), "g", LATER, AMARA)
    kept = rules.moved(kept, Status.RESOLVED, "m", LATER, AMARA)
    kept = rules.answered(kept, BEN, "no", LATER, gone=False, because="Not for me")
    left, free = rules.parted(kept, gone, "p", LATER, AMARA)
    assert "Not for me" not in str(left)
    assert [each.partner for each in free.raisers] == [BEN]


@pytest.mark.parametrize(
    ("first", "second", "then"),
    [
        (Status.RESOLVED, Status.OPEN, Status.OPEN),
        (Status.DECLINED, Status.IN_PROGRESS, Status.OPEN),
        (Status.RESOLVED, Status.DECLINED, Status.RESOLVED),
        (Status.IN_PROGRESS, Status.RESOLVED, Status.IN_PROGRESS),
    ],
)
def test_a_merge_ends_nothing_that_holds_somebody_up(first: Status, second: Status, then: Status) -> None:
    one = rules.moved(barrier("b1"), first, "m1", LATER, CHLOE, "because")
    two = barrier("b2", BEN)
    two = two if second is Status.OPEN else rules.moved(two, second, "m2", LATER, CHLOE, "because")
    kept, _ = rules.merged(one, two, "g", LATER, CHLOE)
    assert kept.status is kept.history[-1].status is then


def test_a_chain_of_merges_is_undone_from_its_end() -> None:
    one, two, three = barrier("b1"), barrier("b2", AMARA, BEN), barrier("b3", CHLOE)
    kept, gone = rules.merged(two, one, "g", LATER, CHLOE)
    last, absorbed = rules.merged(three, kept, "h", LATER, CHLOE)
    assert refusal(lambda: rules.parted(absorbed, gone, "x", LATER, CHLOE)) is Refusal.NOT_MERGED
    left, back = rules.parted(last, absorbed, "p", LATER, CHLOE)
    assert (left.raisers, back.raisers, back.aside) == (three.raisers, kept.raisers, kept.aside)
    again, free = rules.parted(back, gone, "q", LATER, CHLOE)
    assert (again.raisers, free.raisers) == (two.raisers, one.raisers)


def test_what_cannot_be_merged_is_refused() -> None:
    one, two = barrier("b1"), barrier("b2", BEN)
    kept, gone = rules.merged(one, two, "g", LATER, CHLOE)
    elsewhere = barrier("q1", BEN, partnership=PartnershipId("quay"))
    for into, other, reason in (
        (one, one, Refusal.NOT_MERGED),
        (kept, gone, Refusal.NOT_MERGED),
        (gone, barrier("b3"), Refusal.NOT_MERGED),
        (one, elsewhere, Refusal.UNKNOWN_BARRIER),
    ):
        assert refusal(partial(rules.merged, into, other, "x", LATER, CHLOE)) is reason
    assert refusal(lambda: rules.parted(one, two, "x", LATER, CHLOE)) is Refusal.NOT_MERGED
