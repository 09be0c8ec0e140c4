"""The vectors of the notes that come with the coach, made beforehand: embedding them would double a first index.

`make notes` makes them anew; a note without one is simply embedded. Each number is kept in a byte, which moves a
similarity by a thousandth at most.
"""

import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from knowledge.documents import Note
from knowledge.embedding import Embedder, Encoded, Vectors
from knowledge.late_interaction import BASIS, main_directions
from knowledge.minilm import MiniLM
from knowledge.reading_notes import SHIPPED, read_note_files
from knowledge.shelf import Digest
from knowledge.snapshot import note_key

FILE = SHIPPED / "vectors.npz"


def ready_made(embedder: Embedder, wanted: Collection[Digest]) -> dict[Digest, Encoded]:
    """Those of the wanted notes that came with the coach, as this embedder would encode their lines; none for another
    embedder than theirs."""
    if not wanted:
        return {}
    with np.load(FILE, allow_pickle=False) as kept:
        if (str(kept["embedder"]), str(kept["tokens_of"])) != (embedder.name, embedder.tokens_name):
            return {}
        keys, lines, words = kept["keys"], _parts(kept["lines"]), _parts(kept["words"])
        places = {Digest(str(key)): parts for key, *parts in zip(keys, lines, words, strict=True)}
        rows, tokens = kept["rows"], kept["tokens"]
    return {
        key: Encoded(vectors=_unit(rows[line].astype(np.float32)), tokens=tokens[word].copy())
        for key, (line, word) in places.items()
        if key in wanted
    }


def _parts(sizes: Any) -> Iterator[slice]:
    """Where parts of these sizes lie, one after the other."""
    ends = np.cumsum(sizes)
    yield from map(slice, ends - sizes, ends)


def _unit(rows: Vectors) -> Vectors:
    units: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


def _notes() -> dict[Digest, Note]:
    return {note_key(placed.note): placed.note for file in read_note_files([SHIPPED]) for placed in file.placed}


def make_basis(cache: Path, path: Path = BASIS) -> None:
    """Find the directions that tokens are narrowed to, and keep them; `make` must follow."""
    whole = MiniLM(cache, narrow=lambda: np.eye(384, dtype=np.float32))
    rows = np.concatenate([each.tokens for each in whole.encode([note.lines for note in _notes().values()])])
    np.save(path, main_directions(rows.astype(np.float32)).astype(np.float16), allow_pickle=False)


def make(embedder: Embedder, path: Path = FILE) -> int:
    """Encode every note that comes with the coach and keep what comes of it; the number of lines."""
    notes = _notes()
    made = embedder.encode([note.lines for note in notes.values()])
    rows = np.concatenate([each.vectors for each in made])
    scale = 127 / np.abs(rows).max(axis=1, keepdims=True)
    np.savez_compressed(
        path,
        embedder=np.array(embedder.name),
        tokens_of=np.array(embedder.tokens_name),
        keys=np.array(list(notes)),
        lines=np.array([len(each.vectors) for each in made]),
        words=np.array([len(each.tokens) for each in made]),
        rows=np.rint(rows * scale).astype(np.int8),
        tokens=np.concatenate([each.tokens for each in made]),
    )
    return len(rows)


def main(arguments: Sequence[str]) -> None:
    """Make the vectors anew; with `--basis` the directions that tokens are narrowed to first."""
    with TemporaryDirectory() as folder:
        if "--basis" in arguments:
            make_basis(Path(folder))
        sys.stdout.write(f"{make(MiniLM(Path(folder))):,} lines of notes embedded: {FILE.name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
