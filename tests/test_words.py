"""Every word that the code asks for is there in every language, and every one that is there is used."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Template

import pytest
from babel import Locale

import adapters
import bot
from knowledge.triage.phrases import factor_names
from prompts import LOCALES, entries

WORDS = entries("en")
OTHERS = tuple(locale for locale in LOCALES if locale != "en")
#: Filled in by the page, which is drawn from these too; `tests/adapters/web/test_words.py` looks at those.
PAGE = "page."
#: What looks like a word's name and is a file's or a column's, or a piece of a longer name.
PARTS = (".html", ".css", ".js", ".id", ".")
#: What the library is searched for: in English, the language of its documents, or nothing would be found.
SOUGHT = ("digest.perceptions.sought", "help.suggestions.", "page.welcome.asks.", "suggest.")
FORMS = {"zero", "one", "two", "few", "many", "other"}
#: Texts that are the same in another language: names of products and codes, no words.
NAMES = {"Partnership Coach", "Demo", "Partnership", "English", "Cymraeg", "rhythm", "Status"}


@cache
def _asked_for() -> frozenset[str]:
    """Every string in the code that looks like the name of a word; a part that is computed is a wildcard."""
    return frozenset(_names())


def _names() -> Iterator[str]:
    sections = "|".join({name.partition(".")[0] for name in WORDS})
    looks_like_one = re.compile(rf"(?:{sections})\.[\w.\0]+")
    for package in (bot, adapters):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                text = _text(node)
                if text and looks_like_one.fullmatch(text):
                    yield text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
    return None


@cache
def _counted(locale: str) -> frozenset[str]:
    """The names that have a form for one and a form for any other number."""
    texts = entries(locale)
    return frozenset(
        name.removesuffix(".other") for name in texts if name.endswith(".other") and f"{name[:-5]}one" in texts
    )


def _base(name: str, locale: str = "en") -> str:
    """A form's own name without its form."""
    base, _, form = name.rpartition(".")
    return base if base in _counted(locale) and form in FORMS else name


@cache
def _bases() -> Mapping[str, list[str]]:
    """The names of words by what the code asks for: a word's own, or that of its forms."""
    found: dict[str, list[str]] = {}
    for name in WORDS:
        for asked in {name, _base(name)}:
            found.setdefault(asked, []).append(name)
    return found


@cache
def _matching(name: str) -> list[str]:
    if "\0" not in name:
        return _bases().get(name, [])
    pattern = re.compile(re.escape(name).replace(re.escape("\0"), r"[\w.]+"))
    return [known for asked, names in _bases().items() if pattern.fullmatch(asked) for known in names]


def test_every_word_that_is_asked_for_is_there() -> None:
    asked = {name for name in _asked_for() if not name.endswith(PARTS)}
    assert {"ask.note", "help.suggestions.\0", "page.title", "handling.age.weeks"} <= asked
    assert [name for name in asked if not _matching(name)] == []


def test_every_word_that_is_there_is_used() -> None:
    used = {known for name in _asked_for() for known in _matching(name)}
    assert [name for name in WORDS if name not in used and not name.startswith(PAGE)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_is_empty_and_every_placeholder_can_be_filled_in(locale: str) -> None:
    for name, text in entries(locale).items():
        assert text, name
        assert Template(text).is_valid(), name


@pytest.mark.parametrize("locale", OTHERS)
def test_every_language_has_every_word(locale: str) -> None:
    theirs = entries(locale)
    ours = {_base(name) for name in WORDS}
    assert sorted(ours ^ {_base(name, locale) for name in theirs}) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_counted_has_a_form_for_every_kind_of_number(locale: str) -> None:
    texts, wanted = entries(locale), {*Locale.parse(locale).plural_form.tags, "other"}
    assert len(_counted(locale)) > 4
    for name in _counted(locale):
        assert {form for form in wanted if f"{name}.{form}" in texts} == wanted, name


@pytest.mark.parametrize("locale", OTHERS)
def test_the_same_is_filled_in_in_every_language(locale: str) -> None:
    """A form need not say its number: “a week”."""
    theirs = entries(locale)
    for name, text in theirs.items():
        base = _base(name, locale)
        ours = WORDS.get(name, WORDS.get(f"{base}.other", ""))
        number = {"n"} if base != name else set()
        assert _placeholders(text) - number == _placeholders(ours) - number, name
        assert _placeholders(text) <= _placeholders(ours) | number, name


@pytest.mark.parametrize("locale", OTHERS)
def test_nothing_was_left_in_english(locale: str) -> None:
    same = [name for name, text in entries(locale).items() if text == WORDS.get(name) and not name.startswith(SOUGHT)]
    assert [name for name in same if not _is_no_word(entries(locale)[name])] == []


def _is_no_word(text: str) -> bool:
    bare = Template(text).safe_substitute(dict.fromkeys(Template(text).get_identifiers(), ""))
    return text in NAMES or not re.search(r"[A-Za-z]{2}", bare)


def test_every_factor_has_a_name_in_every_language() -> None:
    names = [factor_names(locale) for locale in LOCALES]
    assert all(list(each) == list(names[0]) and len(set(each.values())) == len(names[0]) for each in names)
    assert not set(names[0].values()) & set(names[1].values())


@pytest.mark.parametrize("locale", LOCALES)
def test_labels_fit_on_buttons(locale: str) -> None:
    """Those that stand on a button have at most 20 characters in English; another language gets no more."""
    for name, text in entries(locale).items():
        short = len(WORDS.get(name, "")) <= 20 and name in _on_buttons()
        assert not short or len(text) <= 20, f"{name}: {text}"


@cache
def _on_buttons() -> frozenset[str]:
    """The names of words that a `Button` has as its label, as far as they are written where it is made."""
    found: set[str] = set()
    for path in Path(bot.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Button", "Form"):
                shown = [each.value for each in node.keywords if each.arg in ("label", "submit")]
                asked = [_text(part) for value in shown for part in ast.walk(value)]
                found |= {known for name in asked if name for known in _matching(name)}
    return frozenset(found)


def _placeholders(text: str) -> set[str]:
    return set(Template(text).get_identifiers())
