"""Which lines are headings, and how deep they stand.

A heading is marked (`#`, bold alone on a line), numbered, labelled ("Box 2: ..."), listed in the contents, or a bare
short line that blank lines or finished paragraphs set apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.structure.contents import PARTS, Contents
from knowledge.structure.lines import HEADING_MARK, LIST_MARK, Line, is_caption, is_closed, is_table, key, starts_low

_DOTTED = re.compile(r"(\d{1,2}(?:\.\d{1,2})+)\.?\s+\S")
_NUMBERED = re.compile(r"(?:chapter\s+)?\d{1,2}[.:]?\s+\W?[A-Z]", re.I)
_LABEL = re.compile(
    r"(?:box|lesson|principle|step|stage|theme|strand|part|chapter|section|case study|example|annex|appendix|exhibit)"
    r"\s+(?:\d{1,2}|[A-Z])\s*[:.–-]\s*\S",
    re.I,
)
_TOP_LABEL = re.compile(r"(?:part|chapter|annex|appendix)\b", re.I)
_BOLD = re.compile(r"(?:\*\*|__)(?!\s)([^*_]+)(?:\*\*|__):?$")
_SIGNED = re.compile(r"(?:rt\.? hon|professor|prof\.|dr\.?|sir|dame|lord|lady|mr|mrs|ms|baroness)\b", re.I)
_NOT_HEADING = re.compile(
    r"[.,;:!…]\d{0,2}$|^\(|\d{4}[a-z]?\)|@|www\.|https?:|^\W*\d*\W*$|[.!?]['\"’”]?\s+\S|©|\bISBN\b"
)
_MOST_WORDS, _MOST_CHARACTERS = 14, 100
_LONG_LABEL, _LONG_QUESTION, _LONG_NUMBERED = 110, 200, 130
_LONG_WRAPPED = 48
_PROSE = 120
_COMMAS, _FEW = 2, 3
_LOST_FIGURE = 3
BARE, BESIDE = 3, 4
_CHAPTER_DEPTH = 2


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a document sets its text: `marked` by `#` headings, `wrapped` over short lines of about `width`."""

    marked: bool
    wrapped: bool
    width: int
    flat: bool
    contents: Contents


def heading_level(lines: Sequence[Line], index: int, style: Style) -> int:
    """The depth of the heading that this line is, from 1; 0 where it is none."""
    line = lines[index]
    mark = HEADING_MARK.match(line.text)
    if mark:
        return 0 if _is_item(lines, index, mark[2]) else _marked_level(mark, style)
    if style.marked or is_table(line.text) or not _stands_apart(lines, index, style):
        return 0
    if is_caption(line.text):
        return 0
    return _listed(line, style) or _numbered(lines, index, style) or _labelled(line) or _bare(lines, index, style)


def _marked_level(mark: re.Match[str], style: Style) -> int:
    depth = len(mark[1])
    if style.flat:
        if depth <= _CHAPTER_DEPTH and re.match(r"\d{1,2}\.\s", mark[2]):
            return 1
        return depth if depth == 1 else max(2, depth - 1)
    return depth


def _is_item(lines: Sequence[Line], index: int, title: str) -> bool:
    """A list item that a conversion took for a heading: `### 3 ...` after the items 1 and 2."""
    number = re.match(r"(\d{1,2})\s+\S", title)
    if not number:
        return False
    wanted = re.compile(rf"[-*]\s+{int(number[1]) - 1}\.?\s")
    return any(wanted.match(line.text) for line in lines[max(0, index - 4) : index])


def _stands_apart(lines: Sequence[Line], index: int, style: Style) -> bool:
    line = lines[index]
    if not style.wrapped:
        return line.isolated or (line.before > 0 and bool(PARTS.match(key(line.text))))
    before = lines[index - 1] if index else None
    after = lines[index + 1] if index + 1 < len(lines) else None
    if before and not line.before and not is_closed(before.text) and len(before.text) > _LONG_WRAPPED:
        return False
    return not (after and not line.after and starts_low(after.text) and not _NUMBERED.match(line.text))


def _listed(line: Line, style: Style) -> int:
    if style.contents.holds(line.number):
        return 0
    return style.contents.levels.get(key(line.text), 0)


def _numbered(lines: Sequence[Line], index: int, style: Style) -> int:
    line = lines[index]
    dotted = _DOTTED.match(line.plain)
    if dotted and len(line.text) <= _LONG_NUMBERED:
        return 1 + dotted[1].count(".")
    if not _NUMBERED.match(line.plain) or len(line.text) > _LONG_NUMBERED or _NOT_HEADING.search(_after_number(line)):
        return 0
    around = (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2])
    if any(LIST_MARK.match(other.text) and other.text[0].isdigit() for other in around if not _gap(line, other)):
        return 0
    return BARE if style.contents.levels else 1


def _gap(line: Line, other: Line) -> bool:
    return bool(line.before if other.number < line.number else line.after)


def _after_number(line: Line) -> str:
    return re.sub(r"^(?:chapter\s+)?\d+[.:]?\s+", "", line.plain, flags=re.I)


def _labelled(line: Line) -> int:
    if not _LABEL.match(line.plain) or len(line.text) > _LONG_LABEL:
        return 0
    return 1 if _TOP_LABEL.match(line.plain) else BESIDE


def _bare(lines: Sequence[Line], index: int, style: Style) -> int:
    line = lines[index]
    words = key(line.text)
    if PARTS.match(words) and line.words <= _MOST_WORDS and not line.plain.endswith("."):
        return 1 if not style.contents.levels or words in style.contents.levels or not _mid_part(words) else BARE
    if _BOLD.match(line.text) and line.words <= _MOST_WORDS:
        return BARE
    if not _looks_bare(line, style) or _signs_off(lines, index) or _floats(line):
        return 0
    return BARE if not style.wrapped else 2


def _mid_part(words: str) -> bool:
    return words.startswith(("conclusion", "summary", "notes", "recommendations", "key findings"))


def _looks_bare(line: Line, style: Style) -> bool:
    plain = line.plain.rstrip("'\"’”")
    question = plain.endswith("?") and not style.wrapped and len(plain) <= _LONG_QUESTION
    if not question and (
        line.words > _MOST_WORDS or len(plain) > (_LONG_WRAPPED if style.wrapped else _MOST_CHARACTERS)
    ):
        return False
    if _NOT_HEADING.search(plain) or LIST_MARK.match(line.text) or line.text.startswith(("*", "_", "^", '"', "“", "[")):
        return False
    first = plain.lstrip("'‘\"“(")[:1]
    return first.isupper() and not _SIGNED.match(plain) and not _ends_open(plain)


def _ends_open(plain: str) -> bool:
    return plain.rsplit(maxsplit=1)[-1].lower() in OPEN_WORDS


def _floats(line: Line) -> bool:
    """The caption of a figure that was lost: a hole of blank lines follows it."""
    return line.after >= _LOST_FIGURE


def _signs_off(lines: Sequence[Line], index: int) -> bool:
    """A signature or the speaker of the quotation before: names parted by commas, or followed by their own titles."""
    line = lines[index]
    following = lines[index + 1].plain if index + 1 < len(lines) else ""
    parts = line.plain.split(",")
    names = all(part.strip()[:1].isupper() or part.strip()[:1].isdigit() for part in parts)
    if len(parts) > _COMMAS and names:
        return True
    spoken = index > 0 and lines[index - 1].text.startswith(('"', "“", "*"))
    if len(parts) == _COMMAS and names and spoken:
        return True
    last = line.plain.split()[-1]
    return line.words <= _FEW and len(following) < _PROSE and last in following.split() + following.split(",")


#: A line that ends in one of these goes on.
OPEN_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "for",
        "from",
        "has",
        "have",
        "if",
        "in",
        "into",
        "is",
        "its",
        "many",
        "may",
        "more",
        "my",
        "nor",
        "not",
        "of",
        "often",
        "on",
        "or",
        "our",
        "over",
        "should",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "under",
        "until",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "who",
        "will",
        "with",
        "within",
        "without",
        "would",
        "your",
    ]
)
