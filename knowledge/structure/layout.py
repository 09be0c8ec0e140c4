"""From lines to pieces: what belongs together, what is a list, a table, a note, or page furniture."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.documents import Kind, Role
from knowledge.structure.contents import find_contents
from knowledge.structure.headings import Style, heading_level
from knowledge.structure.lines import (
    BULLET,
    HEADING_MARK,
    LIST_MARK,
    Line,
    is_closed,
    is_quotation,
    is_table,
    is_wrapped,
    key,
    starts_low,
)
from knowledge.structure.notes import note_lines
from knowledge.structure.pieces import Piece

_FURNITURE = re.compile(
    r"\W*(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*$|"
    r"(?:click here to |please )?(?:log ?in|sign in|register)\b[^.]{0,40}$|"
    r"(?:share|print|tweet|e-?mail) this\b|back to top|skip to|(?:CC )?BY(?:-NC)?(?:-ND|-SA)\b|all rights reserved|©|"
    r"ISBN\b|(?:tel|telephone|email|e-mail|web|fax):|\W*(?:https?://|www\.)\S+\W*$|\S+@\S+\.\w+$|<!--.*-->$",
    re.I,
)
_DATE = re.compile(
    r"(?:\d{1,2}[:.]\d{2}\s*(?:am|pm)?,?\s*)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december)"
    r"\s+(?:\d{1,2},?\s+)?(?:19|20)\d{2}$",
    re.I,
)
_RUN_IN = re.compile(r"[A-Z][^.!?;“”\"]{8,110}\??:(?: ?[-–] |$)|[A-Z][^.!?:;,“”\"]{15,70}: (?:[A-Z]|$)")
_CITED = re.compile(r"\d{4}[a-z]?[).]+$|[\"”]\.?\s*\([^()]*(?:\)\.?|\d{4})$")
_PULL, _PULL_MOST, _PULL_WIDTH, _NARROW = 3, 12, 0.42, 30
#: A piece is closed after so many lines, whatever follows: no paragraph is as long.
_MOST_LINES = 300
_ROOM = 0.93
_FEW_MARKS = 3


def style_of(lines: Sequence[Line]) -> Style:
    """How this document marks its headings and sets its lines."""
    marks = [mark for mark in (HEADING_MARK.match(line.text) for line in lines) if mark]
    depths: dict[str, set[int]] = {}
    for mark in marks:
        depths.setdefault(key(mark[2]), set()).add(len(mark[1]))
    lengths = sorted(len(line.text) for line in lines) or [0]
    return Style(
        marked=len(marks) >= _FEW_MARKS,
        wrapped=is_wrapped(lines),
        width=lengths[len(lengths) * 9 // 10],
        flat=any(len(found - {1}) > 1 for found in depths.values()),
        contents=find_contents(lines),
    )


def gather(lines: Sequence[Line], style: Style) -> list[Piece]:
    """Every line in exactly one piece, in reading order."""
    notes = note_lines(lines, style)
    pulled = _pull_quotes(lines, style)
    pieces: list[Piece] = []
    for index, line in enumerate(lines):
        fresh = _piece(lines, index, style, notes, pulled)
        last = pieces[-1] if pieces else None
        short = last and line.number - last.start <= _MOST_LINES
        if last and short and _continues(last, fresh, lines, index, style):
            glue = "\n" if fresh.kind is Kind.TABLE or lines[index - 1].soft_break else " "
            pieces[-1] = replace(last, raw=f"{last.raw}{glue}{fresh.raw}", end=line.number)
        else:
            pieces.append(fresh)
    return pieces


def _piece(lines: Sequence[Line], index: int, style: Style, notes: set[int], pulled: set[int]) -> Piece:
    line = lines[index]
    bare = Piece(kind=Kind.PARAGRAPH, raw=line.text, start=line.number, end=line.number, gap=line.before > 0)
    role = _role(lines, index, style, notes, pulled)
    if role is not Role.BODY:
        return replace(bare, role=role, raw=BULLET.sub("", line.text, count=1))
    level = heading_level(lines, index, style)
    mark = HEADING_MARK.match(line.text)
    if level:
        return replace(bare, kind=Kind.HEADING, level=level, raw=mark[2] if mark else line.text)
    if is_table(line.text):
        return replace(bare, kind=Kind.TABLE)
    if LIST_MARK.match(line.text) or mark:
        return replace(bare, kind=Kind.LIST_ITEM, raw=BULLET.sub("", line.text, count=1).lstrip("# "))
    return replace(bare, kind=Kind.QUOTE if is_quotation(line.text) else Kind.PARAGRAPH)


def _role(lines: Sequence[Line], index: int, style: Style, notes: set[int], pulled: set[int]) -> Role:
    line = lines[index]
    if style.contents.holds(line.number):
        return Role.CONTENTS
    if line.number in notes:
        return Role.NOTES
    if line.number in pulled or _is_furniture(lines, index):
        return Role.BOILERPLATE
    return Role.FRONT if _DATE.match(line.plain) else Role.BODY


def _is_furniture(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    if _FURNITURE.match(line.plain):
        return True
    if not line.isolated or line.words > _FEW_MARKS or is_closed(line.text):
        return False
    beside = (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2])
    return any(re.match(r"page\s+\d+$", other.text, re.I) for other in beside)


def _pull_quotes(lines: Sequence[Line], style: Style) -> set[int]:
    """A sentence set again in a narrow column of its own, which repeats the text around it."""
    if not style.wrapped:
        return set()
    pulled: set[int] = set()
    run: list[Line] = []
    most = min(_NARROW, style.width * _PULL_WIDTH)
    for line in lines:
        run = [] if line.before else run
        run.append(line)
        if not line.after or not _PULL <= len(run) <= _PULL_MOST or LIST_MARK.match(run[0].text):
            continue
        if all(len(each.text) <= most for each in run):
            pulled.update(each.number for each in run)
    return pulled


_APART = frozenset({Role.BOILERPLATE, Role.CONTENTS, Role.FRONT})


def _continues(last: Piece, fresh: Piece, lines: Sequence[Line], index: int, style: Style) -> bool:
    """Whether a line belongs to the piece before it."""
    line = lines[index]
    if Kind.TABLE in {fresh.kind, last.kind}:
        return fresh.kind is last.kind and line.before <= 1
    if fresh.role in _APART or last.role in _APART:
        return _same_furniture(last, fresh, line, style)
    if Kind.HEADING in {fresh.kind, last.kind}:
        return fresh.kind is not Kind.LIST_ITEM and _second_line(last, fresh, lines, index, style)
    if line.before or fresh.role is Role.NOTES or (fresh.kind is Kind.LIST_ITEM and _is_new_item(last)):
        return False
    if style.wrapped:
        return not _new_paragraph(last, lines, index)
    return lines[index - 1].soft_break or (line.indent > 0 and last.kind is Kind.LIST_ITEM)


def _same_furniture(last: Piece, fresh: Piece, line: Line, style: Style) -> bool:
    """A caption or an address that runs over to the next line."""
    if last.role is not Role.BOILERPLATE or line.before:
        return False
    runs_over = style.wrapped and line.after > 0 and starts_low(line.text) and fresh.kind is Kind.PARAGRAPH
    return fresh.role is Role.BOILERPLATE or runs_over


def _second_line(last: Piece, fresh: Piece, lines: Sequence[Line], index: int, style: Style) -> bool:
    """A heading that runs over to a second, short line."""
    line = lines[index]
    if not style.wrapped or line.before or last.kind is not Kind.HEADING or last.end != last.start:
        return False
    if HEADING_MARK.match(lines[index - 1].text):
        return False
    return fresh.kind is Kind.PARAGRAPH and starts_low(line.text) and len(line.text) < style.width * _ROOM * 0.7


def _is_new_item(last: Piece) -> bool:
    if last.role is Role.NOTES:
        return False
    return last.kind is Kind.LIST_ITEM or is_closed(last.raw) or last.raw.endswith(":")


def _new_paragraph(last: Piece, lines: Sequence[Line], index: int) -> bool:
    """Whether a line opens a paragraph although no blank line stands before it."""
    line, before = lines[index], lines[index - 1]
    if last.raw[:1] in '“"' and _CITED.search(last.raw):
        return True
    if not is_closed(before.text) and not re.search(r"[a-z][.!?]\d{1,2}$", before.text):
        return False
    if line.text[:1] in '“"' or _RUN_IN.match(" ".join(each.text for each in lines[index : index + 2] if each)):
        return True
    near = [len(each.text) for each in lines[max(0, index - 4) : index + 4]]
    room = len(before.text) + 1 + len(line.text.split()[0]) <= max(near) * _ROOM
    return room and (last.role is Role.NOTES or not line.text[:1].islower())
