"""The coach as `coach serve` puts it together, on doubles of Slack and of Teams, with a library of three documents."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.bootstrap import Coach, open_coach
from bot.chats import open_chats
from bot.delivery.worker import Delivery
from bot.demo_page import open_demo
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Organisation, OrganisationId, PartnershipId
from bot.settings import load_settings
from bot.store.pacing import no_lanes
from tests.adapters.slack.conftest import user
from tests.adapters.slack.signing import SECRET
from tests.bot.coach_home import coach_home
from tests.bot.coaching.first_contacts import NobodyNew
from tests.fakes import NOON
from tests.slack_double import BOT, TEAM, TOKEN, SlackDouble
from tests.teams_double import ANNA, TENANT, TeamsDouble

Client = TestClient[web.Request, web.Application]
DEMO_PORT = 8765
#: Only the council may see this one.
COUNCIL_ONLY = "power.md"
DOCUMENTS = (
    (
        "trust.md",
        "# Trust\n\n## Between organisations\n\nOrganisations build trust between them when they keep small promises. "
        "Trust between organisations is built by people who meet.\n",
    ),
    (
        "measures.md",
        "# Measures\n\n## Whether it works\n\nA partnership should measure whether it works by what residents notice. "
        "How a partnership works is easier to measure when everybody agreed beforehand.\n",
    ),
    (
        COUNCIL_ONLY,
        "# Power\n\n## What gets in the way\n\nHabit gets in the way of sharing power in a council. "
        "What gets in the way of sharing power is seldom said aloud.\n",
    ),
)
PLAN = PartnershipPlan(
    id=PartnershipId("harbour"),
    name="Harbour",
    zone="UTC",
    organisations=(
        Organisation(
            id=OrganisationId("council"),
            name="Council",
            teams_tenants=(TENANT,),
            email_domains=("council.example",),
        ),
        Organisation(
            id=OrganisationId("charity"), name="Charity", slack_teams=(TEAM,), email_domains=("charity.example",)
        ),
    ),
    leads=(),
    document_audiences={COUNCIL_ONLY: ("council",)},
)


@dataclass(frozen=True, kw_only=True)
class House:
    """The running parts: where requests go in, and what must be let run until it is done."""

    delivery: Delivery
    client: Client

    async def settle(self) -> None:
        """Let the coach work until nothing is left to do."""
        while await self.delivery.handle_one() or await self.delivery.send_one():
            pass


@asynccontextmanager
async def coach(folder: Path, patch: pytest.MonkeyPatch, **settings: str) -> AsyncIterator[Coach]:
    """An installation that has read its library."""
    home = coach_home(folder, patch, DOCUMENTS)
    # What is told once to whoever is new would come between; `tests/bot/coaching` has it.
    patch.setattr("bot.desks.home.FirstContact", NobodyNew)
    environ = {"COACH_DATA_DIR": "data", "COACH_LIBRARY_DIR": "library", **settings}
    async with open_coach(load_settings(environ, folder=home.folder)) as opened:
        await opened.library.refresh()
        yield opened


@asynccontextmanager
async def chats(folder: Path, patch: pytest.MonkeyPatch, slack: SlackDouble, **settings: str) -> AsyncIterator[House]:
    """The chat platforms: a workspace, and Teams in development, which writes wherever an activity says."""
    async with AsyncExitStack() as stack:
        workspace = await stack.enter_async_context(TestServer(slack.application()))
        secrets = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET}
        more = {
            "SLACK_API_URL": str(workspace.make_url("/api/")),
            "COACH_TEAMS_DEVELOPMENT": "yes",
            **secrets,
            **settings,
        }
        opened = await stack.enter_async_context(coach(folder, patch, **more))
        await opened.partnerships.save(PLAN, NOON)
        application = web.Application()
        # A second between two posts in a chat is for `tests/load`; here everything is told at once.
        patch.setattr("bot.chats._lanes", no_lanes)
        patch.setattr("adapters.teams.streams.APART_S", 0.0)
        delivery = await stack.enter_async_context(open_chats(opened, application))
        client = await stack.enter_async_context(TestClient(TestServer(application)))
        yield House(delivery=delivery, client=client)


@asynccontextmanager
async def page(folder: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """The demo page, which has partners of its own."""
    async with (
        coach(folder, patch) as opened,
        open_demo(opened) as demo,
        TestClient(TestServer(demo.app), headers={"Host": f"127.0.0.1:{DEMO_PORT}"}) as client,
    ):
        yield House(delivery=demo.delivery, client=client)


def workspace() -> SlackDouble:
    """The charity's: Ana alone with the coach, in a channel, and in one with somebody of another workspace."""
    return SlackDouble(
        members={"D0ANA": ["U0ANA", BOT], "C0ROOM": ["U0ANA", BOT], "C0SHARED": ["U0ANA", "U0FAR", BOT]},
        users={
            "U0ANA": user("U0ANA", profile={"email": "ana@charity.example"}),
            "U0FAR": user("U0FAR", team="T0FAR"),
            BOT: user(BOT, is_bot=True),
        },
    )


def tenant(double: TeamsDouble, *others: dict[str, object]) -> TeamsDouble:
    """The council's: Anna, and whoever else."""
    anna = {**ANNA, "userPrincipalName": "anna@council.example", "tenantId": TENANT}
    double.members = [anna, *others]
    return double
