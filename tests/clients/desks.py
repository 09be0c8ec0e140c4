"""Everybody in front of their own client, with their chat with the coach open."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import Page, Route, async_playwright

from tests.adapters.web.test_browser import FLAGS
from tests.clients.client_chats import LocalSlackChat, Pictured, PlaygroundChat
from tests.clients.local_slack import PRIYA, TOM, LocalSlack
from tests.clients.playground import Playground

#: A page for each person.
Pages = Mapping[str, Page]
_CHROMIUM = shutil.which("chromium")
_PATIENCE_MS = 20_000
#: Those in Slack, and what it calls them.
_IN_SLACK = {"tom": (TOM, "Tom Pritchard"), "priya": (PRIYA, "Priya Shah")}


@asynccontextmanager
async def open_pages() -> AsyncIterator[Pages]:
    """Pages that are kept from every host but this machine."""
    if _CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    async with AsyncExitStack() as stack:
        tools = await stack.enter_async_context(async_playwright())
        program = await tools.chromium.launch(executable_path=_CHROMIUM, args=FLAGS)
        stack.push_async_callback(program.close)
        context = await program.new_context(viewport={"width": 1280, "height": 1100}, device_scale_factor=1)
        await context.route("**", _stay_here)
        context.set_default_timeout(_PATIENCE_MS)
        yield {name: await context.new_page() for name in (*_IN_SLACK, "joe", "amara", "leila")}


async def _stay_here(route: Route) -> None:
    here = route.request.url.startswith(("http://localhost:", "http://127.0.0.1:", "data:", "blob:"))
    await (route.continue_() if here else route.abort())


async def at_their_desks(
    pages: Pages, slack: LocalSlack | None, teams: Mapping[str, Playground], coach: str
) -> Mapping[str, Pictured]:
    """The chats of those in Slack and of those in Teams with the coach at this address, each on their own page."""
    for name, client in teams.items():
        await pages[name].goto(client.address, wait_until="domcontentloaded")
        await pages[name].get_by_title("Hide log panel").click()
    in_slack = {} if slack is None else await _in_slack(pages, slack, coach)
    in_teams = {name: PlaygroundChat(teams=client, page=pages[name]) for name, client in teams.items()}
    return {**in_slack, **in_teams}


async def _in_slack(pages: Pages, slack: LocalSlack, coach: str) -> Mapping[str, Pictured]:
    for name, (user, known) in _IN_SLACK.items():
        await pages[name].goto(slack.address, wait_until="domcontentloaded")
        slack.direct(user)
        await pages[name].locator("select").first.select_option(label=known)
        await pages[name].get_by_text(known, exact=True).last.click()
    return {
        name: LocalSlackChat(slack=slack, user=user, known=known, coach=coach, page=pages[name])
        for name, (user, known) in _IN_SLACK.items()
    }
