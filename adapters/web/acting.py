"""What somebody did on the page as a message to the coach: only what stands in their own conversation can be meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.web.asked import Asked
from adapters.web.conversation import cards_of
from adapters.web.refusals import Refused
from bot.delivery.ports import Utterance
from bot.domain.cards import Card, Field, Form, Input
from bot.domain.messages import REVISED, WITHDRAWN, EventKey, Incoming
from bot.domain.people import PartnerId


@dataclass(frozen=True, kw_only=True)
class Done:
    """A message to the coach; `pressed` is what the page shows of it where nothing was typed."""

    incoming: Incoming
    pressed: Utterance | None = None


def done(asked: Asked, message: Incoming, said: Sequence[Utterance]) -> Done:
    """What was done. `message` is bare but for who and when; `said` is their conversation. `Refused` otherwise."""
    if asked.press:
        return _pressed(asked, message, said)
    if asked.fills:
        return _filled_in(asked, message, said)
    if asked.is_typed:
        return Done(incoming=replace(message, text=asked.text))
    own = _own(asked.revises or asked.withdraws, said)
    action, text = (REVISED, asked.text) if asked.revises else (WITHDRAWN, "")
    return Done(incoming=replace(message, text=text, action=action, values={"of": own.key}))


def _pressed(asked: Asked, message: Incoming, said: Sequence[Utterance]) -> Done:
    name, _, number = asked.press.rpartition("|")
    key, card = _card(name, said)
    if not number.isdecimal() or int(number) >= len(card.buttons):
        raise Refused(409, "gone")
    button = card.buttons[int(number)]
    incoming = replace(message, action=button.action, values={"value": button.value})
    return Done(incoming=incoming, pressed=_noted(incoming, button.label, key))


def _filled_in(asked: Asked, message: Incoming, said: Sequence[Utterance]) -> Done:
    key, card = _card(asked.fills, said)
    if card.form is None:
        raise Refused(409, "gone")
    incoming = replace(message, action=card.form.id, values=_values(card.form, asked.fields))
    return Done(incoming=incoming, pressed=_noted(incoming, card.form.submit, key))


def _values(form: Form, given: Mapping[str, str]) -> Mapping[str, str]:
    filled = {field.id: _value(field, given.get(field.id, "")) for field in form.fields}
    if any(field.required and not filled[field.id].strip() for field in form.fields):
        raise Refused(400, "field")
    return {**filled, "value": form.value}


def _value(field: Field, given: str) -> str:
    """What was filled in; of choices, those that there are."""
    if field.input not in {Input.CHOICE, Input.CHOICES}:
        return given
    several = given.split(",") if field.input is Input.CHOICES else [given]
    return ",".join(value for value, _ in field.choices if value in several)


def _card(name: str, said: Sequence[Utterance]) -> tuple[EventKey, Card]:
    for each in said:
        for drawn in cards_of(each):
            if drawn.name == name:
                return drawn.key, drawn.card
    raise Refused(409, "gone")


def _own(key: str, said: Sequence[Utterance]) -> Utterance:
    found = next((each for each in said if each.key == key), None)
    if found is None or found.card is not None or found.answers:
        raise Refused(409, "gone")
    return found


def _noted(incoming: Incoming, label: str, card: EventKey) -> Utterance:
    who = PartnerId(incoming.sender.user)
    return Utterance(key=incoming.key, partner=who, at=incoming.received_at, text=label, answers=card)
