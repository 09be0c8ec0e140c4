"""Block Kit blocks whose text is always shown as it is: `plain_text` and `rich_text` only, never Slack's markup.

Limits: docs.slack.dev/reference/block-kit/blocks and /block-elements.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from adapters.slack.text import escaped, inert, pieces, units

Block = dict[str, Any]

#: Of one run of text, well under the 3,000 of a section, so that escaping cannot carry it over a message's total.
LONGEST_TEXT = 1_500
LONGEST_HEADER = 150
LONGEST_LABEL = 75
LONGEST_VALUE = 2_000
LONGEST_ALT = 2_000
MOST_BUTTONS = 25
MOST_BLOCKS = 50
#: Of all the blocks of a message. Slack names no figure and refuses from about 11,300 (bolt-js issues 2509 and 2867):
#: the whole JSON is counted here, which is always more than any way of counting the text alone.
LONGEST_MESSAGE = 11_000


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A block and what it says, for notifications and screen readers."""

    block: Block
    said: str = ""

    @property
    def cost(self) -> int:
        """How much of `LONGEST_MESSAGE` it takes up, in its blocks or in its text, whichever is more."""
        # In a list a block is followed by two marks more.
        return max(units(json.dumps(self.block, ensure_ascii=False)) + 2, units(escaped(self.said)) + 1)


def plain_text(text: str) -> Block:
    """A text object in which nothing is formatted."""
    return {"type": "plain_text", "text": text, "emoji": False}


def run(text: str, **style: bool) -> Block:
    """A stretch of text in a rich text element."""
    return {"type": "text", "text": text, "style": style} if style else {"type": "text", "text": text}


def section(*runs: Block) -> Block:
    """A paragraph of a rich text block."""
    return {"type": "rich_text_section", "elements": list(runs)}


def rich(*elements: Block) -> Block:
    """A rich text block of sections, lists and quotes."""
    return {"type": "rich_text", "elements": list(elements)}


def said_in(runs: Iterable[Block]) -> str:
    """The text of the runs."""
    return "".join(each["text"] for each in runs)


def paragraph(text: str, **style: bool) -> list[Drawn]:
    """Text in as many blocks as it needs; none for white space."""
    return [Drawn(block=rich(section(run(part, **style))), said=part) for part in _parts(text)]


def quote(text: str) -> list[Drawn]:
    """Text set off as a quotation."""
    return [Drawn(block=rich({"type": "rich_text_quote", "elements": [run(part)]}), said=part) for part in _parts(text)]


def header(text: str) -> list[Drawn]:
    """A title, as a header where it is short enough."""
    text = inert(text)
    if units(text) > LONGEST_HEADER or not text.strip():
        return paragraph(text, bold=True)
    return [Drawn(block={"type": "header", "text": plain_text(text)}, said=text)]


def bullets(items: Iterable[str]) -> list[Drawn]:
    """A list, in more than one block where it is long."""
    parts = [part for item in items for part in _parts(item)]
    return [
        Drawn(
            block=rich(
                {"type": "rich_text_list", "style": "bullet", "elements": [section(run(part)) for part in some]}
            ),
            said="\n".join(some),
        )
        for some in _together(parts)
    ]


def small_print(text: str) -> list[Drawn]:
    """Text of lesser weight."""
    return [Drawn(block={"type": "context", "elements": [plain_text(part)]}, said=part) for part in _parts(text)]


def picture(url: str, alt: str) -> list[Drawn]:
    """An image with the words that stand for it; words that do not fit go under it."""
    first, *more = list(_parts(alt, LONGEST_ALT)) or ["…"]
    return [Drawn(block={"type": "image", "image_url": url, "alt_text": first}, said=first)] + [
        drawn for part in more for drawn in small_print(part)
    ]


def way(label: str, url: str) -> Drawn:
    """A link of our own in a line by itself."""
    shown = inert(label).strip() or url
    return Drawn(block=rich(section({"type": "link", "url": url, "text": shown})), said=shown)


def button(label: str, action: str, value: str, **more: object) -> Block:
    """A button; its label and value must be short enough."""
    made: Block = {"type": "button", "text": plain_text(label), "action_id": action, **more}
    return made | {"value": value} if value else made


def actions(buttons: Iterable[Block]) -> Drawn:
    """A row of buttons."""
    return Drawn(block={"type": "actions", "elements": list(buttons)})


def labelled(text: str, accessory: Block) -> list[Drawn]:
    """Text with a button beside its last part."""
    *before, last = _parts(text)
    return [drawn for part in before for drawn in paragraph(part)] + [
        Drawn(block={"type": "section", "text": plain_text(last), "accessory": accessory}, said=last)
    ]


def _parts(text: str, longest: int = LONGEST_TEXT) -> list[str]:
    return [part for part in pieces(inert(text), longest) if part.strip()]


def _together(parts: list[str]) -> Iterable[list[str]]:
    """Runs of parts that fit into one block: by length, and by number, as every item costs JSON of its own."""
    some: list[str] = []
    for part in parts:
        if some and (units("".join([*some, part])) > LONGEST_TEXT or len(some) == MOST_BUTTONS):
            yield some
            some = []
        some.append(part)
    if some:
        yield some
