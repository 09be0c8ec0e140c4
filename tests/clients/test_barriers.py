"""A barrier's whole way in real clients, with the real weights: `tests/contract/barriers.yaml`."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, async_playwright, expect

from prompts import words
from tests.adapters.web.test_browser import FLAGS
from tests.clients.client_chats import ClientsStage, LocalSlackChat, PlaygroundChat
from tests.clients.installation import Installation
from tests.clients.local_slack import PRIYA, TOM, LocalSlack
from tests.clients.playground import ANSWER_S, Playground
from tests.clients.processes import until
from tests.contract.chat_scenario import play, scenario
from tests.contract.digest_numbers import check_the_same
from tests.contract.hearing import everything_said

pytestmark = pytest.mark.clients

WORDS = words()
AMARAS, PARTNERSHIP_NAME = "amara.okafor@harbourcouncil.example", "Harbourside Wellbeing Partnership"
#: The others are made from the same value, which the doubles' test holds against these.
FILES = ("json", "csv", "pdf")
_CHROMIUM = shutil.which("chromium")
_PATIENCE_MS = 20_000
TOM_NAME, PRIYA_NAME = "Tom Pritchard", "Priya Shah"
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
            "tom": LocalSlackChat(slack=slack, user=TOM, known=TOM_NAME, coach=coach, page=pages["tom"]),
            "priya": LocalSlackChat(slack=slack, user=PRIYA, known=PRIYA_NAME, coach=coach, page=pages["priya"]),
            "joe": PlaygroundChat(teams=joes_teams, page=pages["joe"]),
            "amara": PlaygroundChat(teams=teams, page=pages["amara"]),
        },
        database=home.data / "coach.sqlite",
        shots=shots,
    )


async def _at_their_desks(pages: dict[str, Page], slack: LocalSlack) -> None:
    """Everybody has their own chat with the coach in front of them."""
    for name in ("joe", "amara"):
        await pages[name].get_by_title("Hide log panel").click()
    for name, user, known in (("tom", TOM, TOM_NAME), ("priya", PRIYA, PRIYA_NAME)):
        slack.direct(user)
        await pages[name].locator("select").first.select_option(label=known)
        await pages[name].get_by_text(known, exact=True).last.click()


async def test_a_barrier_goes_its_whole_way_and_every_digest_tells_the_same(
    stage: ClientsStage, home: Installation, teams: Playground, coach: str, pages: dict[str, Page], shots: Path
) -> None:
    """Who does what in which client, and what no client does, `client_chats` says. A lead opens the page from chat."""
    told = await play(scenario("barriers"), stage)
    for form in FILES:
        home.coach("digest", "--lead", AMARAS, "--format", form, "--out", str(home.folder / f"digest.{form}"))
    files = {form: (home.folder / f"digest.{form}").read_bytes() for form in FILES}
    page = await _opened_page(pages["amara"], _link(told["amara"], coach), teams)
    await page.screenshot(path=shots / "digest-page-opened.png")
    check_the_same(files, {person: told[person] for person in ("amara", "priya")}, await page.content())


def _link(told: Sequence[str], coach: str) -> str:
    links = [line for each in told for line in each.splitlines() if line.startswith(f"{coach}/digest/")]
    found = [each for each in links if "/chart/" not in each]
    assert found, "the digest in chat has no link to its page"
    return found[-1]


async def _opened_page(desk: Page, link: str, teams: Playground) -> Page:
    """The page of the digest, with the code that the coach sends in the lead's chat."""
    page = await desk.context.new_page()
    await page.goto(link)
    await page.get_by_role("button", name=WORDS("digest.page.send")).click()
    mark = WORDS("digest.page.code_text", code="#", partnership=PARTNERSHIP_NAME).partition("#")[0]
    code = until(lambda: _code(teams, mark), ANSWER_S, lambda: "no code came")
    await page.get_by_label(WORDS("digest.page.code"), exact=True).fill(code)
    await page.get_by_role("button", name=WORDS("digest.page.open")).click()
    await expect(page.get_by_role("heading", name=WORDS("digest.decisions.title"))).to_be_visible()
    return page


def _code(teams: Playground, mark: str) -> str:
    said = "\n".join(everything_said(each) for each in teams.exchanges() if "attachments" in each)
    return next((line.removeprefix(mark) for line in said.splitlines() if line.startswith(mark)), "")
