"""The whole front of an installation, every route mounted, and what its process writes to its log meanwhile."""

import io
import json
import logging
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import structlog
from aiohttp import web
from yarl import URL

from bot.bootstrap import Coach, new_id
from bot.chats import open_chats
from bot.coaching.digests.links import DigestLinks
from bot.delivery.limiting import Admit, everything
from bot.delivery.worker import Delivery
from bot.domain.membership import Standing
from bot.domain.messages import Place
from bot.domain.partnership import Lead
from bot.domain.people import Identity, OrganisationId, PartnerId
from bot.logs import set_up
from bot.settings import secret
from bot.store.homes import Homes
from bot.store.people import People
from tests.adapters.teams.linked import linked
from tests.contract import house
from tests.contract.house import House
from tests.fakes import NOON
from tests.slack_double import TEAM, SlackDouble
from tests.teams_double import TeamsDouble

#: What somebody may have written, and must never stand in a log.
CANARY = "canary-heron"
PUBLIC = "https://coach.example.org"
_INSTALLS = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "client-secret-canary-heron",
    "COACH_PUBLIC_URL": PUBLIC,
}


@dataclass(frozen=True, kw_only=True)
class Front:
    """Where requests go in, and what stands around."""

    house: House
    slack: SlackDouble
    teams: TeamsDouble
    links: DigestLinks
    lead: PartnerId
    log: io.StringIO

    async def send(
        self, method: str, path: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> int:
        """The status of the answer to one request, whose body is read to its end."""
        url = URL(str(self.house.client.make_url("/")).rstrip("/") + path, encoded=True)
        async with self.house.client.session.request(
            method, url, data=data, headers=headers, allow_redirects=False
        ) as response:
            await response.read()
            return response.status

    def now(self) -> float:
        """The moment by which requests are signed."""
        return time.time()

    def assert_quiet(self, *, ids_forged: bool = False) -> None:
        """Nothing that failed by its own fault, and nothing that anybody wrote.

        Where requests are signed whose very ids are made up, those stand in the log as ids, and are not looked at.
        """
        said = self.log.getvalue()
        if ids_forged:
            said = "\n".join(map(_without_ids, said.splitlines()))
        assert CANARY not in said, next(line for line in said.splitlines() if CANARY in line)
        assert "Traceback" not in said
        assert '"frames"' not in said
        levels = ('"level": "critical"', '"level": "error"', "aiohttp.server")
        faults = [line for line in said.splitlines() if any(each in line for each in levels)]
        assert not faults, faults[:3]


def _without_ids(line: str) -> str:
    """What a line tells beside the ids of its message and notice."""
    try:
        told = json.loads(line)
    except ValueError:
        return line
    return json.dumps({name: value for name, value in told.items() if name not in {"message", "key"}})


@contextmanager
def logged(level: str) -> Iterator[io.StringIO]:
    """Everything that `bot.logs` writes at this level; afterwards logging is as it was."""
    root, said, stderr = logging.getLogger(), io.StringIO(), sys.stderr
    handlers, before = root.handlers[:], root.level
    try:
        sys.stderr = said
        # basicConfig closes what it takes away, and pytest's own handlers must live.
        root.handlers = []
        set_up(level)
        yield said
    finally:
        sys.stderr = stderr
        root.handlers, root.level = handlers, before
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()


def _no_limit(_safeguard: object) -> Admit:
    return everything


@asynccontextmanager
async def front(folder: Path, patch: pytest.MonkeyPatch, teams: TeamsDouble) -> AsyncIterator[Front]:
    """An installation with Slack (one workspace and “Add to Slack”), Teams with checked tokens, and the pages.

    Nobody meets a limit, so that whatever gets in is also answered.
    """
    kept: list[Coach] = []
    slack = house.workspace()

    def remembering(coach: Coach, application: web.Application) -> AbstractAsyncContextManager[Delivery]:
        kept.append(coach)
        return open_chats(coach, application)

    patch.setattr("tests.contract.house.open_chats", remembering)
    patch.setattr("bot.chats.limiting", _no_limit)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        transport = linked(teams, session, clock=lambda: datetime.now(UTC))
        patch.setattr("bot.teams_platform._transport", lambda *_: transport)
        opened = await stack.enter_async_context(house.chats(folder, patch, slack, **_INSTALLS))
        links = DigestLinks(secret=secret(kept[0].settings), public_url=PUBLIC)
        lead = await _lead(kept[0])
        said = stack.enter_context(logged("debug"))
        yield Front(house=opened, slack=slack, teams=teams, links=links, lead=lead, log=said)


async def _lead(coach: Coach) -> PartnerId:
    """Somebody who leads the partnership and is written to in Slack, so that the pages open for their links."""
    identity = Identity(platform="slack", tenant=TEAM, user="U0LEAD", email="lena@charity.example")
    standing = Standing(partnership=house.PLAN.id, organisation=OrganisationId("charity"), lead=True)
    leading = Lead(name="Lena", organisation=standing.organisation, email=identity.email)
    await coach.partnerships.save(replace(house.PLAN, leads=(leading,)), NOON)
    partner = (await People(coach.database, new_id).admit(identity, standing)).partner
    await Homes(coach.database).remember(partner, identity.key, "slack", Place(f"{TEAM}/U0LEAD/"), NOON)
    return partner
