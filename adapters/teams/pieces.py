"""A card as pieces in the order in which they are read; a piece is never divided between two messages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from adapters.teams import elements as draw
from adapters.teams.activity import Json
from adapters.teams.forms import LONGEST_TITLE, Fits, form_elements
from adapters.teams.inert import inert
from bot.domain.cards import Button, Card, Fact, Image, Paragraph, Quotation
from prompts import Words

#: A row shows this many buttons with short labels; Teams hides what comes after the sixth.
_ROW = 4
_SHORT_LABEL = 20


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Elements that stay together, with the quotation that they show."""

    elements: tuple[Json, ...]
    quotation: Quotation | None = None


def pieces(card: Card, words: Words, fits: Fits) -> Iterator[Piece]:
    """The whole card, in pieces that fit; a form that does not fit is one piece all the same.

    The small print stays with what stands above it: a message of nothing else would be read as an answer.
    """
    above = list(_above_the_note(card, words, fits))
    note = draw.blocks(draw.subtle(card.note, size="Small"))
    if note and above and fits([*above[-1].elements, *note]):
        last = above.pop()
        above.append(Piece(elements=(*last.elements, *note), quotation=last.quotation))
        note = []
    yield from above
    yield from _texts(note)


def _above_the_note(card: Card, words: Words, fits: Fits) -> Iterator[Piece]:
    yield from _texts(draw.blocks(draw.bold(card.title, size="Medium")))
    for paragraph in card.paragraphs:
        yield from _texts(_paragraph(paragraph))
    for fact in card.facts:
        yield from _fact(fact, fits)
    for item in card.items:
        yield from _texts(draw.spaced(draw.blocks(draw.run("• "), draw.run(item)), "Small"))
    if card.image:
        yield from _texts(_image(card.image))
    for index, quotation in enumerate(card.quotations, start=1):
        yield from _quotation(quotation, index, words, fits)
    if card.form:
        above, together = form_elements(card.form, words, fits)
        yield from _texts(above)
        yield Piece(elements=tuple(together))
    for row in _rows(card.buttons):
        yield from _row(row, words)
    yield from (Piece(elements=(draw.actions(draw.way(link)),)) for link in card.links)


def _texts(elements: Sequence[Json]) -> Iterator[Piece]:
    return (Piece(elements=(element,)) for element in elements)


def _paragraph(paragraph: Paragraph) -> list[Json]:
    marks = "".join(f"\N{NO-BREAK SPACE}[{number}]" for number in paragraph.citations)
    return draw.blocks(draw.run(paragraph.text), draw.subtle(marks))


def _fact(fact: Fact, fits: Fits) -> Iterator[Piece]:
    row = draw.columns(draw.blocks(draw.bold(fact.name)), draw.blocks(draw.run(fact.value)))
    if fits([row]):
        return iter((Piece(elements=(row,)),))
    return _texts(draw.blocks(draw.bold(f"{fact.name}:"), draw.run(f" {fact.value}")))


def _image(image: Image) -> list[Json]:
    """The picture, or its words where its address is one that Teams would not open."""
    if not image.url.startswith("https://"):
        return draw.blocks(draw.run(image.alt))
    return [{"type": "Image", "url": image.url, "altText": inert(image.alt), "size": "Stretch"}]


def _quotation(quotation: Quotation, index: int, words: Words, fits: Fits) -> Iterator[Piece]:
    """A quotation with its context folded away, or one text after another where it is too long for that."""
    head = draw.blocks(draw.bold(f"[{quotation.number}] {quotation.title}"))
    said = draw.blocks(draw.run(f"“{quotation.text}”", italic=True))
    source = draw.spaced(draw.blocks(draw.subtle(_source(quotation, words), size="Small")), "Small")
    context = _context(quotation)
    whole = draw.container([*head, *said, *source], style="emphasis", spacing="Medium")
    if context:
        folded = f"context-{index}"
        whole["items"].append(draw.actions(draw.toggle(words("teams.context", number=quotation.number), folded)))
        whole["items"].append(draw.container(context, id=folded, isVisible=False))
    if fits([whole]):
        yield Piece(elements=(whole,), quotation=quotation)
        return
    first, *rest = [*head, *said, *source, *context]
    yield Piece(elements=(first,), quotation=quotation)
    yield from _texts(rest)


def _source(quotation: Quotation, words: Words) -> str:
    year = "" if quotation.year is None else words("teams.year", year=quotation.year)
    by = " ".join(each for each in (quotation.author, year) if each)
    return " · ".join(each for each in (by, quotation.section, quotation.where) if each)


def _context(quotation: Quotation) -> list[Json]:
    if not (quotation.before.strip() or quotation.after.strip()):
        return []
    left, right = _gap(quotation.before, quotation.text), _gap(quotation.text, quotation.after)
    return draw.blocks(
        draw.subtle(quotation.before + left), draw.bold(quotation.text), draw.subtle(right + quotation.after)
    )


def _gap(left: str, right: str) -> str:
    """A space where two parts of a passage would run into one another."""
    met = left[-1:] and right[:1]
    return " " if met.isalnum() and not left[-1].isspace() and left[-1] not in "-‐–—/(“‘" else ""


def _row(row: Sequence[Button], words: Words) -> Iterator[Piece]:
    """Buttons side by side; one whose label no button shows whole stands under it."""
    first = row[0]
    if len(first.label) > LONGEST_TITLE:
        yield from _texts(draw.blocks(draw.run(first.label)))
        row = [replace(first, label=words("teams.button"))]
    yield Piece(elements=(draw.actions(*map(draw.button, row)),))


def _rows(buttons: Sequence[Button]) -> Iterator[list[Button]]:
    """Buttons with short labels side by side, others in rows of their own."""
    row: list[Button] = []
    for button in buttons:
        long = len(button.label) > _SHORT_LABEL
        if row and (long or len(row) == _ROW):
            yield row
            row = []
        if long:
            yield [button]
        else:
            row.append(button)
    if row:
        yield row
