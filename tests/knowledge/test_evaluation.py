"""Evaluation: what counts as right, and figures that are right on cases small enough to work out by hand."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.evaluation import Scored, holds, judge, summary

QUOTE = "Trust grows when partners finish something small together."


@pytest.mark.parametrize(
    "text",
    [
        QUOTE,
        f"Before. {QUOTE} After.",
        QUOTE.upper(),
        "Trust *grows* when\n  partners finish something small together.",
        "Trust grows when partners finish",
        "partners finish something small together",
    ],
)
def test_a_text_holds_a_quotation_or_half_of_it_in_one_run(text: str) -> None:
    assert holds(text, QUOTE)


@pytest.mark.parametrize(
    "text", ["", "Trust grows when", "Trust grows slowly when partners are small", "finish partners when grows trust"]
)
def test_a_text_does_not_hold_less_or_other_words(text: str) -> None:
    assert not holds(text, QUOTE)


@pytest.mark.parametrize("quote", ["", "  ", "***"])
def test_nothing_holds_an_empty_quotation(quote: str) -> None:
    assert not holds("anything", quote)


def answer(*retrieved: str, cited: tuple[str, ...] = (), document: str = "a.md", answered: bool = True) -> Any:
    return {
        "answered": answered,
        "retrieved": [{"document": document, "text": text} for text in retrieved],
        "citations": [{"document": document, "quote": quote} for quote in cited],
        "elapsed_ms": 12.0,
    }


CASE = {"id": "1", "question": "?", "kind": "direct", "evidence": [{"document": "a.md", "quote": QUOTE}]}


@pytest.mark.parametrize(("texts", "rank"), [((QUOTE, "x"), 1), (("x", "y", QUOTE, QUOTE), 3), (("x",), 0), ((), 0)])
def test_the_rank_is_that_of_the_first_right_passage(texts: tuple[str, ...], rank: int) -> None:
    assert judge(CASE, answer(*texts)).rank == rank


def test_the_right_words_of_another_document_are_not_right() -> None:
    scored = judge(CASE, answer(QUOTE, cited=(QUOTE,), document="b.md"))
    assert (scored.rank, scored.cited) == (0, False)


@pytest.mark.parametrize("quote", [QUOTE, "TRUST grows when partners finish"])
def test_evidence_is_cited_when_a_quotation_holds_it(quote: str) -> None:
    assert judge(CASE, answer("x", cited=("other words", quote))).cited


@pytest.mark.parametrize("evidence", [None, []])
def test_a_case_without_evidence_is_not_answerable(evidence: Any) -> None:
    assert not judge({"question": "?", "evidence": evidence}, answer("x")).answerable


def scored(rank: int = 0, **said: Any) -> Scored:
    known = {"kind": "direct", "answerable": True, "answered": True, "cited": False, "elapsed_ms": 10.0}
    return Scored(rank=rank, **{**known, **said})


def test_figures_worked_out_by_hand() -> None:
    figures = summary(
        [
            scored(1, cited=True),
            scored(4, kind="paraphrase"),
            scored(12, kind="paraphrase", elapsed_ms=30.0),
            scored(0, answered=False),
            scored(answerable=False, answered=False, elapsed_ms=20.0),
            scored(answerable=False),
        ]
    )
    assert figures["recall@1"] == 1 / 4
    assert figures["recall@5"] == 2 / 4
    assert figures["recall@20"] == 3 / 4
    assert figures["paraphrases@5"] == 1 / 2
    assert figures["MRR@10"] == pytest.approx((1 + 1 / 4) / 4)
    assert figures["evidence cited"] == 1 / 4
    assert figures["false refusals"] == 1 / 4
    assert figures["unanswerable refused"] == 1 / 2
    assert (figures["p50 ms"], figures["cases"]) == (10.0, 6.0)


outcomes = st.builds(
    scored, st.integers(0, 25), kind=st.sampled_from(["direct", "paraphrase"]), answerable=st.booleans(),
    answered=st.booleans(), cited=st.booleans(), elapsed_ms=st.floats(0, 1e4),
)  # fmt: skip


@given(st.lists(outcomes, max_size=6))
def test_shares_are_shares_and_recall_grows_with_depth(items: list[Scored]) -> None:
    figures = summary(items)
    assert all(0 <= value <= 1 for name, value in figures.items() if name not in {"p50 ms", "p95 ms", "cases"})
    depths = [figures[f"recall@{depth}"] for depth in (1, 5, 10, 20)]
    assert depths == sorted(depths)
    assert not any(map(math.isnan, figures.values()))
