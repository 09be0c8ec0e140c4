"""The works that questions may take their ideas from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from bot.domain.questions import IdeaSource


@dataclass(frozen=True, kw_only=True)
class Work:
    """A work by its year and the names that it may be cited under; a name may hold several authors."""

    names: tuple[str, ...]
    year: int

    def is_cited_by(self, source: IdeaSource) -> bool:
        """Whether this is the work that a question names; a catalogue may add helpers and titles to an author."""
        return self.year == source.year and any(_words(source.author) <= _words(name) for name in self.names)


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.casefold()))


@cache
def listed_works() -> tuple[Work, ...]:
    """The works in `prompts/question_sources.yaml`."""
    text = resources.files("prompts").joinpath("question_sources.yaml").read_text(encoding="utf-8")
    return tuple(Work(names=tuple(each["authors"]), year=each["year"]) for each in yaml.safe_load(text)["sources"])


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All the works that a question may name."""

    works: Sequence[Work]

    def holds(self, source: IdeaSource) -> bool:
        """Whether a question's source is one of them."""
        return any(work.is_cited_by(source) for work in self.works)


def shelf(others: Iterable[Work] = ()) -> Shelf:
    """The listed works, and others such as a library's documents."""
    return Shelf(works=(*listed_works(), *others))
