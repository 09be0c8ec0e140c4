"""The stages with doubles: the page, Slack directly and in a channel, and Teams in both."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from adapters.slack.app import PATH
from bot.demo import PARTNERS
from bot.domain.cards import from_json
from tests.adapters.slack.signing import as_json, dm, mention, signed
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.contract.scenarios import Message, Scenario
from tests.slack_double import BOT as SLACK_BOT
from tests.slack_double import SlackDouble
from tests.teams_double import ANNA, BOT, TENANT, Json, TeamsDouble

OTHER_TENANT = "99999999-0000-4000-8000-000000000009"


@dataclass
class PageStage:
    """The demo page. It has no threads: an answer belongs to the message that it answers."""

    house: House
    refused: dict[str, str] = field(default_factory=dict)

    async def begin(self, scenario: Scenario) -> None:
        self.threads = {root: [each.id for each in under] for root, under in scenario.threads.items()}

    async def deliver(self, message: Message) -> None:
        who = PARTNERS[0].id if message.by == "partner" else "nobody"
        sent = {"as": who, "event": f"event-{message.id}", "text": message.text}
        async with self.house.client.post("/messages", json=sent) as response:
            if response.status == 404:
                self.refused[message.id] = (await response.json())["error"]
        await self.house.settle()

    async def heard(self, root: Message, answers: int) -> Sequence[str]:
        async with self.house.client.get(f"/conversation.json?as={PARTNERS[0].id}") as response:
            said = await response.json()
        wanted = self.threads[root.id]
        cards = [each for each in said if each["card"] and each["answers"].rpartition(":event-")[2] in wanted]
        return [from_json(each["card"]).plain for each in cards] + [
            text for name, text in self.refused.items() if name in wanted
        ]


@dataclass
class SlackStage:
    """Slack over the web. Messages stand in the channel, each in the thread that it begins or continues."""

    house: House
    slack: SlackDouble
    channel: str
    times: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def begin(self, scenario: Scenario) -> None:
        self.times |= {each.id: f"1772452800.{next(self.numbers):06}" for each in scenario.written}

    async def deliver(self, message: Message) -> None:
        body = as_json(self._event(message))
        async with self.house.client.post(PATH, data=body, headers=signed(body, at=time.time())) as response:
            assert response.status == 200
        await self.house.settle()

    def _event(self, message: Message) -> dict[str, object]:
        more = {"thread_ts": self.times[message.under]} if message.under else {}
        if message.by == "stranger":
            far = {"user": "U0FAR", "user_team": "T0FAR", "team": "T0FAR", "channel": "C0SHARED"}
            return mention(f"<@{SLACK_BOT}> {message.text}", self.times[message.id], **far, **more)
        if self.channel.startswith("D"):
            return dm(message.text, self.times[message.id], channel=self.channel, **more)
        return mention(f"<@{SLACK_BOT}> {message.text}", self.times[message.id], channel=self.channel, **more)

    async def heard(self, root: Message, answers: int) -> Sequence[str]:
        assert self.slack.refused == []
        channel = self.channel if root.by == "partner" else "C0SHARED"
        posted = self.slack.messages[channel]
        return [everything_said(each) for each in posted if each["thread_ts"] == self.times[root.id]]


@dataclass
class TeamsStage:
    """Teams in development. In a channel messages stand in threads; elsewhere the conversation is the thread."""

    house: House
    teams: TeamsDouble
    conversation: Json
    ids: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def begin(self, scenario: Scenario) -> None:
        self.ids |= {each.id: f"{1_700_000_000_000 + next(self.numbers)}" for each in scenario.written}

    async def deliver(self, message: Message) -> None:
        async with self.house.client.post("/api/messages", json=self._activity(message)) as response:
            assert response.status == 202
        await self.house.settle()

    def _activity(self, message: Message) -> Json:
        home = TENANT if message.by == "partner" else OTHER_TENANT
        at = {**self.conversation, "id": self._thread(message.under or message.id), "tenantId": home}
        changes = {"id": self.ids[message.id], "conversation": at, "channelData": {"tenant": {"id": home}}}
        return self.teams.message(message.text, **changes, **{"from": ANNA, "recipient": {"id": BOT}})

    def _thread(self, root: str) -> str:
        name: str = self.conversation["id"]
        return f"{name};messageid={self.ids[root]}" if self.conversation["conversationType"] == "channel" else name

    async def heard(self, root: Message, answers: int) -> Sequence[str]:
        there = f"/{self._thread(root.id)}/"
        posted = [each for each in self.teams.requests if there in each.path and each.body.get("type") == "message"]
        return [everything_said(each.body) for each in posted]
