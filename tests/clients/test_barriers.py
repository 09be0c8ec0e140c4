"""A barrier's whole way in real clients, with the real weights: `tests/contract/barriers.yaml`."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, async_playwright

from tests.adapters.web.test_browser import FLAGS
from tests.clients.barrier_chats import ClientsStage, LocalSlackChat, PlaygroundChat
from tests.clients.installation import Installation
from tests.clients.local_slack import PRIYA, TOM, LocalSlack
from tests.clients.playground import Playground
from tests.contract.barrier_scenario import play

pytestmark = pytest.mark.clients

_CHROMIUM = shutil.which("chromium")
_PATIENCE_MS = 20_000
_CLIENTS = ("tom", "priya", "joe", "amara")


@pytest.fixture
async def pages() -> AsyncIterator[dict[str, Page]]:
    """A page for each person, kept from every host but this machine."""
    if _CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    async with AsyncExitStack() as stack:
        tools = await stack.enter_async_context(async_playwright())
        program = await tools.chromium.launch(executable_path=_CHROMIUM, args=FLAGS)
        stack.push_async_callback(program.close)
        context = await program.new_context(viewport={"width": 1280, "height": 1100}, device_scale_factor=1)
        await context.route("**", _stay_here)
        context.set_default_timeout(_PATIENCE_MS)
        yield {name: await context.new_page() for name in _CLIENTS}


async def _stay_here(route: Route) -> None:
    here = route.request.url.startswith(("http://localhost:", "http://127.0.0.1:", "data:", "blob:"))
    await (route.continue_() if here else route.abort())


@pytest.fixture
async def stage(
    slack: LocalSlack,
    teams: Playground,
    joes_teams: Playground,
    coach: str,
    home: Installation,
    pages: dict[str, Page],
    shots: Path,
) -> ClientsStage:
    for name, client in (("tom", slack), ("priya", slack), ("joe", joes_teams), ("amara", teams)):
        await pages[name].goto(client.address, wait_until="domcontentloaded")
    await _at_their_desks(pages, slack)
    slack.ask(home.coach("lead", "invite", "charity").split()[0], user=PRIYA)
    return ClientsStage(
        chats={
            "tom": LocalSlackChat(slack=slack, user=TOM, coach=coach, page=pages["tom"]),
            "priya": LocalSlackChat(slack=slack, user=PRIYA, coach=coach, page=pages["priya"]),
            "joe": PlaygroundChat(teams=joes_teams, page=pages["joe"]),
            "amara": PlaygroundChat(teams=teams, page=pages["amara"]),
        },
        database=home.data / "coach.sqlite",
        pages=pages,
        shots=shots,
        kept={number: f"step-{number:02}" for number in range(40)},
    )


async def _at_their_desks(pages: dict[str, Page], slack: LocalSlack) -> None:
    """Everybody has their own chat with the coach in front of them."""
    for name in ("joe", "amara"):
        await pages[name].get_by_title("Hide log panel").click()
    for name, user, known in (("tom", TOM, "Tom Pritchard"), ("priya", PRIYA, "Priya Shah")):
        slack.direct(user)
        await pages[name].locator("select").first.select_option(label=known)
        await pages[name].get_by_text(known, exact=True).last.click()


async def test_a_barrier_goes_its_whole_way_over_both_clients(stage: ClientsStage) -> None:
    await play(stage)
