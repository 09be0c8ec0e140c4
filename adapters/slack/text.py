"""Text on its way into and out of Slack: what is plain stays plain in both directions."""

import re
from collections.abc import Iterator

from bot.domain.cards import straight

_SPECIAL = re.compile(r"<(?P<mark>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_BREAK = re.compile(r"\s(?=\S)")
_WITHIN_A_PARAGRAPH = re.compile(r"(?<!\s)[ \t]*\n[ \t]*(?=[^\s\-*•\d])")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without what no database, JSON or message can hold: control marks become a replacement mark."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def inert(text: str) -> str:
    """Storable text that, shown among others, leaves their direction alone."""
    return straight(storable(text))


def escaped(text: str) -> str:
    """The text as Slack's own markup shows it unchanged: no mention, link or channel call comes alive.

    Source: docs.slack.dev/messaging/formatting-message-text, “Escaping text”.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(markup: str) -> str:
    """What a person typed, out of Slack's markup: links by their label, mentions by name, entities undone."""
    text = _SPECIAL.sub(_shown, markup)
    return storable(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _shown(special: re.Match[str]) -> str:
    mark, target, label = special["mark"], special["target"], special["label"]
    if mark == "":
        return label or target
    name = label or target.partition("^")[0]
    return name if name.startswith(("@", "#")) else ("#" if mark == "#" else "@") + name


def flowing(text: str) -> str:
    """The text with the line breaks inside its paragraphs replaced by spaces; a document breaks its lines for paper."""
    return _WITHIN_A_PARAGRAPH.sub(" ", text)


def units(text: str) -> int:
    """The length of the text in UTF-16 code units, the most that Slack can count it as."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str, longest: int) -> Iterator[str]:
    """The text in parts of at most `longest` code units, broken between words where it can be; joined, they are it."""
    while units(text) > longest:
        end = _fitting(text, longest)
        breaks = [found.end() for found in _BREAK.finditer(text, end // 2, end)]
        cut = breaks[-1] if breaks else end
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def _fitting(text: str, longest: int) -> int:
    """How many characters from the start take at most `longest` code units."""
    end = longest
    while units(text[:end]) > longest:
        end -= max((units(text[:end]) - longest) // 2, 1)
    return end
