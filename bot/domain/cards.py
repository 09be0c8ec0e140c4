"""The vocabulary of what the coach says: an adapter renders a card as its platform draws it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """One or two sentences; `citations` are the numbers of the quotations that bear them out."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """Words found in a document, with where they stand and the text around them.

    `before` and `after` are the rest of the passage, so that the quotation can be read in context.
    """

    number: int
    text: str
    title: str
    author: str
    year: int | None
    section: str
    document: str
    where: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Something the person can do next; `ask` is the text that doing it sends."""

    label: str
    ask: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """One message: `title` may be empty, `note` is the small print, everything else in reading order."""

    title: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    note: str = ""

    @property
    def plain(self) -> str:
        """The card as plain text, for notifications and screen readers."""
        lines = [self.title, *(_marked(paragraph) for paragraph in self.paragraphs)]
        lines += [f"[{quote.number}] “{quote.text}” {quote.title}, {quote.where}" for quote in self.quotations]
        return "\n".join(line for line in [*lines, self.note] if line)


def _marked(paragraph: Paragraph) -> str:
    return " ".join([paragraph.text, *(f"[{number}]" for number in paragraph.citations)])


def to_json(card: Card) -> dict[str, Any]:
    """A card as plain JSON values, for a durable row."""
    return asdict(card)


def from_json(data: Mapping[str, Any]) -> Card:
    """The card that `to_json` wrote."""
    return Card(
        title=data["title"],
        paragraphs=tuple(
            Paragraph(text=item["text"], citations=tuple(item["citations"])) for item in data["paragraphs"]
        ),
        quotations=tuple(Quotation(**item) for item in data["quotations"]),
        suggestions=tuple(Suggestion(**item) for item in data["suggestions"]),
        note=data["note"],
    )
