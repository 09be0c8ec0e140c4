"""What a person did on the page, read from the body of a POST."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

#: 256 kB: far more than the coach reads, so that a long message gets the coach's own answer.
LARGEST_BODY = 256 * 1024
_EVENT = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MOST_FIELDS = 80
#: What somebody may do besides writing; each names a part of a card or an own message.
_ACTS = ("press", "fills", "revises", "withdraws")
#: The fields of a card's form have names of their own after this.
FIELD = "field."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One thing that somebody does on the page. `event` is the page's own id for it, the same on every retry.

    Where `press` or `fills` is given, a button or a form of a card is meant, as `Drawn` names it; where `revises` or
    `withdraws` is, an own message by its key. With neither, `text` is a new message.
    """

    partner: str
    event: str
    text: str = ""
    press: str = ""
    fills: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    revises: str = ""
    withdraws: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether it is a new message."""
        return not (self.press or self.fills or self.revises or self.withdraws)

    @property
    def is_written(self) -> bool:
        """Whether its text is a message, new or instead of another."""
        return self.is_typed or bool(self.revises)

    @property
    def meant(self) -> Mapping[str, str]:
        """Everything else of it, by the names by which a form sends it again."""
        acts = {"press": self.press, "fills": self.fills, "revises": self.revises, "withdraws": self.withdraws}
        named = {name: value for name, value in acts.items() if value}
        return named | {f"{FIELD}{name}": value for name, value in self.fields.items()}


def read_asked(content_type: str, body: bytes, event: str = "") -> Asked:
    """What a form or a JSON object says; `ValueError` when it is neither, or a field is missing or malformed.

    A form of a card says no event of its own where the page has no script: `event` stands for it.
    """
    given = _fields(content_type, body)
    acts = {name: _text(given, name) for name in _ACTS if name in given}
    if len(acts) > 1 or not all(acts.values()):
        raise ValueError("more than one thing")
    writes = not acts or "revises" in acts
    asked = Asked(
        partner=_text(given, "as"),
        event=_text(given, "event") if "event" in given or not acts else event,
        text=_text(given, "text").replace("\r\n", "\n") if writes else "",
        fields=_filled_in(given),
        **acts,
    )
    if not _EVENT.fullmatch(asked.event):
        raise ValueError("event")
    return asked


def _filled_in(given: Mapping[str, object]) -> Mapping[str, str]:
    """What stands in the fields of a card's form; several choices are joined by commas."""
    named = [name for name in given if name.startswith(FIELD)]
    return {name.removeprefix(FIELD): _text(given, name).replace("\r\n", "\n") for name in named}


def _fields(content_type: str, body: bytes) -> Mapping[str, object]:
    if content_type == "application/json":
        return _object(body)
    if content_type == "application/x-www-form-urlencoded":
        form = parse_qs(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS, separator="&"
        )
        return {name: _one(name, values) for name, values in form.items()}
    raise ValueError("content type")


def _one(name: str, values: Sequence[str]) -> str:
    return ",".join(values) if name.startswith(FIELD) else values[0]


def _object(body: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(name)
    return _storable(value)


def _storable(text: str) -> str:
    """The text without what no database or web page can hold: lone surrogates and NUL become a replacement mark."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if mark == "\0" or "\ud800" <= mark <= "\udfff" else mark for mark in text
    )
