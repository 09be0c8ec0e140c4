"""Text of people and documents, made fit for a card: all of it is shown, and nothing in it acts.

Cards show such text in `TextRun`s only, which know neither Markdown nor links nor images. What is left to take apart
are the marks that Teams reads before it draws: mentions, and the `{{DATE(…)}}` and `${…}` of templates.
"""

import re
from collections.abc import Iterator

from bot.domain.cards import straight

#: Invisible, without width, and never between lines: it keeps two characters from being read as one mark.
JOINER = "\N{WORD JOINER}"
#: Characters of text in one element: at most 8 kB in UTF-16, so that several fit into one card.
LONGEST = 2000

_MARKS = re.compile(r"<(?=\s*/?\s*at\b)|\{(?=\{)|\$(?=\{)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_APART = re.compile(rf"(?<=[<{{$]){JOINER}")
_LISTED = re.compile(r"[-*•]\s|\d{1,3}[.)]\s")


def inert(text: str) -> str:
    """The text with its marks taken apart, and without characters that cannot be shown."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", straight(lines))
    return _MARKS.sub(lambda mark: mark.group() + JOINER, shown)


def as_typed(text: str) -> str:
    """Text that was put into a field inert, as it comes back when the field is sent."""
    return _APART.sub("", text)


def flowing(text: str) -> str:
    """The text with line breaks at paragraphs and list items only; a document breaks its lines for paper."""
    first, *rest = text.split("\n")
    flow = first
    for number, line in enumerate(rest, start=1):
        bare = line.strip()
        last = number == len(rest)
        new = flow.endswith("\n") or _LISTED.match(bare) or not (bare or last)
        flow = flow.rstrip(" \t") + ("\n" if new else " ") + bare
    return flow


def chunks(text: str, longest: int = LONGEST) -> Iterator[str]:
    """The text in parts of at most `longest` characters, cut after white space where there is any."""
    while len(text) > longest:
        cut = max(text.rfind(" ", 0, longest), text.rfind("\t", 0, longest)) + 1
        at = cut if cut > longest // 2 else longest
        yield text[:at]
        text = text[at:]
    if text:
        yield text
