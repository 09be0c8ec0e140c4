"""The sentences of an extractive answer: verbatim, in windows that a person can read, none twice."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers import Draft, Hit
from knowledge.citations import MAX_CITATIONS, MAX_QUOTE_WORDS, verify
from knowledge.selecting import extract
from knowledge.snapshot import Snapshot
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, POWER, TRUST, shelf_of, snapshot_of

LONG = " ".join(f"Partner number {number} says that trust is built by small promises kept well." for number in range(9))
WORDS = ("trust", "money", "power", "board", "school", "police", "shared", "late", "early", "Who", "Partners", "They")
words = st.sampled_from(WORDS)
sentences = st.lists(words, min_size=6, max_size=40).map(lambda each: " ".join(each).capitalize() + ".")
passages = st.lists(sentences, min_size=1, max_size=9).map(" ".join)


def _hits(snapshot: Snapshot) -> list[Hit]:
    return [
        Hit(passage=entry.passage, source=entry.source, score=1 - at / 10, similarity=1)
        for at, entry in enumerate(snapshot.entries)
    ]


def _extract(question: str, texts: list[str]) -> tuple[tuple[Draft, ...], list[Hit], Snapshot]:
    snapshot = snapshot_of(shelf_of({"a.md": texts}))
    hits = _hits(snapshot)
    return extract(question, FakeEmbedder().embed([question])[0], hits, snapshot), hits, snapshot


@given(st.lists(passages, min_size=1, max_size=5, unique=True), sentences)
def test_drafts_are_sentences_within_quotations_that_are_verified(texts: list[str], question: str) -> None:
    drafts, hits, snapshot = _extract(question, texts)
    assert len(drafts) <= MAX_CITATIONS
    for draft in drafts:
        assert draft.text in draft.quotation
        assert draft.quotation in hits[draft.hit].passage.text
        assert len(draft.quotation.split()) <= MAX_QUOTE_WORDS
    kept, _ = verify(drafts, hits, snapshot.quotables)
    assert {each.text for each in kept} == {each.text for each in drafts}


@given(st.lists(passages, min_size=1, max_size=5, unique=True), sentences)
def test_no_two_windows_of_a_passage_overlap(texts: list[str], question: str) -> None:
    drafts, hits, _ = _extract(question, texts)
    for place in range(len(hits)):
        text = hits[place].passage.text
        spans = sorted((text.index(each.quotation), each.quotation) for each in drafts if each.hit == place)
        for (start, quotation), (following, _) in pairwise(spans):
            assert text.count(quotation) > 1 or start + len(quotation) <= following


def test_a_sentence_is_quoted_with_its_neighbours() -> None:
    drafts, _, _ = _extract("How is trust built?", [LONG])
    assert len(drafts[0].quotation) > len(drafts[0].text)


def test_the_first_sentence_is_the_best_however_long_it_is() -> None:
    """Others give way to what is said after them; the first answers the question."""
    best = f"Trust is built by {' '.join(f'promise {number}' for number in range(15))} kept in the open."
    short = "Trust is a word that people use."
    drafts, _, _ = _extract(f"{best[:-1]}?", [f"{short} {best}", LONG, POWER])
    assert drafts[0].text == best


def test_a_sentence_that_leans_on_another_is_said_with_it() -> None:
    told, leaning = "The board met the police in every school.", "They shared the money late with trust."
    drafts, _, _ = _extract("Who shared the money late with trust?", [f"{told} {leaning}"])
    assert drafts[0].text == f"{told} {leaning}"
    alone, _, _ = _extract("Who shared the money late with trust?", [leaning])
    assert alone[0].text == leaning


def test_what_leans_is_not_said_with_another_that_leans_or_that_stands_apart() -> None:
    leaning, question = "They shared the money late with trust.", "Who shared the money late with trust?"
    for before in ("It was late in every school they met.", "The board met the police early. So it was."):
        drafts, _, _ = _extract(question, [f"{before} {leaning}"])
        assert drafts[0].text == leaning, before


def test_what_windows_leave_of_a_passage_is_quoted_too() -> None:
    drafts, _, _ = _extract("How is trust built?", [LONG])
    assert " ".join(sorted((draft.quotation for draft in drafts), key=LONG.index)) == LONG


def test_a_passage_that_is_worth_much_less_is_left_for_more_of_the_best() -> None:
    shot = snapshot_of(shelf_of({"a.md": [LONG, MONEY]}))
    vector = FakeEmbedder().embed(["pooled budgets"])[0]

    def cited(score: float) -> set[int]:
        hits = [replace(hit, score=score if hit.passage.ordinal else 1.0) for hit in _hits(shot)]
        return {draft.hit for draft in extract("pooled budgets", vector, hits, shot)[:2]}

    assert cited(1.0) == {0, 1}
    assert cited(0.0) == {0}


def test_the_best_passage_speaks_first_and_unrelated_ones_not_at_all() -> None:
    drafts, hits, _ = _extract("Trust grows when partners finish something", [TRUST, MONEY, POWER])
    assert hits[drafts[0].hit].passage.text == TRUST


def test_questions_and_announcements_are_not_said() -> None:
    asked, told = "Who decides what trust is worth to partners?", "This chapter looks at trust among many partners."
    drafts, _, _ = _extract("trust among partners", [f"{asked} {told} {TRUST}"])
    assert [draft.text for draft in drafts] == [TRUST]


def test_nothing_is_drafted_where_no_sentence_says_anything() -> None:
    assert _extract("trust", ["Trust? Trust! Who knows?"])[0] == ()
