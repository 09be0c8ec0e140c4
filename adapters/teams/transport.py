"""The port to Microsoft's side, on plain activities: no SDK's types, so that one SDK can follow another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from adapters.teams.activity import Activity, Json
from adapters.teams.references import Reference
from bot.domain.errors import CoachError

#: What a verified token says of its sender; empty in development.
Claims = Mapping[str, object]


class Unauthorised(CoachError):
    """A request does not prove that Microsoft sent it. Its sender is told the status, the log the reason."""

    def __init__(self, reason: str, *, status: int = 401) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class ConnectorFailed(CoachError):
    """The connector did not do what it was asked. Nobody is told: the caller decides what happens next.

    `status` is its answer, None when there was none. `sent` is False when the request surely did not get through,
    None when that cannot be known. `retry_after` is in seconds, where the answer named a time. `refusal` is what the
    answer said of it, code and words, in small letters: it is compared and never logged.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        sent: bool | None = None,
        retry_after: float | None = None,
        refusal: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.sent = sent
        self.retry_after = retry_after
        self.refusal = refusal


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some members of a conversation, as the connector describes them; `after` asks for more, empty at last."""

    members: tuple[Json, ...]
    after: str = ""


class TeamsTransport(Protocol):
    """Takes activities in and brings them out. Makes no connection to a host outside its cloud."""

    async def authenticate(self, headers: Mapping[str, str], activity: Activity) -> Claims:
        """What a request proves about its sender; raises `Unauthorised` for every doubt, and nothing else.

        The names of headers are in small letters.
        """

    async def send(self, reference: Reference, activity: Activity) -> str:
        """Post an activity once, without retries, and give its id, empty where there is none; `ConnectorFailed`."""

    async def update(self, reference: Reference, activity_id: str, activity: Activity) -> None:
        """Put an activity in the place of one that was sent; raises `ConnectorFailed`."""

    async def delete(self, reference: Reference, activity_id: str) -> None:
        """Take away an activity that was sent; raises `ConnectorFailed`."""

    async def members(self, reference: Reference, after: str = "") -> Page:
        """The next members of the conversation; raises `ConnectorFailed`."""
