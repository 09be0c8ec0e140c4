"""Footnotes that stand in the flow of the text, at the foot of what was a page."""

import re
from collections.abc import Sequence

from knowledge.structure.headings import Style
from knowledge.structure.lines import Line

_CARET = re.compile(r"(?:\^\{\d{1,3}\.?\}|<sup>\d{1,3}\.?</sup>|\[\^\w+\]:|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}\s)\s*\S")
_BULLET_NUMBER = re.compile(r"[-*]\s+(\d{1,3})\.?\s+\S")
_BULLET_SUPERSCRIPT = re.compile(r"[-*]\s+[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}\s*\S")
_NUMBER = re.compile(r"(\d{1,3})\s+[A-Z“\"‘']")
_REACH = 80


def note_lines(lines: Sequence[Line], style: Style) -> set[int]:
    """The numbers of the lines on which a footnote begins."""
    begun: set[int] = set()
    previous = 0
    for index, line in enumerate(lines):
        if _CARET.match(line.text) or _BULLET_SUPERSCRIPT.match(line.text):
            begun.add(line.number)
        item = _BULLET_NUMBER.match(line.text)
        if item and _is_note_item(lines, index, int(item[1]), previous in begun):
            begun.add(line.number)
        plain = _NUMBER.match(line.text) if style.wrapped else None
        if plain and _is_marked(lines, index, int(plain[1])):
            begun.add(line.number)
        previous = line.number
    return begun


def _is_note_item(lines: Sequence[Line], index: int, number: int, after_note: bool) -> bool:  # noqa: FBT001
    """A numbered bullet that opens a list at a number above one, or goes on such a list: a page's notes."""
    if after_note and not lines[index].before:
        return True
    if number == 1:
        return False
    before = (_BULLET_NUMBER.match(line.text) for line in lines[max(0, index - 12) : index])
    return not any(item and int(item[1]) < number for item in before)


def _is_marked(lines: Sequence[Line], index: int, number: int) -> bool:
    marker = re.compile(rf"[A-Za-z)][.,;:”\"’')]*{number}(?!\d|\.\d|[A-Za-z])")
    return any(marker.search(line.text) for line in lines[max(0, index - _REACH) : index])
