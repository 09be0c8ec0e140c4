"""“Add to Slack” in a real browser: on a phone and on a desk, in light and dark, in both languages."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, expect

from adapters.web.digest_drawing import digest_drawing
from adapters.web.install_drawing import InstallDrawing
from prompts import speaking, words
from tests.adapters.web.test_browser import SIZES, fits, opened
from tests.adapters.web.test_digest_browser import FAULTS, axe, browser, watched

__all__ = ["axe", "browser"]

pytestmark = pytest.mark.browser

WORDS = words()
PAGES = ("offer", "unnamed", "refused")


@pytest.fixture(params=[(page, locale) for page in PAGES for locale in ("en", "cy")])
async def address(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    page, locale = request.param
    drawing = InstallDrawing(drawing=digest_drawing(WORDS), words=WORDS, begin="/slack/install")
    with speaking(locale):
        html = {
            "offer": lambda: drawing.offer("https://slack.com/oauth/v2/authorize?state=1&client_id=2"),
            "unnamed": lambda: drawing.installed("<b>Lantern</b>", "T0LANTERN", named=False),
            "refused": lambda: drawing.refused("elsewhere"),
        }[page]()

    async def show(_: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": f"{drawing.policy}; frame-ancestors 'none'"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    application, port = web.Application(), unused_port()
    application.router.add_get("/", show)
    application.router.add_get("/favicon.ico", show)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/"
    await runner.cleanup()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_can_be_read_and_used_by_everybody(
    browser: Browser, address: str, axe: str, size: tuple[int, int], scheme: str
) -> None:
    tab = await (await opened(browser, size, scheme=scheme)).new_page()
    complaints = watched(tab)
    await tab.goto(address)
    assert await fits(tab)
    await expect(tab.locator("h1")).to_have_count(1)
    await tab.evaluate(axe)
    assert await tab.evaluate(FAULTS) == []
    assert complaints == []
    for link in await tab.locator(".onward a").all():
        box = await link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
