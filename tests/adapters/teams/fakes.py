"""The adapter's ports without Microsoft, a network or a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.teams.activity import Activity, Json
from adapters.teams.housekeeping import Housekeeping
from adapters.teams.references import Reference
from adapters.teams.transport import Claims, ConnectorFailed, Page, Unauthorised
from bot.domain.messages import EventKey, Incoming
from tests.teams_double import BOT, TENANT

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REFERENCE = Reference(
    conversation="a:anna", kind="personal", service_url="https://smba.trafficmanager.net/emea/", tenant=TENANT, bot=BOT
)


@dataclass
class FakeReferences:
    """References in memory."""

    kept: dict[str, Reference] = field(default_factory=dict)

    async def save(self, reference: Reference) -> None:
        self.kept[reference.conversation] = reference

    async def find(self, conversation: str) -> Reference | None:
        return self.kept.get(conversation)

    async def forget(self, conversation: str) -> None:
        self.kept.pop(conversation, None)

    async def channels(self, team: str) -> tuple[str, ...]:
        return tuple(each.conversation for each in self.kept.values() if each.team == team)


@dataclass
class FakeTransport:
    """Believes everybody unless told otherwise, writes down what is sent, fails as scripted."""

    refused: Unauthorised | None = None
    failures: list[ConnectorFailed | None] = field(default_factory=list)
    sent: list[tuple[Reference, Json]] = field(default_factory=list)
    roster: tuple[Json, ...] = ()
    page: int = 2
    asked: int = 0

    async def authenticate(self, headers: Mapping[str, str], activity: Activity) -> Claims:
        if self.refused:
            raise self.refused
        return {}

    async def send(self, reference: Reference, activity: Activity) -> str:
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        self.sent.append((reference, dict(activity)))
        return f"sent-{len(self.sent)}"

    async def update(self, reference: Reference, activity_id: str, activity: Activity) -> None:
        await self.send(reference, {**activity, "id": activity_id})

    async def delete(self, reference: Reference, activity_id: str) -> None:
        await self.send(reference, {"type": "deleted", "id": activity_id})

    async def members(self, reference: Reference, after: str = "") -> Page:
        self.asked += 1
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        at = int(after or 0)
        more = str(at + self.page) if at + self.page < len(self.roster) else ""
        return Page(members=self.roster[at : at + self.page], after=more)


@dataclass
class FakeCoach:
    """Takes messages for keeps, in memory; each once."""

    received: dict[EventKey, Incoming] = field(default_factory=dict)
    noticed: list[Housekeeping] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    broken: bool = False

    async def receive(self, incoming: Incoming) -> bool:
        if self.broken:
            raise OSError("disk full")
        new = incoming.key not in self.received
        self.received.setdefault(incoming.key, incoming)
        return new

    async def notice(self, event: Housekeeping, gone: tuple[str, ...]) -> None:
        self.noticed.append(event)
        self.gone += gone


def words_in(element: Any) -> list[str]:
    """Every string that a reader of the card is shown, in the order of the elements."""
    if isinstance(element, list):
        return [text for each in element for text in words_in(each)]
    if not isinstance(element, dict):
        return []
    shown = [
        element[name]
        for name in ("text", "altText", "label", "placeholder", "title")
        if isinstance(element.get(name), str)
    ]
    shown += [element["value"]] if element.get("type") == "Input.Text" and "value" in element else []
    children = ("body", "items", "columns", "inlines", "choices", "actions")
    return shown + [text for name in children for text in words_in(element.get(name, []))]
