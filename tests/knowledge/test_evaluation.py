"""Evaluation: what counts as right, and figures that are right on cases small enough to work out by hand."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.evaluation.cases import Case, Proof, case_of
from knowledge.evaluation.figures import by, intervals, summary
from knowledge.evaluation.judging import Scored, holds, is_verbatim, judge

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
        "citations": [{"document": document, "quote": quote, "start_line": 1, "end_line": 1} for quote in cited],
        "elapsed_ms": 12.0,
    }


CASE = Case(question="?", kind="direct", evidence=(Proof(document="a.md", quote=QUOTE),))


@pytest.mark.parametrize(("texts", "rank"), [((QUOTE, "x"), 1), (("x", "y", QUOTE, QUOTE), 3), (("x",), 0), ((), 0)])
def test_the_rank_is_that_of_the_first_right_passage(texts: tuple[str, ...], rank: int) -> None:
    assert judge(CASE, answer(*texts), {}).rank == rank


def test_the_right_words_of_another_document_are_not_right() -> None:
    scored = judge(CASE, answer(QUOTE, cited=(QUOTE,), document="b.md"), {})
    assert (scored.rank, scored.cited) == (0, False)


@pytest.mark.parametrize("quote", [QUOTE, "TRUST grows when partners finish"])
def test_evidence_is_cited_when_a_quotation_holds_it(quote: str) -> None:
    assert judge(CASE, answer("x", cited=("other words", quote)), {}).cited


def test_a_line_is_read_as_a_case() -> None:
    line = {"id": 7, "question": "?", "kind": "direct", "evidence": [{"document": "a.md", "quote": QUOTE, "page": 1}]}
    assert case_of(line) == replace(CASE, id="7")


@pytest.mark.parametrize("evidence", [None, []])
def test_a_case_without_evidence_is_not_answerable(evidence: Any) -> None:
    assert not judge(case_of({"question": "?", "evidence": evidence}), answer("x"), {}).answerable


@pytest.mark.parametrize(
    "line",
    [3, [], {}, {"question": 1}, {"question": "?", "evidence": "x"}, {"question": "?", "evidence": [{"quote": "x"}]}],
)
def test_other_lines_are_no_cases(line: Any) -> None:
    with pytest.raises(ValueError, match="not a"):
        case_of(line)


TEXT = {"a.md": "First line.\nTrust grows\n  when it may.\nLast line.", "b.pdf": "One page.\fTrust grows\nwhen it may."}


def citation(quote: str, start: int, end: int, *, document: str = "a.md", unit: str = "line") -> dict[str, Any]:
    return {"document": document, "quote": quote, f"start_{unit}": start, f"end_{unit}": end}


@pytest.mark.parametrize(
    "quoted",
    [
        citation("Trust grows when it may.", 2, 3),
        citation("First line. Trust", 1, 2),
        citation("Trust grows when it may.", 2, 2, document="b.pdf", unit="page"),
    ],
)
def test_a_quotation_is_verbatim_where_its_words_stand_in_the_place_it_names(quoted: dict[str, Any]) -> None:
    assert is_verbatim(quoted, TEXT)


@pytest.mark.parametrize(
    "quoted",
    [
        citation("Trust grows when it might.", 2, 3),
        citation("trust grows when it may.", 2, 3),
        citation("Trust grows when it may.", 1, 2),
        citation("Trust grows when it may.", 2, 3, document="gone.md"),
        citation("Trust grows when it may.", 1, 1, document="b.pdf", unit="page"),
        citation(" ", 1, 4),
    ],
)
def test_other_words_or_another_place_are_not_verbatim(quoted: dict[str, Any]) -> None:
    assert not is_verbatim(quoted, TEXT)


def test_quotations_are_counted_with_those_that_are_verbatim() -> None:
    found = judge(CASE, answer("x", cited=("First line.", "Invented line.")), TEXT)
    assert (found.quotations, found.verbatim) == (2, 1)


A: frozenset[str] = frozenset({"a.md"})
NONE: frozenset[str] = frozenset()


def scored(rank: int = 0, **said: Any) -> Scored:
    known = {"kind": "direct", "documents": A, "answered": True, "cited": False, "elapsed_ms": 10.0}
    return Scored(rank=rank, **{**known, **said})


def test_figures_worked_out_by_hand() -> None:
    figures = summary(
        [
            scored(1, cited=True),
            scored(4, kind="paraphrase"),
            scored(12, kind="paraphrase", elapsed_ms=30.0),
            scored(0, answered=False),
            scored(documents=NONE, answered=False, elapsed_ms=20.0),
            scored(documents=NONE, quotations=4, verbatim=3),
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
    assert figures["refusal precision"] == 1 / 2
    assert figures["refusal F1"] == 1 / 2
    assert (figures["quotations"], figures["quotations verbatim"]) == (4, 3 / 4)
    assert figures["answers without a quotation"] == 3
    assert (figures["p50 ms"], figures["cases"]) == (10.0, 6.0)


outcomes = st.builds(
    scored, st.integers(0, 25), kind=st.sampled_from(["direct", "paraphrase"]), documents=st.sampled_from([A, NONE]),
    answered=st.booleans(), cited=st.booleans(), elapsed_ms=st.floats(0, 1e4),
)  # fmt: skip


_COUNTS = {"p50 ms", "p95 ms", "cases", "quotations", "answers without a quotation"}


@given(st.lists(outcomes, max_size=6))
def test_shares_are_shares_and_recall_grows_with_depth(items: list[Scored]) -> None:
    figures = summary(items)
    assert all(0 <= value <= 1 for name, value in figures.items() if name not in _COUNTS)
    depths = [figures[f"recall@{depth}"] for depth in (1, 5, 10, 20)]
    assert depths == sorted(depths)
    assert not any(map(math.isnan, figures.values()))


@given(st.lists(outcomes, max_size=6))
def test_an_interval_holds_its_figure_and_is_the_same_again(items: list[Scored]) -> None:
    figures, between = summary(items), intervals(items)
    assert all(low <= figures[name] <= high for name, (low, high) in between.items())
    assert between == intervals(items)


def test_many_cases_leave_less_to_luck_than_few() -> None:
    few, many = (intervals([scored(1), scored(0)] * count)["recall@5"] for count in (5, 500))
    assert few[1] - few[0] > 3 * (many[1] - many[0]) > 0


def test_a_case_stands_under_each_of_its_names() -> None:
    both, one = scored(documents=frozenset({"b", "a"})), scored(documents=frozenset({"b"}))
    assert by([both, one], lambda item: item.documents) == {"a": [both], "b": [both, one]}
