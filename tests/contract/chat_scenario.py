"""The scenarios of `barriers.yaml` and its like, played by people in any chats: on doubles, or in real clients."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

from prompts import words

WORDS = words()
_STEP_S = 0.1
_SHOWN = 3_000


class Chat(Protocol):
    """One person's chat with the coach, nobody else in it."""

    async def says(self, text: str) -> None:
        """They write something."""

    async def presses(self, label: str) -> None:
        """They press the button of this label on the last message that has one."""

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        """They fill in these fields of the last form, and send it by the button of this label."""

    async def told(self) -> Sequence[str]:
        """The text of everything that the coach has said so far, oldest first."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that somebody does and hears, or time that passes."""

    who: str = ""
    says: str = ""
    presses: str = ""
    fills_in: Mapping[str, str] = field(default_factory=dict)
    sends: str = ""
    hears: tuple[str, ...] = ()
    hears_one_of: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    picture: str = ""
    passes: bool = False

    async def is_done_by(self, chat: Chat) -> None:
        """They do it."""
        if self.says:
            await chat.says(self.says)
        if self.presses:
            await chat.presses(self.presses)
        if self.sends:
            await chat.fills_in(self.fills_in, self.sends)


class Stage(Protocol):
    """The chats, with the whole coach behind them."""

    @property
    def patience(self) -> float:
        """For how many seconds something that should be heard is waited for."""

    async def of(self, person: str) -> Chat:
        """Somebody's chat."""

    async def passes(self) -> None:
        """What waits to be told is due."""

    async def saw(self, step: Step, messages: int) -> None:
        """Somebody has heard what a step brought them, in so many messages."""


@dataclass(frozen=True, kw_only=True)
class ChatScenario:
    """Who takes part, by the client they are in; and what happens."""

    people: Mapping[str, str]
    steps: tuple[Step, ...]


@cache
def scenario(name: str) -> ChatScenario:
    """The scenario of a file beside this one."""
    found = yaml.safe_load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8"))
    return ChatScenario(people=found["people"], steps=tuple(map(_step, found["steps"])))


async def play(script: ChatScenario, stage: Stage) -> Mapping[str, Sequence[str]]:
    """Let it happen, holding what is heard against what should be; everything that each has heard by the end."""
    heard = dict.fromkeys(script.people, 0)
    for step in script.steps:
        if step.passes:
            await stage.passes()
            continue
        chat = await stage.of(step.who)
        await step.is_done_by(chat)
        new = await _heard(chat, step, heard[step.who], stage.patience)
        wanted = (*step.hears, *step.hears_one_of)
        first = next(at for at, message in enumerate(new) if any(text in message for text in wanted))
        await stage.saw(step, len(new) - first)
        heard[step.who] += len(new)
    chats = {person: await (await stage.of(person)).told() for person in heard}
    assert {person: len(told) for person, told in chats.items()} == heard
    return chats


async def _heard(chat: Chat, step: Step, after: int, patience: float) -> Sequence[str]:
    """The messages that came, once each that should be heard is in one of them, and in no other."""
    end = time.monotonic() + patience
    while True:
        new = (await chat.told())[after:]
        found = {text: sum(text in message for message in new) for text in step.hears}
        one = not step.hears_one_of or any(text in message for message in new for text in step.hears_one_of)
        if (all(found.values()) and one) or time.monotonic() >= end:
            break
        await asyncio.sleep(_STEP_S)
    odd = {text: times for text, times in found.items() if times != 1}
    assert (odd, one) == ({}, True), f"{odd}\n{step}\n" + "\n---\n".join(new)[-_SHOWN:]
    assert [text for text in step.never if text in "\n".join(new)] == []
    return new


def _step(data: dict[str, Any]) -> Step:
    if "passes" in data:
        return Step(passes=True)
    named: dict[str, Any] = {name: _said(data[name]) for name in ("presses", "sends") if name in data}
    for name in ("hears", "hears_one_of"):
        named[name] = tuple(map(_said, data.get(name, ())))
    named["fills_in"] = {name: _dated(str(given)) for name, given in data.get("fills_in", {}).items()}
    return Step(**{**data, **named, "never": tuple(data.get("never", ()))})


def _said(named: str | Mapping[str, Any]) -> str:
    """The words of this name, with their values."""
    if isinstance(named, str):
        return WORDS(named)
    ((name, values),) = named.items()
    if name == "cy":
        return words("cy")(values)
    return str(values) if name == "text" else WORDS(name, **values)


def _dated(given: str) -> str:
    """What somebody fills in; `$day+14` is the day in a fortnight."""
    mark, plus, days = given.partition("$day+")
    return given if mark or not plus else f"{datetime.now(UTC) + timedelta(days=int(days)):%d.%m.%Y}"
