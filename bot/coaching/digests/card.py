"""A digest in chat: what must be decided first, and the rest in its thread."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.coaching.barriers.handling_cards import OPEN
from bot.coaching.digests.sections import sections
from bot.coaching.digests.told import Section, heading, opening
from bot.domain.cards import Button, Card, Image, Link, Paragraph
from bot.domain.digest import Digest
from prompts import Words

_MOST_BUTTONS = 10
#: In a message, and of a section in all: a thread of thirty messages is read by nobody.
_MOST_ROWS = 20
_MOST_IN_CHAT = 40


def digest_card(
    digest: Digest, words: Words, chart: Image | None = None, page: str = "", grid: Image | None = None
) -> Card:
    """One parent message with the decisions and the way to the `page`; every other section follows in its thread.

    `chart` shows barriers by week, `grid` replies by organisation.
    """
    decisions, *others = sections(digest, words)
    return Card(
        title=heading(digest, words),
        paragraphs=(Paragraph(text=opening(digest, words)), Paragraph(text=decisions.title)),
        items=decisions.lines or (decisions.empty,),
        buttons=_opens(decisions, digest),
        links=(Link(label=words("digest.open_page"), url=page),) if page else (),
        note=words("digest.note"),
        more=(
            *(card for section in others for card in _cards(section, digest, words)),
            *_nothing(others, words),
            *_picture(grid, words("digest.grid")),
            *_picture(chart, words("digest.chart")),
        ),
    )


def _nothing(others: Sequence[Section], words: Words) -> Iterator[Card]:
    """One message of the sections that have nothing to tell: a message each would bury those that have."""
    empty = tuple(f"{each.title}: {each.empty}" for each in others if not each.rows)
    if empty:
        yield Card(title=words("digest.nothing"), items=empty)


def _cards(section: Section, digest: Digest, words: Words) -> Iterator[Card]:
    """A section in as few messages as it needs; of a very long one the beginning, and how much more there is."""
    shown, left = section.rows[:_MOST_IN_CHAT], len(section.rows) - _MOST_IN_CHAT
    for start in range(0, len(shown), _MOST_ROWS):
        part = replace(section, rows=shown[start : start + _MOST_ROWS])
        more = words("digest.and_more", left=left) if left > 0 and start + _MOST_ROWS >= len(shown) else ""
        yield Card(title=part.title, items=part.lines, buttons=_opens(part, digest), note=more)


def _opens(section: Section, digest: Digest) -> tuple[Button, ...]:
    """A button for each barrier that has a number, which opens what this reader may see."""
    every = (*digest.decisions, *digest.new, *digest.worse, *digest.better, *digest.closed, *digest.still)
    labels = {line.view.barrier.id: line.view.barrier.label for line in every}
    wanted = [row.barrier for row in section.rows if row.barrier is not None and labels.get(row.barrier)]
    return tuple(Button(label=labels[each], action=OPEN, value=each) for each in dict.fromkeys(wanted))[:_MOST_BUTTONS]


def _picture(image: Image | None, title: str) -> Iterator[Card]:
    if image is not None:
        yield Card(title=title, image=image)
