"""Web pages and Word documents (by way of HTML): what a reader sees, in reading order."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from knowledge.documents import Kind, Loaded, Unit
from knowledge.loaders.outcome import Unreadable
from knowledge.loaders.text import decoded
from knowledge.structure import arrange_pieces
from knowledge.structure.pieces import Piece

_UNSEEN = (
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "embed", "canvas", "audio",
    "video", "button", "input", "select", "textarea", "form", "dialog", "nav", "footer",
)  # fmt: skip
_BLOCKS = frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "li",
        "blockquote",
        "table",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "div",
        "section",
        "article",
        "main",
        "header",
        "aside",
        "figure",
        "figcaption",
        "pre",
        "address",
        "hr",
        "body",
        "html",
        "details",
        "summary",
        "fieldset",
        "caption",
        "center",
    ]
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:\D|$)|opacity\s*:\s*0(?:\.0+)?(?:;|\s|$)"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.I,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_HEADING = re.compile(r"h([1-6])$")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_HEAD_BYTES = 2048


def load(data: bytes) -> Loaded:
    """Load a web page. Lines are lines of the extracted text, one for each block a reader sees."""
    return load_markup(_decoded(data))


def _decoded(data: bytes) -> str:
    named = _CHARSET.search(data[:_HEAD_BYTES])
    if named and named[1].lower() not in (b"utf-8", b"utf8"):
        try:
            return data.decode(named[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            return decoded(data)
    return decoded(data)


def load_markup(markup: str) -> Loaded:
    """Load HTML that is text already. Raises `Unreadable` when nothing is left to read."""
    soup = BeautifulSoup(markup, "lxml")
    title, author, year = _title(soup), _meta(soup, "author", "article:author", "dc.creator"), _year(soup)
    _strip_unseen(soup)
    pieces: list[Piece] = []
    lines: list[str] = []
    for kind, level, words in _blocks(soup.body or soup):
        start = len(lines) + 1
        lines += words.split("\n")
        pieces.append(Piece(kind=kind, raw=words, start=start, end=len(lines), level=level))
        lines.append("")
    if not pieces:
        raise Unreadable("The page has no text that a reader would see. Save the article itself and add it again.")
    result = arrange_pieces(pieces)
    return Loaded(
        text="\n".join(lines),
        unit=Unit.LINE,
        blocks=result.blocks,
        guessed_title=title or result.guess.title,
        guessed_author=author or result.guess.author,
        guessed_year=year or result.guess.year,
        chapters=result.guess.chapters,
    )


def _title(soup: BeautifulSoup) -> str:
    first = soup.find("h1")
    heading = _words(first) if isinstance(first, Tag) else ""
    return heading or _meta(soup, "og:title") or (_words(soup.title) if soup.title else "")


def _meta(soup: BeautifulSoup, *names: str) -> str:
    for name in names:
        for attribute in ("name", "property"):
            found = soup.find("meta", attrs={attribute: re.compile(re.escape(name) + "$", re.I)})
            if isinstance(found, Tag) and found.get("content"):
                return str(found["content"]).strip()
    return ""


def _year(soup: BeautifulSoup) -> int | None:
    date = _meta(soup, "article:published_time", "date", "dc.date", "citation_publication_date")
    found = _YEAR.search(date)
    return int(found[0]) if found else None


def _strip_unseen(soup: BeautifulSoup) -> None:
    """Take out what no reader sees: code, comments, navigation, and elements that are hidden."""
    for text in soup.find_all(string=lambda string: isinstance(string, PreformattedString)):
        text.extract()
    for element in soup.find_all(_UNSEEN):
        element.decompose()
    for element in soup.find_all(_is_hidden):
        if not element.decomposed:
            element.decompose()


def _is_hidden(element: Tag) -> bool:
    if element.has_attr("hidden") or str(element.get("aria-hidden", "")).lower() == "true":
        return True
    return bool(_HIDDEN_STYLE.search(str(element.get("style", ""))))


def _blocks(root: Tag) -> Iterator[tuple[Kind, int, str]]:
    """The blocks under an element: kind, heading level and words. Loose text between blocks is a paragraph."""
    loose: list[str] = []
    for child in root.children:
        if isinstance(child, Tag) and _is_block(child):
            yield from _paragraph(loose)
            loose = []
            yield from _block(child)
        elif isinstance(child, Tag):
            loose.append("\n" if child.name == "br" else _words(child))
        elif isinstance(child, NavigableString):
            loose.append(str(child))
    yield from _paragraph(loose)


def _is_block(element: Tag) -> bool:
    return element.name in _BLOCKS or element.find(list(_BLOCKS)) is not None


def _paragraph(loose: list[str]) -> Iterator[tuple[Kind, int, str]]:
    words = _spaced("".join(loose))
    if words:
        yield Kind.PARAGRAPH, 0, words


def _block(element: Tag) -> Iterator[tuple[Kind, int, str]]:
    heading = _HEADING.match(element.name)
    if heading:
        words = _words(element)
        if words:
            yield Kind.HEADING, int(heading[1]), words
    elif element.name == "table":
        rows = [" | ".join(filter(None, map(_words, row.find_all(["th", "td"])))) for row in element.find_all("tr")]
        if any(rows):
            yield Kind.TABLE, 0, "\n".join(filter(None, rows))
    elif element.name in {"li", "dd", "blockquote"}:
        kind = Kind.QUOTE if element.name == "blockquote" else Kind.LIST_ITEM
        for inner, level, words in _blocks(element):
            yield (kind if inner is Kind.PARAGRAPH else inner), level, words
    else:
        yield from _blocks(element)


def _words(element: Tag) -> str:
    return _spaced("".join("\n" if part == "\n" else str(part) for part in _strings(element)))


def _strings(element: Tag) -> Iterator[str]:
    for part in element.descendants:
        if isinstance(part, Tag):
            yield " " if part.name == "br" else ""
        elif isinstance(part, NavigableString) and not isinstance(part, PreformattedString):
            yield str(part)


def _spaced(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()
