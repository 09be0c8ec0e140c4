"""A barrier's whole way in real clients, with the real weights: `tests/contract/barriers.yaml`."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from prompts import words
from tests.clients.client_chats import ClientsStage
from tests.clients.desks import Pages, at_their_desks
from tests.clients.installation import Installation
from tests.clients.local_slack import PRIYA, LocalSlack
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


@pytest.fixture
async def stage(
    slack: LocalSlack,
    teams: Playground,
    joes_teams: Playground,
    coach: str,
    home: Installation,
    pages: Pages,
    shots: Path,
) -> ClientsStage:
    chats = await at_their_desks(pages, slack, {"joe": joes_teams, "amara": teams}, coach)
    slack.ask(home.coach("lead", "invite", "charity").split()[0], user=PRIYA)
    return ClientsStage(chats=chats, database=home.data / "coach.sqlite", shots=shots)


async def test_a_barrier_goes_its_whole_way_and_every_digest_tells_the_same(
    stage: ClientsStage, home: Installation, teams: Playground, coach: str, pages: Pages, shots: Path
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
