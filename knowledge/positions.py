"""Where some words stand in a document, by line or page."""

import re
from bisect import bisect_right
from functools import cached_property

from knowledge.documents import Unit
from knowledge.folding import Folded, fold

PAGE_BREAK = "\f"
_PROBE = 40


class Positions:
    """Finds the lines or pages of words whose rough place is known. Built once a document; asked in reading order."""

    def __init__(self, text: str, unit: Unit) -> None:
        self._text = text
        mark = re.escape("\n" if unit is Unit.LINE else PAGE_BREAK)
        self._starts = [0, *(found.end() for found in re.finditer(mark, text))]
        self._cursor = 0

    @cached_property
    def _folded(self) -> Folded:
        return fold(self._text)

    def of(self, words: str, start: int, end: int) -> tuple[int, int]:
        """First and last position of the words between two positions; those positions where they are not found."""
        low = self._first_folded(self._starts[start - 1])
        high = self._first_folded(self._starts[end]) if end < len(self._starts) else len(self._folded.text)
        wanted = fold(words).text
        begun = self._cursor if low <= self._cursor < high else low
        head = self._folded.text.find(wanted[:_PROBE], begun, high)
        if head < 0:
            return start, end
        if self._folded.text.startswith(wanted, head):
            tail = head + len(wanted)
        else:
            found = self._folded.text.find(wanted[-_PROBE:], head, high)
            tail = found + len(wanted[-_PROBE:]) if found >= 0 else high
        self._cursor = tail
        return self._position(head), self._position(tail - 1)

    def _first_folded(self, offset: int) -> int:
        return bisect_right(self._folded.origins, offset - 1)

    def _position(self, index: int) -> int:
        return bisect_right(self._starts, self._folded.origins[index])
