"""Reading notes: for each passage its gist in everyday words and the questions that it answers.

Notes are searched beside their passages, because people ask in words that the text does not share; they are never
quoted and never shown. They come in files of JSON lines, one file a document: a header, then one note a line
(`knowledge/notes/README.md`). A note belongs to lines of its document and keeps their hash: where those words changed
it is dropped, and where they only moved it moves with them.
"""

import hashlib
import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any, TypeGuard

from knowledge.documents import Note, Passage, Unit

#: The folder beside the documents in which a partnership keeps notes of its own.
FOLDER = "notes"
SHIPPED = Path(__file__).parent / "notes"
_MOST_QUESTIONS, _LONGEST = 24, 600
#: Half of a character, which JSON can name but no file can hold.
_SURROGATE = re.compile(r"[\ud800-\udfff]")


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
        # Not `splitlines`: JSON leaves other separators, such as U+2028, within its strings.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise NotesError(f"{path.name}: the notes cannot be read as text. Save them as UTF-8.") from error
    rows = [(number, _object(path, number, line)) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows or not _is_text(document := rows[0][1].get("document")):
        first = rows[0][0] if rows else 1
        raise NotesError(f'{path.name}, line {first}: begin with a header such as {{"document": "guide.md"}}.')
    header = partial(_text, path, *rows[0])
    return NoteFile(
        document=document,
        sha256=header("sha256"),
        placed=tuple(_placed(path, number, row) for number, row in rows[1:]),
        about=header("notes"),
    )


def write_note_file(path: Path, file: NoteFile) -> None:
    """Write notes so that `read_note_file` gives them back, all at once or not at all."""
    header = {"document": file.document, "sha256": file.sha256, "notes": file.about}
    rows = [
        header,
        *({**_place(each), "gist": each.note.gist, "questions": each.note.questions} for each in file.placed),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".partial")
    unfinished.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    unfinished.replace(path)


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
    known = partial(_text, path, number, row)
    note = Note(gist=gist, questions=tuple(questions))  # type: ignore[arg-type] # `_problem` looked
    return Placed(start=start, end=end, note=note, section=known("section"), hash=known("hash"))  # type: ignore[arg-type]


def _text(path: Path, number: int, row: dict[str, Any], key: str) -> str:
    """What a line says under a key that it may leave out."""
    value = row.get(key, "")
    if not isinstance(value, str) or _SURROGATE.search(value):
        raise NotesError(f"{path.name}, line {number}: `{key}` must be text, or left out.")
    return value


def _problem(start: object, end: object, gist: object, questions: object) -> str:
    """What is wrong with a note, and what to do about it; empty where nothing is."""
    if type(start) is not int or type(end) is not int or not 1 <= start <= end:
        return "`start` and `end` must be the first and last line of the passage, counted from 1."
    if not _is_text(gist):
        return f"`gist` must be a sentence or two, at most {_LONGEST} characters."
    if not isinstance(questions, list) or not 1 <= len(questions) <= _MOST_QUESTIONS:
        return f"`questions` must be a list of one to {_MOST_QUESTIONS} questions."
    if not all(map(_is_text, questions)):
        return f"each of the `questions` must be text, at most {_LONGEST} characters."
    return ""


def _is_text(value: object) -> TypeGuard[str]:
    """Whether a value is text that can be kept and searched: not empty, not too long, no half of a character."""
    return isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= _LONGEST and not _SURROGATE.search(value)


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
        about = _About(_found(file, passages, text, same=file.sha256 == sha256))
        for index, passage in enumerate(passages):
            notes = about(passage) if passage.ranked else ()
            if notes:
                noted[index] = replace(passage, notes=notes)
    return tuple(noted)


class _About:
    """Which notes are about a passage: those that keep the hash of its own words, and those of its lines."""

    def __init__(self, placed: Iterable[Placed]) -> None:
        self._own: dict[str, list[Note]] = defaultdict(list)
        self._spans: list[Placed] = []
        for each in placed:
            if each.start:
                self._spans.append(each)
            else:
                self._own[each.hash].append(each.note)
        self._spans.sort(key=_start)
        self._starts = [each.start for each in self._spans]
        #: The last line that any note up to here reaches, so that looking back can stop.
        self._reach = list(accumulate((each.end for each in self._spans), max))

    def __call__(self, passage: Passage) -> tuple[Note, ...]:
        at = bisect_right(self._starts, passage.end) - 1
        found: list[Note] = []
        while at >= 0 and self._reach[at] >= passage.start:
            if self._spans[at].end >= passage.start:
                found.append(self._spans[at].note)
            at -= 1
        own = self._own[words_hash(passage.text)] if self._own else []
        return tuple(dict.fromkeys([*own, *reversed(found)]))


def _start(placed: Placed) -> int:
    return placed.start


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
            else:
                starts = begins.get(placed.hash, ())
                yield from (replace(placed, start=start + 1, end=start + size) for start in starts)


def _size(placed: Placed) -> int:
    return placed.end - placed.start + 1


def _windows(lines: Sequence[str], size: int) -> dict[str, list[int]]:
    """Where runs of `size` lines begin, counted from 0, by the hash of their words; the same words may stand twice."""
    begins: dict[str, list[int]] = defaultdict(list)
    for start in range(max(0, len(lines) - size + 1)):
        run = " ".join(lines[start : start + size])
        if run.strip():
            begins[words_hash(run)].append(start)
    return begins


def stamped(file: NoteFile, text: str) -> NoteFile:
    """The notes with the hash of the words that they were written for; `text` is their document's stored text."""
    lines = text.split("\n")
    hashes = [words_hash(" ".join(lines[each.start - 1 : each.end])) for each in file.placed]
    placed = (replace(each, hash=found) for each, found in zip(file.placed, hashes, strict=True))
    return replace(file, placed=tuple(placed))
