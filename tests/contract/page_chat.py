"""Chats on the demo page, over HTTP as its script does it, for scenarios such as `whole.yaml`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.contract.hearing import everything_said
from tests.contract.house import House

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PageChat:
    """One persona's conversation."""

    house: House
    persona: str
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def says(self, text: str) -> None:
        await self._does(text=text)

    async def edits(self, text: str) -> None:
        await self._does(revises=await self._last_typed(), text=text)

    async def deletes(self) -> None:
        await self._does(withdraws=await self._last_typed())

    async def presses(self, label: str) -> None:
        for name, card in reversed(await self._cards()):
            for number, button in enumerate(card["buttons"]):
                if button["label"] == label:
                    await self._does(**_press(name, number, button))
                    return
        raise AssertionError(f"no button “{label}”")

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        forms = [(name, card["form"]) for name, card in await self._cards() if card["form"]]
        name, form = next(each for each in reversed(forms) if each[1]["submit"] == send)
        initial = {each["id"]: each["initial"] for each in form["fields"]}
        assert set(answers) <= set(initial)
        filled = {f"field.{each}": value for each, value in {**initial, **answers}.items()}
        await self._does(fills=name, **filled)

    async def told(self) -> Mapping[str, str]:
        return {each["key"]: everything_said(each["card"]) for each in await self._said() if each["card"]}

    async def _does(self, **what: str) -> None:
        sent = {"as": self.persona, "event": f"event-{next(self.numbers):04}", **what}
        async with self.house.client.post("/messages", json=sent) as response:
            assert response.status == 202, await response.text()
        await self.house.settle()

    async def _said(self) -> Sequence[Json]:
        async with self.house.client.get("/conversation.json", params={"as": self.persona}) as response:
            said: list[Json] = await response.json()
        return said

    async def _cards(self) -> Sequence[tuple[str, Json]]:
        """Every card that stands there, by the name that the page gives it."""
        return [
            (f"{each['key']}|{number}", card)
            for each in await self._said()
            if each["card"]
            for number, card in enumerate((each["card"], *each["card"]["more"]))
        ]

    async def _last_typed(self) -> str:
        typed = [each["key"] for each in await self._said() if not each["card"] and not each["answers"]]
        return str(typed[-1])


def _press(name: str, number: int, button: Json) -> Mapping[str, str]:
    """A question is asked as it would be typed; anything else is pressed."""
    return {"text": button["value"]} if button["action"] == "ask" else {"press": f"{name}|{number}"}
