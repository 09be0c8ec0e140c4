"""Days as people type them: “31.03.2027”, “31/3/27”, “2027-03-31”, one after the other."""

import re
from datetime import date

from bot.domain.partnership import Span

_DAY = re.compile(r"\b(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2}))\b")
_CENTURY = 2000


def days_in(text: str) -> tuple[date, ...]:
    """The days in a text, in its order; raises `ValueError` where one of them is none of the calendar's."""
    return tuple(_day(found) for found in _DAY.finditer(text))


def span_in(text: str, today: date, until: frozenset[str]) -> Span | None:
    """The days that a text names: two are the first and the last, one after a word of `until` is the last from today.

    None where it says anything else. Raises `ValueError` as `days_in` does.
    """
    days = days_in(text)
    first_word = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    if len(days) == 1 and first_word in until:
        return Span(first=today, last=days[0])
    if len(days) == 2:  # noqa: PLR2004 - the first and the last
        return Span(first=days[0], last=days[1])
    return None


def _day(found: re.Match[str]) -> date:
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    full = int(year) if len(year) == 4 else _CENTURY + int(year)  # noqa: PLR2004
    return date(full, int(month), int(day))
