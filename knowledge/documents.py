"""The values of the library: what a file becomes on its way to being a citation.

A file is loaded into `Block`s, the blocks are cut into `Passage`s, and every quotation is later
looked up in the document's stored `text`. Positions are 1-based lines, or pages where the format
has pages and no lines (PDF).
"""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What `start` and `end` of a block or passage count."""

    LINE = "line"
    PAGE = "page"


class Kind(StrEnum):
    """The shape of a block."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    QUOTE = "quote"
    TABLE = "table"


class Role(StrEnum):
    """The part a block plays in its document. Only `BODY` is ranked and cited."""

    BODY = "body"
    FRONT = "front"
    CONTENTS = "contents"
    SUMMARY = "summary"
    BIBLIOGRAPHY = "bibliography"
    NOTES = "notes"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, kw_only=True)
class Block:
    """One heading, paragraph, list item, quotation or table of a document, in reading order.

    `text` is readable: white space folded, emphasis, escapes and note markers removed. A paragraph
    that an old page break cut in two is one block that spans both halves.
    """

    kind: Kind
    text: str
    start: int
    end: int
    level: int = 0
    role: Role = Role.BODY


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A part of a collection with its own author, by the position where it begins."""

    start: int
    title: str
    author: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """What the catalogue knows of a document: where it came from and who may see it.

    `audience` is `("public",)`, `("partnership",)` or the keys of the organisations that may see it.
    """

    file: str
    title: str
    author: str = ""
    publisher: str = ""
    year: int | None = None
    audience: tuple[str, ...] = ("partnership",)
    chapters: tuple[Chapter, ...] = ()

    def chapter_at(self, position: int) -> Chapter | None:
        """The chapter that holds this line or page, or None in a work of one author."""
        begun = [chapter for chapter in self.chapters if chapter.start <= position]
        return begun[-1] if begun else None

    def author_at(self, position: int) -> str:
        """Who to name for this line or page: the chapter's author, else the work's."""
        chapter = self.chapter_at(position)
        return chapter.author if chapter and chapter.author else self.author


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A file read in full: the text that quotations are checked against, and its blocks."""

    text: str
    unit: Unit
    blocks: tuple[Block, ...]
    guessed_title: str = ""
    guessed_author: str = ""
    guessed_year: int | None = None
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a passage says in everyday words, and questions that it answers: searched, never quoted, never shown."""

    gist: str
    questions: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The gist and then the questions, each searched by itself."""
        return (self.gist, *self.questions)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """At most 270 words of one section: the unit that is indexed, ranked and cited.

    `section` is the path of headings from the outermost in. `twin_of` is the ordinal of the passage that
    is ranked in its place because it holds the same words, earlier or later in the document (the body
    outranks its summary): a twin is kept for reading in context but never ranked.
    """

    file: str
    ordinal: int
    section: tuple[str, ...]
    text: str
    start: int
    end: int
    unit: Unit = Unit.LINE
    role: Role = Role.BODY
    twin_of: int | None = None
    notes: tuple[Note, ...] = ()

    @property
    def ranked(self) -> bool:
        """Whether the passage may be retrieved."""
        return self.role is Role.BODY and self.twin_of is None
