"""What a person asked, read from the body of a POST."""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs

#: 256 kB: far more than the coach reads, so that a long message gets the coach's own answer.
LARGEST_BODY = 256 * 1024
_EVENT = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MOST_FIELDS = 20


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One message as the page sends it. `event` is the page's own id for it, the same on every retry."""

    partner: str
    event: str
    text: str


def read_asked(content_type: str, body: bytes) -> Asked:
    """The message in a form or a JSON object; `ValueError` when it is neither, or a field is missing or malformed."""
    fields = _fields(content_type, body)
    asked = Asked(
        partner=_text(fields, "as"),
        event=_text(fields, "event"),
        text=_text(fields, "text").replace("\r\n", "\n"),
    )
    if not _EVENT.fullmatch(asked.event):
        raise ValueError("event")
    return asked


def _fields(content_type: str, body: bytes) -> dict[str, object]:
    if content_type == "application/json":
        return _object(body)
    if content_type == "application/x-www-form-urlencoded":
        form = parse_qs(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS, separator="&"
        )
        return {name: values[0] for name, values in form.items()}
    raise ValueError("content type")


def _object(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(name)
    return _storable(value)


def _storable(text: str) -> str:
    """The text without what no database or web page can hold: lone surrogates and NUL become a replacement mark."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if mark == "\0" or "\ud800" <= mark <= "\udfff" else mark for mark in text
    )
