"""Reading notes: for each passage its gist in everyday words and the questions that it answers.

Notes are searched beside their passages, because people ask in words that the text does not share; they are never
quoted and never shown. They come in files of JSON lines, one file a document: a header, then one note a line
(`knowledge/notes/README.md`). A note belongs to lines of its document and keeps their hash: where those words changed
it is dropped, and where they only moved it moves with them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from knowledge.documents import Note, Passage, Unit

#: The folder beside the documents in which a partnership keeps notes of its own.
FOLDER = "notes"
SHIPPED = Path(__file__).parent / "notes"
_MOST_QUESTIONS, _LONGEST = 24, 600


class NotesError(Exception):
    """A file of notes cannot be used as it stands. Told to the engineer with its line."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A note and the lines or pages that it was written for; `hash` is that of their words, empty where unknown."""

    start: int
    end: int
    note: Note
    section: str = ""
    hash: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteFile:
    """The notes of one document; `sha256` is that of the file whose lines they count, empty where unknown."""

    document: str
    sha256: str
    placed: tuple[Placed, ...]
    about: str = ""


def words_hash(text: str) -> str:
    """The hash of a text's words: changing the white space between them changes nothing."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def read_note_files(folders: Iterable[Path]) -> list[NoteFile]:
    """Every file of notes in these folders, in order; raises `NotesError`."""
    return [read_note_file(path) for path in note_paths(folders)]


def note_paths(folders: Iterable[Path]) -> list[Path]:
    """Where notes lie: the files ending in `.jsonl` of these folders."""
    return [path for folder in folders for path in sorted(folder.glob("*.jsonl")) if path.is_file()]


def read_note_file(path: Path) -> NoteFile:
    """The notes in a file; raises `NotesError`, which names the line and says what to do."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotesError(f"{path.name}: the notes cannot be read as text. Save them as UTF-8.") from error
    rows = [(number, _object(path, number, line)) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows or not isinstance(rows[0][1].get("document"), str):
        raise NotesError(f'{path.name}, line 1: begin with a header such as {{"document": "guide.md"}}.')
    header = rows[0][1]
    return NoteFile(
        document=header["document"],
        sha256=str(header.get("sha256", "")),
        placed=tuple(_placed(path, number, row) for number, row in rows[1:]),
        about=str(header.get("notes", "")),
    )


def write_note_file(path: Path, file: NoteFile) -> None:
    """Write notes so that `read_note_file` gives them back, all at once or not at all."""
    header = {"document": file.document, "sha256": file.sha256, "notes": file.about}
    rows = [
        header,
        *({**_place(each), "gist": each.note.gist, "questions": each.note.questions} for each in file.placed),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    partial.replace(path)


def _place(placed: Placed) -> dict[str, Any]:
    return {"start": placed.start, "end": placed.end, "hash": placed.hash, "section": placed.section}


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise NotesError(f"{path.name}, line {number}: this is no JSON object. Each line holds one note, or none.")
    return row


def _placed(path: Path, number: int, row: dict[str, Any]) -> Placed:
    start, end, gist, questions = (row.get(key) for key in ("start", "end", "gist", "questions"))
    problem = _problem(start, end, gist, questions)
    if problem:
        raise NotesError(f"{path.name}, line {number}: {problem}")
    note = Note(gist=gist, questions=tuple(questions))  # type: ignore[arg-type] # `_problem` looked
    return Placed(start=start, end=end, note=note, section=str(row.get("section", "")), hash=str(row.get("hash", "")))  # type: ignore[arg-type]


def _problem(start: object, end: object, gist: object, questions: object) -> str:
    """What is wrong with a note, and what to do about it; empty where nothing is."""
    if not isinstance(start, int) or not isinstance(end, int) or not 1 <= start <= end:
        return "`start` and `end` must be the first and last line of the passage, counted from 1."
    if not isinstance(gist, str) or not gist.strip() or len(gist) > _LONGEST:
        return f"`gist` must be a sentence or two, at most {_LONGEST} characters."
    if not isinstance(questions, list) or not 1 <= len(questions) <= _MOST_QUESTIONS:
        return f"`questions` must be a list of one to {_MOST_QUESTIONS} questions."
    if any(not isinstance(each, str) or not each.strip() or len(each) > _LONGEST for each in questions):
        return f"each of the `questions` must be text, at most {_LONGEST} characters."
    return ""


def with_notes(
    passages: Sequence[Passage], files: Iterable[NoteFile], *, name: str, sha256: str, text: str
) -> tuple[Passage, ...]:
    """The passages of a document with the notes that belong to each.

    `sha256` is that of the document's bytes and `text` its stored text. Of files that have notes for the same
    passage the last one counts, passage by passage.
    """
    noted = list(passages)
    for file in files:
        if file.sha256 != sha256 and file.document != name:
            continue
        placed = list(_found(file, passages, text, same=file.sha256 == sha256))
        for index, passage in enumerate(passages):
            notes = tuple(each.note for each in placed if _about(each, passage))
            if notes and passage.ranked:
                noted[index] = replace(passage, notes=notes)
    return tuple(noted)


def _about(placed: Placed, passage: Passage) -> bool:
    """Whether a note is about a passage: by the passage's own words where it keeps their hash, else by its lines."""
    if placed.hash and not placed.start:
        return placed.hash == words_hash(passage.text)
    return placed.start <= passage.end and passage.start <= placed.end


def _found(file: NoteFile, passages: Sequence[Passage], text: str, *, same: bool) -> Iterator[Placed]:
    """The file's notes where their words stand now; those whose words are gone are left out.

    One that keeps the hash of a whole passage loses its lines: the passage may share them with another.
    """
    own = {words_hash(passage.text) for passage in passages}
    lines = [] if any(passage.unit is Unit.PAGE for passage in passages) else text.split("\n")
    for size, notes in groupby(sorted(file.placed, key=_size), key=_size):
        begins = {} if same else _windows(lines, size)
        for placed in notes:
            if placed.hash in own:
                yield replace(placed, start=0, end=0)
            elif same:
                yield placed
            elif placed.hash in begins:
                yield replace(placed, start=begins[placed.hash] + 1, end=begins[placed.hash] + size)


def _size(placed: Placed) -> int:
    return placed.end - placed.start + 1


def _windows(lines: Sequence[str], size: int) -> dict[str, int]:
    """Where each run of `size` lines begins, counted from 0, by the hash of its words."""
    starts = range(max(0, len(lines) - size + 1))
    return {words_hash(" ".join(lines[start : start + size])): start for start in starts}


def stamped(file: NoteFile, text: str) -> NoteFile:
    """The notes with the hash of the words that they were written for; `text` is their document's stored text."""
    lines = text.split("\n")
    hashes = [words_hash(" ".join(lines[each.start - 1 : each.end])) for each in file.placed]
    placed = (replace(each, hash=found) for each, found in zip(file.placed, hashes, strict=True))
    return replace(file, placed=tuple(placed))
