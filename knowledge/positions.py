"""Where some words stand in a document, by line or page."""

from bisect import bisect_right
from functools import cached_property

from knowledge.documents import Unit
from knowledge.folding import Folded, fold

PAGE_BREAK = "\f"
_PROBE = 40


class Positions:
    """Finds the lines or pages of words whose rough place is known. Built once a document."""

    def __init__(self, text: str, unit: Unit) -> None:
        self._text = text
        mark = "\n" if unit is Unit.LINE else PAGE_BREAK
        self._starts = [0]
        for index, character in enumerate(text):
            if character == mark:
                self._starts.append(index + 1)

    @cached_property
    def _folded(self) -> Folded:
        return fold(self._text)

    def of(self, words: str, start: int, end: int) -> tuple[int, int]:
        """First and last position of the words between two positions; those positions where they are not found."""
        low = self._first_folded(self._starts[start - 1])
        high = self._first_folded(self._starts[end]) if end < len(self._starts) else len(self._folded.text)
        region = self._folded.text[low:high]
        wanted = fold(words).text
        head = region.find(wanted[:_PROBE])
        tail = region.rfind(wanted[-_PROBE:])
        first = self._position(low + head) if head >= 0 else start
        last = self._position(low + tail + len(wanted[-_PROBE:]) - 1) if tail >= 0 else end
        return (first, last) if first <= last else (start, end)

    def _first_folded(self, offset: int) -> int:
        return bisect_right(self._folded.origins, offset - 1)

    def _position(self, index: int) -> int:
        return bisect_right(self._starts, self._folded.origins[index])
