"""A card as Teams draws it: messages with an Adaptive Card each, all of it small enough and nothing of it live."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adapters.teams.activity import Json
from adapters.teams.elements import blocks, run
from adapters.teams.inert import inert
from adapters.teams.pieces import Piece, pieces
from adapters.teams.ratings import rated, without_thumbs
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
#: Teams' own thumbs, with the form that every client has behind them.
_THUMBS: Json = {"channelData": {"feedbackLoop": {"type": "default"}}}


def render(card: Card, words: Words) -> tuple[Json, ...]:
    """The messages that show the card, in the order in which to send them: one, or more for a card over `LARGEST`.

    Everything in the card is in exactly one of them, and `more` of it in the last. Only a single form or button over
    `LARGEST` makes a larger one. The two buttons that rate an answer are Teams' own thumbs, under the last of the
    messages.
    """

    summary = _shortened(card.plain, _SUMMARY)
    citing = [Piece(elements=(), quotation=each) for each in card.quotations[:1]]
    envelope = _weight(_activity(card, words, summary, citing) | _THUMBS)
    largest = _weight([_claim(_LARGEST_CITATION)])

    def fits(elements: Sequence[Json]) -> bool:
        return (envelope + largest + _weight(elements)).size <= LARGEST

    shown = without_thumbs(card) if rated(card) else card
    parts = list(_packed(envelope, pieces(shown, words, fits)))
    first = [_activity(card, words, summary, part) for part in parts or [_nothing(card)]]
    if shown is not card:
        first[-1] |= _THUMBS
    return (*first, *(activity for each in card.more for activity in render(each, words)))


@dataclass(frozen=True, kw_only=True)
class _Weight:
    """How long JSON is, in bytes of UTF-8 and of UTF-16."""

    utf8: int
    utf16: int

    def __add__(self, other: "_Weight") -> "_Weight":
        return _Weight(utf8=self.utf8 + other.utf8, utf16=self.utf16 + other.utf16)

    @property
    def size(self) -> int:
        """See `size`."""
        return max(self.utf8, self.utf16 * LARGEST // LARGEST_IN_UTF16)


def size(activity: Json) -> int:
    """The size of a message in bytes, or the same share of `LARGEST` that it takes up of `LARGEST_IN_UTF16`."""
    return _weight(activity).size


def _weight(value: Json | Sequence[Json]) -> _Weight:
    sent = json.dumps(value, ensure_ascii=False)
    return _Weight(utf8=len(sent.encode()), utf16=len(sent.encode("utf-16-le")))


def _weight_of(piece: Piece) -> _Weight:
    claims = [_claim(piece.quotation)] if piece.quotation else []
    return _weight([*piece.elements, *claims])


def _packed(envelope: _Weight, found: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces in messages. Each is weighed once: a text of thousands of lines is as many pieces."""
    part: list[Piece] = []
    total = envelope
    for piece in found:
        own = _weight_of(piece)
        if part and (total + own).size > LARGEST:
            yield part
            part, total = [], envelope
        part.append(piece)
        total += own
    if part:
        yield part


def _nothing(card: Card) -> list[Piece]:
    return [Piece(elements=tuple(blocks(run(card.plain))))]


def _activity(card: Card, words: Words, summary: str, part: Sequence[Piece]) -> Json:
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
        "summary": summary,
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
