"""A pytest plugin: every card that the use-cases say while their own tests run, with the words that went into it.

`COACH_GALLERY_FILE` is what it writes: a line of JSON for each card. `COACH_GALLERY_LOCALE` is the language in which
everything is said; in Welsh a test that expects English fails, and what it heard until then is recorded none the less.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import prompts
from bot.domain.cards import Card, to_json
from prompts import Words
from tests.gallery.unspoken import PARTS

_BOT = str(Path(__file__).parents[2] / "bot")
_LOCALE = os.environ["COACH_GALLERY_LOCALE"]
#: Every text that was said, and the words' name of it.
_NAMES: dict[str, set[str]] = {}
#: The parts of lines that were said since the test began.
_PARTS: dict[str, str] = {}
_CARDS: list[tuple[str, str, Card, frozenset[str]]] = []
_RUNNING = [""]


def pytest_configure() -> None:
    _speak()
    _hear_words()
    _hear_cards()


def pytest_runtest_setup(item: pytest.Item) -> None:
    # What is made up at random, or done by two at once, is another card every time.
    made_up = getattr(getattr(item, "obj", None), "is_hypothesis_test", False) or "at_once" in item.name
    _RUNNING[0] = "" if made_up else item.nodeid
    _PARTS.clear()


def pytest_sessionfinish() -> None:
    lines = []
    for test, made_in, card, parts in _CARDS:
        names = sorted({name for text in texts(card) for name in _NAMES.get(text, ())} | parts)
        shown = "\n".join(texts(card))
        lines.append(json.dumps({"test": test, "from": made_in, "words": names, "shown": shown, "card": to_json(card)}))
    # In the order in which they were said; the same card twice is one.
    Path(os.environ["COACH_GALLERY_FILE"]).write_text("\n".join(dict.fromkeys(lines)) + "\n", encoding="utf-8")
    Path(os.environ["COACH_GALLERY_FILE"] + ".said").write_text(
        json.dumps({text: sorted(names) for text, names in _NAMES.items()}), encoding="utf-8"
    )


def texts(card: Card) -> list[str]:
    """Every text of a card that somebody reads, one by one."""
    found = [card.title, *(each.text for each in card.paragraphs), *card.items, card.note]
    found += [text for fact in card.facts for text in (fact.name, fact.value)]
    found += [*(each.label for each in card.buttons), *(each.label for each in card.links)]
    found += [card.image.alt] if card.image else []
    if card.form:
        found.append(card.form.submit)
        for each in card.form.fields:
            found += [each.label, each.hint, each.initial, *(label for _, label in each.choices)]
    found += [each.where for each in card.quotations]
    return [text for text in found if text] + [text for more in card.more for text in texts(more)]


def _speak() -> None:
    spoken = prompts._SPOKEN
    # What asks for no words, such as the names of matters, asks here.
    spoken.set(_LOCALE)
    Words.spoken = property(lambda self: spoken.get() or _LOCALE)  # type: ignore[method-assign, assignment]


def _hear_words() -> None:
    said = Words.__call__

    def heard(self: Words, name: str, /, **values: object) -> str:
        text = said(self, name, **values)
        if self.spoken == _LOCALE:
            _NAMES.setdefault(text, set()).add(name)
            if name in PARTS:
                _PARTS[name] = text
        return text

    Words.__call__ = heard  # type: ignore[method-assign]


def _hear_cards() -> None:
    made = Card.__init__

    def heard(self: Card, **values: Any) -> None:
        made(self, **values)
        frame = sys._getframe(1)
        while frame.f_back and Path(frame.f_code.co_filename).name == "dataclasses.py":
            frame = frame.f_back
        file = frame.f_code.co_filename
        # What a use-case said: not what a test expects, and not what was read from a durable row.
        if _RUNNING[0] and file.startswith(_BOT) and frame.f_code.co_name != "from_json" and Words().spoken == _LOCALE:
            room, module = Path(file).with_suffix("").parts[-2:]
            _CARDS.append((_RUNNING[0], f"{room}.{module}.{frame.f_code.co_name}", self, _parts_of(self)))

    Card.__init__ = heard  # type: ignore[method-assign]


def _parts_of(card: Card) -> frozenset[str]:
    """The parts of lines that stand in a card as words of their own."""
    shown = "\n".join(texts(card))
    return frozenset(name for name, text in _PARTS.items() if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", shown))
