"""PDF: the text of its pages, without running heads and page numbers."""

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from knowledge.documents import Block, Chapter, Loaded, Unit
from knowledge.loaders.outcome import Limits, Unreadable
from knowledge.positions import PAGE_BREAK
from knowledge.structure import arrange

_LOCKED = "The PDF has a password. Save a copy without one and add that."
_CORRUPT = "The PDF is damaged. Open it, print or export it to a new PDF and add that."
_SCANNED = (
    "The PDF is a scan: its pages are pictures without text. Run text recognition (OCR) on it and add the result."
)
_FEWEST_LETTERS = 25
_EDGE, _REPEATED = 2, 3
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d{2}")


def load(data: bytes, limits: Limits) -> Loaded:
    """Load a PDF. Positions are pages, counted from 1; `text` is the pages' text parted by form feeds."""
    if not data.lstrip()[:5].startswith(b"%PDF"):
        raise Unreadable(_CORRUPT)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(_LOCKED)
        pages = _pages(reader, limits)
        title, author, year = _metadata(reader)
    except (FileNotDecryptedError, DependencyError) as problem:
        raise Unreadable(_LOCKED) from problem
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise Unreadable(_CORRUPT) from problem
    return _loaded(pages, title, author, year)


def _pages(reader: PdfReader, limits: Limits) -> list[str]:
    pages: list[str] = []
    size = 0
    for page in reader.pages:
        words = page.extract_text().replace("\x00", "").replace(PAGE_BREAK, "\n").replace("\r", "\n")
        size += len(words)
        if size > limits.characters:
            raise Unreadable("The PDF holds more text than one document may. Split it and add the parts.")
        pages.append(words)
    letters = sum(len(re.findall(r"\w", page)) for page in pages)
    if letters < _FEWEST_LETTERS * max(1, len(pages) // 4):
        raise Unreadable(_SCANNED if pages else _CORRUPT)
    return pages


def _metadata(reader: PdfReader) -> tuple[str, str, int | None]:
    known = reader.metadata
    if known is None:
        return "", "", None
    year = _YEAR.search(str(known.get("/CreationDate", "")))
    title = str(known.title or "").strip()
    if title.lower().startswith(("untitled", "microsoft word")) or title.lower().endswith((".doc", ".docx", ".pdf")):
        title = ""
    author = str(known.author or "").strip()
    return (
        title,
        "" if author.lower() in {"anonymous", "unknown", "user", "author"} else author,
        int(year[0]) if year else None,
    )


def _loaded(pages: Sequence[str], title: str, author: str, year: int | None) -> Loaded:
    lines: list[str] = []
    places: list[int] = []
    for number, page in enumerate(_without_running_heads([page.split("\n") for page in pages]), start=1):
        shown = ["", *page]
        lines += shown
        places += [number] * len(shown)
    result = arrange(lines)
    if not result.blocks:
        raise Unreadable(_SCANNED)
    return Loaded(
        text=PAGE_BREAK.join(pages),
        unit=Unit.PAGE,
        blocks=tuple(_on_pages(block, places) for block in result.blocks),
        guessed_title=title or result.guess.title,
        guessed_author=author or result.guess.author,
        guessed_year=year or result.guess.year,
        chapters=tuple(_chapter_on_page(chapter, places) for chapter in result.guess.chapters),
    )


def _on_pages(block: Block, places: Sequence[int]) -> Block:
    return replace(block, start=places[block.start - 1], end=places[block.end - 1])


def _chapter_on_page(chapter: Chapter, places: Sequence[int]) -> Chapter:
    return replace(chapter, start=places[chapter.start - 1])


def _without_running_heads(pages: Sequence[list[str]]) -> list[list[str]]:
    """The pages without lines at their edges that most pages share, whatever number they carry."""
    counts = Counter(head for page in pages for head in {_head(line) for line in _edges(page)} if head)
    shared = {head for head, count in counts.items() if count >= max(_REPEATED, len(pages) // _REPEATED)}
    return [["" if line in _edges(page) and _head(line) in shared else line for line in page] for page in pages]


def _edges(page: Sequence[str]) -> list[str]:
    filled = [line for line in page if line.strip()]
    return [*filled[:_EDGE], *filled[-_EDGE:]]


def _head(line: str) -> str:
    return _DIGITS.sub("#", line.strip().lower())
