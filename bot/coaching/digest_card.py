"""A digest in chat: what must be decided first, and the rest in its thread."""

from collections.abc import Iterator
from dataclasses import replace

from bot.coaching.digest_told import Section, heading, opening, sections
from bot.coaching.handling_cards import OPEN
from bot.domain.cards import Button, Card, Image, Paragraph
from bot.domain.digest import Digest
from prompts import Words

_MOST_BUTTONS = 10
_MOST_ROWS = 20


def digest_card(digest: Digest, words: Words, chart: Image | None = None) -> Card:
    """One parent message with the decisions; every other section follows in its thread."""
    decisions, *others = sections(digest, words)
    return Card(
        title=heading(digest, words),
        paragraphs=(Paragraph(text=opening(digest, words)), Paragraph(text=decisions.title)),
        items=decisions.lines or (decisions.empty,),
        buttons=_opens(decisions, digest),
        note=words("digest.note"),
        more=(*(card for section in others for card in _cards(section, digest)), *_charts(chart, words)),
    )


def _cards(section: Section, digest: Digest) -> Iterator[Card]:
    if not section.rows:
        yield Card(title=section.title, paragraphs=(Paragraph(text=section.empty),))
    for start in range(0, len(section.rows), _MOST_ROWS):
        part = replace(section, rows=section.rows[start : start + _MOST_ROWS])
        yield Card(title=part.title, items=part.lines, buttons=_opens(part, digest))


def _opens(section: Section, digest: Digest) -> tuple[Button, ...]:
    """A button for each barrier that has a number, which opens what this reader may see."""
    every = (*digest.decisions, *digest.new, *digest.worse, *digest.better, *digest.closed, *digest.still)
    labels = {line.view.barrier.id: line.view.barrier.label for line in every}
    wanted = [row.barrier for row in section.rows if row.barrier is not None and labels.get(row.barrier)]
    return tuple(Button(label=labels[each], action=OPEN, value=each) for each in dict.fromkeys(wanted))[:_MOST_BUTTONS]


def _charts(chart: Image | None, words: Words) -> Iterator[Card]:
    if chart is not None:
        yield Card(title=words("digest.chart"), image=chart)
