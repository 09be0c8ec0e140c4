"""The elements of an Adaptive Card 1.5 from which a card is built."""

from collections.abc import Sequence
from typing import Any

from adapters.teams.activity import Json, storable
from adapters.teams.inert import LONGEST, chunks, flowing, inert
from bot.domain.cards import Button, Form, Link

#: What a button or a form names its action under, among the values it sends; no field of a form may be called so.
ACTION = "coach.action"
#: What a button sends its value under.
VALUE = "value"

_BOLD = {"weight": "Bolder"}
_SUBTLE = {"isSubtle": True}


def run(text: str, **style: Any) -> Json:
    """Text that is shown as it is, whatever it says; styles are those of a `TextRun`."""
    return {"type": "TextRun", "text": text, **style}


def bold(text: str, **style: Any) -> Json:
    """A run that stands out."""
    return run(text, **_BOLD, **style)


def subtle(text: str, **style: Any) -> Json:
    """A run that stands back."""
    return run(text, **_SUBTLE, **style)


def blocks(*runs: Json) -> list[Json]:
    """The runs as text blocks, one for each line, none longer than `LONGEST`: nothing is left out."""
    lines: list[list[Json]] = [[]]
    for each in runs:
        for number, line in enumerate(flowing(inert(each["text"])).split("\n")):
            if number:
                lines.append([])
            for chunk in chunks(line):
                if sum(len(inline["text"]) for inline in lines[-1]) + len(chunk) > LONGEST:
                    lines.append([])
                lines[-1].append({**each, "text": chunk})
    return [{"type": "RichTextBlock", "inlines": line} for line in lines if line]


def spaced(elements: Sequence[Json], spacing: str) -> list[Json]:
    """The elements with this much room above the first."""
    return [{**element, "spacing": spacing} if not number else element for number, element in enumerate(elements)]


def container(elements: Sequence[Json], **more: Any) -> Json:
    """Elements that belong together."""
    return {"type": "Container", "items": list(elements), **more}


def columns(name: Sequence[Json], value: Sequence[Json]) -> Json:
    """One row of a table of two columns."""
    widths = (1, 2)
    sides = [
        {"type": "Column", "width": width, "items": list(items)}
        for width, items in zip(widths, (name, value), strict=True)
    ]
    return {"type": "ColumnSet", "columns": sides, "spacing": "Small"}


def actions(*each: Json) -> Json:
    """A row of actions."""
    return {"type": "ActionSet", "actions": list(each)}


def toggle(label: str, target: str) -> Json:
    """An action that shows or hides the element with this id."""
    return {"type": "Action.ToggleVisibility", "title": label, "targetElements": [target]}


def button(pressed: Button) -> Json:
    """A button; it sends nothing of what stands in a form."""
    data = {ACTION: pressed.action, VALUE: storable(pressed.value)}
    return _universal(pressed.label, pressed.action, data, {"associatedInputs": "none"})


def way(link: Link) -> Json:
    """A link of our own."""
    return {"type": "Action.OpenUrl", "title": inert(link.label), "url": link.url}


def submit(form: Form, title: str) -> Json:
    """The button that sends a form with all that stands in its fields."""
    data = {ACTION: form.id, **({VALUE: storable(form.value)} if form.value else {})}
    return actions(_universal(title, form.id, data, {"style": "positive"}))


def _universal(title: str, verb: str, data: Json, more: Json) -> Json:
    """An action that is answered in place, and sent as a message by clients that know no such action."""
    common = {"title": inert(title), "data": data, **more}
    return {"type": "Action.Execute", "verb": verb, **common, "fallback": {"type": "Action.Submit", **common}}
