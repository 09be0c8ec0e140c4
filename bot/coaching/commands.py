"""Commands: the few things that people type to make the coach do something. Anything else is a question."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.coaching.roles.commands import role_command
from prompts import Words

#: The names of the commands.
RAISE, INSIST, MINE, ALL, NUMBER, DIGEST = "raise", "insist", "mine", "all", "number", "digest"
JOURNAL, CHECK_IN, SETTINGS, PRIVACY, LANGUAGE = "journal", "check_in", "settings", "privacy", "language"
AWAY, PAUSE, STOP, RESUME, EXPORT, ERASE = "away", "pause", "stop", "resume", "export", "erase"
RHYTHM, PREVIEW = "rhythm", "preview"
HELP, HOME, SET_UP, DOCUMENTS, ASK_PERSON = "help", "home", "set_up", "documents", "ask_person"
#: The commands that are their call and nothing else, each with the name of its calls.
_ALONE = (
    (HELP, "help.calls"),
    (HOME, "home.calls"),
    (SET_UP, "setup.calls"),
    (DOCUMENTS, "documents.calls"),
    (ASK_PERSON, "human.calls"),
)
#: What the coach hears in a channel and in a thread; `channel.calls` has how each is called.
CHANNEL, ONLY_NAMED, FOLLOW = "channel", "only_named", "follow"
#: The commands of one's own check-ins and settings, and those of leads; `mine.calls` has how each is called.
_OWN = (
    JOURNAL,
    CHECK_IN,
    SETTINGS,
    PRIVACY,
    LANGUAGE,
    AWAY,
    PAUSE,
    STOP,
    RESUME,
    EXPORT,
    ERASE,
    RHYTHM,
    PREVIEW,
)
_NUMBER = re.compile(r"b\s?[-\u2010-\u2013]\s?0*(\d{1,9})")
#: What parts a command from what follows it; a hyphen does so before a space only.
_SET_OFF = re.compile(r"[ \t]*(?:[:\n\u2013\u2014]|-(?=\s))")
_MARKS = ":,;.!?\u2013\u2014-"
#: More words than this after “digest” are no filters, and after “away” no dates.
_MOST_FILTERS = 8


@dataclass(frozen=True, kw_only=True)
class Command:
    """What is to be done, and what was said with it: a barrier's own text, a number, filters, dates."""

    name: str
    rest: str = ""


@dataclass(frozen=True, kw_only=True)
class _Calls:
    """How each command is called, in small letters; the longest call first."""

    openings: tuple[tuple[str, str], ...]
    exact: dict[str, str]
    bare: tuple[str, ...]
    not_after: frozenset[str]
    digests: tuple[str, ...]
    shows: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _OwnCalls:
    """How the commands of one's own are called, in small letters; the longest dated call first."""

    exact: dict[str, str]
    dated: tuple[tuple[str, str], ...]
    until: frozenset[str]
    languages: frozenset[str]


def command_in(text: str, words: Words) -> Command | None:
    """The command in a message, or None where it is a question or anything else.

    In doubt it is a question: who wanted to log something is offered that under the answer, and a question that
    became a command is not answered.
    """
    calls, said = _calls(words), text.strip()
    plain = _plain(said)
    if plain in calls.exact:
        return Command(name=calls.exact[plain])
    found = _number(plain, calls) or _alone(said, plain, words)
    if found is not None:
        return found
    return (
        _own(said, plain, words)
        or _hearing(said, plain, words)
        or _of_roles(said, plain, words)
        or _opened(said, calls)
        or _bare(said, calls)
        or _digest(said, calls)
    )


def _alone(said: str, plain: str, words: Words) -> Command | None:
    """A command of one call and nothing else. A single word with a question mark may well be about the library."""
    for name, calls in _ALONE:
        if plain in _listed(_every(words, calls)):
            return None if name != HELP and said.endswith("?") and " " not in plain else Command(name=name)
    return None


def _of_roles(said: str, plain: str, words: Words) -> Command | None:
    found = role_command(said, plain, words)
    return None if found is None else Command(name=found[0], rest=found[1])


def _own(said: str, plain: str, words: Words) -> Command | None:
    """A command of one's own: the call and nothing else, or with dates, or a language's name.

    A single word is no command where it asks: “Privacy?” may well be about the library.
    """
    calls = _own_calls(words)
    if plain in calls.exact:
        return None if said.endswith("?") and " " not in plain else Command(name=calls.exact[plain])
    call, _, last = plain.rpartition(" ")
    if calls.exact.get(call.rstrip(":")) == LANGUAGE and last in calls.languages:
        return Command(name=LANGUAGE, rest=last)
    return _dated(said, calls)


def _hearing(said: str, plain: str, words: Words) -> Command | None:
    """What the coach shall hear: the call and nothing else."""
    for name in (CHANNEL, ONLY_NAMED, FOLLOW):
        if plain in _listed(_every(words, f"channel.calls.{name}")):
            return None if said.endswith("?") and " " not in plain else Command(name=name)
    return None


def _dated(said: str, calls: _OwnCalls) -> Command | None:
    for call, name in calls.dated:
        rest = _after(said, call)
        if rest is None or rest.endswith("?") or not 0 < len(rest.split()) <= _MOST_FILTERS:
            continue
        if rest.split()[0].lower() in calls.until and any(letter.isdecimal() for letter in rest):
            return Command(name=name, rest=_cleaned(rest))
    return None


def _number(plain: str, calls: _Calls) -> Command | None:
    for word in calls.shows:
        plain = plain.removeprefix(f"{word} ")
    rests = [plain.rpartition(f"{word} ") for word in calls.bare]
    before, named, digits = next((parts for parts in rests if parts[1]), ("", "", plain))
    found = _NUMBER.fullmatch(digits)
    if found is not None:
        return Command(name=NUMBER, rest=found[1])
    return Command(name=NUMBER, rest=digits) if named and not before and digits.isdecimal() else None


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
    rest = next((found for word in calls.bare if (found := _after(said, word)) is not None), None)
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
    raising, insisting, mine, everyone, bare, not_after, digests, shows = map(_listed, given)
    openings = [(call, RAISE) for call in raising] + [(call, INSIST) for call in insisting]
    return _Calls(
        openings=tuple(sorted(openings, key=lambda pair: -len(pair[0]))),
        exact={**dict.fromkeys(mine, MINE), **dict.fromkeys(everyone, ALL)},
        bare=tuple(bare),
        not_after=frozenset(not_after),
        digests=tuple(sorted(digests, key=len, reverse=True)),
        shows=tuple(shows),
    )


def _calls(words: Words) -> _Calls:
    return _calls_of(
        (
            _every(words, "barrier.calls.raise"),
            _every(words, "barrier.calls.insist"),
            _every(words, "barrier.calls.mine"),
            _every(words, "barrier.calls.all"),
            _every(words, "barrier.calls.bare"),
            _every(words, "barrier.calls.not_after"),
            _every(words, "barrier.calls.digest"),
            _every(words, "barrier.calls.show"),
        )
    )


def _own_calls(words: Words) -> _OwnCalls:
    names = tuple(_every(words, f"mine.calls.{name}") for name in _OWN)
    languages = _every(words, "mine.calls.english"), _every(words, "mine.calls.welsh")
    return _own_calls_of(names, ", ".join(languages), _every(words, "mine.calls.until"))


@lru_cache(maxsize=8)
def _own_calls_of(given: tuple[str, ...], languages: str, until: str) -> _OwnCalls:
    exact = {call: name for name, calls in zip(_OWN, given, strict=True) for call in _listed(calls)}
    dated = [(call, name) for call, name in exact.items() if name in {AWAY, PAUSE}]
    return _OwnCalls(
        exact=exact,
        dated=tuple(sorted(dated, key=lambda pair: -len(pair[0]))),
        until=frozenset(_listed(until)),
        languages=frozenset(_listed(languages)),
    )


def _every(words: Words, name: str) -> str:
    """What may be typed, in every language: people type what they have learned, whichever they are spoken to in."""
    return ", ".join(words.in_every_language(name))


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in text.split(",")))
