"""The scenarios of `whole.yaml` and its like, played by people in any chats: the page, doubles, or real clients."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import yaml

from prompts import words

WORDS = words()
_STEP_S = 0.1
_SHOWN = 3_000
#: What is told once to whoever is new, whenever they are: after everything of theirs was erased they are new again.
_WELCOME = WORDS("onboarding.does")


class Chat(Protocol):
    """One person's chat with the coach, nobody else in it."""

    async def says(self, text: str) -> None:
        """They write something."""

    async def presses(self, label: str) -> None:
        """They press the button of this label on the last message that has one."""

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        """They fill in these fields of the last form, and send it by the button of this label."""

    async def told(self) -> Mapping[str, str]:
        """The text of every message of the coach's that stands there now, by its id, oldest first."""


@runtime_checkable
class Changing(Protocol):
    """A chat in which people change what they wrote."""

    async def edits(self, text: str) -> None:
        """Their last message says this instead."""

    async def deletes(self) -> None:
        """Their last message is gone."""


@runtime_checkable
class Rated(Protocol):
    """A chat whose platform has ways of its own to rate an answer."""

    async def rates(self, label: str) -> None:
        """They rate the last answer by what its button would be called elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that somebody does and hears, or time that passes."""

    who: str = ""
    says: str = ""
    edits: str = ""
    deletes: bool = False
    presses: str = ""
    rates: str = ""
    fills_in: Mapping[str, str] = field(default_factory=dict)
    sends: str = ""
    hears: tuple[str, ...] = ()
    hears_one_of: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    picture: str = ""
    passes: bool = False

    async def is_done_by(self, chat: Chat) -> None:
        """They do it."""
        if self.says:
            await chat.says(self.says)
        if self.edits or self.deletes:
            assert isinstance(chat, Changing)
            await (chat.edits(self.edits) if self.edits else chat.deletes())
        if self.rates:
            await (chat.rates(self.rates) if isinstance(chat, Rated) else chat.presses(self.rates))
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
    """Let it happen, holding what is heard against what should be; everything that each has heard by the end.

    What somebody was told before it begins counts as neither, nor does the welcome of whoever is new.
    """
    stood: dict[str, Mapping[str, str]] = {person: await _told(await stage.of(person)) for person in script.people}
    heard: dict[str, list[str]] = {person: [] for person in script.people}
    for step in script.steps:
        if step.passes:
            await stage.passes()
            continue
        chat = await stage.of(step.who)
        await step.is_done_by(chat)
        now = await _heard(chat, step, stood[step.who], stage.patience)
        new = new_in(now, stood[step.who])
        wanted = (*step.hears, *step.hears_one_of)
        first = next((at for at, message in enumerate(new) if any(text in message for text in wanted)), len(new))
        await stage.saw(step, len(new) - first)
        stood[step.who], heard[step.who] = now, heard[step.who] + new
    late = {person: new_in(await _told(await stage.of(person)), stood[person]) for person in script.people}
    assert not any(late.values()), late
    return heard


def new_in(now: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """What came, or says something else than before."""
    return [text for message, text in now.items() if before.get(message) != text]


async def _told(chat: Chat) -> Mapping[str, str]:
    return {message: text for message, text in (await chat.told()).items() if _WELCOME not in text}


async def _heard(chat: Chat, step: Step, before: Mapping[str, str], patience: float) -> Mapping[str, str]:
    """What stands there once each that should be heard is in one of the new messages, and in no other, and what should
    go has gone."""
    end = time.monotonic() + patience
    while True:
        now = await _told(chat)
        new, gone = new_in(now, before), [text for message, text in before.items() if message not in now]
        found = {text: sum(text in message for message in new) for text in step.hears}
        found |= {text: sum(text in message for message in gone) for text in step.loses}
        one = not step.hears_one_of or any(text in message for message in new for text in step.hears_one_of)
        if (all(found.values()) and one) or time.monotonic() >= end:
            break
        await asyncio.sleep(_STEP_S)
    odd = {text: times for text, times in found.items() if times != 1}
    assert (odd, one) == ({}, True), f"{odd}\n{step}\n" + "\n---\n".join(new)[-_SHOWN:]
    assert [text for text in step.never if text in "\n".join(new)] == []
    return now


def _step(data: dict[str, Any]) -> Step:
    if "passes" in data:
        return Step(passes=True)
    named: dict[str, Any] = {name: _said(data[name]) for name in ("presses", "rates", "sends") if name in data}
    for name in ("hears", "hears_one_of", "loses"):
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
