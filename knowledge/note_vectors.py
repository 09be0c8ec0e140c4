"""The vectors of the notes that come with the coach, made beforehand: embedding them would double a first index.

`make notes` makes them anew; a note without one is simply embedded. Each number is kept in a byte, which moves a
similarity by a thousandth at most.
"""

from collections.abc import Collection
from pathlib import Path

import numpy as np

from knowledge.embedding import Embedder, Vectors
from knowledge.reading_notes import SHIPPED, read_note_files
from knowledge.shelf import Digest
from knowledge.snapshot import note_key

FILE = SHIPPED / "vectors.npz"


def ready_made(embedder: str, wanted: Collection[Digest]) -> dict[Digest, Vectors]:
    """The vectors of those of the wanted notes that came with the coach, float32 [lines, d] each; none for another
    embedder than theirs."""
    if not wanted:
        return {}
    with np.load(FILE, allow_pickle=False) as kept:
        if str(kept["embedder"]) != embedder:
            return {}
        ends = np.cumsum(kept["lines"])
        places = {
            Digest(str(key)): slice(end - size, end)
            for key, end, size in zip(kept["keys"], ends, kept["lines"], strict=True)
        }
        rows = kept["rows"]
    return {key: _unit(rows[places[key]].astype(np.float32)) for key in wanted if key in places}


def _unit(rows: Vectors) -> Vectors:
    units: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


def make(embedder: Embedder, path: Path = FILE) -> int:
    """Embed every note that comes with the coach and keep the vectors; the number of lines."""
    notes = {note_key(placed.note): placed.note for file in read_note_files([SHIPPED]) for placed in file.placed}
    rows = embedder.embed([line for note in notes.values() for line in note.lines])
    scale = 127 / np.abs(rows).max(axis=1, keepdims=True)
    np.savez_compressed(
        path,
        embedder=np.array(embedder.name),
        keys=np.array(list(notes)),
        lines=np.array([len(note.lines) for note in notes.values()]),
        rows=np.rint(rows * scale).astype(np.int8),
    )
    return len(rows)


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    from knowledge.embedding import MiniLM

    with TemporaryDirectory() as folder:
        print(f"{make(MiniLM(Path(folder))):,} lines of notes embedded: {FILE.name}")  # noqa: T201
