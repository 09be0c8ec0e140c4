"""Looking: which files a library is made of as they stand on disk now, and whether they still do."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.catalogue import Overrides, discover, file_name, read_overrides
from knowledge.loaders import Limits
from knowledge.reading_notes import FOLDER, SHIPPED, NoteFile, NotesError, note_paths, read_note_file
from knowledge.shelf import SetAside

#: Files beyond this are not even read to see whether they changed; the loaders refuse them anyway.
_LARGEST = Limits().file_bytes
_LONGEST_NAME = 255
_MISNAMED = "The file's name is too long, or not written as UTF-8. Rename it."
#: What comes of a file, or of the folder it lay in, that is no longer there.
_VANISHED = (FileNotFoundError, NotADirectoryError)

#: What changes when a file is written to, cheap to ask for: times of change in ns, size in bytes.
Signature = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """A document's file as it stands on disk now; `signature` tells cheaply whether it still does."""

    name: str
    path: Path
    version: str
    signature: Signature
    overrides: Overrides
    sha256: str = ""
    refused: str = ""


def signature(path: Path) -> Signature:
    """What changes when a file is written to, even by a program that sets its time of change back."""
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size


def watched(folders: Sequence[Path]) -> dict[Path, Signature]:
    """The signature of every file that the library is made of, its `library.yaml` and its notes included."""
    signatures: dict[Path, Signature] = {}
    catalogues = [folder / "library.yaml" for folder in folders]
    for path in [*discover(folders), *catalogues, *note_paths(_note_folders(folders))]:
        with suppress(*_VANISHED):
            signatures[path] = signature(path)
    return signatures


def _note_folders(folders: Sequence[Path]) -> list[Path]:
    """Where notes lie beside the documents."""
    return [folder / FOLDER for folder in folders]


def read_notes(folders: Sequence[Path]) -> tuple[list[NoteFile], list[SetAside]]:
    """The notes that come with the coach and then those beside the documents, and the files that are no such thing."""
    files: list[NoteFile] = []
    refused: list[SetAside] = []
    for path in note_paths([SHIPPED, *_note_folders(folders)]):
        try:
            files.append(read_note_file(path))
        except NotesError as error:
            name = f"{FOLDER}/{path.name}"[:_LONGEST_NAME]
            refused.append(SetAside(file=name, version=str(signature_or_none(path))[:40], reason=str(error)))
    return files, refused


def catalogues(folders: Sequence[Path]) -> dict[Path, Signature | None]:
    """The signature of each folder's `library.yaml`, None where there is none."""
    paths = [folder / "library.yaml" for folder in folders]
    return {path: signature_or_none(path) for path in paths}


def signature_or_none(path: Path) -> Signature | None:
    """The signature of a file, None where it cannot be seen."""
    try:
        return signature(path)
    except OSError:
        return None


def look(folders: Sequence[Path], removed: Iterable[str]) -> dict[str, Found]:
    """Every document in the folders by its name, but for those that were taken out.

    A name is the path within its folder; one that stands in two folders is taken from the later one.
    """
    gone, found = set(removed), {}
    for folder in folders:
        overrides = read_overrides(folder)
        for path in discover([folder]):
            name = file_name(path, folder)
            if name not in gone:
                # A file that vanishes meanwhile is a file that is not there.
                with suppress(*_VANISHED):
                    found[name] = _found(name, path, overrides)
    return found


def _found(name: str, path: Path, overrides: Overrides) -> Found:
    # Before the content: what is written while it is read must show as a change.
    seen = signature(path)
    shown = name.encode("utf-8", "replace").decode()
    refused = _MISNAMED if shown != name or len(name) > _LONGEST_NAME else ""
    content = f"refused {seen}" if refused else _content(path, seen)
    return Found(
        name=shown[:_LONGEST_NAME],
        path=path,
        version=_version(content, path.suffix.lower(), repr(overrides.documents.get(name))),
        signature=seen,
        overrides=overrides,
        sha256=content,
        refused=refused,
    )


def _content(path: Path, seen: Signature) -> str:
    """The sha256 of a file; one that is too large or may not be opened is known by its signature: it is set aside."""
    if path.stat().st_size > _LARGEST:
        return f"large {seen}"
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except _VANISHED:
        raise
    except OSError:
        return f"closed {seen}"


def _version(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def as_read(found: Found) -> Found:
    """The file as it was read; one that changed since it was looked at gets a version that no look gives it again."""
    try:
        changed = signature(found.path) != found.signature
    except _VANISHED:
        changed = True
    return replace(found, version=_version(found.version, "changed while it was read")) if changed else found
