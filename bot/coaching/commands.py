"""Commands: the few things that people type to make the coach do something. Anything else is a question."""

import re
from dataclasses import dataclass
from functools import lru_cache

from prompts import Words

#: The names of the commands.
RAISE, INSIST, MINE, ALL, NUMBER, DIGEST = "raise", "insist", "mine", "all", "number", "digest"
_NUMBER = re.compile(r"b\s?[-\u2010-\u2013]\s?0*(\d{1,9})")
#: What parts a command from what follows it; a hyphen does so before a space only.
_SET_OFF = re.compile(r"[ \t]*(?:[:\n\u2013\u2014]|-(?=\s))")
_MARKS = ":,;.!?\u2013\u2014-"
#: More words than this after “digest” are no filters.
_MOST_FILTERS = 8


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is to be done, and what was said with it: a barrier's own text, a number, filters."""

    name: str
    rest: str = ""


@dataclass(frozen=True, kw_only=True)
class _Calls:
    """How each command is called, in small letters; the longest call first."""

    openings: tuple[tuple[str, str], ...]
    exact: dict[str, str]
    bare: str
    not_after: frozenset[str]
    digests: tuple[str, ...]
    shows: tuple[str, ...]


def command_in(text: str, words: Words) -> Command | None:
    """The command in a message, or None where it is a question or anything else.

    In doubt it is a question: who wanted to log something is offered that under the answer, and a question that
    became a command is not answered.
    """
    calls, said = _calls(words), text.strip()
    plain = _plain(said)
    if plain in calls.exact:
        return Command(name=calls.exact[plain])
    number = _number(plain, calls)
    if number is not None:
        return number
    return _opened(said, calls) or _bare(said, calls) or _digest(said, calls)


def _number(plain: str, calls: _Calls) -> Command | None:
    for word in calls.shows:
        plain = plain.removeprefix(f"{word} ")
    _, barrier, digits = plain.rpartition(f"{calls.bare} ")
    found = _NUMBER.fullmatch(plain) or _NUMBER.fullmatch(digits)
    if found is not None:
        return Command(name=NUMBER, rest=found[1])
    return Command(name=NUMBER, rest=digits) if barrier and plain == barrier + digits and digits.isdecimal() else None


def _opened(said: str, calls: _Calls) -> Command | None:
    """A call with more than one word, and what follows it."""
    for call, name in calls.openings:
        rest = _after(said, call)
        if rest is None:
            continue
        if _is_set_off(rest) or not rest.endswith("?"):
            return Command(name=name, rest=_cleaned(rest))
    return None


def _bare(said: str, calls: _Calls) -> Command | None:
    """The one word “barrier”: followed by a mark it is a command; followed by words, unless they ask or describe."""
    rest = _after(said, calls.bare)
    if rest is None:
        return None
    first = rest.split(maxsplit=1)[0].lower() if rest.strip() else ""
    if _is_set_off(rest) or not (rest.endswith("?") or first in calls.not_after):
        return Command(name=RAISE, rest=_cleaned(rest))
    return None


def _digest(said: str, calls: _Calls) -> Command | None:
    for call in calls.digests:
        rest = _after(said, call)
        if rest is not None and not rest.endswith("?") and len(rest.split()) <= _MOST_FILTERS:
            return Command(name=DIGEST, rest=_cleaned(rest))
    return None


def _after(said: str, call: str) -> str | None:
    """What follows a call at the beginning, or None where the message does not begin with it as whole words."""
    found = re.match(rf"{_spaced(call)}(?!\w|['’]|-\w)", said, re.IGNORECASE)
    return None if found is None else said[found.end() :]


@lru_cache(maxsize=256)
def _spaced(call: str) -> str:
    return r"\s+".join(map(re.escape, call.split()))


def _is_set_off(rest: str) -> bool:
    """Whether a mark or a new line stands between the call and the rest, or nothing follows at all."""
    return not _cleaned(rest) or _SET_OFF.match(rest) is not None


def _cleaned(rest: str) -> str:
    return rest.strip().lstrip(_MARKS).strip()


def _plain(said: str) -> str:
    return " ".join(said.lower().replace("’", "'").strip(" .!?:").split())


@lru_cache(maxsize=8)
def _calls_of(given: tuple[str, ...]) -> _Calls:
    raising, insisting, mine, everyone, bare, not_after, digests, shows = given
    openings = [(call, RAISE) for call in _listed(raising)] + [(call, INSIST) for call in _listed(insisting)]
    return _Calls(
        openings=tuple(sorted(openings, key=lambda pair: -len(pair[0]))),
        exact={**dict.fromkeys(_listed(mine), MINE), **dict.fromkeys(_listed(everyone), ALL)},
        bare=bare,
        not_after=frozenset(_listed(not_after)),
        digests=tuple(sorted(_listed(digests), key=len, reverse=True)),
        shows=tuple(_listed(shows)),
    )


def _calls(words: Words) -> _Calls:
    return _calls_of(
        (
            words("barrier.calls.raise"),
            words("barrier.calls.insist"),
            words("barrier.calls.mine"),
            words("barrier.calls.all"),
            words("barrier.calls.bare"),
            words("barrier.calls.not_after"),
            words("barrier.calls.digest"),
            words("barrier.calls.show"),
        )
    )


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]
