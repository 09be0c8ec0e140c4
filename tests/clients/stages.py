"""The stages with real clients: local-slack over the web and by Socket Mode, and the Agents Playground.

What no client does by itself (an event that comes again or too late, somebody of another workspace or tenant) is an
event that is made here, about messages that stand in the client.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prompts import words
from tests.adapters.slack.signing import as_json, mention, signed
from tests.clients.installation import CHARITY, COUNCIL, SIGNING_SECRET
from tests.clients.local_slack import ANSWER_S, COACH, GENERAL, TOM, LocalSlack
from tests.clients.outsiders import OTHER_TENANT, STRANGER
from tests.clients.playground import AMARA, AMARA_THERE, CHANNEL, PERSONAL, Activity, Playground, mentioning
from tests.clients.playground import COACH as TEAMS_COACH
from tests.clients.processes import call, until
from tests.contract.hearing import everything_said
from tests.contract.scenarios import Message, Scenario

_WELCOME = words()("onboarding.does")


@dataclass
class LocalSlackStage:
    """The charity's channel. `coach` is where the coach takes events, empty in Socket Mode."""

    slack: LocalSlack
    coach: str = ""
    written: dict[str, str] = field(default_factory=dict)
    usual: bool = True

    async def begin(self, scenario: Scenario) -> None:
        self.usual = scenario.usual
        for message in () if self.usual else scenario.written:
            self._write(message, message.text)

    async def deliver(self, message: Message) -> None:
        if self.usual:
            self._write(message, f"<@{COACH}> {message.text}")
            return
        body = as_json(slack_event(message, self.written))
        call("POST", f"{self.coach}/slack/events", body, signed(body, at=time.time(), secret=SIGNING_SECRET))

    async def heard(self, root: Message, answers: int) -> Sequence[str]:
        def found() -> list[str] | None:
            said = [each for each in self.slack.said(GENERAL) if each.get("thread_ts") == self.written[root.id]]
            ours = [everything_said(each) for each in said]
            return ours if len(ours) >= answers else None

        return until(found, ANSWER_S, lambda: f"fewer than {answers} answers to “{root.text[:60]}”")

    def _write(self, message: Message, text: str) -> None:
        more = {"thread_ts": self.written[message.under]} if message.under else {}
        self.written[message.id] = self.slack.say(TOM, GENERAL, text, **more)["ts"]


def slack_event(message: Message, written: Mapping[str, str]) -> Mapping[str, object]:
    """The event of a message that stands in the channel; a stranger's comes as from a channel of two workspaces."""
    far = {"user": "U0ELSEWHERE", "user_team": STRANGER, "team": STRANGER}
    who = far if message.by == "stranger" else {"user": TOM, "team": CHARITY}
    thread = {"thread_ts": written[message.under]} if message.under else {}
    event = mention(f"<@{COACH}> {message.text}", written[message.id], channel=GENERAL, **who, **thread)
    authorizations = [{"team_id": CHARITY, "user_id": COACH, "is_bot": True}]
    return {**event, "team_id": CHARITY, "authorizations": authorizations}


@dataclass
class PlaygroundStage:
    """The council's channel, and Amara's chat with the coach for what the client does not do by itself."""

    teams: Playground
    places: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    usual: bool = True

    async def begin(self, scenario: Scenario) -> None:
        self.usual, self.seen = scenario.usual, len(self.teams.exchanges())

    async def deliver(self, message: Message) -> None:
        if not self.usual:
            self.places[message.id] = PERSONAL
            self.teams.pass_on(teams_activity(message, self.teams, f"{message.id}-{self.seen}"))
        elif message.under:
            root = self._asked(message.under)
            self.teams.pass_on({**root, "id": f"{message.id}-{self.seen}", "text": mentioning(message.text)["text"]})
        else:
            self.teams.write(CHANNEL, mentioning(message.text))
            self.texts = {message.id: mentioning(message.text)["text"]}
            self.places[message.id] = self._asked(message.id)["conversation"]["id"]

    async def heard(self, root: Message, answers: int) -> Sequence[str]:
        def found() -> list[str] | None:
            told = [each for each in self.teams.exchanges()[self.seen :] if "attachments" in each]
            said = [everything_said(each) for each in told if each["conversation"]["id"] == self.places[root.id]]
            # Whoever is new is welcomed besides, at a moment of its own.
            ours = [each for each in said if _WELCOME not in each]
            return ours if len(ours) >= answers else None

        return until(found, ANSWER_S, lambda: f"fewer than {answers} answers to “{root.text[:60]}”")

    def _asked(self, name: str) -> Activity:
        """What the client sent for a message that it was given to write."""

        def found() -> Activity | None:
            sent = self.teams.exchanges()[self.seen :]
            return next((each for each in sent if each.get("text") == self.texts[name]), None)

        return until(found, ANSWER_S, lambda: "the client sent nothing")


def teams_activity(message: Message, teams: Playground, number: str) -> dict[str, Any]:
    """What Amara writes in her chat, or what comes from another tenant."""
    home = OTHER_TENANT if message.by == "stranger" else COUNCIL
    return {
        "type": "message",
        "id": number,
        "channelId": "msteams",
        "serviceUrl": f"{teams.address}/_connector",
        "text": message.text,
        "textFormat": "plain",
        "from": {"id": AMARA, "name": "Amara Okafor", "aadObjectId": AMARA_THERE},
        "recipient": {"id": TEAMS_COACH, "name": "Partnership Coach"},
        "conversation": {"id": PERSONAL, "conversationType": "personal", "tenantId": home},
        "channelData": {"tenant": {"id": home}},
    }
