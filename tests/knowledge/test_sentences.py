"""Sentences are found where prose ends them, and are verbatim slices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We met. We talked. We agreed.", 3),
        ("Dr. Okafor and Mrs. Lane met Prof. Hale.", 1),
        ("It is simple, e.g. a shared diary, i.e. one list. Then we move.", 2),
        ("See Box no. 4 and pp. 12 to 15. It helps.", 2),
        ("The case of Dale vs. Marsh et al. was long.", 1),
        ("J. K. Moss wrote it. R. Finch read it.", 2),
        ("It rose by 2.5 per cent to £3.75 million. Good.", 2),
        ("“We did it.” They were proud.", 2),
        ("(That was new.) Nobody had tried.", 2),
        ("She said ‘stop!’ and left.", 1),
        ("Why? Because we can. Really!", 3),
        ("It went on . . . and on. Then it stopped.", 2),
        ("It went on . . . Then it stopped.", 2),
        ("They waited… Nothing came.", 2),
        ("They waited... and waited.", 1),
        ("They moved to Leeds, Hull, etc. The rest stayed.", 2),
        ("We work 9 a.m. to 5 p.m. every day.", 1),
        ("1. Share power early.", 1),
        ("First line\nSecond line", 2),
        ("Lead:\n- one thing\n- another thing", 3),
        ("Sharing vans: - The depot lends its vans.", 2),
        ("In the U.S. it differs. Here it does not.", 2),
    ],
)
def test_count(text: str, count: int) -> None:
    assert len(sentences(text)) == count, sentences(text)


def test_list_marks_are_left_out() -> None:
    assert sentences("We will:\n- share vans\n- share rooms") == ["We will:", "share vans", "share rooms"]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert sentences("“We did it.” They were proud.")[0] == "“We did it.”"


@given(st.text(alphabet=st.sampled_from(list("abAB .!?:;\n-()\"“”'1234…e.g")), max_size=80))
def test_each_is_a_substring_in_order_and_no_letter_is_lost(text: str) -> None:
    place = 0
    found = sentences(text)
    for sentence in found:
        at = text.find(sentence, place)
        assert at >= place
        place = at + len(sentence)
    letters = [character for character in text if character.isalpha()]
    assert [c for sentence in found for c in sentence if c.isalpha()] == letters
