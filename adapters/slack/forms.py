"""Forms: a button that carries the form, the modal it opens, and what was filled in.

Nothing is kept between the button and the modal: the form travels in the button's value. One that is too long for
that stands in the message itself.
"""

import json
from collections.abc import Mapping
from typing import Any

from adapters.slack.blocks import (
    LONGEST_LABEL,
    LONGEST_VALUE,
    Block,
    Drawn,
    actions,
    bullets,
    button,
    paragraph,
    plain_text,
)
from adapters.slack.places import Spot
from adapters.slack.text import inert, pieces, units
from bot.domain.cards import Field, Form, Input
from prompts import Words

#: The action of a button that opens a form, and what goes before the form's own id on the button that sends one.
OPEN_FORM = "slack-form"
SEND_FORM = "slack.send."
_INPUT = "value"
_LONGEST_SUBMIT = 24
_MOST_RADIO_BUTTONS = 10
_MOST_OPTIONS = 100
_LONGEST_NAME = 1_900
_LONGEST_ANSWER = 3_000


def draw_form(form: Form, words: Words) -> list[Drawn]:
    """The form as it stands in a message: a button that opens it, or its fields where a button cannot carry it."""
    carried = encoded(form)
    if units(carried) <= LONGEST_VALUE:
        return [actions([button(words("slack.form.open"), OPEN_FORM, carried, style="primary")])]
    label = form.submit if _short(form.submit, LONGEST_LABEL) else words("slack.form.send")
    send = actions([button(label, SEND_FORM + form.id, form.value, style="primary")])
    return [*_fields(form), *_submit_in_full(form, label), send]


def render_form(form: Form, spot: Spot, words: Words) -> Block:
    """The modal for a form; what is sent comes back with the form's id and with the place where the answer goes."""
    label = form.submit if _short(form.submit, _LONGEST_SUBMIT) else words("slack.form.send")
    return {
        "type": "modal",
        "callback_id": form.id,
        "private_metadata": f"{spot.place}\n{form.value}" if form.value else spot.place,
        "title": plain_text(words("slack.form.title")),
        "submit": plain_text(label),
        "close": plain_text(words("slack.form.close")),
        "blocks": [drawn.block for drawn in [*_submit_in_full(form, label), *_fields(form)]],
    }


def filled_in(state: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field; nothing for a field left empty. Takes the `state` of a view or of a message."""
    given: dict[str, str] = {}
    for name, block in (state.get("values") or {}).items():
        answer = block.get(_INPUT) or {}
        chosen = answer.get("selected_option") or {}
        value = answer.get("value") or chosen.get("value") or ""
        if not isinstance(value, str):
            raise TypeError("value")
        given[inert(name)] = inert(value)
    return given


def encoded(form: Form) -> str:
    """The form as a short text."""
    fields = [[each.id, each.label, each.input, each.choices, each.required, each.hint] for each in form.fields]
    return json.dumps([form.id, form.submit, fields, form.value], ensure_ascii=False, separators=(",", ":"))


def decoded(text: str) -> Form:
    """The form that `encoded` wrote; raises `ValueError` or `TypeError` for anything else."""
    # Forms that were posted by an older version carry no value.
    name, submit, fields, *value = json.loads(text)
    return Form(id=name, submit=submit, fields=tuple(_decoded_field(*each) for each in fields), value="".join(value))


def _decoded_field(name: str, label: str, kind: str, choices: list[list[str]], required: bool, hint: str) -> Field:  # noqa: FBT001
    options = tuple((value, shown) for value, shown in choices)
    return Field(id=name, label=label, input=Input(kind), choices=options, required=required, hint=hint)


def _fields(form: Form) -> list[Drawn]:
    return [drawn for field in form.fields for drawn in _field(field)]


def _field(field: Field) -> list[Drawn]:
    """One question. A label, hint or choice that its place cannot hold is written out above it."""
    label, *more = list(pieces(inert(field.label), _LONGEST_NAME)) or ["…"]
    hint_fits = units(field.hint) <= _LONGEST_NAME
    block: Block = {
        "type": "input",
        "block_id": field.id,
        "label": plain_text(label),
        "element": _element(field),
        "optional": not field.required,
    }
    if field.hint.strip() and hint_fits:
        block["hint"] = plain_text(inert(field.hint))
    above = [drawn for part in more for drawn in paragraph(part)]
    above += [] if hint_fits else paragraph(field.hint)
    above += bullets(_long_choices(field))
    return [*above, Drawn(block=block, said=label)]


def _element(field: Field) -> Block:
    if field.input is not Input.CHOICE:
        multiline = field.input is Input.TEXT
        return {
            "type": "plain_text_input",
            "action_id": _INPUT,
            "multiline": multiline,
            "max_length": _LONGEST_ANSWER,
        }
    options = [_option(number, value, label) for number, (value, label) in enumerate(field.choices, 1)]
    if len(options) <= _MOST_RADIO_BUTTONS:
        return {"type": "radio_buttons", "action_id": _INPUT, "options": options}
    if len(options) <= _MOST_OPTIONS:
        return {"type": "static_select", "action_id": _INPUT, "options": options}
    starts = range(0, len(options), _MOST_OPTIONS)
    groups = [_group(start, options[start : start + _MOST_OPTIONS]) for start in starts]
    return {"type": "static_select", "action_id": _INPUT, "option_groups": groups}


def _group(start: int, options: list[Block]) -> Block:
    return {"label": plain_text(f"{start + 1}–{start + len(options)}"), "options": options}


def _option(number: int, value: str, label: str) -> Block:
    return {"text": plain_text(_short_choice(number, label)), "value": value}


def _short_choice(number: int, label: str) -> str:
    """The choice, or its number and first words where it is written out above."""
    clean = inert(label)
    if _short(clean, LONGEST_LABEL):
        return clean
    mark = f"{number}. "
    return f"{mark}{next(pieces(clean, LONGEST_LABEL - len(mark) - 1), '').rstrip()}…"


def _long_choices(field: Field) -> list[str]:
    numbered = enumerate((inert(label) for _, label in field.choices), 1)
    return [f"{number}. {label}" for number, label in numbered if label.strip() and not _short(label, LONGEST_LABEL)]


def _submit_in_full(form: Form, label: str) -> list[Drawn]:
    return [] if label == form.submit else paragraph(form.submit)


def _short(text: str, longest: int) -> bool:
    return bool(text.strip()) and units(text) <= longest
