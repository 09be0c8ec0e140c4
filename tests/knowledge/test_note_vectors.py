"""The vectors that come with the notes: there for each of them, and what the embedder makes of it."""

from pathlib import Path

import numpy as np
import pytest

from knowledge import note_vectors
from knowledge.minilm import MiniLM
from knowledge.note_vectors import make, ready_made
from knowledge.reading_notes import SHIPPED, read_note_files
from knowledge.snapshot import note_key
from tests.fake_embedder import FakeEmbedder

NOTES = {note_key(placed.note): placed.note for file in read_note_files([SHIPPED]) for placed in file.placed}


def test_every_note_that_comes_with_the_coach_has_its_vectors(tmp_path: Path) -> None:
    """When this fails: `make notes`."""
    found = ready_made(MiniLM(tmp_path), NOTES.keys())
    assert {key: len(made.vectors) for key, made in found.items()} == {
        key: len(note.lines) for key, note in NOTES.items()
    }
    assert all(np.allclose(np.linalg.norm(made.vectors, axis=1), 1, atol=1e-5) for made in found.values())
    assert all(len(made.tokens) for made in found.values())


def test_another_embedder_gets_none_of_them(tmp_path: Path) -> None:
    ours = MiniLM(tmp_path)
    assert ready_made(FakeEmbedder("another", ours.tokens_name), NOTES.keys()) == {}
    assert ready_made(FakeEmbedder(ours.name, "other directions"), NOTES.keys()) == {}
    assert ready_made(ours, []) == {}


def test_vectors_are_read_back_as_they_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = FakeEmbedder(tokens_name="words")
    assert make(embedder, tmp_path / "vectors.npz") == sum(len(note.lines) for note in NOTES.values())
    monkeypatch.setattr(note_vectors, "FILE", tmp_path / "vectors.npz")
    key, note = next(iter(NOTES.items()))
    (found,), (expected,) = ready_made(embedder, [key]).values(), embedder.encode([note.lines])
    assert (found.vectors * expected.vectors).sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert np.array_equal(found.tokens, expected.tokens)


@pytest.mark.process
def test_they_are_what_the_embedder_makes_of_the_notes(tmp_path: Path) -> None:
    keys = list(NOTES)[::150]
    embedder = MiniLM(tmp_path)
    found = ready_made(embedder, keys)
    for key, expected in zip(keys, embedder.encode([NOTES[key].lines for key in keys]), strict=True):
        assert (found[key].vectors * expected.vectors).sum(axis=1) == pytest.approx(1, abs=1e-3)
        assert np.abs(found[key].tokens.astype(int) - expected.tokens).max() <= 1
