"""Somebody's personal chat with the coach in the double of Teams."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from prompts import words
from tests.contract.buttons import button
from tests.contract.changed_messages import changed_in_teams, deleted_in_teams
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.teams_double import TeamsDouble

WORDS = words()
Json = dict[str, Any]
_NUMBERS = count(1)


@dataclass(frozen=True, kw_only=True)
class TeamsChat:
    """Somebody's personal chat with the coach in the double."""

    house: House
    teams: TeamsDouble
    person: Json
    written: list[Json] = field(default_factory=list)

    @property
    def _messages(self) -> list[Json]:
        return [*self._standing.values()]

    @property
    def _standing(self) -> Mapping[str, Json]:
        """What stands in the chat, by its id."""
        return {
            posted: each for (place, posted), each in self.teams.standing.items() if place == self._conversation["id"]
        }

    @property
    def _conversation(self) -> Json:
        return {"id": f"a:{self.person['id']}", "conversationType": "personal", "tenantId": self.person["tenantId"]}

    async def says(self, text: str) -> None:
        self.written.append(self._activity(text))
        await self._post(self.written[-1], 202)

    async def edits(self, text: str) -> None:
        await self._post(changed_in_teams(self.written[-1], text), 202)

    async def deletes(self) -> None:
        await self._post(deleted_in_teams(self.written[-1]), 202)

    async def rates(self, label: str) -> None:
        last = [posted for posted, each in self._standing.items() if "feedbackLoop" in each.get("channelData", {})][-1]
        reaction = {WORDS("feedback.up"): "like", WORDS("feedback.down"): "dislike"}[label]
        await self._post(self.teams.rated(last, reaction, **self._named), 200)

    async def presses(self, label: str) -> None:
        await self.fills_in({}, label)

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        message, element = button(self._messages, send)
        filled = {**dict(_initial(message)), **answers} if answers else {}
        value = {"action": {"type": "Action.Execute", "verb": element["verb"], "data": {**element["data"], **filled}}}
        await self._post(self._activity("", type="invoke", name="adaptiveCard/action", value=value), 200)

    async def told(self) -> Mapping[str, str]:
        return {name: everything_said(each) for name, each in self._standing.items()}

    def _activity(self, text: str, **more: Any) -> Json:
        return self.teams.message(text, **self._named, **more)

    @property
    def _named(self) -> Json:
        """Who does something, where, and what is done by an id of its own."""
        tenant = {"tenant": {"id": self.person["tenantId"]}}
        who = {"from": self.person, "conversation": self._conversation, "channelData": tenant}
        return {**who, "id": f"17{next(_NUMBERS)}"}

    async def _post(self, activity: Json, status: int) -> None:
        # Nobody else is in somebody's personal chat, which is asked for its members.
        self.teams.members = [self.person]
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
