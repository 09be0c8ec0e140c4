"""Pictures of what somebody sees in a client. local-slack draws no rich text, votes or fields in messages: those are
drawn in here, in the styles of its page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import FloatRect, Locator, Page, ViewportSize, expect

_HIGH: ViewportSize = {"width": 1280, "height": 2_400}
#: Under every card; nobody in Teams sees it.
_OF_ITSELF = "Full width control is not supported yet"
_HIDE = "notices => notices.forEach((each) => (each.parentElement.parentElement.style.display = 'none'))"
#: In pixels, left, above, right and below: the picture and the name of who speaks stand beside cards in Teams.
_EDGES, _BESIDE = (0, 4, 8, 4), (56, 34, 16, 16)
#: Draws these blocks where the page has `[rich_text]` and the like.
DRAW = """([places, blocks]) => blocks.forEach((block, number) => {
    const put = (parent, tag, text, style) => {
        const made = parent.appendChild(document.createElement(tag));
        made.textContent = text;
        Object.assign(made.style, style);
        return made;
    };
    const runs = (parent, element) => element.elements.forEach((run) => put(parent, "span", run.text, {
        fontStyle: run.style?.italic ? "italic" : "", fontWeight: run.style?.bold ? "bold" : "",
        color: run.type === "link" ? "#1264a3" : "",
    }));
    const box = { border: "1px solid #bbb", borderRadius: "4px", padding: "6px 8px", maxWidth: "560px" };
    const place = places[number], drawn = document.createElement("div");
    const votes = block.type === "context_actions" ? block.elements : [];
    for (const each of votes.flatMap((vote) => [vote.positive_button, vote.negative_button]))
        put(drawn, "span", each.text.text, { ...box, display: "inline-block", marginRight: "8px" });
    for (const element of votes.length ? [] : block.elements ?? []) {
        const quote = element.type === "rich_text_quote" && { borderLeft: "4px solid #ddd", paddingLeft: "12px" };
        const part = put(drawn, element.type === "rich_text_list" ? "ul" : "div", "", { margin: "4px 0", ...quote });
        part.className = "bk-text";
        if (element.type === "rich_text_list") element.elements.forEach((item) => runs(put(part, "li", ""), item));
        else runs(part, element);
    }
    const field = block.element;
    if (field?.type === "plain_text_input") put(drawn, "div", field.initial_value ?? "\\u00a0", box);
    else if (field?.type.endsWith("select")) put(drawn, "div", (field.initial_option?.text.text ?? "") + " ▾", box);
    else for (const option of field?.options ?? []) {
        const stands = [field.initial_option, ...(field.initial_options ?? [])];
        const chosen = stands.some((each) => each?.value === option.value);
        const [on, off] = field.type === "checkboxes" ? ["☑", "☐"] : ["◉", "○"];
        put(drawn, "div", `${chosen ? on : off} ${option.text.text}`);
    }
    place.replaceWith(drawn);
})"""


async def picture_in_slack(
    desk: Page, known: str, messages: Sequence[Mapping[str, Any]], last: int, path: Path
) -> None:
    """The last messages to somebody on a page of their own: in the thread where they stand, or outside of any."""
    page = await desk.context.new_page()
    await page.set_viewport_size(_HIGH)
    await page.goto(desk.url, wait_until="domcontentloaded")
    # A form that stands open is open on every page of that person.
    await page.add_style_tag(content=".modal-overlay { display: none }")
    await page.locator("select").first.select_option(label=known)
    await page.get_by_text(known, exact=True).last.click()
    root = messages[-1].get("thread_ts")
    pane, shown = page.locator(".messages").first, [each for each in messages if not each.get("thread_ts")]
    if root is not None:
        await page.locator(".thread-summary").last.click()
        pane, shown = (
            page.locator(".thread-pane"),
            [each for each in messages if root in (each["ts"], each.get("thread_ts"))],
        )
        await _widen(page)
    drawn = [block for each in shown for block in each.get("blocks", ()) if _unknown(block)]
    places = pane.locator(".bk-unknown, .bk-input > select")
    await expect(places).to_have_count(len(drawn))
    await page.evaluate_handle(DRAW, [await places.element_handles(), drawn])
    await page.mouse.move(0, 0)
    await _keep(page, (await pane.locator(".msg").all())[-last:], _EDGES, path)
    await page.close()


async def picture_of_modal(page: Page, view: Mapping[str, Any], path: Path) -> None:
    """The form that stands open in front of somebody; from now on its texts are drawn in, its fields are the page's."""
    modal, drawn = page.locator(".modal"), [block for block in view["blocks"] if block["type"] == "rich_text"]
    places = modal.locator(".bk-unknown")
    await expect(places).to_have_count(len(drawn))
    before = page.viewport_size
    await page.set_viewport_size(_HIGH)
    await page.evaluate_handle(DRAW, [await places.element_handles(), drawn])
    await _keep(page, [modal], _EDGES, path)
    if before is not None:
        await page.set_viewport_size(before)


async def picture_in_teams(page: Page, last: int, path: Path) -> None:
    """The last cards in somebody's chat, without what the client says of itself under each."""
    before = page.viewport_size
    await page.set_viewport_size(_HIGH)
    await page.get_by_text(_OF_ITSELF).evaluate_all(_HIDE)
    await page.evaluate("document.activeElement.blur()")
    await page.wait_for_timeout(500)
    await _keep(page, (await page.locator(".ac-adaptiveCard").all())[-last:], _BESIDE, path)
    if before is not None:
        await page.set_viewport_size(before)


async def _keep(page: Page, parts: Sequence[Locator], edges: tuple[int, int, int, int], path: Path) -> None:
    """A picture of the part of the page in which these stand."""
    boxes: list[FloatRect] = [box for each in parts if (box := await each.bounding_box()) is not None]
    left, top = min(box["x"] for box in boxes) - edges[0], min(box["y"] for box in boxes) - edges[1]
    right = max(box["x"] + box["width"] for box in boxes) + edges[2]
    end = max(box["y"] + box["height"] for box in boxes) + edges[3]
    clip: FloatRect = {"x": left, "y": top, "width": right - left, "height": end - top}
    await page.screenshot(path=path, clip=clip, animations="disabled")


async def _widen(page: Page) -> None:
    found = await page.locator(".thread-resize-handle").bounding_box()
    assert found is not None
    await page.mouse.move(found["x"] + found["width"] / 2, found["y"] + 200)
    await page.mouse.down()
    await page.mouse.move(500, found["y"] + 200, steps=5)
    await page.mouse.up()


def _unknown(block: Mapping[str, Any]) -> bool:
    return block["type"] in ("rich_text", "input", "context_actions")
