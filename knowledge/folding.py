"""Folding: two texts are the same words when they are equal after folding.

White space, quotation style, dashes, emphasis, escapes and note markers carry no wording, and differ between a
document and what a person or a model copies from it. `fold` removes them and remembers where each
character came from, so that a match in folded text leads back to the verbatim slice.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

_QUOTES = str.maketrans("‘’‚‛′“”„‟″«»‐‑‒–—―−•‣▪●◦ς", '\'\'\'\'\'"""""""------------σ')

#: Note markers: `<sup>3</sup>`, `^{12.}`, runs of unicode superscripts.
NOTE_MARKER = re.compile(r"<sup>[\d,\s]*+</sup>|\^\{[\d.,\s]+\}|[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[,⁰¹²³⁴⁵⁶⁷⁸⁹]*[⁰¹²³⁴⁵⁶⁷⁸⁹])?")
#: Note markers that a conversion glued to the end of a sentence as plain digits: `as we found.3 Then`.
_GLUED_MARKER = re.compile(r"(?:(?<=[a-z]{4}[.,;\"])|(?<=[a-z]{2}[.,!?][\"']))\d{1,2}(?=\s|$)")
#: A word that was hyphenated at the end of a line or page.
_LINE_HYPHEN = re.compile(r"(?<=[a-z])[-\u00ad][ \t]*\r?\n\s*(?=[a-z])")
_LINK = re.compile(r"!?\[(?=[^\[\]\n]*\]\()|\]\([^()\s]*\)")
_TABLE_RULE = re.compile(r"(?m)^[ \t]*+\|?(?:[ \t]*+:?-{3,}+:?[ \t]*+\|)+[ \t]*+(?::?-{3,}+:?)?[ \t]*$|\|")
_TAG = re.compile(r"</?(?:b|i|em|strong|u|br)\s*/?>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?=[$*_#\\&%<>\[\]()\-.!])")
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)")
_HEADING_MARK = re.compile(r"(?m)^[^\S\n]*(?:#{1,6}[^\S\n]+|>[^\S\n]?)")
_NOISE = (
    NOTE_MARKER,
    _GLUED_MARKER,
    _LINE_HYPHEN,
    _LINK,
    _TABLE_RULE,
    _TAG,
    _ESCAPE,
    _EMPHASIS,
    _HEADING_MARK,
)
#: Marks nested deeper than anybody nests them are dropped outright, so that folding takes linear time.
_MARKS = re.compile(r"[*_\\<>#|\[\](){}^!]+")
_PASSES = 12
_SPACE = re.compile(r"\s")
#: White space that is not one plain space between two words.
_ODD_SPACE = re.compile(r"\s{2,}|[^\S ]|\A\s|\s\Z")


@dataclass(frozen=True)
class Folded:
    """Folded text; `origins[i]` is the index in the original of folded character `i`."""

    text: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The slice of the original that folded characters `start` to `end` came from."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text: lower case, one space for white space, plain quotes and dashes, no markers.

    Folding twice changes nothing, and `readable(text)` folds to the same as `text`.
    """
    folded, origins = _lowered(text), list(range(len(text)))
    for _ in range(_PASSES):
        before = folded
        for pattern in _NOISE:
            folded, origins = _without(pattern, folded, origins)
        folded, origins = _spaced(folded, origins)
        if folded == before:
            break
    else:
        folded, origins = _spaced(*_without(_MARKS, folded, origins))
    return Folded(folded, tuple(origins))


def readable(text: str) -> str:
    """A text as a person reads it: markers, emphasis and escapes gone, white space folded, case and quotes kept."""
    folded = fold(text)
    if len(folded.text) == len(text):
        return _SPACE.sub(" ", text)
    return "".join(" " if low == " " else text[origin] for low, origin in zip(folded.text, folded.origins, strict=True))


def _lowered(text: str) -> str:
    """Lower case with plain quotes and dashes, character by character, so that indices stay what they were."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(each if len(each) == 1 else character for character in text for each in (character.lower(),))
    return low.translate(_QUOTES)


def _without(pattern: re.Pattern[str], text: str, origins: list[int]) -> tuple[str, list[int]]:
    parts: list[str] = []
    kept: list[int] = []
    last = 0
    for found in pattern.finditer(text):
        parts.append(text[last : found.start()])
        kept += origins[last : found.start()]
        last = found.end()
    if not last:
        return text, origins
    return "".join((*parts, text[last:])), kept + origins[last:]


def _spaced(text: str, origins: list[int]) -> tuple[str, list[int]]:
    parts: list[str] = []
    kept: list[int] = []
    last = 0
    for found in _ODD_SPACE.finditer(text):
        parts.append(text[last : found.start()])
        kept += origins[last : found.start()]
        if found.start() > 0 and found.end() < len(text):
            parts.append(" ")
            kept.append(origins[found.start()])
        last = found.end()
    if not last:
        return text, origins
    return "".join((*parts, text[last:])), kept + origins[last:]


def line_of(line_starts: list[int], offset: int) -> int:
    """The 1-based line that holds a character, given the offsets at which lines start."""
    return bisect_right(line_starts, offset)
