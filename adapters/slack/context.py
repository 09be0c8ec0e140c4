"""A quotation in its passage: a button under the quotations that carries the passage, and the modal that it opens.

Nothing is kept between the two, and nobody reads more than was posted to them: the passage travels in the button.
"""

import json
from collections.abc import Iterator, Sequence

from adapters.slack.blocks import (
    LONGEST_LABEL,
    LONGEST_VALUE,
    MOST_BUTTONS,
    Block,
    Drawn,
    actions,
    button,
    paragraph,
    plain_text,
    rich,
    run,
    section,
)
from adapters.slack.text import flowing, inert, units
from bot.domain.cards import Quotation
from prompts import Words

#: The action of a button that opens a passage.
OPEN_CONTEXT = "slack-context"
#: How much of the passage a button carries, before and after the quotation: as much as there is room for.
_SIDES = (800, 600, 450, 300, 200, 100)
_CUT = "…"


def context_row(quotations: Sequence[Quotation], room: int, words: Words) -> list[Drawn]:
    """A row with a button for each quotation that has text around it, at a cost of `room` at most.

    A long passage is shortened at both ends; there is no row where so little fits that it would tell nothing.
    """
    around = [each for each in quotations if each.before.strip() or each.after.strip()][:MOST_BUTTONS]
    for side in _SIDES if around else ():
        row = actions(_buttons(around, side, words))
        if row.cost <= room and all(units(each["value"]) <= LONGEST_VALUE for each in row.block["elements"]):
            return [row]
    return []


def render_context(value: str, words: Words) -> Block:
    """The modal for what a button carries; raises `ValueError` or `TypeError` for anything else."""
    title, before, quoted, after = (str(each) for each in json.loads(value))
    passage = [run(before), run(quoted, bold=True), run(after)]
    shown = [each for each in passage if each["text"]]
    return {
        "type": "modal",
        "title": plain_text(words("slack.form.title")),
        "blocks": [*(drawn.block for drawn in paragraph(title, bold=True)), rich(section(*shown))],
    }


def _buttons(quotations: Sequence[Quotation], side: int, words: Words) -> Iterator[Block]:
    for place, each in enumerate(quotations):
        label = words("teams.context", number=each.number)[:LONGEST_LABEL]
        parts = [each.title, *_around(each, side)]
        value = json.dumps([inert(part) for part in parts], ensure_ascii=False, separators=(",", ":"))
        yield button(label, f"{OPEN_CONTEXT}#{place}", value)


def _around(quotation: Quotation, side: int) -> tuple[str, str, str]:
    """The quotation between the text before it and the text after it, each shortened to `side` characters."""
    before, after = flowing(quotation.before), flowing(quotation.after)
    if len(before) > side:
        before = _CUT + before[-side:].partition(" ")[2]
    if len(after) > side:
        after = after[:side].rpartition(" ")[0] + _CUT
    return before + _gap(before, quotation.text), quotation.text, _gap(quotation.text, after) + after


def _gap(left: str, right: str) -> str:
    """A space where two parts of a passage would run into one another."""
    return " " if right[:1].isalnum() and left[-1:] and not left[-1].isspace() and left[-1] not in "-–—/(“‘" else ""
