"""What can be wrong with one value of a plan, and how it is said: what was wrong; what to do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

#: The way to a value in a plan: field names, keys and 0-based positions, such as `("leads", 0, "email")`.
At = tuple[str | int, ...]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 40
#: So many choices are listed in full.
_FEW = 14
#: Characters of a wrong value that a message repeats.
_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something wrong with the value at `at`: what was wrong; what to do."""

    at: At
    text: str


def quoted(text: str) -> str:
    """The text as a message may show it: in quotation marks, cut short, nothing unreadable in it."""
    readable = "".join(letter if letter.isprintable() else "�" for letter in text[: _SHOWN + 1])
    return f"“{readable if len(text) <= _SHOWN else readable[:_SHOWN] + '…'}”"


def plain(at: At, text: str, longest: int) -> Iterator[Problem]:
    """Unless the text is one line of readable words."""
    if not text.strip():
        yield Problem(at=at, text=f"{at[-1]} is empty; write it out")
    elif not text.isprintable() or len(text) > longest:
        yield Problem(at=at, text=f"{at[-1]} must be one line of at most {longest} readable characters; shorten it")


def slug(at: At, text: str) -> Iterator[Problem]:
    """Unless the text can be an id."""
    if not _SLUG.fullmatch(text) or len(text) > _LONGEST_SLUG:
        advice = f"use at most {_LONGEST_SLUG} small letters, digits and single hyphens, such as harbour-housing"
        yield Problem(at=at, text=f"id {quoted(text)} cannot be used; {advice}")


def within(at: At, number: int, lowest: int, highest: int) -> Iterator[Problem]:
    """Unless the number is in the range, ends included."""
    if not lowest <= number <= highest:
        yield Problem(at=at, text=f"{at[-1]} is {number}; use a whole number from {lowest} to {highest}")


def one_of(at: At, word: str, choices: Iterable[str], kind: str) -> Iterator[Problem]:
    """Unless the word is among the choices; the problem says which one it may have meant."""
    if word not in choices:
        yield Problem(at=at, text=f"there is no {kind} {quoted(word)}; {instead(word, choices)}")


def repeated(values: Iterable[tuple[At, str]], text: str) -> Iterator[Problem]:
    """One for each value that was there before, at its later place."""
    seen: set[str] = set()
    for at, value in values:
        if value in seen:
            yield Problem(at=at, text=f"{quoted(value)} {text}")
        seen.add(value)


def instead(word: str, choices: Iterable[str]) -> str:
    """Advice: the nearest choice, or all of them where they are few."""
    ordered = sorted(choices)
    near = get_close_matches(word, ordered, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"use one of {', '.join(ordered)}" if len(ordered) <= _FEW else "correct it"
