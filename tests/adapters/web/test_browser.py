"""The demo page in a real browser, on a phone and on a desk, with a fake coach behind it."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, async_playwright, expect

from adapters.web.app import demo_app
from prompts import words
from tests.adapters.web.fakes import FakeCoach, fake_page

pytestmark = pytest.mark.browser

WORDS = words()
QUESTION = "How do we build trust between organisations?"
SIZES = [pytest.param((360, 740), id="phone"), pytest.param((1280, 860), id="desk")]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """The running page, its coach, and what the browser complained of or asked of others."""

    address: str
    coach: FakeCoach
    shots: Path
    complaints: list[str] = field(default_factory=list)

    def watch(self, tab: Page) -> Page:
        tab.on("console", lambda line: self.complaints.append(f"{line.type}: {line.text}"))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("request", lambda request: self.note(request.url))
        return tab

    def note(self, url: str) -> None:
        if not url.startswith(f"{self.address}/"):
            self.complaints.append(f"request to {url}")

    async def photograph(self, tab: Page, name: str) -> None:
        size = tab.viewport_size or {"width": 0}
        await tab.screenshot(path=self.shots / f"{name}-{size['width']}.png", animations="disabled")


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go: a temporary folder, or the one that `COACH_SCREENSHOTS` names, to keep them."""
    folder = Path(os.environ.get("COACH_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def axe() -> str:
    """The source of axe-core where `COACH_AXE` names its axe.min.js, else a stand-in that finds nothing."""
    named = os.environ.get("COACH_AXE")
    return Path(named).read_text(encoding="utf-8") if named else "window.axe = {run: async () => ({violations: []})}"


@pytest.fixture
async def site(shots: Path) -> AsyncIterator[Site]:
    port = unused_port()
    coach = FakeCoach(answers_after=2)
    runner = web.AppRunner(demo_app(fake_page(coach, port=port)))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield Site(address=f"http://127.0.0.1:{port}", coach=coach, shots=shots)
    await runner.cleanup()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed here (apt-get install chromium), so the page was not driven")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        await started.close()


async def opened(
    browser: Browser, size: tuple[int, int], *, scheme: str = "light", scripts: str = "on"
) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts == "on",
    )


def box(tab: Page) -> Locator:
    return tab.get_by_label(WORDS("page.ask.label"))


async def fits(tab: Page) -> bool:
    return bool(await tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", SIZES)
async def test_a_question_asked_by_keyboard(browser: Browser, site: Site, size: tuple[int, int]) -> None:
    context = await opened(browser, size)
    tab = site.watch(await context.new_page())
    await tab.goto(site.address)
    assert await fits(tab)
    await site.photograph(tab, "choose")
    choice = tab.get_by_role("button", name="Amira Rahman")
    await choice.focus()
    await choice.press("Enter")
    await expect(tab.get_by_role("heading", name=WORDS("page.welcome.heading", name="Amira Rahman"))).to_be_visible()
    await site.photograph(tab, "welcome")
    await box(tab).focus()
    await tab.keyboard.type(QUESTION)
    await tab.keyboard.press("Enter")
    await expect(tab.locator("article").get_by_text(WORDS("page.waiting"))).to_be_visible()
    await site.photograph(tab, "waiting")
    await expect(tab.locator(".said").get_by_text("Start with something small")).to_be_in_viewport()
    await expect(box(tab)).to_have_value("")
    await expect(box(tab)).to_be_focused()
    await expect(tab.locator("#heard")).to_contain_text(WORDS("page.answered"))
    summary = tab.locator(".card summary").first
    await summary.focus()
    await summary.press("Enter")
    await expect(tab.locator("mark").first).to_be_visible()
    assert await fits(tab)
    await site.photograph(tab, "answer")
    assert site.complaints == []
    await context.close()


async def test_an_open_quotation_stays_open_when_more_is_said(browser: Browser, site: Site) -> None:
    context = await opened(browser, (1280, 860))
    tab = site.watch(await context.new_page())
    await tab.goto(f"{site.address}/?as=joe")
    await tab.get_by_role("button", name=WORDS("page.welcome.asks.1")).click()
    await tab.locator(".card summary").first.click()
    await box(tab).fill("half a thou")
    await tab.get_by_role("button", name="What if trust was broken?").click()
    await expect(tab.locator("article")).to_have_count(2)
    await expect(tab.locator("article .card")).to_have_count(2)
    await expect(tab.locator("mark").first).to_be_visible()
    await expect(box(tab)).to_have_value("half a thou")
    assert [message.text for message in site.coach.received] == [
        WORDS("page.welcome.asks.1"),
        "How do we repair trust after it was broken?",
    ]
    assert site.complaints == []
    await context.close()


@pytest.mark.parametrize("size", SIZES)
async def test_without_scripts(browser: Browser, site: Site, size: tuple[int, int]) -> None:
    context = await opened(browser, size, scripts="off")
    tab = site.watch(await context.new_page())
    await tab.goto(site.address)
    await tab.get_by_role("button", name="Siobhán Doyle").click()
    await box(tab).fill(QUESTION)
    await tab.get_by_role("button", name=WORDS("page.ask.button"), exact=True).click()
    await expect(tab.get_by_role("link", name=WORDS("page.check"))).to_be_visible()
    await expect(tab.locator(".said").get_by_text("Start with something small")).to_be_visible(timeout=10_000)
    await tab.locator(".card summary").first.click()
    await expect(tab.locator("mark").first).to_be_visible()
    await tab.get_by_role("button", name="What if trust was broken?").click()
    await expect(tab.locator("article")).to_have_count(2)
    assert len(site.coach.received) == 2
    assert site.complaints == []
    await context.close()


async def test_a_server_that_comes_back_gets_the_same_event(browser: Browser, site: Site) -> None:
    context = await opened(browser, (360, 740))
    tab = await context.new_page()
    await tab.goto(f"{site.address}/?as=marek")
    events: list[str] = []

    async def lost_on_the_way_back(route: Route) -> None:
        events.append(json.loads(route.request.post_data or "{}")["event"])
        if len(events) < 3:
            await route.fetch()  # it did arrive, but the browser never hears so
            await route.abort()
        else:
            await route.continue_()

    await tab.route("**/messages", lost_on_the_way_back)
    await box(tab).fill(QUESTION)
    await box(tab).press("Enter")
    await expect(tab.locator("#status")).to_have_text(WORDS("page.retrying"))
    await expect(box(tab)).to_have_value(QUESTION)
    await expect(tab.locator("article .card")).to_have_count(1)
    assert len(events) == 3
    assert len(set(events)) == 1
    assert len(site.coach.received) == 1
    await context.close()


async def test_a_server_that_is_gone_leaves_the_words_in_the_box(browser: Browser, site: Site) -> None:
    context = await opened(browser, (360, 740))
    tab = await context.new_page()
    await tab.goto(f"{site.address}/?as=marek")
    await tab.route("**/messages", lambda route: route.abort())
    await box(tab).fill(QUESTION)
    await box(tab).press("Enter")
    await expect(tab.locator("#status")).to_have_text(WORDS("page.unreachable"), timeout=15_000)
    await expect(box(tab)).to_have_value(QUESTION)
    await site.photograph(tab, "unreachable")
    await tab.unroute("**/messages")
    await tab.get_by_role("button", name=WORDS("page.ask.button"), exact=True).click()
    await expect(tab.locator("article .card")).to_have_count(1)
    await expect(tab.locator("#status")).to_have_text("")
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_can_be_used_by_everybody(
    browser: Browser, site: Site, axe: str, size: tuple[int, int], scheme: str
) -> None:
    """Landmarks and names by hand; all of axe-core where `COACH_AXE` names its axe.min.js."""
    site.coach.answers_after = 0
    context = await opened(browser, size, scheme=scheme)
    tab = site.watch(await context.new_page())
    for path in ("/", "/?as=amira"):
        await tab.goto(site.address + path)
        if "as=" in path:
            await tab.get_by_role("button", name=WORDS("page.welcome.asks.0")).click()
            await tab.locator(".card summary").first.click()
        await expect(tab.get_by_role("main")).to_have_count(1)
        await expect(tab.get_by_role("banner")).to_contain_text(WORDS("page.badge"))
        await expect(tab.locator("h1")).to_have_count(1)
        unnamed = "[...document.querySelectorAll('button, a, summary')].filter((it) => !it.textContent.trim()).length"
        assert await tab.evaluate(unnamed) == 0
        await tab.evaluate(axe)
        assert await tab.evaluate("axe.run().then((found) => found.violations.map((it) => it.help))") == []
    await site.photograph(tab, f"everybody-{scheme}")
    assert site.complaints == []
    await context.close()
