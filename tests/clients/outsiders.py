"""Those who belong to no organisation of the partnership. No client has them: what they write is an event made here.

local-slack marks nobody as a guest and shares no channel; the Playground has one tenant. What the coach answers is read
in the client, where it stands in a chat of theirs.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.adapters.slack.signing import as_json, dm, signed
from tests.clients.installation import CHARITY, SIGNING_SECRET
from tests.clients.local_slack import COACH, LocalSlack
from tests.clients.playground import COACH as TEAMS_COACH
from tests.clients.playground import Playground
from tests.clients.processes import call
from tests.contract.hearing import everything_said

STRANGER = "T0STRANGER"
OTHER_TENANT = "99999999-9999-4999-8999-999999999999"


@dataclass(frozen=True, kw_only=True)
class SlackOutsider:
    """Somebody of another workspace, in direct messages with the coach."""

    slack: LocalSlack
    user: str
    coach: str

    async def says(self, text: str) -> None:
        where = {"channel": self.slack.direct(self.user), "user": self.user, "team": STRANGER, "user_team": STRANGER}
        event = dm(text, f"{time.time():.6f}", **where)
        authorizations = [{"team_id": CHARITY, "user_id": COACH, "is_bot": True}]
        body = as_json({**event, "team_id": CHARITY, "authorizations": authorizations})
        call("POST", f"{self.coach}/slack/events", body, signed(body, at=time.time(), secret=SIGNING_SECRET))

    async def presses(self, label: str) -> None:
        """They are offered nothing to press."""
        raise NotImplementedError

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        """They are offered nothing to fill in."""
        raise NotImplementedError

    async def told(self) -> Mapping[str, str]:
        messages = self.slack.messages(self.slack.direct(self.user))
        return {each["ts"]: everything_said(each) for each in messages if each.get("user") == COACH}

    async def picture(self, last: int, path: Path) -> None:
        """What they are told is looked at elsewhere."""


@dataclass(frozen=True, kw_only=True)
class TeamsOutsider:
    """Somebody of another tenant."""

    teams: Playground
    name: str
    numbers: list[int] = field(default_factory=lambda: [0])

    async def says(self, text: str) -> None:
        self.numbers[0] += 1
        self.teams.pass_on({**self._activity(), "id": f"{self.name}-{self.numbers[0]}", "text": text})

    async def presses(self, label: str) -> None:
        """They are offered nothing to press."""
        raise NotImplementedError

    async def fills_in(self, answers: Mapping[str, str], send: str) -> None:
        """They are offered nothing to fill in."""
        raise NotImplementedError

    async def told(self) -> Mapping[str, str]:
        return {name: everything_said(each) for name, each in self.teams.standing(f"personal-{self.name}").items()}

    async def picture(self, last: int, path: Path) -> None:
        """What they are told is looked at elsewhere."""

    def _activity(self) -> dict[str, Any]:
        where = {"id": f"personal-{self.name}", "conversationType": "personal", "tenantId": OTHER_TENANT}
        return {
            "type": "message",
            "channelId": "msteams",
            "serviceUrl": f"{self.teams.address}/_connector",
            "textFormat": "plain",
            "from": {"id": self.name, "name": self.name.title(), "aadObjectId": f"there-{self.name}"},
            "recipient": {"id": TEAMS_COACH, "name": "Partnership Coach"},
            "conversation": where,
            "channelData": {"tenant": {"id": OTHER_TENANT}},
        }
