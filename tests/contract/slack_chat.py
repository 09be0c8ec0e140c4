"""Somebody's chat with the coach in the double of Slack; and what is sent when they press and fill in, in any Slack."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from adapters.slack.app import PATH
from prompts import words
from tests.adapters.slack.signing import as_form, as_json, dm, press, signed, submission
from tests.contract.buttons import button, buttons_in
from tests.contract.changed_messages import changed_in_slack, deleted_in_slack
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.slack_double import SlackDouble

WORDS = words()
Json = dict[str, Any]
_FORM = "application/x-www-form-urlencoded"
_NUMBERS = count(1)
_CHOSEN = {
    "radio_buttons": "selected_option",
    "static_select": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
}


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


def votes(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The halves of the feedback buttons in a message, as they are sent when they are pressed:
    docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element."""
    found = [each for block in message.get("blocks", ()) for each in block.get("elements", ())]
    return [
        {"type": "feedback_buttons", "action_id": each["action_id"], **each[half]}
        for each in found
        if each["type"] == "feedback_buttons"
        for half in ("positive_button", "negative_button")
    ]


def said(button: Mapping[str, Any]) -> str:
    """What a button says."""
    return str(button["text"]["text"])


@dataclass(frozen=True, kw_only=True)
class SlackChat:
    """Somebody's direct messages with the coach in the double."""

    house: House
    slack: SlackDouble
    user: str
    team: str = "T0HOME"
    written: list[Json] = field(default_factory=list)
    triggers: list[str] = field(default_factory=list)

    @property
    def _messages(self) -> list[Json]:
        there = f"D{self.user}"
        return [{"channel": there, **each} for each in self.slack.messages[there]]

    async def says(self, text: str) -> None:
        who = {"channel": f"D{self.user}", "user": self.user, "team": self.team, "user_team": self.team}
        self.written.append({**who, "text": text, "ts": _moment()})
        await self._happens(dm(text, self.written[-1]["ts"], **who))

    async def edits(self, text: str) -> None:
        await self._happens(changed_in_slack(self.written[-1], text, _moment()))

    async def deletes(self) -> None:
        await self._happens(deleted_in_slack(self.written[-1], _moment()))

    async def rates(self, label: str) -> None:
        rated = [(message, vote) for message in self._messages for vote in votes(message) if said(vote) == label]
        await self._press(*rated[-1])

    async def presses(self, label: str) -> None:
        await self._press(*button(self._messages, label))

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        asking = [each for each in self._messages if _asks(each, send)]
        if not self._modals and any(block["type"] == "input" for block in asking[-1]["blocks"]):
            _, element = button(asking[-1:], send)
            await self._press(asking[-1], element, state={"values": filled_state(asking[-1]["blocks"], answers)})
            return
        if not self._modals:
            await self.presses(WORDS("slack.form.open"))
        trigger, view = [*self._modals.items()][-1]
        assert view["submit"]["text"] == send
        kept = {name: view[name] for name in ("callback_id", "private_metadata")}
        state = {"values": filled_state(view["blocks"], answers)}
        sent = submission(user={"id": self.user, "team_id": self.team})
        self.triggers.remove(trigger)
        await self._post(*form_body({**sent, "view": {"id": f"V{next(_NUMBERS)}", **kept, "state": state}}))

    async def told(self) -> Mapping[str, str]:
        assert self.slack.refused == []
        messages = {each["ts"]: everything_said(each) for each in self._messages}
        return messages | {trigger: everything_said(view) for trigger, view in self._modals.items()}

    @property
    def _modals(self) -> Mapping[str, Json]:
        """The forms that were opened in front of them, and that they have not sent."""
        opened = [each for each in self.slack.called("views.open") if each["trigger_id"] in self.triggers]
        return {each["trigger_id"]: _parsed(each["view"]) for each in opened}

    async def _press(self, message: Mapping[str, Any], element: Mapping[str, Any], **more: Any) -> None:
        payload = pressed(message, element, self.user, self.team, **more)
        self.triggers.append(payload["trigger_id"])
        await self._post(*form_body(payload))

    async def _happens(self, event: Mapping[str, object]) -> None:
        body = as_json(event)
        await self._post(body, signed(body, at=time.time()))

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> None:
        async with self.house.client.post(PATH, data=body, headers=headers) as response:
            assert response.status == 200
        await self.house.settle()


def _moment() -> str:
    return f"{1_772_452_800 + next(_NUMBERS)}.000100"


def _parsed(view: str | Json) -> Json:
    return dict(json.loads(view)) if isinstance(view, str) else view


def _asks(message: Mapping[str, Any], send: str) -> bool:
    """Whether a message in Slack is a form, to be filled in where it stands or in a modal."""
    labels = {each.get("text", {}).get("text") for each in buttons_in(message)}
    return send in labels or WORDS("slack.form.open") in labels
