"""The buttons in messages of either platform, by their labels."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def button(messages: Sequence[Mapping[str, Any]], label: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The last message that has a button of this label, and the button."""
    for message in reversed(messages):
        for each in buttons_in(message):
            if label in (each.get("title"), each.get("text", {}).get("text")):
                return message, each
    raise AssertionError(f"no button “{label}” in {len(messages)} messages")


def buttons_in(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if value.get("type") in {"button", "Action.Execute"}:
            yield value
        for each in value.values():
            yield from buttons_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from buttons_in(each)
