"""Search: nothing of a document that may not be used, in order, each text once, whatever the index proposes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from knowledge.answers import Hit
from knowledge.documents import Note, Source
from knowledge.embedding import Vectors
from knowledge.nearest import ExactNearest, Nearest, NearestError, Units
from knowledge.search import Fusion, Search
from knowledge.shelf import Shelf
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, POWER, TRUST, passage, shelf_of, snapshot_of, volume

FILES = ("a.md", "b.md", "c.md")
WORDS = ("trust", "money", "power", "board", "school", "police", "the", "shared", "late", "early")

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)
shelves = st.dictionaries(st.sampled_from(FILES), st.lists(texts, min_size=1, max_size=4), min_size=1).map(shelf_of)
fusions = st.builds(
    Fusion,
    words=st.floats(0, 5),
    note_words=st.floats(0, 5),
    best_note=st.floats(0, 0.5),
    best_notes=st.floats(0, 0.5),
    sentence_share=st.floats(0, 1),
    met=st.floats(0, 2),
    notes_met=st.floats(0, 2),
    bare_met=st.floats(0, 1),
    close=st.integers(0, 5),
    depth=st.integers(1, 100),
)
steady = settings()


@dataclass
class Lying:
    """An index that proposes whatever it likes, of any file: damage that ends no process."""

    rows: tuple[int, ...] = ()

    async def serve(self, units: Units) -> None:
        """Nothing is kept."""

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None = None
    ) -> NDArray[np.int64]:
        return np.array(self.rows, np.int64)

    async def close(self) -> None:
        """Nothing is held."""


class Broken(Lying):
    """An index that never answers."""

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None = None
    ) -> NDArray[np.int64]:
        raise NearestError("broken")


nearests = st.one_of(st.just(Broken()), st.lists(st.integers(-50, 300)).map(lambda rows: Lying(tuple(rows))))


def search(found: Search, question: str, allowed: set[str], count: int = 20) -> tuple[Hit, ...]:
    (asked,) = wordy().encode([[question]])
    may_use = lambda source: source.file in allowed  # noqa: E731
    return asyncio.run(found.hits(question, asked.vectors[0], may_use, count, tokens=asked.tokens))


def wordy() -> FakeEmbedder:
    """An embedder that shows its tokens."""
    return FakeEmbedder(tokens_name="words")


def served(parts: dict[str, list[str]], nearest: Nearest | None = None) -> Search:
    shot = snapshot_of(shelf_of(parts))
    exact = ExactNearest()
    asyncio.run(exact.serve(shot.units))
    return Search(shot, nearest or exact)


@steady
@given(shelves, fusions, nearests, texts, st.sets(st.sampled_from(FILES)), st.integers(1, 25))
def test_hits_may_be_used_are_in_order_and_are_found_once(
    shelf: Shelf, fusion: Fusion, nearest: Nearest, question: str, allowed: set[str], count: int
) -> None:
    hits = search(Search(snapshot_of(shelf, wordy()), nearest, fusion), question, allowed, count)
    assert {hit.source.file for hit in hits} <= allowed
    assert all(hit.passage.file == hit.source.file for hit in hits)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    words = [hit.passage.text for hit in hits]
    assert len(set(words)) == len(words) <= count
    assert all(-1.001 <= hit.similarity <= 1.001 for hit in hits)


@steady
@given(shelves, fusions, texts, st.sets(st.sampled_from(FILES)))
def test_a_degraded_index_gives_the_same_hits(shelf: Shelf, fusion: Fusion, question: str, allowed: set[str]) -> None:
    shot, exact = snapshot_of(shelf, wordy()), ExactNearest()
    asyncio.run(exact.serve(shot.units))
    degraded = Search(shot, Broken(), fusion)
    assert search(degraded, question, allowed) == search(Search(shot, exact, fusion), question, allowed)
    assert degraded.degraded == (1 if allowed & {volume.source.file for volume in shelf.volumes} else 0)


@steady
@given(shelves, texts)
def test_something_is_found_wherever_something_may_be_used(shelf: Shelf, question: str) -> None:
    assert search(Search(snapshot_of(shelf), Broken()), question, set(FILES))


def test_a_document_is_checked_again_after_ranking() -> None:
    """Somebody may lose sight of a document between the choice of documents and the answer."""
    shot, asked = snapshot_of(shelf_of({"a.md": [TRUST], "b.md": [TRUST + " Twice."]})), []

    def only_at_first(source: Source) -> bool:
        asked.append(source.file)
        return source.file == "b.md" or asked.count(source.file) == 1

    hits = asyncio.run(Search(shot, Broken()).hits("trust", FakeEmbedder().embed(["trust"])[0], only_at_first))
    assert [hit.source.file for hit in hits] == ["b.md"]


@pytest.mark.parametrize("nearest", [Broken(), Lying(rows=tuple(range(300)))])
def test_what_may_not_be_used_is_not_ranked_before_what_may(nearest: Nearest) -> None:
    parts = {"a.md": [f"{TRUST} Number {number}." for number in range(120)], "b.md": [f"{MONEY} Partners lost trust."]}
    fusion = Fusion(depth=5, close=0)
    (hit,) = search(Search(snapshot_of(shelf_of(parts)), nearest, fusion), TRUST, {"b.md"})
    assert hit.source.file == "b.md"
    assert hit.score == pytest.approx(hit.similarity + fusion.words), "nothing else shares more of the words"


@pytest.mark.parametrize("other", [TRUST, TRUST.upper(), TRUST.replace(" ", "\n  ")])
def test_the_same_words_in_two_documents_are_found_once(other: str) -> None:
    hits = search(served({"a.md": [TRUST], "b.md": [other], "c.md": [MONEY]}), "How does trust grow?", set(FILES))
    assert [hit.source.file for hit in hits] == ["a.md", "c.md"]


@pytest.mark.parametrize(("question", "best"), [("trust partners", TRUST), ("pooled budgets", MONEY), (POWER, POWER)])
def test_the_best_passage_comes_first(question: str, best: str) -> None:
    assert search(served({"a.md": [MONEY, POWER], "b.md": [TRUST]}), question, set(FILES))[0].passage.text == best


def test_nothing_is_found_in_an_empty_library() -> None:
    assert search(served({}), "trust", set(FILES)) == ()


#: The first is nearer as a whole, for it says little else; every word that is asked for stands in the second.
NEARER = "Schools pool money."
MEETS = f"Schools pool money late. {TRUST} {POWER} Police boards share early."


@pytest.mark.parametrize(("close", "first"), [(0, NEARER), (2, MEETS)])
def test_the_best_are_compared_word_by_word(close: int, first: str) -> None:
    fusion = Fusion(words=0, note_words=0, sentence_share=0, met=2, notes_met=2, close=close)
    shot = snapshot_of(shelf_of({"a.md": [NEARER, MEETS]}), wordy())
    hits = search(Search(shot, Broken(), fusion), "schools pool money early", set(FILES))
    assert hits[0].passage.text == first
    assert (hits[0].similarity < hits[1].similarity) == (first == MEETS), "what it is like is told as it was"


@pytest.mark.parametrize("count", [3, 9])
def test_as_many_are_compared_as_are_asked_for(count: int) -> None:
    parts = {"a.md": [f"{TRUST} Number {number}." for number in range(9)]}
    few, many = (
        search(
            Search(snapshot_of(shelf_of(parts), wordy()), Broken(), Fusion(close=close)), "Number 5", {"a.md"}, count
        )
        for close in (1, 40)
    )
    assert len(few) == count
    assert [hit.score for hit in few] == [hit.score for hit in many]


def test_a_passage_that_is_found_by_what_was_noted_of_it_meets_the_question_there() -> None:
    noted = replace(passage("a.md", 0, TRUST), notes=(Note(gist="Early pay.", questions=("who pays early",)),))
    plain = replace(noted, notes=(Note(gist="Early pay.", questions=("who is late",)),))
    scores = []
    for each in (noted, plain):
        shelf = replace(shelf_of({}), volumes=(volume("a.md", each),))
        (hit,) = search(Search(snapshot_of(shelf, wordy()), Broken(), Fusion(met=0)), "who pays", set(FILES))
        scores.append(hit.score - hit.similarity)
    assert scores[0] > scores[1]


def test_a_new_document_is_not_last_for_want_of_notes() -> None:
    notes = (Note(gist="Early pay.", questions=("who pays early",)),)
    volumes = (volume("a.md", passage("a.md", 0, f"{TRUST} Pay.")), volume("b.md", passage("b.md", 0, MONEY)))
    noted = (replace(volumes[1], passages=(replace(volumes[1].passages[0], notes=notes),)), volumes[0])
    shot = snapshot_of(replace(shelf_of({}), volumes=noted), wordy())
    found = {
        more: {hit.source.file: hit.score for hit in search(
            Search(shot, Broken(), Fusion(bare_met=more)), "who pays early", set(FILES)
        )}
        for more in (0.0, 0.2)
    }  # fmt: skip
    assert found[0.2]["a.md"] - found[0.0]["a.md"] == pytest.approx(0.2 * Fusion().notes_met, abs=1e-4)
    assert found[0.2]["b.md"] == pytest.approx(found[0.0]["b.md"])
