"""Folding: what carries no wording goes, what carries wording stays, and the way back is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.folding import fold, readable
from tests.texts import ANY

MARKED = st.text(
    alphabet=st.sampled_from(list("abcdEF Σςß.,\n\t#>*_\\[](){}^<sup>/1239²³\"“'’|-–•\u00ad!$İ")), max_size=40
)


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("We *must* share", "We must share"),
        ("It costs \\$12", "It costs $12"),
        ("a plan,<sup>3</sup> then", "a plan, then"),
        ("a plan.^{12.} Then", "a plan. Then"),
        ("a plan.¹² Then", "a plan. Then"),
        ("as we learned.3 Then", "as we learned. Then"),
        ('"so they moved on."29 Then', '"so they moved on." Then'),
        ("see [the plan](https://example.org/a_b) now", "see the plan now"),
        ("the neighbour-\n\nhood team", "the neighbourhood team"),
        ("## A heading\nwords", "A heading words"),
        ("a\tb\nc", "a b c"),
    ],
)
def test_readable_removes_what_is_no_wording(marked: str, plain: str) -> None:
    assert readable(marked) == plain


@pytest.mark.parametrize("kept", ["It rose by 2.5 per cent", "snake_case", "see p.12 for it", "[sic] he said", "5 < 6"])
def test_readable_keeps_wording(kept: str) -> None:
    assert readable(kept) == kept


def test_quotation_marks_and_dashes_fold_alike() -> None:
    assert fold("“We’re here” – now").text == fold('"We\'re here" - now').text


def test_a_match_leads_back_to_the_verbatim_slice() -> None:
    text = "They said:  *“We\n\ntrust*  each other”.<sup>4</sup>"
    folded = fold(text)
    start = folded.text.index("trust each")
    low, high = folded.span(start, start + len("trust each"))
    assert text[low:high] == "trust*  each"


@given(st.one_of(MARKED, st.text(ANY, max_size=30)))
def test_folding_twice_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded.text).text == folded.text
    assert len(folded.origins) == len(folded.text)
    assert list(folded.origins) == sorted(folded.origins)


@given(st.one_of(MARKED, st.text(ANY, max_size=30)))
def test_readable_text_folds_like_its_source(text: str) -> None:
    assert fold(readable(text)).text == fold(text).text
