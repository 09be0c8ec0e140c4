"""What a question's entry in a file must have: each key with the kind of value that belongs to it."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.partnership import FACTORS
from bot.domain.questions import Depth, Suits

#: Languages that a question can be worded in, besides English.
LOCALES = ("cy",)
_FOLLOW_UP = {"when": str, "ask": str}
_SOURCE = {"author": str, "year": int, "section": str}
_ENTRY = {"factor": str, "question": str, "follow_up": dict, "source": dict, "suits": str, "depth": str}
_CHOICES = {"factor": FACTORS, "suits": tuple(Suits), "depth": tuple(Depth)}
_KEYS = {"id", *_ENTRY, "retired", *LOCALES}
_CALLED = {str: "text", int: "a whole number", dict: "keys under it"}

Entry = Mapping[str, Any]


def misshapen(entry: Entry) -> Iterator[str]:
    """A sentence for everything that keeps an entry from being a question."""
    if not isinstance(entry.get("id"), str) or not entry["id"]:
        yield "It has no id: give it one of its own, such as trust-12."
    yield from _lacking(entry, _ENTRY, "")
    yield from _unknown(entry)
    for key, wanted in (("follow_up", _FOLLOW_UP), ("source", _SOURCE)):
        if isinstance(entry.get(key), dict):
            yield from _lacking(entry[key], wanted, f"{key}.")
    if not isinstance(entry.get("retired", False), bool):
        yield "Its “retired” is neither true nor false: write true, or leave it out."
    for locale in LOCALES:
        yield from _untranslated(entry, locale)


def _unknown(entry: Entry) -> Iterator[str]:
    for key in entry:
        if key not in _KEYS:
            yield f"It has “{key}”, which means nothing here: correct the word or remove it."
    for key, choices in _CHOICES.items():
        if isinstance(entry.get(key), str) and entry[key] not in choices:
            yield f"Its {key} is “{entry[key]}”: choose one of {', '.join(choices)}."


def _untranslated(entry: Entry, locale: str) -> Iterator[str]:
    if locale not in entry:
        return
    told = entry[locale]
    if not isinstance(told, dict) or not isinstance(told.get("follow_up"), dict):
        yield f"Its “{locale}” is not a translation: give it a question, and a follow_up with when and ask."
        return
    yield from _lacking(told, {"question": str}, f"{locale}.")
    yield from _lacking(told["follow_up"], _FOLLOW_UP, f"{locale}.follow_up.")


def _lacking(entry: Entry, wanted: Mapping[str, type], place: str) -> Iterator[str]:
    for key, kind in wanted.items():
        value = entry.get(key)
        if not isinstance(value, kind) or isinstance(value, bool) or value in ("", {}):
            yield f"It needs “{place}{key}” with {_CALLED[kind]} in it."
