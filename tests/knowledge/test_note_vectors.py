"""The vectors that come with the notes: there for each of them, and what the embedder makes of it."""

from pathlib import Path

import numpy as np
import pytest

from knowledge import note_vectors
from knowledge.embedding import MiniLM
from knowledge.note_vectors import make, ready_made
from knowledge.reading_notes import SHIPPED, read_note_files
from knowledge.snapshot import note_key
from tests.fake_embedder import FakeEmbedder

NOTES = {note_key(placed.note): placed.note for file in read_note_files([SHIPPED]) for placed in file.placed}


def test_every_note_that_comes_with_the_coach_has_its_vectors() -> None:
    """When this fails: `make notes`."""
    found = ready_made(MiniLM.name, NOTES.keys())
    assert {key: len(rows) for key, rows in found.items()} == {key: len(note.lines) for key, note in NOTES.items()}
    assert all(np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5) for rows in found.values())


def test_another_embedder_gets_none_of_them() -> None:
    assert ready_made("another", NOTES.keys()) == {}
    assert ready_made(MiniLM.name, []) == {}


def test_vectors_are_read_back_as_they_were_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = FakeEmbedder()
    assert make(embedder, tmp_path / "vectors.npz") == sum(len(note.lines) for note in NOTES.values())
    monkeypatch.setattr(note_vectors, "FILE", tmp_path / "vectors.npz")
    key, note = next(iter(NOTES.items()))
    assert (ready_made(embedder.name, [key])[key] * embedder.embed(note.lines)).sum(axis=1) == pytest.approx(
        1, abs=1e-3
    )


@pytest.mark.process
def test_they_are_what_the_embedder_makes_of_the_notes(tmp_path: Path) -> None:
    keys = list(NOTES)[::150]
    found, embedder = ready_made(MiniLM.name, keys), MiniLM(tmp_path)
    for key in keys:
        assert (found[key] * embedder.embed(NOTES[key].lines)).sum(axis=1) == pytest.approx(1, abs=1e-3)
