"""Loaders: from a file to its text and blocks.

Files are parsed in a child process with limits, because a document may be broken or hostile. The child imports the
parsers and nothing else of the product.
"""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from knowledge.documents import Block, Chapter, Kind, Loaded, Role, Unit
from knowledge.loaders.outcome import Limits, Unreadable
from knowledge.loaders.process import Reader

__all__ = ["SUPPORTED", "Limits", "Loaded", "Unreadable", "load", "load_all"]

#: The endings of the names of files that can be read.
SUPPORTED = frozenset({".txt", ".md", ".html", ".htm", ".pdf", ".docx"})


def load(path: Path, *, limits: Limits) -> Loaded:
    """Load one file. Raises `Unreadable` with a sentence that says what is wrong and what to do."""
    with Reader(limits) as reader:
        return _load(reader, path, limits)


def load_all(paths: Iterable[Path], *, limits: Limits) -> Iterator[tuple[Path, Loaded | Unreadable]]:
    """Load several files in one child process. A file that crashes or stalls it sets only itself aside."""
    with Reader(limits) as reader:
        for path in paths:
            try:
                yield path, _load(reader, path, limits)
            except Unreadable as problem:
                yield path, problem


def _load(reader: Reader, path: Path, limits: Limits) -> Loaded:
    _check(path, limits)
    answer = reader.read(path.resolve())
    if "loaded" not in answer:
        raise Unreadable(str(answer.get("unreadable", "The file could not be read.")))
    return _rebuilt(answer["loaded"])


def _check(path: Path, limits: Limits) -> None:
    if path.suffix.lower() not in SUPPORTED:
        raise Unreadable(f"Files that end in {path.suffix or 'nothing'} cannot be read. Save it as text, Word or PDF.")
    try:
        found = path.stat()
    except OSError as problem:
        raise Unreadable("The file cannot be opened. Check that it is still there and may be read.") from problem
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("This is a folder or a device, not a file. Add the files themselves.")
    if found.st_size == 0:
        raise Unreadable("The file is empty. Add a file that has text in it.")
    if found.st_size > limits.file_bytes:
        most = limits.file_bytes // 2**20
        raise Unreadable(f"The file is larger than {most} MB. Split it into smaller files and add those.")


def _rebuilt(answer: Any) -> Loaded:
    """The value that the child described in JSON."""
    return Loaded(
        text=answer["text"],
        unit=Unit(answer["unit"]),
        blocks=tuple(
            Block(**{**block, "kind": Kind(block["kind"]), "role": Role(block["role"])}) for block in answer["blocks"]
        ),
        guessed_title=answer["guessed_title"],
        guessed_author=answer["guessed_author"],
        guessed_year=answer["guessed_year"],
        chapters=tuple(Chapter(**chapter) for chapter in answer["chapters"]),
    )
