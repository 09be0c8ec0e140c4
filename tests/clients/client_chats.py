"""Chats in real clients, for the scenarios of `tests/contract/barriers.yaml` and its like.

In Teams everything is done on the Playground's own page. In Slack messages are written and buttons pressed through
local-slack; a modal is filled in on its page. What local-slack cannot do is fill in a form that stands in a message:
it draws no fields there. Such a form is sent as Slack would send it, signed, from what stands in the client.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from playwright.async_api import Locator, Page, expect

from prompts import words
from tests.adapters.slack.signing import as_json, signed
from tests.clients.installation import CHARITY, SIGNING_SECRET
from tests.clients.local_slack import COACH, LocalSlack
from tests.clients.pictures import picture_in_slack, picture_in_teams, picture_of_modal
from tests.clients.playground import COACH as TEAMS_COACH
from tests.clients.playground import Playground
from tests.clients.processes import call
from tests.contract.buttons import button
from tests.contract.changed_messages import changed_in_slack, deleted_in_slack
from tests.contract.chat_scenario import Chat, Step
from tests.contract.chat_stages import a_minute_passes
from tests.contract.hearing import everything_said
from tests.contract.slack_chat import filled_state, form_body, pressed, said, votes

WORDS = words()
_OPEN = WORDS("slack.form.open")
#: What a choice is called on local-slack's page, which does not show its value.
_LABELS = {"mixed": "check_in.view.mixed", "beside": "feedback.trouble.beside", "counted": "barrier.consent.counted"}
_COUNTED = WORDS("barrier.consent.counted")
#: What stands in a modal, and in its fields.
_SAID = "modal => [modal.innerText, ...[...modal.querySelectorAll('input')].map(each => each.value)].join('\\n')"


@dataclass(frozen=True, kw_only=True)
class LocalSlackChat:
    """Somebody's direct messages with the coach. `page` is local-slack's own, where they are who acts."""

    slack: LocalSlack
    user: str
    known: str
    coach: str
    page: Page
    written: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def _everything(self) -> list[Mapping[str, Any]]:
        return self.slack.messages(self.slack.direct(self.user))

    @property
    def _messages(self) -> list[Mapping[str, Any]]:
        return self.slack.said(self.slack.direct(self.user))

    async def says(self, text: str) -> None:
        self.written.append(self.slack.say(self.user, self.slack.direct(self.user), text))

    async def edits(self, text: str) -> None:
        """local-slack changes messages and tells nobody: the event is made here, about what stands there then."""
        wrote = {**self.written[-1], "user": self.user, "team": CHARITY}
        self.slack.change(wrote, text)
        self._happens(changed_in_slack(wrote, text, f"{time.time():.6f}"))

    async def deletes(self) -> None:
        wrote = {**self.written[-1], "user": self.user, "team": CHARITY}
        self.slack.delete(wrote)
        self._happens(deleted_in_slack(wrote, f"{time.time():.6f}"))

    def _happens(self, event: Mapping[str, Any]) -> None:
        authorizations = [{"team_id": CHARITY, "user_id": COACH, "is_bot": True}]
        body = as_json({**event, "team_id": CHARITY, "authorizations": authorizations})
        call("POST", f"{self.coach}/slack/events", body, signed(body, at=time.time(), secret=SIGNING_SECRET))

    async def rates(self, label: str) -> None:
        rated = [(message, vote) for message in self._messages for vote in votes(message) if said(vote) == label]
        if not rated:
            await self.presses(label)
            return
        message, vote = rated[-1]
        self.slack.act(self.user, message, vote)

    async def presses(self, label: str) -> None:
        message, _ = button(self._messages, label)
        self.slack.press(self.user, message, label)

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        asking = [each for each in self._messages if {send, _OPEN} & set(_labels(each))]
        if await self._modal.is_visible() or _OPEN in _labels(asking[-1]):
            await self._in_modal(answers, send)
            return
        message, element = button(asking, send)
        state = {"values": filled_state(message["blocks"], answers)}
        body, headers = form_body(pressed(message, element, self.user, CHARITY, state=state), SIGNING_SECRET)
        call("POST", f"{self.coach}/slack/events", body, headers)

    async def _in_modal(self, answers: Mapping[str, str], send: str) -> None:
        modal = self._modal
        if not await modal.is_visible():
            await self.presses(_OPEN)
        await expect(modal).to_be_visible()
        # The client does not choose what is chosen at first.
        stands = {} if await modal.get_by_label(_COUNTED, exact=True).count() == 0 else {"consent": "counted"}
        for given in {**stands, **answers}.values():
            if given in _LABELS:
                await modal.get_by_label(WORDS(_LABELS[given]), exact=True).check()
            else:
                await modal.locator(".bk-plain-input").fill(given)
        await modal.get_by_role("button", name=send).click()
        await expect(modal).not_to_be_visible()

    async def told(self) -> Mapping[str, str]:
        opened = {"modal": await self._modal.evaluate(_SAID)} if await self._modal.is_visible() else {}
        return {each["ts"]: everything_said(each) for each in self._messages} | opened

    @property
    def _modal(self) -> Locator:
        return self.page.locator(".modal")

    async def picture(self, last: int, path: Path) -> None:
        if await self._modal.is_visible():
            await picture_of_modal(self.page, self.slack.view("views.open", "views.update"), path)
            return
        await picture_in_slack(self.page, self.known, self._everything, last, path)


def _labels(message: Mapping[str, Any]) -> list[str]:
    elements = [each for block in message.get("blocks", ()) for each in block.get("elements", [])]
    return [each["text"]["text"] for each in elements if each["type"] == "button"]


@dataclass(frozen=True, kw_only=True)
class PlaygroundChat:
    """Somebody's chat with the coach on their own client's page."""

    teams: Playground
    page: Page

    @property
    def _messages(self) -> list[Mapping[str, Any]]:
        return [*self._standing.values()]

    @property
    def _standing(self) -> Mapping[str, Mapping[str, Any]]:
        return self.teams.standing(self.teams.personal)

    @property
    def _written(self) -> Mapping[str, Any]:
        """What they wrote last, as the client sent it."""
        mine = [each for each in self.teams.exchanges() if each["conversation"]["id"] == self.teams.personal]
        return [each for each in mine if each["type"] == "message" and each["from"]["id"] != TEAMS_COACH][-1]

    async def edits(self, text: str) -> None:
        self.teams.edit(self._written, text)

    async def deletes(self) -> None:
        self.teams.delete(self._written)

    async def rates(self, label: str) -> None:
        """The client draws no thumbs: the vote is as Teams makes it."""
        rated = [name for name, each in self._standing.items() if "feedbackLoop" in (each.get("channelData") or {})]
        self.teams.rate(self._written, rated[-1], {WORDS("feedback.up"): "like"}.get(label, "dislike"))

    async def says(self, text: str) -> None:
        await self.page.locator("div[role=textbox][contenteditable=true]").first.click()
        await self.page.keyboard.type(text)
        await self.page.get_by_label("Send Message").click()

    async def presses(self, label: str) -> None:
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        message, _ = button(self._messages, send)
        fields = {each["id"]: each for each in _inputs(message)}
        for name, given in answers.items():
            await self._fill(fields[name], given)
        await self.presses(send)

    async def _fill(self, field: Mapping[str, Any], given: str) -> None:
        if field["type"] == "Input.Text":
            await self.page.get_by_role("textbox", name=field["label"]).last.fill(given)
            return
        title = next(each["title"] for each in field["choices"] if each["value"] == given)
        if field["style"] == "compact":
            await self.page.get_by_role("combobox", name=field["label"]).last.click()
            await self.page.get_by_role("option", name=title).click()
        else:
            # The label of a box to tick is named by the box itself, which only its role tells.
            role: Literal["checkbox", "radio"] = "checkbox" if field.get("isMultiSelect") else "radio"
            await self.page.get_by_role(role, name=title).last.check()

    async def told(self) -> Mapping[str, str]:
        return {name: everything_said(each) for name, each in self._standing.items()}

    async def picture(self, last: int, path: Path) -> None:
        await picture_in_teams(self.page, last, path)


def _inputs(value: object) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        own = [value] if str(value.get("type", "")).startswith("Input.") else []
        return own + [each for part in value.values() for each in _inputs(part)]
    return [each for part in value for each in _inputs(part)] if isinstance(value, list) else []


class Pictured(Chat, Protocol):
    """A chat that can be looked at."""

    async def picture(self, last: int, path: Path) -> None:
        """Keep what the last messages look like."""


@dataclass(frozen=True, kw_only=True)
class ClientsStage:
    """Everybody's chats, the database behind them, and where pictures are kept."""

    chats: Mapping[str, Pictured]
    database: Path
    shots: Path
    patience: float = 30.0

    async def of(self, person: str) -> Chat:
        return self.chats[person]

    async def passes(self) -> None:
        a_minute_passes(self.database)

    async def saw(self, step: Step, messages: int) -> None:
        if step.picture:
            await self.chats[step.who].picture(messages, self.shots / f"{step.picture}.png")
