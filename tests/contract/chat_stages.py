"""Chats on doubles of Slack and Teams, for scenarios such as `barriers.yaml`; and what presses buttons in any chat."""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from adapters.slack.app import PATH
from prompts import words
from tests.adapters.slack.signing import as_form, as_json, dm, press, signed, submission
from tests.contract.chat_scenario import Chat, Step
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.slack_double import SlackDouble
from tests.teams_double import Json, TeamsDouble

WORDS = words()
_FORM = "application/x-www-form-urlencoded"
_NUMBERS = count(1)
_CHOSEN = {
    "radio_buttons": "selected_option",
    "static_select": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
}


def a_minute_passes(database: Path) -> None:
    """What waits in the outbox is due, and what was changed is older; the server may be running."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        connection.execute("UPDATE outbox SET due_at = strftime('%Y-%m-%d %H:%M:%f000', due_at, '-61 seconds')")
        connection.execute("UPDATE barrier_change SET at = strftime('%Y-%m-%d %H:%M:%f000', at, '-61 seconds')")
        connection.commit()


def button(messages: Sequence[Mapping[str, Any]], label: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The last message that has a button of this label, and the button."""
    for message in reversed(messages):
        for each in _buttons(message):
            if label in (each.get("title"), each.get("text", {}).get("text")):
                return message, each
    raise AssertionError(f"no button “{label}” in {len(messages)} messages")


def _buttons(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if value.get("type") in {"button", "Action.Execute"}:
            yield value
        for each in value.values():
            yield from _buttons(each)
    elif isinstance(value, list):
        for each in value:
            yield from _buttons(each)


def filled_state(blocks: Sequence[Mapping[str, Any]], answers: Mapping[str, str]) -> dict[str, Any]:
    """The state of a form in Slack: these answers, and in the other fields what stood there at first."""
    inputs = {block["block_id"]: block["element"] for block in blocks if block["type"] == "input"}
    assert set(answers) <= set(inputs)
    return {name: {"value": _answer(element, answers.get(name))} for name, element in inputs.items()}


def _answer(element: Mapping[str, Any], given: str | None) -> dict[str, Any]:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value") if given is None else given}
    name = _CHOSEN[kind]
    if given is None:
        return (
            {"type": kind, name: element.get(f"initial_{name.removeprefix('selected_')}")} if _stands(element) else {}
        )
    options = [each for each in element["options"] if each["value"] in given.split(",")]
    return {"type": kind, name: options[0] if name == "selected_option" else options}


def _stands(element: Mapping[str, Any]) -> bool:
    return "initial_option" in element or "initial_options" in element


def pressed(
    message: Mapping[str, Any], element: Mapping[str, Any], user: str, team: str, **more: Any
) -> dict[str, Any]:
    """What Slack sends when somebody presses a button in a message."""
    place = {"ts": message["ts"], "thread_ts": message.get("thread_ts", message["ts"])}
    return press(
        team={"id": team},
        user={"id": user, "team_id": team},
        channel={"id": message["channel"]},
        container={"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]},
        message=place,
        trigger_id=f"133.{next(_NUMBERS)}.double",
        actions=[{"type": "button", "action_ts": f"{1_772_452_900 + next(_NUMBERS)}.1", **element}],
        **more,
    )


def form_body(payload: Mapping[str, Any], secret: str | None = None) -> tuple[bytes, dict[str, str]]:
    """A signed request of something pressed or sent."""
    body = as_form(payload=json.dumps(payload))
    more = {} if secret is None else {"secret": secret}
    return body, signed(body, at=time.time(), kind=_FORM, **more)


@dataclass(frozen=True, kw_only=True)
class SlackChat:
    """Somebody's direct messages with the coach in the double."""

    house: House
    slack: SlackDouble
    user: str

    @property
    def _messages(self) -> list[Json]:
        return self.slack.messages[f"D{self.user}"]

    async def says(self, text: str) -> None:
        event = dm(text, f"{1_772_452_800 + next(_NUMBERS)}.000100", channel=f"D{self.user}", user=self.user)
        body = as_json(event)
        await self._post(body, signed(body, at=time.time()))

    async def presses(self, label: str) -> None:
        message, element = button(self._messages, label)
        await self._post(*form_body(pressed(message, element, self.user, "T0HOME")))

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        message = next(each for each in reversed(self._messages) if _asks(each, send))
        if any(block["type"] == "input" for block in message["blocks"]):
            _, element = button([message], send)
            state = {"values": filled_state(message["blocks"], answers)}
            await self._post(*form_body(pressed(message, element, self.user, "T0HOME", state=state)))
            return
        await self.presses(WORDS("slack.form.open"))
        opened = self.slack.called("views.open")[-1]["view"]
        view = json.loads(opened) if isinstance(opened, str) else opened
        assert view["submit"]["text"] == send
        kept = {name: view[name] for name in ("callback_id", "private_metadata")}
        state = {"values": filled_state(view["blocks"], answers)}
        sent = submission(user={"id": self.user, "team_id": "T0HOME"})
        await self._post(*form_body({**sent, "view": {"id": f"V{next(_NUMBERS)}", **kept, "state": state}}))

    async def told(self) -> Sequence[str]:
        assert self.slack.refused == []
        return [everything_said(each) for each in self._messages]

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> None:
        async with self.house.client.post(PATH, data=body, headers=headers) as response:
            assert response.status == 200
        await self.house.settle()


def _asks(message: Mapping[str, Any], send: str) -> bool:
    """Whether a message in Slack is a form, to be filled in where it stands or in a modal."""
    labels = {each.get("text", {}).get("text") for each in _buttons(message)}
    return send in labels or WORDS("slack.form.open") in labels


@dataclass(frozen=True, kw_only=True)
class TeamsChat:
    """Somebody's personal chat with the coach in the double."""

    house: House
    teams: TeamsDouble
    person: Json

    @property
    def _messages(self) -> list[Json]:
        posted = [each for each in self.teams.requests if f"/{self._conversation['id']}/" in each.path]
        return [each.body for each in posted if each.body.get("type") == "message"]

    @property
    def _conversation(self) -> Json:
        return {"id": f"a:{self.person['id']}", "conversationType": "personal", "tenantId": self.person["tenantId"]}

    async def says(self, text: str) -> None:
        await self._post(self._activity(text), 202)

    async def presses(self, label: str) -> None:
        await self.fills_in({}, label)

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        message, element = button(self._messages, send)
        filled = {**dict(_initial(message)), **answers} if answers else {}
        value = {"action": {"type": "Action.Execute", "verb": element["verb"], "data": {**element["data"], **filled}}}
        await self._post(self._activity("", type="invoke", name="adaptiveCard/action", value=value), 200)

    async def told(self) -> Sequence[str]:
        return [everything_said(each) for each in self._messages]

    def _activity(self, text: str, **more: Any) -> Json:
        named = {"from": self.person, "conversation": self._conversation, "id": f"17{next(_NUMBERS)}"}
        return self.teams.message(text, **named, **more)

    async def _post(self, activity: Json, status: int) -> None:
        async with self.house.client.post("/api/messages", json=activity) as response:
            assert response.status == status
        await self.house.settle()


def _initial(value: object) -> Iterator[tuple[str, str]]:
    """What stands in the fields of a card."""
    if isinstance(value, Mapping):
        if str(value.get("type", "")).startswith("Input."):
            yield value["id"], value.get("value", "")
        for each in value.values():
            yield from _initial(each)
    elif isinstance(value, list):
        for each in value:
            yield from _initial(each)


@dataclass(frozen=True, kw_only=True)
class DoublesStage:
    """Everybody's chats, and the database behind them."""

    house: House
    chats: Mapping[str, Chat]
    database: Path
    patience: float = 0.0

    async def of(self, person: str) -> Chat:
        return self.chats[person]

    async def passes(self) -> None:
        a_minute_passes(self.database)
        await self.house.settle()

    async def saw(self, step: Step, messages: int) -> None:
        """Doubles show nothing."""
