"""The digest's page in a real browser: on a phone and on a desk, in light and dark, with the keyboard alone."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, Page, async_playwright, expect

from adapters.web.digest_drawing import DigestDrawing, Pictures, digest_drawing
from bot.charts import draw
from bot.coaching.digests.charts import grid_of, heat_of
from bot.coaching.digests.sections import sections
from prompts import words
from tests.adapters.web.test_browser import FLAGS, SIZES, fits, opened
from tests.bot.coaching.digests_at_hand import busy_digest

pytestmark = pytest.mark.browser

WORDS = words()
BUSY = busy_digest("Nobody tells us when a <b>budget</b> moves ŵ")
#: What axe-core calls serious and worse.
FAULTS = (
    "axe.run().then((found) => found.violations.filter((it) => ['serious', 'critical'].includes(it.impact))"
    ".map((it) => [it.id, it.nodes[0].html]))"
)


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    heat, grid = (asyncio.run(draw(each, "svg")).decode() for each in (heat_of(BUSY, WORDS), grid_of(BUSY, WORDS)))
    return Pictures(heat=heat, grid=grid)


@pytest.fixture(scope="module")
def axe() -> str:
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-core is not installed (pip install axe-playwright-python), so nothing was checked with it")
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed here (apt-get install chromium), so the page was not driven")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        await started.close()


def _serve(drawing: DigestDrawing, html: str) -> web.Application:
    async def show(_: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": f"{drawing.policy}; frame-ancestors 'none'"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    application = web.Application()
    application.router.add_get("/", show)
    application.router.add_get("/favicon.ico", show)
    return application


@pytest.fixture(params=["digest", "gate", "wrong", "refusal"])
async def address(request: pytest.FixtureRequest, pictures: Pictures) -> AsyncIterator[tuple[str, str]]:
    """Each page, where it is served with its own policy."""
    drawing, kind = digest_drawing(WORDS), str(request.param)
    html = {
        "digest": lambda: drawing.page(BUSY, pictures, ("pdf", "csv")),
        "gate": lambda: drawing.gate("Harbour"),
        "wrong": lambda: drawing.gate("Harbour", "wrong"),
        "refusal": lambda: drawing.refusal(WORDS("digest.page.unopened.expired")),
    }[kind]()
    port = unused_port()
    runner = web.AppRunner(_serve(drawing, html))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield kind, f"http://127.0.0.1:{port}/"
    await runner.cleanup()


def watched(tab: Page) -> list[str]:
    """What the browser complains of, a style or a script that the policy forbids among it."""
    complaints: list[str] = []
    tab.on("console", lambda line: complaints.append(f"{line.type}: {line.text}"))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_can_be_used_by_everybody(
    browser: Browser, address: tuple[str, str], axe: str, size: tuple[int, int], scheme: str, tmp_path: Path
) -> None:
    kind, url = address
    context = await opened(browser, size, scheme=scheme)
    tab = await context.new_page()
    complaints = watched(tab)
    await tab.goto(url)
    await tab.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true })")
    assert await fits(tab)
    await expect(tab.get_by_role("main")).to_have_count(1)
    await expect(tab.locator("h1")).to_have_count(1)
    await tab.evaluate(axe)
    assert await tab.evaluate(FAULTS) == []
    assert complaints == []
    folder = Path(os.environ.get("COACH_SCREENSHOTS", tmp_path))
    await tab.screenshot(path=folder / f"digest-{kind}-{scheme}-{size[0]}.png", full_page=True, animations="disabled")
    await context.close()


@pytest.mark.parametrize("address", ["digest"], indirect=True)
async def test_the_keyboard_reaches_every_part(browser: Browser, address: tuple[str, str]) -> None:
    context = await opened(browser, (360, 740), scripts="on")
    tab = await context.new_page()
    await tab.goto(address[1])
    await tab.keyboard.press("Tab")
    await expect(tab.get_by_role("link", name=WORDS("digest.page.skip"))).to_be_focused()
    await expect(tab.get_by_role("link", name=WORDS("digest.page.skip"))).to_be_in_viewport()
    await tab.keyboard.press("Enter")
    assert await tab.evaluate("document.activeElement.id") == "main"
    seen = set()
    for _ in range(30):
        await tab.keyboard.press("Tab")
        seen.add(await tab.evaluate("document.activeElement.textContent.trim().slice(0, 40)"))
    wanted = {section.title[:40] for section in sections(BUSY, WORDS)} | {WORDS("digest.page.download.pdf")[:40]}
    assert wanted <= seen
    table = tab.get_by_role("table")
    await expect(table).to_have_count(1)
    assert await tab.evaluate("document.querySelector('.wide:has(table)').tabIndex") == 0
    await context.close()


@pytest.mark.parametrize("address", ["digest"], indirect=True)
async def test_the_picture_is_in_the_colour_of_the_text_around_it(browser: Browser, address: tuple[str, str]) -> None:
    found = {}
    for scheme in ("light", "dark"):
        context = await opened(browser, (1280, 860), scheme=scheme)
        tab = await context.new_page()
        await tab.goto(address[1])
        label = "[...document.querySelectorAll('svg text')].find((it) => it.textContent.includes('W10'))"
        colour = f"getComputedStyle({label}).fill"
        found[scheme] = await tab.evaluate(colour), await tab.evaluate("getComputedStyle(document.body).color")
        await context.close()
    assert found["light"][0] == found["light"][1]
    assert found["dark"][0] == found["dark"][1]
    assert found["light"] != found["dark"]


async def test_the_check_finds_what_is_wrong(browser: Browser, axe: str) -> None:
    tab = await browser.new_page()
    await tab.set_content(
        "<html><body><main><input><p style='color:#999;background:#aaa'>Faint</p></main></body></html>"
    )
    await tab.evaluate(axe)
    assert {"color-contrast", "html-has-lang", "label"} <= {each[0] for each in await tab.evaluate(FAULTS)}
