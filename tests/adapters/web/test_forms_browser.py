"""The page with a form on it, in either language, in a real browser: what axe-core says of it, and the form's way."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, Page, expect

from adapters.web.app import demo_app
from bot.domain.cards import Button, Card, Field, Form, Input, Paragraph
from prompts import LOCALES, Words, words
from tests.adapters.web.fakes import TRUST_CARD, FakeCoach, fake_page
from tests.adapters.web.test_browser import SIZES, Site, axe, browser, fits, opened, shots

__all__ = ["axe", "browser", "shots"]
pytestmark = pytest.mark.browser

_VIOLATIONS = "axe.run().then((found) => found.violations.map((it) => it.help))"
_NINE = tuple((f"v{number}", f"Choice {number}") for number in range(9))


def form_card(spoken: Words) -> Card:
    """A card with one field of each kind, and a choice among so many that they are listed."""
    two = (("yes", spoken("barrier.consent.named")), ("no", spoken("barrier.consent.counted")))
    fields = (
        Field(id="what", label=spoken("barrier.form.statement"), input=Input.TEXT, hint=spoken("barrier.form.sees")),
        Field(id="line", label=spoken("barrier.form.factor"), input=Input.LINE, required=False),
        Field(id="seen", label=spoken("barrier.form.consent"), input=Input.CHOICE, choices=two),
        Field(id="also", label=spoken("barrier.form.share"), input=Input.CHOICES, choices=two, required=False),
        Field(id="many", label=spoken("barrier.form.factor"), input=Input.CHOICE, choices=_NINE, required=False),
    )
    return Card(
        title=spoken("barrier.form.title"),
        paragraphs=(Paragraph(text=spoken("barrier.form.sees")),),
        form=Form(id="log", submit=spoken("barrier.form.submit"), fields=fields),
        buttons=(Button(label=spoken("barrier.twins.new"), action="leave"),),
        more=(replace(TRUST_CARD, locale="cy"),),
    )


@pytest.fixture(params=LOCALES)
async def site(request: pytest.FixtureRequest, shots: Path) -> AsyncIterator[tuple[Site, Words]]:
    """A page all of whose words are in one language, but for a last card that is in Welsh."""
    spoken, port = words(request.param), unused_port()
    coach = FakeCoach(card=form_card(spoken))
    runner = web.AppRunner(demo_app(replace(fake_page(coach, port=port), words=spoken)))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield Site(address=f"http://127.0.0.1:{port}", coach=coach, shots=shots), spoken
    await runner.cleanup()


async def asked(tab: Page, spoken: Words) -> None:
    """They ask for the form, and their own words stand open to be changed."""
    await tab.get_by_role("button", name=spoken("page.welcome.asks.0")).click()
    await expect(tab.locator("form.fields")).to_be_visible()
    await tab.locator("details.own summary").click()
    await tab.locator(".card details summary").first.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_can_be_used_by_everybody(
    browser: Browser, site: tuple[Site, Words], axe: str, size: tuple[int, int], scheme: str
) -> None:
    """All of axe-core where `COACH_AXE` names its axe.min.js: a partner, a lead, and somebody of no member."""
    there, spoken = site
    context = await opened(browser, size, scheme=scheme)
    tab = there.watch(await context.new_page())
    for path in ("/", "/?as=joe", "/?as=amira", "/?as=una"):
        await tab.goto(there.address + path)
        if "as=" in path:
            await asked(tab, spoken)
            assert await tab.locator(".card").last.get_attribute("lang") == "cy"
        assert await tab.locator("html").get_attribute("lang") == spoken("page.lang")
        assert await fits(tab)
        await tab.evaluate(axe)
        assert await tab.evaluate(_VIOLATIONS) == []
    await there.photograph(tab, f"form-{spoken('page.lang')}-{scheme}")
    assert there.complaints == []
    await context.close()


@pytest.mark.parametrize("scripts", ["on", "off"])
async def test_a_form_is_filled_in_and_ones_own_words_are_changed(
    browser: Browser, site: tuple[Site, Words], scripts: str
) -> None:
    there, spoken = site
    context = await opened(browser, (360, 740), scripts=scripts)
    tab = there.watch(await context.new_page())
    await tab.goto(f"{there.address}/?as=joe")
    await tab.get_by_role("button", name=spoken("page.welcome.asks.0")).click()
    await expect(tab.locator("form.fields")).to_be_visible()
    await tab.locator("form.fields textarea").fill("No time")
    await tab.get_by_role("radio", name=spoken("barrier.consent.counted")).check()
    await tab.get_by_role("checkbox", name=spoken("barrier.consent.named")).check()
    await tab.locator("form.fields .send").click()
    await expect(tab.locator(".pressed")).to_contain_text(spoken("barrier.form.submit"))
    await tab.locator("details.own summary").first.click()
    await tab.locator("details.own textarea").first.fill("What else?")
    await tab.get_by_role("button", name=spoken("page.own.save")).first.click()
    await expect(tab.locator("article")).to_have_count(3)
    filled, changed = there.coach.received[1:]
    assert filled.values == {"what": "No time", "line": "", "seen": "no", "also": "yes", "many": "", "value": ""}
    assert (changed.action, changed.text) == ("revised", "What else?")
    assert there.complaints == []
    await context.close()
