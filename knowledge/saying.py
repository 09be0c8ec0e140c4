"""Saying: which sentences of a text can be said by themselves."""

import re

from knowledge.citations import MAX_QUOTE_WORDS

_LEANING = re.compile(
    r"(?:This|These|Those|That|They|Their|It|Its|He|She|His|Her|Such|But|And|However|Also|So|Thus|Therefore|Here"
    r"|Similarly|Likewise|Moreover|Furthermore|In addition|As a result|For example|For instance|The former"
    r"|The latter|Both|Another|Yet|Then|Instead|As such|All this|First,|Second,|Third,|Finally|I agree)\b|[a-z(\[]"
)
#: Sentences that announce what a text is about, or where it has that from, say nothing by themselves.
_ANNOUNCEMENT = re.compile(
    r"(?:This|The|Our|In this|In the next) (?:guide|report|paper|chapter|section|book|essay|article|document)\b"
    r"|(?:The|Our|None of the) (?:\w+ )?sources (?:appeared|are|describe|see|say)\b"
    r"|(?s:.*)\bthe guide (?:also )?(?:covers|describes|names|says)\b"
)
#: Words that point at something said before.
_POINTING = re.compile(
    r"\b(?:she|he|they) (?:adds?|says?|argues?|notes?|found|finds?|calls?|writes?)\b|\b(?:in )?(?:her|his) "
    r"(?:description|view|words|account)\b|\b(?:such|those|these) (?:points|meetings|cases|roles|reasons|support)\b"
)
_STATEMENT = re.compile(r"(?s)[^|\-•].*[.!]['\"’”)\]]*$")


def is_statement(text: str) -> bool:
    """Whether a text is a whole sentence that says something: no question, heading, table row or list item."""
    return len(text.split()) <= MAX_QUOTE_WORDS and bool(_STATEMENT.match(text)) and not _ANNOUNCEMENT.match(text)


def leans(text: str) -> bool:
    """Whether a sentence cannot be understood without the one before it."""
    return bool(_LEANING.match(text) or _POINTING.search(text))
