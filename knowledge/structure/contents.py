"""The table of contents: where it stands, and what it says of the headings that follow."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.structure.lines import HEADING_MARK, Line, key

_TITLE = {"contents", "table of contents", "list of contents", "in this report", "inside"}
_ENTRY = re.compile(r"(?:\t|\.{3,}|…|\s{2,}|\|\s*|\s)\W*\d{1,3}\W*(?:</b>\W*)?$|\t|^-?\s*\||^<b>|\s\.{3,}")
_PAGE = re.compile(r"[\s.…|]*\d{0,3}[\s|]*$")
_NUMBERED = re.compile(r"(?:chapter\s+)?\d{1,2}\b(?!\.\d)", re.I)
_DOTTED = re.compile(r"\d{1,2}((?:\.\d{1,2})+)")
_BARE_ENTRY = 90
#: Headings that open a part of their own, whatever else a document numbers.
PARTS = re.compile(
    r"(?:foreword|preface|introduction|executive summary|acknowledge?ments?|bibliography|references|endnotes|glossary|"
    r"abbreviations|abstract|conclusions?|contents|appendix\b.*|appendices|annex\b.*|about (?:the|this|our|us)\b.*|"
    r"list of .*|further reading|(?:\d+ )?comments|afterword|notes|summary|key findings|recommendations)$"
)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The lines from `first` to `last`, and the level of each heading listed, by its `key`."""

    first: int = 0
    last: int = -1
    levels: Mapping[str, int] = field(default_factory=dict)

    def holds(self, number: int) -> bool:
        """Whether the line belongs to the table itself."""
        return self.first <= number <= self.last


def find_contents(lines: Sequence[Line]) -> Contents:
    """The first table of contents, or an empty one."""
    for index, line in enumerate(lines):
        if key(line.text) in _TITLE and line.before and index + 1 < len(lines):
            entries = _entries(lines, index)
            if entries:
                return Contents(first=line.number, last=entries[-1].number, levels=_levels(entries))
    return Contents()


def _entries(lines: Sequence[Line], index: int) -> list[Line]:
    mark = HEADING_MARK.match(lines[index].text)
    depth = len(mark[1]) if mark else 0
    entries: list[Line] = []
    for line in lines[index + 1 :]:
        heading = HEADING_MARK.match(line.text)
        if heading and len(heading[1]) <= depth:
            break
        listed = bool(_ENTRY.search(line.text)) or (bool(heading) and depth > 0)
        beside = not line.before and len(line.text) < _BARE_ENTRY and bool(entries)
        if not listed and not beside and not (depth and line.words < _BARE_ENTRY // 6):
            break
        entries.append(line)
    if not any(_ENTRY.search(entry.text) for entry in entries):
        return []
    return entries


def _levels(entries: Sequence[Line]) -> dict[str, int]:
    numbered = any(_NUMBERED.match(entry.text) for entry in entries)
    levels: dict[str, int] = {}
    begun = False
    for entry in entries:
        title = _PAGE.sub("", entry.text.split("\t")[0] or entry.text)
        words = key(title)
        dotted = _DOTTED.match(title)
        top = not numbered or bool(PARTS.match(words)) or bool(_NUMBERED.match(title))
        level = 1 + dotted[1].count(".") if dotted else (1 if top or not begun else 2)
        begun = True
        if words:
            levels.setdefault(words, level)
    return levels
