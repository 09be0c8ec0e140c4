"""Every word that the code asks for is there, and every one that is there is used."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Template

import adapters
import bot
from prompts import words

WORDS = words()
#: Filled in by the page, which is drawn from these too; `tests/adapters/web/test_words.py` looks at those.
PAGE = "page."
#: What looks like a word's name and is a file's or a column's, or a piece of a longer name.
PARTS = (".html", ".css", ".js", ".id", ".")


@cache
def _asked_for() -> frozenset[str]:
    """Every string in the code that looks like the name of a word; a part that is computed is a wildcard."""
    return frozenset(_names())


def _names() -> Iterator[str]:
    sections = "|".join({name.partition(".")[0] for name in WORDS.entries})
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


def _matching(name: str) -> list[str]:
    if "\0" not in name:
        return [name] if name in WORDS.entries else []
    pattern = re.escape(name).replace(re.escape("\0"), r"[\w.]+")
    return [known for known in WORDS.entries if re.fullmatch(pattern, known)]


def test_every_word_that_is_asked_for_is_there() -> None:
    asked = {name for name in _asked_for() if not name.endswith(PARTS)}
    assert {"ask.note", "help.suggestions.\0", "page.title"} <= asked
    assert [name for name in asked if not _matching(name)] == []


def test_every_word_that_is_there_is_used() -> None:
    used = {known for name in _asked_for() for known in _matching(name)}
    assert [name for name in WORDS.entries if name not in used and not name.startswith(PAGE)] == []


def test_no_word_is_empty_and_every_placeholder_can_be_filled_in() -> None:
    for name, text in WORDS.entries.items():
        assert text, name
        assert Template(text).is_valid(), name
