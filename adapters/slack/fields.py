"""The fields of a form as Block Kit's inputs. What an input cannot hold is written out above it, never cut.

Limits: docs.slack.dev/reference/block-kit/blocks/input-block and the pages of its elements, /composition-objects.
"""

from dataclasses import dataclass

from adapters.slack.blocks import LONGEST_LABEL, Block, Drawn, bullets, paragraph, plain_text
from adapters.slack.text import inert, pieces, units
from bot.domain.cards import Field, Input

#: What the one element of an input is called, in what is sent.
ANSWER = "value"
_CHOOSING = (Input.CHOICE, Input.CHOICES)
#: What shows few options, and what shows more.
_ONE, _SEVERAL = ("radio_buttons", "static_select"), ("checkboxes", "multi_static_select")
_MOST_BOXES = 10
_MOST_OPTIONS = 100
_LONGEST_ANSWER = 3_000


@dataclass(frozen=True, kw_only=True)
class Room:
    """How long the name or hint of a field may be in its input, and the text that stands in it at first."""

    name: int
    initial: int


ROOMY = Room(name=1_900, initial=_LONGEST_ANSWER)
#: For forms with much text, from roomy to tight.
ROOMS = (ROOMY, Room(name=300, initial=_LONGEST_ANSWER), Room(name=150, initial=1_000), Room(name=75, initial=0))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One field: its input, and what stands above that because it did not fit."""

    above: tuple[Drawn, ...]
    drawn: Drawn


def asked(field: Field, room: Room) -> Asked:
    """One question of a form."""
    label, hint, initial = inert(field.label), inert(field.hint), _initial(field)
    name = _name(label, room)
    above = paragraph(label) if name != label else []
    above += paragraph(hint) if units(hint) > room.name else []
    above += bullets(_long_choices(field))
    moved = units(initial) > room.initial
    above += paragraph(initial) if moved else []
    block: Block = {
        "type": "input",
        "block_id": field.id,
        "label": plain_text(name),
        "element": _choosing(field) if field.input in _CHOOSING else _typing(field, "" if moved else initial),
        "optional": moved or not field.required,
    }
    if hint.strip() and units(hint) <= room.name:
        block["hint"] = plain_text(hint)
    return Asked(above=tuple(above), drawn=Drawn(block=block, said=name))


def _initial(field: Field) -> str:
    """The text that stands in the field at first; none for choices, which are made where they stand."""
    return "" if field.input in _CHOOSING else inert(field.initial)


def _name(label: str, room: Room) -> str:
    if units(label) <= room.name:
        return label if label.strip() else "…"
    return f"{next(pieces(label, room.name - 1)).rstrip()}…"


def _typing(field: Field, initial: str) -> Block:
    block: Block = {
        "type": "plain_text_input",
        "action_id": ANSWER,
        "multiline": field.input is Input.TEXT or "\n" in initial,
        "max_length": _LONGEST_ANSWER,
    }
    return block | {"initial_value": initial} if initial else block


def _choosing(field: Field) -> Block:
    options = [_option(number, value, label) for number, (value, label) in enumerate(field.choices, 1)]
    # Slack wants the very objects that stand among the options.
    chosen = [option for option in options if option["value"] in field.chosen]
    if field.input is Input.CHOICES:
        return _offered(_SEVERAL, options) | ({"initial_options": chosen} if chosen else {})
    return _offered(_ONE, options) | ({"initial_option": chosen[0]} if chosen else {})


def _offered(kinds: tuple[str, str], options: list[Block]) -> Block:
    few, many = kinds
    if len(options) <= _MOST_BOXES:
        return {"type": few, "action_id": ANSWER, "options": options}
    if len(options) <= _MOST_OPTIONS:
        return {"type": many, "action_id": ANSWER, "options": options}
    starts = range(0, len(options), _MOST_OPTIONS)
    groups = [_group(start, options[start : start + _MOST_OPTIONS]) for start in starts]
    return {"type": many, "action_id": ANSWER, "option_groups": groups}


def _group(start: int, options: list[Block]) -> Block:
    return {"label": plain_text(f"{start + 1}–{start + len(options)}"), "options": options}


def _option(number: int, value: str, label: str) -> Block:
    return {"text": plain_text(_short_choice(number, label)), "value": value}


def _short_choice(number: int, label: str) -> str:
    """The choice, or its number and first words where it is written out above."""
    clean = inert(label)
    if _fits(clean):
        return clean
    mark = f"{number}. "
    return f"{mark}{next(pieces(clean, LONGEST_LABEL - len(mark) - 1), '').rstrip()}…"


def _long_choices(field: Field) -> list[str]:
    numbered = enumerate((inert(label) for _, label in field.choices), 1)
    return [f"{number}. {label}" for number, label in numbered if label.strip() and not _fits(label)]


def _fits(label: str) -> bool:
    return bool(label.strip()) and units(label) <= LONGEST_LABEL
