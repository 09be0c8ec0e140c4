"""local-slack: a workspace on this machine with Slack's Web API, signed events, Socket Mode and a page."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prompts import words
from tests.clients.installation import APP_TOKEN, CHARITY, SIGNING_SECRET, SLACK
from tests.clients.processes import call, running, until

WORDS = words()
PROGRAM = Path(__file__).parent / "node_modules/local-slack-linux-x64/bin/local-slack"
COACH = "U0BOT"
TOM = "U01TOM"
PRIYA = "U02PRIYA"
#: Who writes as somebody of another workspace does: the client knows neither guests nor shared channels.
GIL, STU = "U03GIL", "U04STU"
GENERAL = "C01GENERAL"
_STARTING_S = 20.0
#: How long an answer may take.
ANSWER_S = 20.0

Message = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class LocalSlack:
    """A running workspace."""

    address: str

    def ask(self, text: str, *, user: str = TOM) -> Message:
        """The answer to what somebody writes to the coach directly, in the thread of the question."""
        channel = self.direct(user)
        return self.answer(channel, _in_thread_of(self.say(user, channel, text)))

    def mention(self, text: str, *, user: str = TOM) -> Message:
        """The answer to what somebody writes to the coach by its name in the channel, in the thread of the question."""
        return self.answer(GENERAL, _in_thread_of(self.say(user, GENERAL, f"<@{COACH}> {text}")))

    @property
    def api(self) -> str:
        """Where its Web API is."""
        return f"{self.address}/api/"

    def say(self, user: str, channel: str, text: str, **more: str) -> Message:
        """A person writes a message, as if into the page."""
        said = self._control("POST", "message", {"channel": channel, "user": user, "text": text, **more})
        message: Message = said["message"]
        return message

    def command(self, user: str, channel: str, text: str) -> None:
        """A person types `/coach` and a text."""
        self._control("POST", "command", {"channel": channel, "user": user, "command": "/coach", "text": text})

    def press(self, user: str, message: Message, label: str) -> None:
        """A person presses the button of this label in a message."""
        elements = [each for block in message["blocks"] for each in block.get("elements", [])]
        buttons = [each for each in elements if each["type"] == "button"]
        self.act(user, message, next(each for each in buttons if each["text"]["text"] == label))

    def act(self, user: str, message: Message, pressed: Mapping[str, Any]) -> None:
        """A person presses an element of a message."""
        where = {"channel": message["channel"], "messageTs": message["ts"], "user": user}
        self._control("POST", "interact", {**where, "action": {**pressed, "block_id": "row"}})

    def change(self, message: Message, text: str) -> None:
        """A message says something else; no event tells of it."""
        call(
            "POST",
            f"{self.api}chat.update",
            {"channel": message["channel"], "ts": message["ts"], "text": text},
            _BEARER,
        )

    def delete(self, message: Message) -> None:
        """A message is gone; no event tells of it."""
        call("POST", f"{self.api}chat.delete", {"channel": message["channel"], "ts": message["ts"]}, _BEARER)

    def connected(self) -> bool:
        """Whether the coach holds a Socket Mode connection."""
        return self.called("socket connected")

    def called(self, name: str) -> bool:
        """Whether the coach did this: the client's own log names each call."""
        return any(name in each["summary"] for each in self._control("GET", "log")["log"])

    def view(self, *names: str) -> Mapping[str, Any]:
        """What the coach showed last by one of these calls: a modal, or the Home tab."""
        log = self._control("GET", "log")["log"]
        found: Mapping[str, Any] = [each["detail"]["view"] for each in log if each["summary"] in names][-1]
        return found

    def forget(self) -> None:
        """Everything that was said is gone."""
        self._control("POST", "reset", {})

    def direct(self, user: str) -> str:
        """The direct messages of a person with the coach."""
        opened = call("POST", f"{self.api}conversations.open", {"users": user}, _BEARER)
        channel: str = opened["channel"]["id"]
        return channel

    def messages(self, channel: str) -> list[Message]:
        """Everything in a conversation."""
        found: list[Message] = self._control("GET", f"messages/{channel}")["messages"]
        return found

    def said(self, channel: str) -> list[Message]:
        """What the coach said there, without what stands in the place of an answer that takes its time."""
        ours = [each for each in self.messages(channel) if each.get("user") == COACH]
        return [each for each in ours if each.get("text") != WORDS("slack.looking")]

    def answer(self, channel: str, wanted: Callable[[Message], bool]) -> Message:
        """The coach's message that is wanted, once it is there."""

        def found() -> Message | None:
            ours = [each for each in self.said(channel) if wanted(each)]
            return ours[-1] if ours else None

        return until(found, ANSWER_S, lambda: f"no answer in {channel}: {json.dumps(self.messages(channel))[-1500:]}")

    def _control(self, method: str, path: str, body: object = None) -> Any:
        return call(method, f"{self.address}/_control/{path}", body)


@contextmanager
def local_slack(folder: Path, *, port: int, coach_port: int | None) -> Iterator[LocalSlack]:
    """A workspace that sends signed requests to the coach's port, or waits for its Socket Mode connection."""
    config = folder / "local-slack.json"
    config.write_text(json.dumps(_config(coach_port)))
    address = f"http://localhost:{port}"
    command = [str(PROGRAM), "--config", str(config), "--port", str(port), "--files-dir", str(folder)]
    with running(command, log=folder / "local-slack.log", port=port, folder=folder) as program:
        program.until_it_listens(f"{address}/_control/state", _STARTING_S)
        yield LocalSlack(address=address)


def _in_thread_of(question: Message) -> Callable[[Message], bool]:
    return lambda message: bool(message.get("thread_ts") == question["ts"])


_BEARER = {"Authorization": f"Bearer {SLACK['SLACK_BOT_TOKEN']}"}


def _config(coach_port: int | None) -> Mapping[str, object]:
    mode = (
        {"mode": "socket"}
        if coach_port is None
        else {
            "mode": "events",
            "requestUrl": f"http://127.0.0.1:{coach_port}/slack/events",
        }
    )
    app = {
        "appId": "A01COACH",
        "botUserId": COACH,
        "botName": "Partnership Coach",
        "botToken": SLACK["SLACK_BOT_TOKEN"],
        "appToken": APP_TOKEN,
        "signingSecret": SIGNING_SECRET,
        **mode,
    }
    people = [
        _person(TOM, "tom", "Tom Pritchard"),
        _person(PRIYA, "priya", "Priya Shah"),
        _person(GIL, "gil", "Gil Elm"),
        _person(STU, "stu", "Stu Far"),
    ]
    channels = [{"id": GENERAL, "name": "partnership", "members": [TOM, PRIYA, COACH]}]
    workspace = {"name": "The Lantern Project", "domain": "lantern", "teamId": CHARITY}
    return {"workspace": workspace, "app": app, "users": people, "channels": channels}


def _person(user: str, name: str, real_name: str) -> Mapping[str, str]:
    return {"id": user, "name": name, "real_name": real_name, "email": f"{name}@lanternproject.example"}
