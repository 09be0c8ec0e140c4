"""A channel with two people and the coach, through the whole product: what it hears there, and what it answers."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.app import PATH
from bot.coaching.channels.cards import DOCUMENTS, MODE, mark
from bot.domain.partnership import Lead
from bot.domain.people import OrganisationId
from knowledge.documents import Source
from prompts import words
from tests.adapters.slack.conftest import user
from tests.adapters.slack.signing import (
    as_form,
    as_json,
    aside,
    command,
    deleted,
    edited,
    mention,
    reacted,
    signed,
    submission,
)
from tests.adapters.slack.test_arrivals import joined
from tests.bot.coaching.first_contacts import NobodyNew
from tests.contract import house
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.slack_double import BOT, SlackDouble

WORDS = words()
LEAD = Lead(name="Ana", organisation=OrganisationId("charity"), email="ana@charity.example")
TRUST, MEASURE = "How do organisations build trust between them?", "How should we measure whether it works?"
FORM = "application/x-www-form-urlencoded"
CHANNEL = "T0HOME/C0ROOM/"


@dataclass
class Room:
    """The channel. `now` is what Slack's clock shows."""

    house: House
    slack: SlackDouble
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def hears(self, payload: dict[str, Any]) -> list[str]:
        """What the coach posts when Slack tells it of this."""
        before = self._shown
        coded = as_form(**payload) if "command" in payload else as_json(payload)
        kind = FORM if "command" in payload else "application/json"
        if payload.get("type") == "view_submission":
            coded, kind = as_form(payload=as_json(payload).decode()), FORM
        answer = await self.house.client.post(PATH, data=coded, headers=signed(coded, at=time.time(), kind=kind))
        assert answer.status == 200
        await self.house.settle()
        return [said for place, said in self._shown.items() if before.get(place) != said]

    async def says(self, text: str, who: str = "U0ANA", thread: str = "") -> tuple[str, list[str]]:
        """What somebody writes in the channel, to the coach where it begins with its name."""
        ts = f"177245{next(self.numbers):04}.000100"
        make = mention if text.startswith("<@U0BOT>") else aside
        more: dict[str, object] = {"user": who, **({"thread_ts": thread} if thread else {})}
        return ts, await self.hears(make(text, ts, **more))

    async def sets(self, mode: str, *documents: Source) -> list[str]:
        """What the lead chooses in the form for this channel."""
        chosen = [{"value": mark(each)} for each in documents]
        values = {
            MODE: {"value": {"type": "radio_buttons", "selected_option": {"value": mode}}},
            DOCUMENTS: {"value": {"type": "checkboxes", "selected_options": chosen}},
        }
        view = {
            "id": f"V{next(self.numbers)}",
            "callback_id": "channel-save",
            "private_metadata": f"T0HOME/U0ANA/\n{CHANNEL}",
            "state": {"values": values},
        }
        return await self.hears(submission(view=view))

    @property
    def _shown(self) -> dict[tuple[str, str], str]:
        """What the coach has posted and stands there: where, and its words."""
        return {
            (channel, each["ts"]): f"{channel}/{each.get('thread_ts', '')} {everything_said(each)}"
            for channel, messages in self.slack.messages.items()
            for each in messages
            if each.get("user") == BOT
        }


@pytest.fixture
async def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    monkeypatch.setattr("bot.desks.home.FirstContact", NobodyNew)
    monkeypatch.setattr(house, "PLAN", replace(house.PLAN, leads=(LEAD,)))
    slack = house.workspace()
    slack.channel_history = True
    slack.users["U0BEN"] = user("U0BEN", profile={"email": "ben@charity.example"})
    slack.members["C0ROOM"] = ["U0ANA", "U0BEN", BOT]
    async with AsyncExitStack() as stack:
        yield Room(house=await stack.enter_async_context(house.chats(tmp_path, monkeypatch, slack)), slack=slack)


def _one(said: list[str]) -> str:
    assert len(said) == 1, said
    return said[0]


async def test_whoever_asked_goes_on_in_the_thread_until_people_talk(room: Room) -> None:
    ts, said = await room.says(f"<@U0BOT> {TRUST}")
    assert f"C0ROOM/{ts}" in said[0]
    assert "small promises" in said[0]
    assert "works" in _one((await room.says(MEASURE, thread=ts))[1])
    assert (await room.says("I am not sure about that", who="U0BEN", thread=ts))[1] == []
    assert (await room.says(TRUST, thread=ts))[1] == []
    assert _one((await room.says(f"<@U0BOT> {MEASURE}", who="U0BEN", thread=ts))[1])
    assert _one((await room.says(TRUST, who="U0BEN", thread=ts))[1])


async def test_what_is_said_beside_the_coach_is_not_kept(room: Room) -> None:
    for text in (TRUST, "<@U0BEN> how do we build trust?", "a secret worry"):
        assert (await room.says(text))[1] == []
    assert await room.house.delivery.inbox.waiting() == 0
    async with room.house.delivery.inbox._database.reading() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM inbox")).scalar() == 0


async def test_somebody_asks_the_coach_to_wait_for_its_name(room: Room) -> None:
    ts, _ = await room.says(f"<@U0BOT> {TRUST}")
    quiet = await room.says("only when I mention you", thread=ts)
    assert WORDS("channel.thread.only_named") in _one(quiet[1])
    assert (await room.says(MEASURE, thread=ts))[1] == []
    assert _one((await room.says(f"<@U0BOT> {MEASURE}", thread=ts))[1])
    assert (await room.says(TRUST, thread=ts))[1] == []
    assert WORDS("channel.thread.follows") in _one((await room.says("<@U0BOT> follow this thread", thread=ts))[1])
    assert _one((await room.says(TRUST, thread=ts))[1])


async def test_a_lead_has_every_question_answered_and_then_none(room: Room) -> None:
    shown = _one(await room.hears(command("channel")))
    assert shown.startswith("DU0ANA/")
    assert WORDS("channel.mode.mention") in shown
    assert WORDS("channel.mode.every") in _one(await room.sets("every"))
    ts, said = await room.says(TRUST, who="U0BEN")
    assert f"C0ROOM/{ts}" in _one(said)
    assert (await room.says("Good morning everybody, lovely weather today!"))[1] == []
    assert WORDS("channel.mode.off") in _one(await room.sets("off"))
    off = WORDS("channel.is_off")
    ts, said = await room.says(f"<@U0BOT> {TRUST}", who="U0BEN")
    assert _one(said).startswith(f"C0ROOM/{ts} ")
    assert off in _one(said)
    to_ana = _one((await room.says(f"<@U0BOT> {TRUST}"))[1])
    assert to_ana.startswith("DU0ANA/ ")
    assert off in to_ana


async def test_answers_in_a_channel_come_from_the_documents_that_a_lead_chose(room: Room) -> None:
    measures = Source(file="measures.md", title="Measures")
    assert "Measures" in _one(await room.sets("mention", measures))
    assert "small promises" not in "".join((await room.says(f"<@U0BOT> {TRUST}"))[1])
    assert "residents" in "".join((await room.says(f"<@U0BOT> {MEASURE}"))[1])
    await room.sets("mention")
    assert "small promises" in "".join((await room.says(f"<@U0BOT> {TRUST}"))[1])


async def test_a_question_mark_on_ones_own_message_asks_it_once(room: Room) -> None:
    room.slack.messages["C0ROOM"].append({"ts": "1772452700.000100", "user": "U0ANA", "text": TRUST})
    said = _one(await room.hears(reacted()))
    assert "C0ROOM/1772452700.000100" in said
    assert "small promises" in said
    assert await room.hears(reacted("speech_balloon")) == []
    assert await room.hears(reacted("question", user="U0BEN")) == []


async def test_the_coach_introduces_itself_once(room: Room) -> None:
    assert WORDS("channel.welcome.title") in _one(await room.hears(joined()))
    assert await room.hears(joined(event_ts="1772459999.000100")) == []


async def test_an_overheard_message_is_changed_and_taken_back_without_a_word_to_anybody(room: Room) -> None:
    quiet = aside("nobody asked")
    assert await room.hears(edited("nobody asked at all", quiet)) == []
    assert await room.hears(deleted(quiet)) == []
    assert room.slack.refused == []
