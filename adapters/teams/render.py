"""A card as Teams draws it: messages with an Adaptive Card each, all of it small enough and nothing of it live."""

import json
from collections.abc import Iterable, Iterator, Sequence

from adapters.teams.activity import Json
from adapters.teams.elements import blocks, run
from adapters.teams.inert import inert
from adapters.teams.pieces import Piece, pieces
from bot.domain.cards import Card, Quotation
from prompts import Words

__all__ = ["LARGEST", "render", "size"]

#: The largest message in bytes, as it is sent. Teams takes 100 kB today, counted in UTF-16; it took 40 kB in 2025 and
#: 28 kB before. An answer with five quotations in their passages has about 15 kB, in UTF-16 30 kB: one message.
LARGEST = 25 * 1024
LARGEST_IN_UTF16 = 40 * 1024
#: Teams refuses a message with more citations, or with longer texts in them.
MOST_CITATIONS = 20
LONGEST_NAME = 80
LONGEST_ABSTRACT = 160

_CARD = "application/vnd.microsoft.card.adaptive"
_SUMMARY = 160


def render(card: Card, words: Words) -> tuple[Json, ...]:
    """The messages that show the card, in the order in which to send them: one, or more for a card over `LARGEST`.

    Everything in the card is in exactly one of them. Only a single form or button over `LARGEST` makes a larger one.
    """

    def fits(elements: Sequence[Json]) -> bool:
        return size(_activity(card, words, [Piece(elements=tuple(elements), quotation=_LARGEST_CITATION)])) <= LARGEST

    parts = list(_packed(card, words, pieces(card, words, fits)))
    return tuple(_activity(card, words, part) for part in parts or [_nothing(card)])


def size(activity: Json) -> int:
    """The size of a message in bytes, or the same share of `LARGEST` that it takes up of `LARGEST_IN_UTF16`."""
    sent = json.dumps(activity, ensure_ascii=False)
    return max(len(sent.encode()), len(sent.encode("utf-16-le")) * LARGEST // LARGEST_IN_UTF16)


def _packed(card: Card, words: Words, found: Iterable[Piece]) -> Iterator[list[Piece]]:
    part: list[Piece] = []
    for piece in found:
        if part and size(_activity(card, words, [*part, piece])) > LARGEST:
            yield part
            part = []
        part.append(piece)
    if part:
        yield part


def _nothing(card: Card) -> list[Piece]:
    return [Piece(elements=tuple(blocks(run(card.plain))))]


def _activity(card: Card, words: Words, part: Sequence[Piece]) -> Json:
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": words("teams.fallback"),
        "msteams": {"width": "Full"},
        "body": [element for piece in part for element in piece.elements],
    }
    activity: Json = {
        "type": "message",
        "summary": _shortened(card.plain, _SUMMARY),
        "attachments": [{"contentType": _CARD, "content": content}],
    }
    quotations = [piece.quotation for piece in part if piece.quotation]
    if card.by_model or quotations:
        activity["entities"] = [_said(quotations, by_model=card.by_model)]
    return activity


def _said(quotations: Sequence[Quotation], *, by_model: bool) -> Json:
    """What Teams is told of a message: that a model wrote it, and what it cites."""
    entity: Json = {
        "type": "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "@id": "",
    }
    if by_model:
        entity["additionalType"] = ["AIGeneratedContent"]
    first = {quotation.number: quotation for quotation in reversed(quotations)}
    if first:
        entity["citation"] = [_claim(first[number]) for number in sorted(first)[:MOST_CITATIONS]]
    return entity


def _claim(quotation: Quotation) -> Json:
    name = _shortened(quotation.title, LONGEST_NAME) or f"[{quotation.number}]"
    appearance = {"@type": "DigitalDocument", "name": name, "abstract": _shortened(quotation.text, LONGEST_ABSTRACT)}
    return {"@type": "Claim", "position": quotation.number, "appearance": appearance}


def _shortened(text: str, longest: int) -> str:
    """The text on one line, at most `longest` units of UTF-16 long."""
    line = " ".join(inert(text).split())
    if len(line.encode("utf-16-le")) <= 2 * longest:
        return line
    cut = line.encode("utf-16-le")[: 2 * (longest - 1)].decode("utf-16-le", "ignore")
    return cut.rstrip() + "…"


_LARGEST_CITATION = Quotation(
    number=10**6,
    text="…" * LONGEST_ABSTRACT,
    title="…" * LONGEST_NAME,
    author="",
    year=None,
    section="",
    document="",
    where="",
)
