"""The catalogue: which files a library holds, and what is known of each.

What a document says of itself is a guess; `library.yaml` beside the documents outranks it, key by key.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.documents import Chapter, Loaded, Source
from knowledge.loaders import SUPPORTED
from knowledge.overrides import CatalogueError, Override, parse_overrides

__all__ = ["CatalogueError", "Override", "Overrides", "describe", "discover", "read_overrides"]

CATALOGUE = "library.yaml"
#: What the name of a folder begins with whose documents are for nobody until it is said who may see them: the name,
#: as an audience, is no organisation's.
APART = "@"


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What `library.yaml` says of the documents of a folder, by their names relative to it."""

    folder: Path
    documents: dict[str, Override] = field(default_factory=dict)


def discover(folders: Sequence[Path]) -> list[Path]:
    """The files that can be read, folder by folder and by name, each once.

    Hidden files and folders, `library.yaml` and links that lead out of their folder are passed over.
    """
    found: dict[Path, None] = {}
    for folder in folders:
        root = folder.resolve()
        for path in sorted(_files(folder)):
            if path.resolve().is_relative_to(root):
                found.setdefault(path)
    return list(found)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.suffix.lower() in SUPPORTED and path.is_file():
            yield path


def read_overrides(folder: Path) -> Overrides:
    """What the folder's `library.yaml` says; nothing if there is none. Raises `CatalogueError`."""
    path = folder / CATALOGUE
    if not path.is_file():
        return Overrides(folder=folder)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise CatalogueError(path, 1, "The file cannot be read as text. Save it as UTF-8.") from problem
    return Overrides(folder=folder, documents=parse_overrides(path, text))


def describe(path: Path, loaded: Loaded, overrides: Overrides) -> Source:
    """What is known of a document: the catalogue first, then what the document says, then its file name."""
    file = file_name(path, overrides.folder)
    said = overrides.documents.get(file, Override())
    chapters = loaded.chapters if said.chapters is None else said.chapters
    return Source(
        file=file,
        title=said.title or loaded.guessed_title or _from_name(path),
        author=said.author or loaded.guessed_author,
        publisher=said.publisher,
        year=loaded.guessed_year if said.year is None else said.year,
        audience=said.audience or _kept_apart(file) or ("partnership",),
        chapters=tuple(sorted(chapters, key=_start)),
    )


def _kept_apart(file: str) -> tuple[str, ...]:
    folder = file.partition("/")[0]
    return (folder,) if folder.startswith(APART) and folder != file else ()


def file_name(path: Path, folder: Path) -> str:
    """The name by which a document is known: relative to the library's folder where it lies in it."""
    within = path.resolve().is_relative_to(folder.resolve())
    return path.resolve().relative_to(folder.resolve()).as_posix() if within else path.name


def _start(chapter: Chapter) -> int:
    return chapter.start


def _from_name(path: Path) -> str:
    words = re.sub(r"[\W_]+", " ", path.stem).strip()
    return words[:1].upper() + words[1:] if words else path.name
