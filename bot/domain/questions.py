"""Questions for reflection: what is asked, what may be asked next, whom it suits and where its idea comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Suits(StrEnum):
    """Whom a question is for."""

    LEAD = "lead"
    FRONT_LINE = "front line"
    EVERYONE = "everyone"


class Depth(StrEnum):
    """How deep a question goes: what is, how it is between us, or what to do next."""

    NOTICING = "noticing"
    RELATING = "relating"
    ACTING = "acting"


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Asked once at most, and only where the reply is what `when` says; `when` begins with “If”."""

    when: str
    ask: str


@dataclass(frozen=True, kw_only=True)
class IdeaSource:
    """The work that the idea comes from; the wording of the question is never the work's."""

    author: str
    year: int
    section: str
    work: str = ""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A question and its follow-up in another language."""

    text: str
    follow_up: FollowUp


@dataclass(frozen=True, kw_only=True)
class ReflectionQuestion:
    """An open question on one factor. Its id is never given to another question; `wordings` are by locale.

    A retired question is asked no more; it is kept for those who were asked it.
    """

    id: str
    factor: str
    text: str
    follow_up: FollowUp
    source: IdeaSource
    suits: Suits
    depth: Depth
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    retired: bool = False

    def worded(self, locale: str) -> Wording:
        """The question and its follow-up in a language, or as they were written where nobody translated them."""
        return self.wordings.get(locale) or Wording(text=self.text, follow_up=self.follow_up)
