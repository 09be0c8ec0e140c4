"""Who wrote what: the work's title, author and year, and the authors of the chapters of a collection."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.documents import Chapter, Kind, Role
from knowledge.structure.contents import PARTS
from knowledge.structure.lines import key, unmarked
from knowledge.structure.pieces import Piece

_NAME = (
    r"(?:(?:Dr|Prof|Professor|Sir|Dame|Lord|Lady|Baroness)\.? )?(?!(?:The|A|An|Our|Why|How|What|About|For|In|On)\b)"
    r"[A-Z][\w’'-]+(?: (?:[A-Z]\.?|(?:de|van|von|der|la|bin|al)|[A-Z][\w’'-]+)){1,3}"
)
_NAMES = re.compile(rf"{_NAME}(?:(?:,? and |,? & | with |, ){_NAME})*$")
_BY = re.compile(r"(?:edited |written )?by:?\s+|(?:authors?|editors?):\s*", re.I)
_BIO = re.compile(rf"\*?((?:{_NAME})(?:(?: and |, |, and ){_NAME})*),? (?:is|are|was|works?|leads?)\b")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_PUBLISHED = re.compile(
    r"(?:published|©|copyright|\(c\)|january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.I,
)
_CITATION = re.compile(
    r"(?P<author>[A-Z][^()]{3,160}?)\s*\((?P<year>(?:19|20)\d{2})\)\.?\s+(?P<title>[^.?!]{5,160}\??[^.?!]*)[.?!]"
)
_CITE_AS = re.compile(r"(?:suggested citation|how to cite|cite as|please cite)")
_NUMBER = re.compile(r"^(?:chapter\s+)?\d{1,2}[.:]?\s+", re.I)
_NEAR, _FEW = 4, 2
_BYLINE = 120
_SUBTITLE_WORDS = 14
_FRONT_LINES = 40


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What the text itself says of who wrote it, as far as it does."""

    title: str = ""
    author: str = ""
    year: int | None = None
    chapters: tuple[Chapter, ...] = ()


def are_names(text: str) -> bool:
    """Whether the line is nothing but names of people."""
    plain = _BY.sub("", unmarked(text), count=1)
    return len(plain) < _BYLINE and bool(_NAMES.match(plain))


def mark_people(pieces: Sequence[Piece]) -> tuple[list[Piece], tuple[Chapter, ...]]:
    """The chapters that name their own authors, and the pieces with bylines and notes on authors out of the body."""
    known = {found[1] for found in (_BIO.match(piece.raw) for piece in pieces) if found and _is_bio(found.string)}
    marked = list(pieces)
    chapters: list[Chapter] = []
    for index, piece in enumerate(pieces):
        if piece.kind is Kind.HEADING and piece.level == 1 and piece.role is Role.BODY:
            chapter = _chapter(marked, index, known)
            if chapter:
                chapters.append(chapter)
    several = len({chapter.author for chapter in chapters}) >= _FEW
    if not several:
        return list(pieces), ()
    authors = " ".join(chapter.author for chapter in chapters)
    return [_without_bio(piece, authors) for piece in marked], tuple(chapters)


def _is_bio(raw: str) -> bool:
    return raw.startswith("*") and raw.rstrip().endswith(("*", "."))


def _without_bio(piece: Piece, authors: str) -> Piece:
    found = _BIO.match(piece.raw) if piece.flows else None
    if not found or not _is_bio(piece.raw):
        return piece
    return replace(piece, role=Role.FRONT) if re.split(r",| and ", found[1])[0] in authors else piece


def _chapter(pieces: list[Piece], index: int, known: set[str]) -> Chapter | None:
    """The chapter that opens here, if names stand under its heading; the lines above the text become its front."""
    title = _NUMBER.sub("", unmarked(pieces[index].raw))
    subtitle = ""
    for place in range(index + 1, min(index + 1 + _NEAR, len(pieces))):
        piece = pieces[place]
        plain = unmarked(piece.raw)
        merged = next((name for name in sorted(known, key=len, reverse=True) if plain.endswith(" " + name)), "")
        if piece.kind is Kind.HEADING and piece.level == 1:
            return None
        if piece.kind in {Kind.PARAGRAPH, Kind.QUOTE} and are_names(plain):
            _set_apart(pieces, index, place)
            return Chapter(
                start=pieces[index].start, title=_titled(title, subtitle), author=_BY.sub("", plain, count=1)
            )
        if merged and piece.kind is Kind.HEADING and len(plain.split()) <= _SUBTITLE_WORDS:
            pieces[place] = replace(piece, raw=plain.removesuffix(merged).strip())
            return Chapter(start=pieces[index].start, title=_titled(title, pieces[place].raw), author=merged)
        split = _subtitle_and_names(piece.raw)
        if split:
            _set_apart(pieces, index, place)
            return Chapter(start=pieces[index].start, title=_titled(title, split[0]), author=split[1])
        if subtitle or len(plain.split()) > _SUBTITLE_WORDS or piece.role is not Role.BODY:
            return None
        subtitle = plain
    return None


def _subtitle_and_names(raw: str) -> tuple[str, str] | None:
    """A subtitle and, on the next printed line, the names."""
    subtitle, _, names = raw.partition("\n")
    plain = unmarked(names)
    return (unmarked(subtitle), plain) if names and are_names(plain) else None


def _titled(title: str, subtitle: str) -> str:
    return f"{title}: {subtitle}" if subtitle else title


def _set_apart(pieces: list[Piece], index: int, place: int) -> None:
    for each in range(index + 1, place + 1):
        if pieces[each].role is Role.BODY:
            pieces[each] = replace(pieces[each], role=Role.FRONT, kind=Kind.PARAGRAPH)


def guess(pieces: Sequence[Piece], chapters: tuple[Chapter, ...]) -> Guess:
    """Title, author and year, from a suggested citation or from the first lines."""
    cited = _cited(pieces)
    front = [piece for piece in pieces[:_FRONT_LINES] if piece.role is Role.FRONT or piece.kind is Kind.HEADING]
    title, author = _title(pieces, front), next((_named(piece) for piece in front if _named(piece)), "")
    author = "" if chapters and author in {chapter.author for chapter in chapters} else author
    return Guess(
        title=cited.title or title, author=cited.author or author, year=cited.year or _year(front), chapters=chapters
    )


def _cited(pieces: Sequence[Piece]) -> Guess:
    for index, piece in enumerate(pieces[:-1]):
        if _CITE_AS.match(key(piece.raw)):
            found = _CITATION.match(unmarked(pieces[index + 1].raw))
            if found:
                title, *place = re.split(r", (?=[A-Z])", found["title"].strip())
                title = title if len(place) > 1 else found["title"].strip()
                return Guess(title=title, author=found["author"].strip(" ,"), year=int(found["year"]))
    return Guess()


def _title(pieces: Sequence[Piece], front: Sequence[Piece]) -> str:
    """The first heading of the front matter, else what the text opens with, if that stands above all that follows."""
    if not front or front[0].start > _FRONT_LINES:
        return ""
    first = next((piece for piece in front if piece.kind is Kind.HEADING and piece.role is Role.FRONT), front[0])
    same_depth = sum(piece.kind is Kind.HEADING and piece.level == first.level for piece in pieces)
    stands_alone = first is pieces[0] and (first.kind is not Kind.HEADING or same_depth == 1)
    if not stands_alone and first.role is not Role.FRONT:
        return ""
    plain = unmarked(first.raw)
    if re.match(r"\d", plain) or PARTS.match(key(plain)):
        return ""
    return plain.title() if plain.isupper() else plain


def _named(piece: Piece) -> str:
    """The names on a title page: after "by", or several of them; one name alone may be anything."""
    if piece.kind is Kind.HEADING or piece.role is not Role.FRONT:
        return ""
    plain = ", ".join(filter(None, (unmarked(line) for line in _BY.sub("", piece.raw, count=1).split("\n"))))
    by = _BY.match(unmarked(piece.raw))
    return plain if are_names(plain) and (by or " with " in plain or " and " in plain) else ""


def _year(front: Sequence[Piece]) -> int | None:
    for piece in front:
        found = _YEAR.search(piece.raw)
        if found and _PUBLISHED.search(piece.raw):
            return int(found[0])
    return None
