"""The page of documents in a real browser: on a phone and on a desk, in light and dark, with the keyboard alone."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, expect

from adapters.web.documents_drawing import DocumentsDrawing, documents_drawing
from bot.coaching.library.documents import Shelved
from prompts import words
from tests.adapters.web.test_browser import SIZES, fits, opened
from tests.adapters.web.test_digest_browser import FAULTS, axe, browser, watched
from tests.bot.plans import PLAN

__all__ = ["axe", "browser"]
pytestmark = pytest.mark.browser

WORDS = words()
OWN = Shelved(
    file="@harbour/council/Our-agreement-on-sharing-information-between-all-of-us-2026.pdf",
    title="Our agreement on sharing information ŵ <b>between</b> all of us",
    audience=("council",),
    served=True,
    pages=12,
    passages=48,
    added=date(2026, 2, 3),
    brought=True,
)
SHELVED = (
    OWN,
    Shelved(file="collaboration.pdf", title="Collaboration", audience=("public",), served=True, pages=1, passages=1),
    Shelved(file="@harbour/council/minutes.docx", title="minutes.docx", audience=("partnership",), brought=True),
    Shelved(
        file="@harbour/council/scan.pdf",
        title="scan.pdf",
        audience=("partnership",),
        reason="The file holds pictures of pages and no text. Have its text recognised, and add it again.",
        brought=True,
    ),
)


def _pages(drawing: DocumentsDrawing) -> dict[str, str]:
    said, why = WORDS("documents.said.added"), WORDS("documents.refused.not_own")
    return {
        "list": drawing.listed(PLAN, SHELVED, "mark", said),
        "empty": drawing.listed(PLAN, (), "mark"),
        "one": drawing.one(PLAN, OWN, "mark", why),
        "shared": drawing.one(PLAN, replace(OWN, brought=False, audience=("partnership",)), "mark"),
        "gate": drawing.gate(PLAN.name, "wrong"),
    }


@pytest.fixture(params=["list", "empty", "one", "shared", "gate"])
async def address(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, str]]:
    """Each page, where it is served with its own policy."""
    drawing, kind = documents_drawing(WORDS), str(request.param)
    html = _pages(drawing)[kind]

    async def show(_: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": f"{drawing.policy}; frame-ancestors 'none'"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    application = web.Application()
    application.router.add_get("/", show)
    application.router.add_get("/favicon.ico", show)
    port, runner = unused_port(), web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield kind, f"http://127.0.0.1:{port}/"
    await runner.cleanup()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_can_be_used_by_everybody(
    browser: Browser,
    address: tuple[str, str],
    axe: str,
    size: tuple[int, int],
    scheme: str,
    tmp_path: Path,
) -> None:
    kind, url = address
    context = await opened(browser, size, scheme=scheme)
    tab = await context.new_page()
    complaints = watched(tab)
    await tab.goto(url)
    assert await fits(tab)
    await expect(tab.get_by_role("main")).to_have_count(1)
    await expect(tab.locator("h1")).to_have_count(1)
    await tab.evaluate(axe)
    assert await tab.evaluate(FAULTS) == []
    assert complaints == []
    folder = Path(os.environ.get("COACH_SCREENSHOTS", tmp_path))
    await tab.screenshot(path=folder / f"documents-{kind}-{scheme}-{size[0]}.png", full_page=True)
    await context.close()


@pytest.mark.parametrize("address", ["list"], indirect=True)
async def test_the_keyboard_reaches_every_part(
    browser: Browser,
    address: tuple[str, str],
) -> None:
    context = await opened(browser, (360, 740))
    tab = await context.new_page()
    await tab.goto(address[1])
    reached = []
    for _ in range(9):
        await tab.keyboard.press("Tab")
        reached.append(await tab.evaluate("document.activeElement.getAttribute('name') || document.activeElement.href"))
    assert reached[1:4] == ["replace", "file", "do"]
    links = [each for each in reached if each and "?file=" in each]
    assert len(links) == len(SHELVED)
    await context.close()
