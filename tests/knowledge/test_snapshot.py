"""Snapshots: every unit belongs to a passage that may be ranked, and lies where the snapshot says."""

import numpy as np
import pytest

from knowledge import snapshot
from knowledge.documents import Role
from knowledge.embedding import Encoded
from knowledge.shelf import Shelf, digest
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, POWER, TRUST, passage, shelf_of, snapshot_of, volume

SHELF = Shelf(
    generation=1,
    cutter="test",
    volumes=(
        volume("a.md", passage("a.md", 0, f"{TRUST} {MONEY}"), passage("a.md", 1, "Too short.")),
        volume(
            "b.md",
            passage("b.md", 0, POWER, role=Role.CONTENTS),
            passage("b.md", 1, POWER),
            passage("b.md", 2, POWER, twin_of=1),
        ),
    ),
)


def test_only_passages_that_may_be_retrieved_are_entries() -> None:
    found = [(entry.passage.file, entry.passage.ordinal) for entry in snapshot.entries_of(SHELF)]
    assert found == [("a.md", 0), ("a.md", 1), ("b.md", 1)]


def test_an_entry_quotes_its_longer_sentences_only() -> None:
    assert [entry.sentences for entry in snapshot.entries_of(SHELF)] == [(TRUST, MONEY), (), (POWER,)]


def test_the_first_units_are_passages_and_the_rest_their_sentences() -> None:
    built = snapshot_of(SHELF)
    assert built.units.owners.tolist() == [0, 1, 2, 0, 0, 2]
    assert built.units.files == ("a.md", "a.md", "b.md", "a.md", "a.md", "b.md")
    texts = [*(entry.heading for entry in built.entries), TRUST, MONEY, POWER]
    assert np.array_equal(built.units.vectors, FakeEmbedder().embed(texts))


def test_the_vectors_of_an_entrys_sentences_are_found() -> None:
    built = snapshot_of(SHELF)
    for number, entry in enumerate(built.entries):
        assert np.array_equal(built.sentence_vectors(number), FakeEmbedder().embed(entry.sentences).reshape(-1, 64))


def test_a_passage_is_found_by_its_file_and_ordinal() -> None:
    assert snapshot_of(SHELF).places == {("a.md", 0): 0, ("a.md", 1): 1, ("b.md", 1): 2}


def test_a_passage_is_searched_with_the_headings_that_lead_to_it() -> None:
    assert snapshot_of(SHELF).entries[2].heading == f"Part 1\n{POWER}"
    assert snapshot_of(SHELF).lexical.scores("part").all()


def test_an_empty_shelf_is_a_snapshot_too() -> None:
    built = snapshot_of(Shelf(generation=1, cutter="test", volumes=()))
    assert (built.entries, built.units.files, built.sentence_at) == ((), (), ())


def test_a_text_without_a_vector_is_no_snapshot() -> None:
    with pytest.raises(KeyError):
        snapshot.build(SHELF, {digest(TRUST): Encoded(vectors=np.ones((1, 64), np.float32))})


def test_the_fingerprint_follows_vectors_and_files() -> None:
    one, other = shelf_of({"a.md": [TRUST]}), shelf_of({"b.md": [TRUST]})
    prints = {snapshot_of(each).units.fingerprint for each in (one, other, shelf_of({"a.md": [MONEY]}))}
    assert len(prints) == 3
    assert snapshot_of(one).units.fingerprint == snapshot_of(one).units.fingerprint
