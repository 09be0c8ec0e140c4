"""Forms as inputs of an Adaptive Card. What an input cannot hold is written out above it, never cut."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.teams import elements as draw
from adapters.teams.activity import Json
from adapters.teams.inert import inert
from bot.domain.cards import Field, Form, Input
from prompts import Words

#: A longer title of a button is written out beside it: Teams shows the beginning of it alone.
LONGEST_TITLE = 100
_TYPED = (Input.LINE, Input.TEXT)
_MOST_BOXES = 10

#: Whether these elements can be sent in one message.
Fits = Callable[[Sequence[Json]], bool]


@dataclass(frozen=True, kw_only=True)
class Room:
    """How long the name or hint of a field may be, the text that stands in it at first, and a choice; in characters."""

    name: int
    initial: int
    choice: int


_ROOMY = Room(name=500, initial=10_000, choice=200)
#: For forms with more text than a message holds, from roomy to tight.
_ROOMS = (_ROOMY, Room(name=200, initial=2_000, choice=100), Room(name=60, initial=0, choice=60))


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One field: its input with what belongs to it, and what stands above that because it did not fit."""

    above: tuple[Json, ...]
    drawn: tuple[Json, ...]


def form_elements(form: Form, words: Words, fits: Fits) -> tuple[list[Json], list[Json]]:
    """The fields of a form with the button that sends them: what may be moved on, and what must stay together."""
    title = inert(form.submit)
    long = len(title) > LONGEST_TITLE
    in_full = draw.blocks(draw.run(form.submit)) if long else []
    send = [*in_full, draw.submit(form, words("teams.send") if long else form.submit)]
    inline = [each for asked in _all(form, _ROOMY, words) for each in (*asked.above, *asked.drawn)] + send
    if fits(inline):
        return [], inline
    for room in _ROOMS:
        found = _all(form, room, words)
        together = [*(each for asked in found for each in asked.drawn), send[-1]]
        if fits(together):
            break
    return [*(each for asked in found for each in asked.above), *in_full], together


def _all(form: Form, room: Room, words: Words) -> list[_Asked]:
    return [_asked(field, room, words) for field in form.fields]


def _asked(field: Field, room: Room, words: Words) -> _Asked:
    """One question of a form. A hint stands in the input while nothing else does, and under it otherwise."""
    moved = field.input in _TYPED and len(field.initial) > room.initial
    answer = _typed(field, "" if moved else inert(field.initial)) if field.input in _TYPED else _chosen(field, room)
    hint = _fitting(field.hint, room)
    within = "value" not in answer and field.input is not Input.CHOICES
    placeholder = {"placeholder": hint} if hint and within else {}
    under = [] if within else draw.spaced(draw.blocks(draw.subtle(hint, size="Small")), "Small")
    required = {} if moved else _required(field, words, _shortened(field.label, room.name))
    named = {"id": field.id, "label": _shortened(field.label, room.name), "isRequired": False, **required}
    above = _in_full(field, room) + ([field.initial] if moved else [])
    return _Asked(
        above=tuple(block for text in above for block in draw.blocks(draw.run(text))),
        drawn=({**answer, **named, **placeholder}, *under),
    )


def _fitting(hint: str, room: Room) -> str:
    return inert(hint) if len(inert(hint)) <= room.name else ""


def _required(field: Field, words: Words, label: str) -> Json:
    return {"isRequired": True, "errorMessage": words("teams.required", label=label)} if field.required else {}


def _typed(field: Field, initial: str) -> Json:
    multiline = field.input is Input.TEXT or "\n" in initial
    return {"type": "Input.Text", "isMultiline": multiline, **({"value": initial} if initial else {})}


def _chosen(field: Field, room: Room) -> Json:
    several = field.input is Input.CHOICES
    titles = [_choice(number, label, room) for number, (_, label) in enumerate(field.choices, 1)]
    drawn: Json = {
        "type": "Input.ChoiceSet",
        "style": "expanded" if several and len(titles) <= _MOST_BOXES else "compact",
        "wrap": True,
        "choices": [{"title": title, "value": value} for title, (value, _) in zip(titles, field.choices, strict=True)],
    }
    drawn |= {"isMultiSelect": True} if several else {}
    return drawn | ({"value": ",".join(field.chosen)} if field.chosen else {})


def _in_full(field: Field, room: Room) -> list[str]:
    """The label, the hint and the choices that the input has shortened or left out."""
    found = [text for text in (field.label, field.hint) if len(inert(text)) > room.name]
    numbered = enumerate((label for _, label in field.choices), 1)
    return found + [f"{number}. {label}" for number, label in numbered if len(inert(label)) > room.choice]


def _choice(number: int, label: str, room: Room) -> str:
    """The choice, or its number and first words where it is written out above."""
    return inert(label) if len(inert(label)) <= room.choice else _shortened(f"{number}. {label}", room.choice)


def _shortened(text: str, longest: int) -> str:
    shown = inert(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"
