"""Slips: what a button carries comes back whole, fits where platforms put it, and is the asker's alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.blocks import LONGEST_VALUE
from adapters.slack.text import inert, units
from bot.coaching.slips import LONGEST_QUESTION, Slips, carried, is_cut
from bot.domain.messages import EventKey
from tests.fakes import message
from tests.texts import ANY

SLIPS = Slips(secret=b"key")
KEY, ANN = EventKey("slack:T0:C0:1.2"), message("e1").sender
BOB = replace(ANN, user="bob")


def test_the_asker_gets_their_question_back_and_nobody_else() -> None:
    value = SLIPS.write(KEY, ANN, "Who decides?\nAnd when?")
    mine, other = SLIPS.read(value, ANN), SLIPS.read(value, BOB)
    assert mine is not None
    assert other is not None
    assert (mine.question, mine.own) == ("Who decides?\nAnd when?", True)
    assert (other.question, other.own) == ("", False)
    assert mine.answer == other.answer == SLIPS.answer(KEY)


def test_a_slip_that_was_changed_or_comes_from_elsewhere_is_not_ones_own() -> None:
    value = SLIPS.write(KEY, ANN, "Who decides?")
    another = value.replace(SLIPS.answer(KEY), SLIPS.answer(EventKey("slack:T0:C0:1.3")))
    for changed in (value.replace("Who", "Why"), another, Slips(secret=b"other").write(KEY, ANN, "Who decides?")):
        read = SLIPS.read(changed, ANN)
        assert read is not None
        assert not read.own


@pytest.mark.parametrize("value", ["", "Who decides?", "0" * 24, f"{'0' * 24}.{'0' * 32}", f"{'g' * 24}.{'0' * 32}\nx"])
def test_anything_else_is_no_slip(value: str) -> None:
    assert SLIPS.read(value, ANN) is None


def test_an_id_tells_nothing_and_a_voter_is_another_for_every_answer() -> None:
    one, two = SLIPS.answer(KEY), SLIPS.answer(EventKey("slack:T0:C0:1.3"))
    voters = {SLIPS.voter(one, ANN), SLIPS.voter(two, ANN), SLIPS.voter(one, BOB), SLIPS.voter(one, ANN)}
    assert len(voters) == 3
    assert SLIPS.answer_in(one) == one
    assert SLIPS.answer_in(f"{one}0") == SLIPS.answer_in("rate-up") == ""
    assert Slips(secret=b"other").answer(KEY) != one


def test_a_long_question_is_cut_at_a_word() -> None:
    assert carried("word " * 1000) == ("word " * 359).strip()
    assert carried("x" * 5000) == "x" * LONGEST_QUESTION
    assert carried("🙂" * 1000) == "🙂" * (LONGEST_QUESTION // 2)
    assert is_cut("word " * 1000)
    assert not is_cut("x" * LONGEST_QUESTION)


@given(question=st.text(ANY, max_size=3000))
def test_it_fits_a_button_and_survives_the_way_through_slack(question: str) -> None:
    value = SLIPS.write(KEY, ANN, question)
    assert units(value) <= LONGEST_VALUE
    read = SLIPS.read(inert(value), ANN)
    assert read is not None
    assert read.own
    assert read.question == carried(question)
    assert is_cut(question) or read.question == carried(read.question)
