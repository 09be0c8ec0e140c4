"""Lines of a document and what their shape tells.

Nothing here knows a document: each rule reads a line, its neighbours and the blank lines around it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.folding import readable

HEADING_MARK = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
LIST_MARK = re.compile(r"(?:[-*+•‣▪●◦–]|\(?\d{1,2}[.)]|\([a-z]\))\s+(?=\S)")
BULLET = re.compile(r"[-*+•‣▪●◦–]\s+")
RULE = re.compile(r"(?:-{3,}|_{3,}|\*{3,}|={3,})$")
_CAPTION = re.compile(r"\W*(?:figure|fig\.|table|chart|photo|image|exhibit)\s+\d{1,2}[a-z]?\b(\W|$)", re.I)
_SOURCE = re.compile(r"\W*source:\s", re.I)
_CAPTION_WORDS, _SOURCE_WORDS = 20, 60
_SPEAKER = r"(?<=['\"’”])\s+[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+(?:, [^.!?]{2,50})?"
#: A complete sentence: terminal punctuation, then nothing but quotes, brackets, emphasis, a citation or a speaker.
CLOSED = re.compile(rf"""[.!?:;…]['"’”)\]*_]*(?:\s*\([^()]*(?:\)|\d{{4}})\.?|{_SPEAKER})?$""")
_TRAILING_ATTRIBUTION = re.compile(r"""['"’”]\.?\s*\([^()]*(?:\)|\d{4})\.?$""")
_QUOTE_MARKS = '"“'
#: All white space but the tab, which ends a table row whose last cell is empty.
_TRAILING = " \r\n\f\v\u00a0\x00\ufeff"
_WIDE, _TALL = 100, 0.4
_MIN_WRAPPED = 8


@lru_cache(maxsize=8192)
def unmarked(text: str) -> str:
    """`readable`, remembered: every rule asks for the same lines."""
    return readable(text)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line that is not blank: `before` and `after` count the blank lines around it."""

    number: int
    text: str
    indent: int = 0
    before: int = 0
    after: int = 0
    soft_break: bool = False

    @property
    def words(self) -> int:
        """How many words the line has."""
        return len(self.text.split())

    @property
    def plain(self) -> str:
        """The line as a person reads it, without heading mark or emphasis."""
        return unmarked(self.text)

    @property
    def isolated(self) -> bool:
        """Whether blank lines (or the ends of the document) stand on both sides."""
        return self.before > 0 and self.after > 0


def read_lines(text: Sequence[str]) -> list[Line]:
    """The lines that are not blank, numbered from 1; horizontal rules count as blank."""
    lines: list[Line] = []
    blanks = 1
    for number, raw in enumerate(text, start=1):
        stripped = raw.lstrip().rstrip(_TRAILING)
        if not stripped.strip() or RULE.match(stripped):
            blanks += 1
            continue
        if lines:
            lines[-1] = replace(lines[-1], after=blanks)
        indent = len(raw) - len(raw.lstrip())
        lines.append(Line(number=number, text=stripped, indent=indent, before=blanks, soft_break=raw.endswith("  ")))
        blanks = 0
    if lines:
        lines[-1] = replace(lines[-1], after=max(blanks, 1))
    return lines


def is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether paragraphs run over several short lines, as in text taken from a printed page."""
    if len(lines) < _MIN_WRAPPED:
        return False
    lengths = sorted(len(line.text) for line in lines)
    if lengths[len(lengths) * 9 // 10] > _WIDE:
        return False
    running = sum(
        1 for line in lines if line.before == 0 and not LIST_MARK.match(line.text) and not is_table(line.text)
    )
    return running >= _TALL * len(lines)


def is_table(text: str) -> bool:
    """Whether the line is a table row: cells parted by tabs or bars."""
    if text.startswith("|") or text.startswith("- |"):
        return True
    return "\t" in text.strip() or (text.endswith("\t") and len(text) < _WIDE) or text.count(" | ") > 1


def is_closed(text: str) -> bool:
    """Whether the words end where a sentence ends."""
    plain = unmarked(text)
    return bool(CLOSED.search(plain) or _TRAILING_ATTRIBUTION.search(plain))


def is_caption(text: str) -> bool:
    """Whether the words name a figure or table, or its source, rather than speak of it in a sentence."""
    plain = unmarked(text)
    count = len(plain.split())
    if _SOURCE.match(plain):
        return count <= _SOURCE_WORDS
    caption = _CAPTION.match(plain)
    if not caption or count > _CAPTION_WORDS:
        return False
    return caption[1] in {":", "."} or not plain.endswith(".")


def starts_low(text: str) -> bool:
    """Whether the words begin in lower case, as the second half of a cut paragraph does."""
    plain = BULLET.sub("", unmarked(text), count=1).lstrip("\"'“‘([")
    return plain[:1].islower() and not plain.startswith(("e.g.", "i.e."))


def is_quotation(text: str) -> bool:
    """Whether a paragraph is marked as somebody's words: quotation marks, or all of it in italics."""
    if text[:1] in _QUOTE_MARKS:
        return True
    return bool(re.fullmatch(r"\*(?!\*)[^*].*\*(?:<sup>\d+</sup>|\W)*", text))


def key(text: str) -> str:
    """A heading's words alone, to compare it with a line of the contents."""
    return re.sub(r"[\W_]+", " ", unmarked(re.sub(r"</?\w+>", "", text)).lower()).strip()
