"""Reading activities: JSON that anybody may have sent, so nothing in it is taken to be there or of its kind."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
#: One activity of the Bot Framework, as the JSON object it travels as.
Activity = Mapping[str, Any]

_NOTHING: Mapping[str, Any] = {}


def part(activity: Activity, *path: str) -> Mapping[str, Any]:
    """The object at a path, empty where there is none."""
    found: object = activity
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else _NOTHING


def text(activity: Activity, *path: str) -> str:
    """The string at a path, empty where there is none."""
    found = part(activity, *path[:-1]).get(path[-1])
    return storable(found) if isinstance(found, str) else ""


def storable(found: str) -> str:
    """The text without what no database can hold: lone surrogates and NUL become a replacement mark."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if mark == "\0" or "\ud800" <= mark <= "\udfff" else mark for mark in found
    )
