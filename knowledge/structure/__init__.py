"""Structure: from the lines of a text to its headings, paragraphs and the part each of them plays."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.documents import Block
from knowledge.structure.contents import Contents
from knowledge.structure.joining import rejoin
from knowledge.structure.layout import gather, style_of
from knowledge.structure.lines import read_lines
from knowledge.structure.people import Guess, guess, mark_people
from knowledge.structure.pieces import Piece
from knowledge.structure.roles import assign_roles
from knowledge.structure.tables import readable_tables

__all__ = ["Arranged", "Guess", "arrange", "arrange_pieces"]


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """The blocks of a text in reading order, and what it says of its title and authors."""

    blocks: tuple[Block, ...]
    guess: Guess


def arrange(lines: Sequence[str]) -> Arranged:
    """Arrange the lines of a plain or Markdown text. Positions are 1-based line numbers."""
    read = read_lines(lines)
    style = style_of(read)
    pieces = assign_roles(gather(read, style), style.contents)
    pieces, chapters = mark_people(pieces)
    return _finished(rejoin(pieces, _words(lines)), Guess(chapters=chapters))


def arrange_pieces(pieces: Sequence[Piece]) -> Arranged:
    """Arrange pieces whose shape is known already, as HTML tells it."""
    marked, chapters = mark_people(assign_roles(pieces, Contents()))
    return _finished(marked, Guess(chapters=chapters))


def _finished(pieces: Sequence[Piece], guessed: Guess) -> Arranged:
    blocks = tuple(block for block in (piece.block() for piece in readable_tables(pieces)) if block.text)
    return Arranged(blocks=blocks, guess=guess(pieces, guessed.chapters))


def _words(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(word.lower() for line in lines for word in re.findall(r"[A-Za-z]{4,}", line))
