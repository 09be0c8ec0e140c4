"""The scenarios of `scenarios.yaml`, and how one is played on any stage: an adapter with doubles, or a real client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

from knowledge.answering import MAX_QUESTION_CHARACTERS
from prompts import words

WORDS = words()
_FILE = Path(__file__).with_name("scenarios.yaml")


@dataclass(frozen=True, kw_only=True)
class Message:
    """What somebody writes, and what they get."""

    id: str
    text: str
    gets: str
    by: str = "partner"
    under: str = ""
    delivered: int = 1
    written: int = 0


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Messages in the order in which their events arrive."""

    name: str
    messages: tuple[Message, ...]

    @property
    def threads(self) -> Mapping[str, tuple[Message, ...]]:
        """Every thread by the id of the message that begins it, with all of its messages."""
        roots = [message.id for message in self.messages if not message.under]
        return {root: tuple(each for each in self.messages if root in (each.id, each.under)) for root in roots}

    @property
    def written(self) -> tuple[Message, ...]:
        """The messages in the order of writing."""
        return tuple(sorted(self.messages, key=lambda message: message.written))

    @property
    def usual(self) -> bool:
        """Whether a client can do this by itself: partners write, and each event arrives once and in order."""
        return all(each.delivered == 1 and each.by == "partner" for each in self.messages) and (
            self.written == self.messages
        )


class Stage(Protocol):
    """One adapter with somebody in front of it and the whole coach behind it."""

    async def begin(self, scenario: Scenario) -> None:
        """Make ready what stands before the first event."""

    async def deliver(self, message: Message) -> None:
        """One event of a message arrives."""

    async def heard(self, root: Message, answers: int) -> Sequence[str]:
        """The text of every answer in a thread; a real client waits until there are so many."""


async def play(stage: Stage, scenario: Scenario) -> None:
    """Let it happen, and hold what was heard against what should have been."""
    await stage.begin(scenario)
    for message in scenario.messages:
        for _ in range(message.delivered):
            await stage.deliver(message)
    await check(stage, scenario)


async def check(stage: Stage, scenario: Scenario) -> None:
    """Hold what was heard in each thread against what should have been: every answer, once."""
    for root, messages in scenario.threads.items():
        first = next(each for each in messages if each.id == root)
        heard = [_kind(text) for text in await stage.heard(first, len(messages))]
        assert sorted(heard) == sorted(each.gets for each in messages)


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Every scenario by its name."""
    found: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: Scenario(name=name, messages=tuple(map(_message, each))) for name, each in found.items()}


def _message(data: dict[str, Any]) -> Message:
    times = data.pop("times", 1)
    return Message(**{**data, "text": (data["text"] * times).strip()})


def _kind(text: str) -> str:
    """What sort of answer this is, by the words that only this sort has."""
    marks = {
        "cited": (WORDS("ask.note"),),
        "nothing_found": (WORDS("ask.nothing_found"),),
        "too_long": (f"{MAX_QUESTION_CHARACTERS:,}",),
        "stranger": (WORDS("join.stranger"), WORDS("page.refused.unknown_partner")),
    }
    (kind,) = [kind for kind, own in marks.items() if any(mark in text for mark in own)] or [text]
    return kind
