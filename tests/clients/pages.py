"""The clients' own pages in Chromium: a question typed into the composer, the answer as it is drawn, the Home tab."""

from collections.abc import Sequence

from playwright.sync_api import BrowserContext, Locator, Page, expect

from prompts import words
from tests.clients.local_slack import COACH, LocalSlack
from tests.clients.pictures import DRAW
from tests.clients.playground import Playground
from tests.contract.hearing import Json

WORDS = words()
_HIDDEN = "pane => Math.max(...[...pane.querySelectorAll('*')].map(each => each.scrollHeight - each.clientHeight))"
_HIGHEST = 1_600
expect.set_options(timeout=20_000)


def ask_on_slack_page(context: BrowserContext, slack: LocalSlack, question: str) -> Page:
    """Tom asks in the channel, where nothing else was said, and opens the thread of the answer."""
    slack.forget()
    page = context.new_page()
    page.goto(slack.address)
    page.locator("textarea.composer-input").first.fill(f"<@{COACH}> {question}")
    page.locator(".composer-send").first.click()
    page.get_by_text("1 reply").click()
    expect(page.locator(".thread-pane").get_by_text(WORDS("ask.note"))).to_be_visible()
    _widen(page, page.locator(".thread-resize-handle"))
    return page


def draw_rich_text(page: Page, message: Json) -> None:
    """Draw the parts of the answer in the open thread that the page has no drawing of."""
    _draw(page, page.locator(".thread-pane .bk-unknown"), message["blocks"])
    _show_all(page)


def home_on_slack_page(context: BrowserContext, slack: LocalSlack) -> Locator:
    """Tom opens the coach's Home tab."""
    page = context.new_page()
    page.goto(slack.address)
    page.locator(".sidebar-item").filter(has=page.locator(".app-dot")).click()
    home = page.locator(".home-inner")
    expect(home.get_by_role("button").first).to_be_visible()
    _draw(page, home.locator(".bk-unknown"), slack.view("views.publish")["blocks"])
    return home


def _draw(page: Page, places: Locator, blocks: Sequence[Json]) -> None:
    unknown = [block for block in blocks if block["type"] in ("rich_text", "context_actions")]
    expect(places).to_have_count(len(unknown))
    page.evaluate_handle(DRAW, [places.element_handles(), unknown])
    page.mouse.move(0, 0)


def _show_all(page: Page) -> None:
    """Make the window so high that the whole thread is seen."""
    hidden = page.locator(".thread-pane").evaluate(_HIDDEN)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": min(size["height"] + int(hidden), _HIGHEST)})


def type_on_teams_page(context: BrowserContext, teams: Playground, text: str) -> Page:
    """Amara writes in her chat with the coach."""
    page = context.new_page()
    page.goto(teams.address, wait_until="domcontentloaded")
    page.locator("div[role=textbox][contenteditable=true]").first.click()
    page.keyboard.type(text)
    page.get_by_label("Send Message").click()
    return page


def ask_on_teams_page(context: BrowserContext, teams: Playground, question: str) -> Page:
    """Amara asks in her chat with the coach and reads from her question on."""
    page = type_on_teams_page(context, teams, question)
    expect(page.get_by_text(WORDS("ask.note"))).to_be_visible()
    page.get_by_title("Hide log panel").click()
    page.get_by_text(question, exact=True).scroll_into_view_if_needed()
    page.evaluate("document.activeElement.blur()")
    return page


def _widen(page: Page, handle: Locator) -> None:
    found = handle.bounding_box()
    assert found is not None
    page.mouse.move(found["x"] + found["width"] / 2, found["y"] + 200)
    page.mouse.down()
    page.mouse.move(560, found["y"] + 200, steps=5)
    page.mouse.up()
