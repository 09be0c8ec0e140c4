"""When to say no: names, figures and sums that the passages lack speak against an answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answerable import JUDGEMENT, Signs, missing, signs, unseen_names
from knowledge.answers import Hit
from knowledge.documents import Note
from knowledge.shelf import Shelf
from knowledge.snapshot import Snapshot
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, TRUST, passage, shelf_of, snapshot_of, volume

KNOWN = "Brackwater Council and the NHS met in 2019. Ms Okafor's team of 12 led it."
GOOD = Signs(names_unseen=0, asks_value=0, words=0.6, meaning=0.75, covered=0.8)


@pytest.mark.parametrize(
    ("question", "unseen"),
    [
        ("What did Brackwater do?", []),
        ("What did Okafor's team do with the NHS?", []),
        ("Did the EU pay for it?", ["EU"]),
        ("What happened in 2020?", ["2020"]),
        ('Why? Because. "Nobody" knows: Trust is hard', []),
        ("Does Wigan work like Brackwater?", ["Wigan"]),
        ("How do we build trust?", []),
        ("I said to Ms Okafor that I would", []),
    ],
)
def test_names_and_figures_that_no_text_holds_are_told(question: str, unseen: list[str]) -> None:
    assert unseen_names(question, [KNOWN]) == unseen


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_a_question_made_of_a_text_has_no_unseen_name(text: str) -> None:
    assert unseen_names(text, [text]) == []


def _snapshot(*notes: Note) -> Snapshot:
    parts = (passage("a.md", 0, TRUST, notes=notes), passage("a.md", 1, MONEY))
    return snapshot_of(Shelf(generation=1, cutter="test", volumes=(volume("a.md", *parts),)))


def _signs(question: str, *notes: Note) -> Signs:
    snapshot = _snapshot(*notes)
    return signs(question, FakeEmbedder().embed([question])[0], _hits(snapshot), snapshot)


def _hits(snapshot: Snapshot) -> list[Hit]:
    return [Hit(passage=each.passage, source=each.source, score=1, similarity=1) for each in snapshot.entries]


def test_what_was_noted_of_a_passage_counts_as_its_meaning_and_its_words() -> None:
    question = "Why does nobody open up at the start?"
    note = Note(gist="People open up late.", questions=(question,))
    bare, noted = _signs(question), _signs(question, note)
    assert noted.meaning == pytest.approx(1.0)
    assert noted.covered == pytest.approx(1.0)
    assert bare.meaning < noted.meaning
    assert bare.covered < noted.covered


@pytest.mark.parametrize("question", ["How much was saved?", "What percentage agreed?", "When was it founded?"])
def test_a_question_for_a_sum_a_share_or_a_date_is_known(question: str) -> None:
    assert _signs(question).asks_value == 1
    assert _signs("How do partners learn to trust?").asks_value == 0


@pytest.mark.parametrize(
    "worse",
    [
        replace(GOOD, names_unseen=1),
        replace(GOOD, asks_value=1),
        replace(GOOD, words=1.2),
        replace(GOOD, meaning=0.4),
        replace(GOOD, covered=0.2),
    ],
)
def test_each_sign_speaks_in_its_own_direction(worse: Signs) -> None:
    assert JUDGEMENT.doubt(GOOD) < JUDGEMENT.silent_from
    assert JUDGEMENT.doubt(worse) > JUDGEMENT.doubt(GOOD)


def test_a_name_that_the_library_lacks_is_enough_to_say_no() -> None:
    assert JUDGEMENT.doubt(replace(GOOD, names_unseen=2)) >= JUDGEMENT.silent_from


def test_what_an_answer_leaves_out_is_named_once() -> None:
    snapshot = snapshot_of(shelf_of({"a.md": [TRUST]}))
    assert missing("How does Wigan build trust, and why Wigan?", _hits(snapshot), snapshot) == ("Wigan",)
