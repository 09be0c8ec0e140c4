"""Annotating: a model writes reading notes for the passages that have none, a few at a time.

What is done is kept after each few, so that a run that ends early loses little and the next one goes on. Files that
are there already are only added to.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from knowledge.documents import Note, Passage
from knowledge.looking import Found
from knowledge.note_replies import Noted, NoteRefused, messages, parse
from knowledge.reading_notes import NoteFile, Placed, read_note_file, with_notes, words_hash, write_note_file
from knowledge.shelf import Shelf, Volume
from knowledge.writing import Message, WriterError

#: So many passages are asked about together and then kept: a run that ends early loses no more.
BATCH = 4
#: Fewer words say too little for questions of their own.
_FEWEST_WORDS = 12
#: English runs to about four characters a token; a note to about this many tokens.
_CHARACTERS_A_TOKEN, _TOKENS_A_NOTE = 4, 460
#: File names have 255 bytes, and some are needed for the ending.
_NAME_BYTES = 200

#: Told how many passages are done and how many there are.
Watch = Callable[[int, int], None]


class Annotator(Protocol):
    """A model that replies to messages."""

    async def ask(self, asked: Sequence[Message]) -> str:
        """The whole reply, unchecked; raises `WriterError` on any failure, within a time limit of its own."""


@dataclass(frozen=True, kw_only=True)
class Wanted(Noted):
    """A passage that has no note, and the sha256 of its document's file."""

    sha256: str

    @property
    def key(self) -> tuple[str, str]:
        """What a note is kept by: the file's bytes and the passage's words."""
        return self.sha256, words_hash(self.passage.text)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """About what a run takes; nobody knows before it is over."""

    passages: int
    tokens_in: int
    tokens_out: int

    def cost(self, price_in: float, price_out: float) -> float:
        """In the currency of the prices, which are for a million tokens."""
        return (self.tokens_in * price_in + self.tokens_out * price_out) / 1_000_000


@dataclass(frozen=True, kw_only=True)
class Left:
    """A passage that still has no note, and why."""

    passage: Passage
    reason: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a run. `untried` passages were given up because the model could not be asked."""

    written: int
    left: tuple[Left, ...] = ()
    untried: int = 0


def as_noted(shelf: Shelf, found: Mapping[str, Found], files: Sequence[NoteFile]) -> tuple[Volume, ...]:
    """The documents of a shelf with their notes; those whose files changed since they were indexed are left out."""
    current = [volume for volume in shelf.volumes if _is_current(volume, found)]
    return tuple(replace(volume, passages=_with_notes(volume, found[volume.source.file], files)) for volume in current)


def _is_current(volume: Volume, found: Mapping[str, Found]) -> bool:
    item = found.get(volume.source.file)
    return item is not None and item.version == volume.version


def _with_notes(volume: Volume, item: Found, files: Sequence[NoteFile]) -> tuple[Passage, ...]:
    name = volume.source.file
    return with_notes(volume.passages, files, name=name, sha256=item.sha256, text=volume.text)


def lacking(volume: Volume) -> tuple[Passage, ...]:
    """The passages of a document, its notes attached, that have none and are long enough for some."""
    return tuple(
        passage
        for passage in volume.passages
        if passage.ranked and not passage.notes and len(passage.text.split()) >= _FEWEST_WORDS
    )


def wanted(volumes: Iterable[Volume], found: Mapping[str, Found]) -> tuple[Wanted, ...]:
    """The passages that lack notes, in order; words that stand twice in a file, or in a copy of it, once."""
    every = (
        Wanted(passage=passage, source=volume.source, sha256=found[volume.source.file].sha256)
        for volume in volumes
        for passage in lacking(volume)
    )
    return tuple({each.key: each for each in every}.values())


def estimate(tasks: Sequence[Wanted]) -> Estimate:
    """About how many tokens the notes for these passages take, if each is written at the first attempt."""
    characters = sum(len(message.text) for task in tasks for message in messages(task, marker="x" * 32))
    return Estimate(
        passages=len(tasks),
        tokens_in=-(-characters // _CHARACTERS_A_TOKEN),
        tokens_out=len(tasks) * _TOKENS_A_NOTE,
    )


async def annotate(
    tasks: Sequence[Wanted], model: Annotator, folder: Path, *, marker: Callable[[], str], watch: Watch
) -> Report:
    """Write notes for these passages into files of `folder`, keeping them after each `BATCH`.

    A passage for which the model gives no usable note twice is left; when it cannot be asked about any of a batch,
    the rest is not tried. Raises `NotesError` for a file that is no file of notes, and OSError.
    """
    written, left = 0, []
    for start in range(0, len(tasks), BATCH):
        batch = tasks[start : start + BATCH]
        outcomes = await asyncio.gather(*(_outcome(task, model, marker()) for task in batch))
        pairs = list(zip(batch, outcomes, strict=True))
        notes = [(task, note) for task, note in pairs if isinstance(note, Note)]
        await asyncio.to_thread(keep, folder, notes)
        written += len(notes)
        left += [Left(passage=task.passage, reason=str(error)) for task, error in pairs if isinstance(error, Exception)]
        watch(start + len(batch), len(tasks))
        if all(isinstance(outcome, WriterError) for outcome in outcomes):
            return Report(written=written, left=tuple(left), untried=len(tasks) - start - len(batch))
    return Report(written=written, left=tuple(left))


async def _outcome(task: Wanted, model: Annotator, marker: str) -> Note | WriterError | NoteRefused:
    """A note, or what stood in its way twice; a model whose reply was refused is told why."""
    first = await _tried(task, model, marker)
    if isinstance(first, Note):
        return first
    return await _tried(task, model, marker, str(first) if isinstance(first, NoteRefused) else "")


async def _tried(task: Wanted, model: Annotator, marker: str, problem: str = "") -> Note | WriterError | NoteRefused:
    try:
        return parse(await model.ask(messages(task, marker=marker, problem=problem)), task, marker=marker)
    except (WriterError, NoteRefused) as error:
        return error


def keep(folder: Path, notes: Iterable[tuple[Wanted, Note]]) -> None:
    """Add notes to the files of their documents; what stands there stays, whoever wrote it."""
    by_file: dict[Path, list[tuple[Wanted, Note]]] = {}
    for task, note in notes:
        by_file.setdefault(note_path(folder, task), []).append((task, note))
    for path, new in by_file.items():
        task = new[0][0]
        empty = NoteFile(document=task.source.file, sha256=task.sha256, placed=(), about="Written by a model.")
        file = read_note_file(path) if path.exists() else empty
        known = {placed.hash for placed in file.placed}
        added = [placed for placed in map(_placed, new) if placed.hash not in known]
        write_note_file(path, replace(file, placed=tuple(sorted([*file.placed, *added], key=_start))))


def note_path(folder: Path, task: Wanted) -> Path:
    """The file for a document's notes: called after it, and after its bytes too where it has changed since.

    A file counts the lines of one version of its document. Raises `NotesError` where what stands there is no such
    file.
    """
    name = task.source.file.replace("/", "-").encode()[:_NAME_BYTES].decode(errors="ignore")
    path = folder / f"{name}.jsonl"
    if not path.exists() or read_note_file(path).sha256 == task.sha256:
        return path
    return folder / f"{name}.{task.sha256[:8]}.jsonl"


def _placed(noted: tuple[Wanted, Note]) -> Placed:
    passage, note = noted[0].passage, noted[1]
    section = " > ".join(passage.section)
    return Placed(start=passage.start, end=passage.end, note=note, section=section, hash=noted[0].key[1])


def _start(placed: Placed) -> int:
    return placed.start
