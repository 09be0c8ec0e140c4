"""Time zones as others name them."""

from functools import cache
from zoneinfo import available_timezones

#: In the database, and no places.
_NO_PLACES = frozenset({"Factory", "localtime"})


@cache
def zones() -> frozenset[str]:
    """The names in the IANA database; looking them up takes a moment, once."""
    return frozenset(available_timezones()) - _NO_PLACES


def known_zone(name: object) -> str:
    """A zone's name as a platform gave it, or "" where it is none of the IANA database's."""
    return name if isinstance(name, str) and name in zones() else ""
