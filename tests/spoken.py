"""Tells English that is left in what somebody reads in another language."""

import re
from collections.abc import Iterator
from functools import cache

from bot.coaching.questions.bank import reflection_questions
from bot.domain.cards import Card
from bot.help_lines_file import help_lines
from knowledge.triage.phrases import factor_names
from prompts import entries

_HOLE = re.compile(r"\$\w+")
#: In characters: a shorter piece may be part of any word.
_SHORTEST = 6


def read_in(card: Card) -> Iterator[str]:
    """Every text of a card that the coach wrote, or may have: all but quotations, which are a document's own."""
    yield from (card.title, card.note, *card.items)
    yield from (each.text for each in card.paragraphs)
    yield from (text for each in card.facts for text in (each.name, each.value))
    yield from (each.label for each in card.buttons)
    yield from (each.label for each in card.links)
    if card.image:
        yield card.image.alt
    if card.form:
        yield card.form.submit
        for field in card.form.fields:
            yield from (field.label, field.hint, *(label for _, label in field.choices))
    for each in card.more:
        yield from read_in(each)


def english_in(card: Card, locale: str) -> list[str]:
    """The texts of a card in another language that hold a piece of an English one."""
    return [text for text in read_in(card) if any(piece in text for piece in _pieces(locale))]


@cache
def _pieces(locale: str) -> frozenset[str]:
    """What stands between the placeholders of English texts, but for what the other language says as well."""
    theirs = "\n".join(_written(locale))
    pieces = {part.strip(" :“”().,") for text in _written("en") for part in _HOLE.split(text)}
    return frozenset(piece for piece in pieces if len(piece) >= _SHORTEST and piece not in theirs)


def _written(locale: str) -> Iterator[str]:
    yield from entries(locale).values()
    yield from factor_names(locale).values()
    for question in reflection_questions():
        worded = question.worded(locale)
        yield from (worded.text, worded.follow_up.when, worded.follow_up.ask)
    for line in help_lines(None):
        yield line.worded(locale).when
