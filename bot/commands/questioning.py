"""`coach questions check`: whether the questions for reflection are fit to be asked."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.bootstrap import library_folders
from bot.coaching.questions.bank import Problem, QuestionFileError, entries_of, own_text, read
from bot.coaching.questions.rules import problems
from bot.coaching.questions.shape import Entry
from bot.coaching.questions.sources import Work, shelf
from bot.coaching.questions.twins import Pair, nearest, same_meaning
from bot.commands.lines import print_line
from bot.commands.screen import screen
from bot.desks.library import in_words
from bot.domain.questions import ReflectionQuestion
from bot.domain.reading_age import grade
from bot.settings import Settings
from knowledge.catalogue import read_overrides
from knowledge.minilm import MiniLM

#: How many of the nearest pairs a program is told, so that somebody can look at them.
_NEAREST = 5


async def check(settings: Settings, file: Path | None, *, as_json: bool) -> bool:
    """Print what is wrong with the coach's questions, or with a partnership's file laid over them; True: nothing."""
    questions, found = read(_entries(file))
    with in_words():
        found += problems(questions, shelf(_catalogued(settings)).holds)
        pairs = nearest(questions, MiniLM(settings.data_dir / "models").embed)
    found += same_meaning(pairs)
    if as_json:
        print_line(_report(questions, found, pairs))
    else:
        _show(questions, found)
    return not found


def _entries(file: Path | None) -> list[Entry]:
    own = entries_of(own_text(), "questions.yaml")
    if file is None:
        return own
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuestionFileError(f"{file} cannot be read ({error.strerror}). Name a file of questions.") from error
    except UnicodeDecodeError as error:
        raise QuestionFileError(f"{file} is not a text file. Save it as UTF-8.") from error
    return entries_of(text, str(file), own)


def _catalogued(settings: Settings) -> Iterator[Work]:
    """The documents that the library's catalogue gives an author and a year, with the authors of their chapters."""
    for folder in library_folders(settings):
        for said in read_overrides(folder).documents.values():
            names = (said.author, *(chapter.author for chapter in said.chapters or ()))
            if said.year is not None and any(names):
                yield Work(names=names, year=said.year)


def _active(questions: Sequence[ReflectionQuestion]) -> list[ReflectionQuestion]:
    return [each for each in questions if not each.retired]


def _report(questions: Sequence[ReflectionQuestion], found: Sequence[Problem], pairs: Sequence[Pair]) -> dict[str, Any]:
    active = _active(questions)
    factors = [each.factor for each in active]
    return {
        "questions": len(active),
        "factors": {factor: factors.count(factor) for factor in dict.fromkeys(factors)},
        "hardest": round(max((grade(each.text) for each in active), default=0.0), 1),
        "nearest": [
            {"ids": [pair.first.id, pair.second.id], "cosine": round(pair.cosine, 3)} for pair in pairs[:_NEAREST]
        ],
        "problems": [{"id": each.id, "problem": each.sentence} for each in found],
    }


def _show(questions: Sequence[ReflectionQuestion], found: Sequence[Problem]) -> None:
    for each in found:
        screen().print(f"{each.id}: {each.sentence}" if each.id else each.sentence)
    count = len(_active(questions))
    screen().print(f"{count} questions, {len(found) or 'no'} {'problem' if len(found) == 1 else 'problems'}.")
