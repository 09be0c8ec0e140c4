"""Barriers that carry an order: typed, written into the form, or taken from a message; and offered to somebody else."""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count
from typing import Protocol

import pytest

from bot.desks import barriers as raising_desk
from bot.domain.barriers import BarrierId
from knowledge.similar_reordering import Reasoned, Wording, read_offers, reordering
from prompts import words
from tests.adapters.slack.signing import message_shortcut
from tests.contract.hearing import everything_said
from tests.contract.page_chat import PageChat
from tests.contract.slack_chat import SlackChat, form_body
from tests.contract.teams_chat import TeamsChat
from tests.isolation.injections import Injection

WORDS = words()
_NUMBERS = count(1)
_CHOSEN = {"factor": "trust", "consent": "named", "share": "yes"}


class Chat(Protocol):
    """Somebody's chat, on whichever platform."""

    async def says(self, text: str) -> None:
        """They write to the coach."""

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        """They fill in the last form and send it."""

    async def presses(self, label: str) -> None:
        """They press a button."""

    async def told(self) -> Mapping[str, str]:
        """Everything that stands before them."""


@dataclass
class Raised:
    """How far barriers came: forms that were sent, and offers that showed somebody else's wording."""

    persuaded: "Persuaded"
    sent: int = 0
    offered: int = 0

    async def goes_on(self, chat: Chat, injection: Injection) -> None:
        """The form that is shown is filled in and sent; what is offered is turned down, so that it is logged."""
        if not await _shows(chat, WORDS("barrier.form.title")):
            return
        written = {"statement": injection.barrier} if injection.way == "form" else {}
        await chat.fills_in({**_CHOSEN, **written}, WORDS("barrier.form.submit"))
        self.sent += 1
        if await _shows(chat, WORDS("barrier.twins.title")):
            self.offered += 1
            await chat.presses(WORDS("barrier.twins.new"))

    def end(self, barriers: int) -> None:
        """Whether enough was tried; the rest may have met the human route."""
        assert self.sent >= barriers * 3 // 4
        assert self.offered >= self.sent // 4
        assert self.persuaded.obeyed


async def _shows(chat: Chat, what: str) -> bool:
    return any(what in each for each in (await chat.told()).values())


@dataclass
class Newest:
    """Finds what was raised last the most alike."""

    async def offers(self, _text: str, log: Sequence[tuple[BarrierId, str]]) -> Sequence[tuple[BarrierId, float]]:
        return [(name, 0.9) for name, _ in log[-1:]]


@dataclass
class Persuaded:
    """A model that is asked which barriers are the same, and points at whatever any of them orders."""

    known: Mapping[str, Injection]
    obeyed: set[str] = field(default_factory=set)

    async def reorder(self, raised: str, others: Sequence[Wording]) -> tuple[Reasoned, ...]:
        shown = "\n".join(each.text for each in reordering(raised, others, marker="fence"))
        marks = [mark for mark in self.known if mark in shown][:4]
        self.obeyed |= set(marks)
        wanted = [self.known[mark].wanted for mark in marks] or ["Both wait for the same thing."]
        here = " ".join(raised.split()[:3])
        offers = [{"number": at, "here": here, "there": wanted[at % len(wanted)]} for at in range(1, len(others) + 1)]
        return read_offers(json.dumps({"offers": offers}), raised, others)


def persuaded(patch: pytest.MonkeyPatch, known: Mapping[str, Injection]) -> Raised:
    """Have everything that was raised offered, with the words of a model that obeys."""
    model = Persuaded(known=known)
    patch.setattr(raising_desk, "twins_for", lambda _model: Newest())
    patch.setattr(raising_desk, "_reorderer", lambda _settings: model)
    return Raised(persuaded=model)


async def taken_in_slack(chat: SlackChat, injection: Injection) -> None:
    """“Log as barrier” on a message of one's own."""
    message = {"type": "message", "user": chat.user, "ts": f"1772452700.{next(_NUMBERS):06}", "text": injection.barrier}
    who = {"user": {"id": chat.user, "team_id": chat.team}, "trigger_id": f"133.{time.time_ns()}.x"}
    await chat._post(*form_body(message_shortcut(message=message, **who)))


async def taken_in_teams(chat: TeamsChat, injection: Injection) -> None:
    """The same in Teams, where a message is HTML."""
    who = {"sender": chat.person, "by": chat.person["aadObjectId"], "id": f"f:{next(_NUMBERS)}"}
    await chat._post(chat.teams.shortcut(f"<p>{escape(injection.barrier)}</p>", **who), 200)


async def typed_on_page(chat: PageChat, injection: Injection) -> None:
    """The page has no messages of others, and so no such menu: it is typed."""
    await chat.says(injection.question)


def reasons(sent: object, injection: Injection) -> Iterator[str]:
    """What the model was told to say, beside an offer, where it is no words of a barrier in quotation marks."""
    before, _, after = words()("barrier.twins.why", here="\0", label="B-", there="").partition("\0")
    for line in everything_said(sent).splitlines():
        if not line.startswith(before) or after[:1] not in line:
            continue
        own = re.sub("“[^”]*”", "", line).casefold()
        pointed_at = [each.casefold() for each in re.findall("“([^”]*)”", line)]
        wanted = injection.wanted.casefold()
        if wanted in own or any(wanted in each and each not in injection.barrier.casefold() for each in pointed_at):
            yield "a reason of the model's"
