"""Paragraphs that a page break cut in two are made whole again.

The halves may be next to each other, or parted by footnotes, a caption, a pull-quote or a whole box that the page
layout set between them. The joined piece stands where its first half stood and spans both.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.documents import Kind, Role
from knowledge.structure.headings import OPEN_WORDS
from knowledge.structure.lines import is_caption, is_closed, starts_low, unmarked
from knowledge.structure.people import are_names
from knowledge.structure.pieces import Piece

_REACH = 60
_SHORTEST = 45
_LONG_LEAD = 100
_HYPHEN = re.compile(r"([A-Za-z]+)-$")
_FIRST_WORD = re.compile(r"[*_]*([a-z]+)")
_LINKING = OPEN_WORDS | frozenset(["based", "according", "including", "rather"])


def rejoin(pieces: Sequence[Piece], vocabulary: frozenset[str]) -> list[Piece]:
    """The pieces with cut paragraphs whole. `vocabulary` holds the document's words, to undo hyphenation."""
    joined: list[Piece | None] = []
    for index, piece in enumerate(pieces):
        half = _first_half(joined, piece, pieces, index) if piece.flows else None
        if half is None:
            joined.append(piece)
            continue
        first = joined[half]
        assert first is not None  # `_first_half` returns places that hold a piece
        joined[half] = replace(first, raw=_glued(first.raw, piece.raw, vocabulary), end=max(first.end, piece.end))
    return [piece for piece in joined if piece]


def _first_half(joined: Sequence[Piece | None], piece: Piece, pieces: Sequence[Piece], index: int) -> int | None:
    """Where the beginning of this piece stands, if it is the second half of something."""
    adjacent = _previous(joined, piece)
    if adjacent is not None and _fits(joined[adjacent], piece, pieces, index):
        return adjacent
    orphan = starts_low(piece.raw) and len(piece.raw) >= _SHORTEST and piece.kind is not Kind.LIST_ITEM
    after_notes = index > 0 and pieces[index - 1].role is Role.NOTES and piece.kind is Kind.PARAGRAPH
    if not orphan and not after_notes:
        return None
    for place, earlier in _backwards(joined, piece):
        if earlier.kind is Kind.PARAGRAPH and _is_open(earlier) and (orphan or _dangles(earlier)):
            return place
    return None


def _previous(joined: Sequence[Piece | None], piece: Piece) -> int | None:
    """The running text just before, over notes, captions and furniture but not over a heading or a table."""
    for place in range(len(joined) - 1, -1, -1):
        earlier = joined[place]
        if earlier is None:
            continue
        if piece.start - earlier.end > _REACH:
            return None
        if earlier.role is Role.BODY and not is_caption(earlier.raw):
            return place if earlier.flows else None
    return None


def _backwards(joined: Sequence[Piece | None], piece: Piece) -> Iterator[tuple[int, Piece]]:
    for place in range(len(joined) - 1, -1, -1):
        earlier = joined[place]
        if earlier is None:
            continue
        if piece.start - earlier.end > _REACH:
            return
        if earlier.flows:
            yield place, earlier


def _fits(earlier: Piece | None, piece: Piece, pieces: Sequence[Piece], index: int) -> bool:
    if earlier is None or not piece.gap or not _is_open(earlier):
        return False
    if piece.kind is Kind.LIST_ITEM:
        return _goes_on_item(earlier, piece, pieces, index)
    if starts_low(piece.raw):
        return True
    return (_dangles(earlier) or _cuts_name(earlier, piece)) and not is_caption(piece.raw)


def _is_open(piece: Piece) -> bool:
    return not is_closed(piece.raw) and (len(piece.raw) >= _SHORTEST or piece.kind is Kind.LIST_ITEM)


def _dangles(piece: Piece) -> bool:
    """Whether the words stop where no sentence can: after a preposition, an article, a comma."""
    plain = unmarked(piece.raw)
    return bool(plain) and (plain.endswith(",") or plain.split()[-1].lower() in OPEN_WORDS)


def _cuts_name(earlier: Piece, piece: Piece) -> bool:
    """Whether the cut goes through a name, or stands before the brackets that belong to it."""
    before, after = unmarked(earlier.raw), unmarked(piece.raw)
    spoken = are_names(before.split(",", maxsplit=1)[0])
    if earlier.kind is not Kind.PARAGRAPH or spoken or is_caption(before):
        return False
    return after.startswith("(") or (before.split()[-1][:1].isupper() and after[:1].isupper())


def _goes_on_item(earlier: Piece, piece: Piece, pieces: Sequence[Piece], index: int) -> bool:
    """Whether a bullet is no item of its own but the rest of what stands before it."""
    first = _FIRST_WORD.match(unmarked(piece.raw))
    if not first:
        return False
    siblings = [each for each in pieces[max(0, index - 5) : index + 6] if each.kind is Kind.LIST_ITEM and each != piece]
    alone = bool(siblings) and sum(starts_low(each.raw) for each in siblings) * 2 <= len(siblings)
    if earlier.kind is Kind.LIST_ITEM:
        likewise = any(unmarked(each.raw).startswith(first[1]) for each in siblings)
        return not likewise and (first[1] in _LINKING or alone)
    return alone and len(earlier.raw) >= _LONG_LEAD


def _glued(first: str, second: str, vocabulary: frozenset[str]) -> str:
    hyphen = _HYPHEN.search(first)
    rest = _FIRST_WORD.match(second)
    if not hyphen or not rest:
        return f"{first} {second}"
    whole = (hyphen[1] + rest[1]).lower()
    return first[:-1] + second if whole in vocabulary else first + second
