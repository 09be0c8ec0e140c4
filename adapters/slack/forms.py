"""Forms: a button that carries the form, the modal it opens, and what was filled in.

Nothing is kept between the button and the modal: the form travels in the button's value. One that is too long for
that stands in the message itself.
"""

import json
from collections.abc import Mapping
from typing import Any

from adapters.slack.blocks import (
    LONGEST_LABEL,
    LONGEST_MESSAGE,
    LONGEST_VALUE,
    Block,
    Drawn,
    actions,
    button,
    paragraph,
    plain_text,
)
from adapters.slack.fields import ANSWER, ROOMS, ROOMY, Asked, Room, asked
from adapters.slack.places import Spot
from adapters.slack.text import inert, storable, units
from bot.domain.cards import Field, Form, Input
from prompts import LOCALES, Words, current_locale

#: The action of a button that opens a form, and what goes before the form's own id on the button that sends one.
OPEN_FORM = "slack-form"
SEND_FORM = "slack.send."
_LONGEST_SUBMIT = 24


def draw_form(form: Form, words: Words) -> tuple[list[Drawn], list[Drawn]]:
    """The form as it stands in a message: what may be moved on to another one, and what must stay together.

    It is a button that opens the form, or the form's fields where no button can carry it.
    """
    carried = encoded(form)
    if units(carried) <= LONGEST_VALUE:
        return [], [actions([button(words("slack.form.open"), OPEN_FORM, carried, style="primary")])]
    label = _label(form, LONGEST_LABEL, words)
    send = actions([button(label, SEND_FORM + form.id, storable(form.value), style="primary")])
    inline = [*_inline(_asked(form, ROOMY)), *_submit_in_full(form, label), send]
    if _cost(inline) <= LONGEST_MESSAGE:
        return [], inline
    return _apart(form, send, _submit_in_full(form, label))


def render_form(form: Form, spot: Spot, words: Words) -> Block:
    """The modal for a form; what is sent comes back with the form's id and with the place where the answer goes."""
    label = _label(form, _LONGEST_SUBMIT, words)
    return {
        "type": "modal",
        "callback_id": form.id,
        "private_metadata": f"{spot.place}\n{form.value}" if form.value else spot.place,
        "title": plain_text(words("slack.form.title")),
        "submit": plain_text(label),
        "close": plain_text(words("slack.form.close")),
        "blocks": [drawn.block for drawn in [*_submit_in_full(form, label), *_inline(_asked(form, ROOMY))]],
    }


def filled_in(state: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field; an empty text for a field left empty, commas between several values.

    Takes the `state` of a view or of a message.
    """
    return {
        storable(name): storable(_answered(block.get(ANSWER) or {}))
        for name, block in (state.get("values") or {}).items()
    }


def encoded(form: Form) -> str:
    """The form as a short text; it ends with the language that is being spoken, where that is not English."""
    fields = [_encoded_field(each) for each in form.fields]
    spoken = [] if current_locale() == LOCALES[0] else [current_locale()]
    carried = [form.id, form.submit, fields, form.value, *spoken]
    return json.dumps(carried, ensure_ascii=False, separators=(",", ":"))


def decoded(text: str) -> Form:
    """The form that `encoded` wrote; raises `ValueError` or `TypeError` for anything else."""
    # Forms that were posted by an older version carry no value.
    name, submit, fields, *more = json.loads(text)
    return Form(id=name, submit=submit, fields=tuple(map(_decoded_field, fields)), value="".join(more[:1]))


def spoken_in(text: str) -> str:
    """The language of a form that `encoded` wrote; empty where it says none."""
    return "".join(json.loads(text)[4:])


def _encoded_field(field: Field) -> list[Any]:
    carried: list[Any] = [field.id, field.label, field.input, field.choices, field.required, field.hint]
    return [*carried, field.initial] if field.initial else carried


def _decoded_field(carried: list[Any]) -> Field:
    # Fields that nothing stands in at first end with their hint, as all did in an older version.
    name, label, kind, choices, required, hint, *initial = carried
    return Field(
        id=name,
        label=label,
        input=Input(kind),
        choices=tuple((value, shown) for value, shown in choices),
        required=required,
        hint=hint,
        initial="".join(initial),
    )


def _answered(answer: Mapping[str, Any]) -> str:
    if "selected_options" in answer:
        return ",".join(each["value"] for each in answer["selected_options"])
    chosen = answer.get("selected_option") or {}
    value = answer.get("value") or chosen.get("value") or ""
    if not isinstance(value, str):
        raise TypeError("value")
    return value


def _apart(form: Form, send: Drawn, submit: list[Drawn]) -> tuple[list[Drawn], list[Drawn]]:
    """A form with more text than a message holds: its fields short enough for one, and above them what is in full."""
    for room in ROOMS:
        fields = _asked(form, room)
        together = [*(field.drawn for field in fields), send]
        if _cost(together) <= LONGEST_MESSAGE:
            break
    return [*(drawn for field in fields for drawn in field.above), *submit], together


def _asked(form: Form, room: Room) -> list[Asked]:
    return [asked(field, room) for field in form.fields]


def _inline(fields: list[Asked]) -> list[Drawn]:
    return [drawn for field in fields for drawn in (*field.above, field.drawn)]


def _cost(drawn: list[Drawn]) -> int:
    return sum(each.cost for each in drawn)


def _label(form: Form, longest: int, words: Words) -> str:
    """What the button that sends the form says; a longer title stands in full beside it."""
    title = inert(form.submit)
    return title if title.strip() and units(title) <= longest else words("slack.form.send")


def _submit_in_full(form: Form, label: str) -> list[Drawn]:
    return [] if label == inert(form.submit) else paragraph(form.submit)
