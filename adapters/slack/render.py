"""Cards as Slack messages. Long cards become several messages: text is moved on, never cut."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.blocks import (
    LONGEST_LABEL,
    LONGEST_MESSAGE,
    LONGEST_TEXT,
    LONGEST_VALUE,
    MOST_BLOCKS,
    MOST_BUTTONS,
    Block,
    Drawn,
    actions,
    bullets,
    button,
    header,
    labelled,
    paragraph,
    picture,
    quote,
    rich,
    run,
    said_in,
    section,
    small_print,
    way,
)
from adapters.slack.context import context_row
from adapters.slack.feedback import votes
from adapters.slack.forms import draw_form, render_form
from adapters.slack.text import escaped, inert, storable, units
from bot.domain.cards import Button, Card, Fact, Paragraph, Quotation
from prompts import Words

__all__ = ["SlackMessage", "pressed", "render", "render_form"]

#: Slack wants every action of a row to differ: a second button with the same action gets this and a number.
_AGAIN = "#"


@dataclass(frozen=True, kw_only=True)
class SlackMessage:
    """The arguments of one post: its blocks, and the same as escaped text for notifications; never empty."""

    text: str
    blocks: tuple[Block, ...]


def render(card: Card, words: Words) -> tuple[SlackMessage, ...]:
    """A card as one or more messages, in order; every word of it is in them, and no text of it is live.

    The messages of `more` come last. Where a card has them, the first message alone begins a thread.
    """
    above, form, below = _drawn(card, words)
    rest = sum(each.cost for each in (*above, *form, *below))
    # A message more is too much for the passages around what is quoted.
    above += context_row(card.quotations, LONGEST_MESSAGE - rest, words)
    groups = [*([each] for each in above), form, *([each] for each in below)]
    first = tuple(_message(part) for part in _packed([group for group in groups if group] or [paragraph("…")]))
    return (*first, *(message for each in card.more for message in render(each, words)))


def pressed(action_id: str) -> str:
    """The action of a button, out of the id it was given."""
    return action_id.partition(_AGAIN)[0]


def _drawn(card: Card, words: Words) -> tuple[list[Drawn], list[Drawn], list[Drawn]]:
    """What stands above the form, the form, which stays in one message, and what stands below it."""
    drawn = header(card.title)
    drawn += small_print(words("slack.by_model")) if card.by_model else []
    for each in card.paragraphs:
        drawn += _cited(each)
    drawn += _facts(card.facts)
    drawn += bullets(card.items)
    drawn += picture(card.image.url, card.image.alt) if card.image else []
    for quotation in card.quotations:
        drawn += _quotation(quotation, words)
    above, form = draw_form(card.form, words) if card.form else ([], [])
    ways = [way(link.label, link.url) for link in card.links]
    voting, others = votes(card.buttons)
    return drawn + above, form, [*_buttons(others, words), *voting, *ways, *small_print(card.note)]


def _cited(each: Paragraph) -> list[Drawn]:
    marks = "".join(f"\N{NO-BREAK SPACE}[{number}]" for number in each.citations)
    return paragraph(each.text + marks)


def _facts(facts: Sequence[Fact]) -> list[Drawn]:
    drawn: list[Drawn] = []
    for fact in facts:
        runs = [run(f"{inert(fact.name)}: ", bold=True)] if fact.name.strip() else []
        runs += [run(inert(fact.value))] if inert(fact.value).strip() else []
        if not runs:
            continue
        if units(said_in(runs)) > LONGEST_TEXT:
            drawn += [*paragraph(f"{fact.name}: ", bold=True), *paragraph(fact.value)]
        else:
            drawn.append(Drawn(block=rich(section(*runs)), said=said_in(runs)))
    return drawn


def _quotation(quotation: Quotation, words: Words) -> list[Drawn]:
    """The words, and under them in small print their number and where they stand."""
    author = quotation.author
    if quotation.year is not None:
        author = f"{author} ({quotation.year})".strip()
    source = [quotation.title, author, quotation.section, quotation.where]
    line = words("slack.source", number=quotation.number, source=" · ".join(part for part in source if part.strip()))
    return [*quote(f"“{quotation.text}”"), *small_print(line)]


def _buttons(buttons: Sequence[Button], words: Words) -> list[Drawn]:
    """Rows of buttons. What a button cannot hold is written out: a long label beside it, a long value in its place."""
    drawn: list[Drawn] = []
    row: list[Block] = []
    for each, action in zip(buttons, _distinct(each.action for each in buttons), strict=True):
        label, value = inert(each.label).strip() or "…", storable(each.value)
        if units(value) > LONGEST_VALUE:
            row, ready = [], _rows(row)
            drawn += [*ready, *paragraph(label)]
        elif units(label) > LONGEST_LABEL:
            row, ready = [], _rows(row)
            drawn += [*ready, *labelled(label, button(words("slack.button"), action, value))]
        else:
            row.append(button(label, action, value))
    return drawn + _rows(row)


def _rows(buttons: Sequence[Block]) -> list[Drawn]:
    """The buttons in rows that each fit into a message whatever their values are."""
    rows: list[list[Block]] = []
    weight = 0
    for each in buttons:
        own = actions([each]).cost
        if not rows or len(rows[-1]) == MOST_BUTTONS or weight + own > LONGEST_MESSAGE // 2:
            rows.append([])
            weight = 0
        rows[-1].append(each)
        weight += own
    return [actions(row) for row in rows]


def _distinct(names: Iterable[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}{_AGAIN}{seen[name]}"


def _packed(groups: Sequence[list[Drawn]]) -> Iterator[list[Drawn]]:
    """The groups in messages that each stay under Slack's limits; a group is not torn apart."""
    part: list[Drawn] = []
    total = 0
    for group in groups:
        cost = sum(each.cost for each in group)
        if part and (total + cost > LONGEST_MESSAGE or len(part) + len(group) > MOST_BLOCKS):
            yield part
            part, total = [], 0
        part, total = part + group, total + cost
    yield part


def _message(part: Sequence[Drawn]) -> SlackMessage:
    text = "\n".join(each.said for each in part if each.said)
    return SlackMessage(text=escaped(text) or _labels(part), blocks=tuple(each.block for each in part))


def _labels(part: Sequence[Drawn]) -> str:
    """What the buttons say, for a message of nothing else."""
    elements: list[dict[str, Any]] = [one for each in part for one in each.block.get("elements", [])]
    labels = [one["text"]["text"] for one in elements if one.get("type") == "button"]
    halves = [one[name] for one in elements for name in ("positive_button", "negative_button") if name in one]
    return escaped(" · ".join([*labels, *(half["text"]["text"] for half in halves)])) or "…"
