"""Markdown: the text loader reads its marks; only a YAML preamble is treated apart."""

import re

from knowledge.documents import Loaded
from knowledge.loaders.text import arranged, decoded

_PREAMBLE = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_FENCE = re.compile(r"(?m)^[ \t]*(?:```|~~~)[^\n]*$")


def load(data: bytes) -> Loaded:
    """Load Markdown. `text` is the decoded content unchanged; preamble, comments and fences make no blocks."""
    text = decoded(data)
    seen = text
    for pattern in (_PREAMBLE, _COMMENT, _FENCE):
        seen = pattern.sub(_emptied, seen)
    return arranged(text, seen=seen)


def _emptied(found: re.Match[str]) -> str:
    """As many lines as were taken out, so that every other line keeps its number."""
    return "\n" * found[0].count("\n")
