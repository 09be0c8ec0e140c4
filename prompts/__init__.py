"""Every word that people or models read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from string import Template

import yaml

#: The languages that the coach speaks; each has a file in `prompts/words`.
LOCALES = ("en", "cy")
#: What a language's dates are written as: of English there are several.
_WRITTEN_AS = {"en": "en_GB"}
_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)


@dataclass(frozen=True)
class Words:
    """The copy, by dotted name: `words("ask.nothing_found", title=...)`.

    Whoever holds it says things in the language that is being spoken when they are said, see `speaking`; where none
    is, in `locale`. So a use-case is made once and serves partners of every language.
    """

    locale: str = "en"

    def __call__(self, name: str, /, **values: object) -> str:
        """The text with its `$placeholders` filled; an unknown name or a missing value is a KeyError."""
        return Template(self.entries[name]).substitute({key: str(value) for key, value in values.items()})

    def count(self, name: str, n: int, /, **values: object) -> str:
        """The form of `name` that goes with `n` things, which is `$n` in it: `name.one`, `name.two`, `name.other`."""
        form = f"{name}.{plural_form(n, self.spoken)}"
        return self(form if form in self.entries else f"{name}.other", n=n, **values)

    def day(self, when: date, /) -> str:
        """A day with its month in words and its year."""
        return _written(when, "d MMMM y", self.spoken)

    def month(self, when: date, /) -> str:
        """A month and its year."""
        return _written(when, "LLLL y", self.spoken)

    def in_every_language(self, name: str, /) -> tuple[str, ...]:
        """The text as it stands in each language: for what people may type, whichever they are spoken to in."""
        return tuple(_complete(locale)[name] for locale in LOCALES)

    @property
    def spoken(self) -> str:
        """The language of whatever is said now."""
        return _SPOKEN.get() or self.locale

    @property
    def entries(self) -> Mapping[str, str]:
        """Every text of the language that is being spoken, and in English those that it lacks."""
        return _complete(self.spoken)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """While it is entered, everything is said in this language, by this task and those that it starts.

    One that the coach does not speak is English; of “cy-GB” the language counts; an empty one changes nothing.
    """
    language = locale.replace("_", "-").partition("-")[0].lower()
    known = language if language in LOCALES else LOCALES[0]
    token = _SPOKEN.set(known if language else _SPOKEN.get())
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def current_locale() -> str:
    """The language that is being spoken; English where none is."""
    return _SPOKEN.get() or LOCALES[0]


def plural_form(n: int, locale: str) -> str:
    """Which form of a word goes with `n` things in a language, as CLDR names it: one, two, few, many, other, zero."""
    from babel import Locale

    return str(Locale.parse(locale).plural_form(n))


def _written(when: date, pattern: str, locale: str) -> str:
    from babel.dates import format_datetime

    # Of a date alone it makes a moment of that day.
    return str(format_datetime(when, pattern, locale=_WRITTEN_AS.get(locale, locale)))


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            flat |= _flatten({str(index): item for index, item in enumerate(value)}, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value).strip()
    return flat


@cache
def entries(locale: str) -> Mapping[str, str]:
    """The texts of one language by dotted name, from `prompts/words/<locale>.yaml`."""
    text = resources.files(__name__).joinpath("words", f"{locale}.yaml").read_text(encoding="utf-8")
    return _flatten(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def _complete(locale: str) -> Mapping[str, str]:
    return {**entries(LOCALES[0]), **entries(locale)}


@cache
def words(locale: str = LOCALES[0]) -> Words:
    """The words, in this language wherever no other is being spoken; a FileNotFoundError where there is no such one."""
    entries(locale)
    return Words(locale)


@cache
def prompt(name: str) -> Mapping[str, str]:
    """A prompt for a model, from `prompts/<name>.yaml`: its messages by role."""
    text = resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return _flatten(yaml.load(text, Loader=yaml.CSafeLoader))
