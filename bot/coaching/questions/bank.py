"""The bank of questions: the coach's own from `prompts/questions.yaml`, and a partnership's file laid over it.

A partnership's file has the same form. An entry with a new id adds a question; one with a known id changes just the
keys that it names, so that `{id: trust-3, retired: true}` retires a question and `{id: trust-3, cy: …}` translates it.
With `alone: true` at its top the file stands by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from bot.coaching.questions.shape import LOCALES, Entry, misshapen
from bot.domain.errors import CoachError
from bot.domain.questions import Depth, FollowUp, IdeaSource, ReflectionQuestion, Suits, Wording


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a question, or with the bank where `id` is empty, as one sentence."""

    id: str
    sentence: str


class QuestionFileError(CoachError):
    """A file of questions cannot be read as one. Told to whoever checks it."""


@cache
def reflection_questions() -> tuple[ReflectionQuestion, ...]:
    """The coach's own questions that are not retired."""
    return tuple(each for each in read(entries_of(own_text(), "questions.yaml"))[0] if not each.retired)


def own_text() -> str:
    """The text of the coach's own file."""
    return resources.files("prompts").joinpath("questions.yaml").read_text(encoding="utf-8")


def entries_of(text: str, name: str, below: Sequence[Entry] = ()) -> list[Entry]:
    """The entries of a file laid over those `below`; raises `QuestionFileError` where it holds none."""
    try:
        root = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as problem:
        raise QuestionFileError(
            f"{name} is not YAML that I can read: check its indents, colons and quotes."
        ) from problem
    listed = root.get("questions") if isinstance(root, dict) else None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise QuestionFileError(
            f"{name} has no list of questions: begin with a line “questions:” and list them below it."
        )
    return listed if root.get("alone") is True else list(_laid_over(below, listed))


def _laid_over(below: Sequence[Entry], listed: Sequence[Entry]) -> Iterator[Entry]:
    """The entries below, changed where the list says so, and then the list's own; a second one of an id stays one."""
    known = {each["id"] for each in below}
    changes: dict[str, Entry] = {}
    added: list[Entry] = []
    for each in listed:
        named = each.get("id")
        if isinstance(named, str) and named in known and named not in changes:
            changes[named] = each
        else:
            added.append(each)
    yield from ({**each, **changes.get(each["id"], {})} for each in below)
    yield from added


def read(entries: Sequence[Entry]) -> tuple[list[ReflectionQuestion], list[Problem]]:
    """The questions that are complete, and what is wrong with the others."""
    questions: list[ReflectionQuestion] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries, 1):
        named = entry["id"] if isinstance(entry.get("id"), str) and entry["id"] else f"entry {number}"
        found = [Problem(id=named, sentence=sentence) for sentence in misshapen(entry)]
        problems += found
        if not found:
            questions.append(_question(entry))
    return questions, problems


def _question(entry: Entry) -> ReflectionQuestion:
    source = entry["source"]
    return ReflectionQuestion(
        id=entry["id"],
        factor=entry["factor"],
        text=entry["question"],
        follow_up=_follow_up(entry),
        source=IdeaSource(
            author=source["author"], year=source["year"], section=source["section"], work=str(source.get("work", ""))
        ),
        suits=Suits(entry["suits"]),
        depth=Depth(entry["depth"]),
        wordings={
            locale: Wording(text=entry[locale]["question"], follow_up=_follow_up(entry[locale]))
            for locale in LOCALES
            if locale in entry
        },
        retired=entry.get("retired", False),
    )


def _follow_up(entry: Entry) -> FollowUp:
    return FollowUp(when=entry["follow_up"]["when"], ask=entry["follow_up"]["ask"])
