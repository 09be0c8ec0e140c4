"""A digest as pictures, as a page and on paper: drawn in a process of its own, and telling the same numbers."""

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from bot import charts
from bot.charts import ChartFailed, Charts, Heat, draw
from bot.coaching.digest_told import heading, heat_of, sections
from bot.digest_page import as_html
from bot.digest_pdf import as_pdf
from prompts import words
from tests.bot.coaching.digests_at_hand import busy_digest

WORDS = words()
BUSY = busy_digest("Nobody tells <b>us</b> & when a budget moves ŵ")
HEAT = heat_of(BUSY, WORDS)


async def no_chart(_heat: Heat, _form: str) -> bytes:
    raise ChartFailed("not here")


def spoken(text: str) -> str:
    return "".join(text.split())


async def test_the_drawing_has_every_band_as_text_and_no_style_of_its_own() -> None:
    drawn = (await draw(HEAT, "svg")).decode()
    root = ElementTree.fromstring(drawn)
    texts = [each.text for each in root.iter() if each.tag.endswith("text")]
    for cells in HEAT.texts:
        for cell in filter(None, cells):
            texts.remove(cell)
    assert set(HEAT.rows) | set(HEAT.columns) <= set(texts)
    assert not re.search(r"style|script|href=\"(?!#)|<!|xlink", drawn)
    assert 'fill="currentColor"' in drawn


async def test_the_same_chart_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    async def fake(heat: Heat, form: str) -> bytes:
        drawn.append(heat.title)
        return form.encode()

    monkeypatch.setattr(charts, "draw", fake)
    kept = Charts()
    for _ in range(2):
        assert await kept(HEAT, "svg") == b"svg"
    assert await kept(HEAT, "png") == b"png"
    for number in range(20):
        await kept(replace(HEAT, title=str(number)), "png")
    await kept(HEAT, "svg")
    assert len(drawn) == 2 + 20 + 1


async def test_a_chart_that_cannot_be_drawn_is_said_to_the_caller() -> None:
    with pytest.raises(ChartFailed):
        await draw(replace(HEAT, columns=("one",)), "svg")


async def test_one_page_is_printed_with_every_section() -> None:
    printed = PdfReader(io.BytesIO(await as_pdf(BUSY, WORDS)))
    (page,) = printed.pages
    text = spoken(page.extract_text())
    assert spoken(heading(BUSY, WORDS)) in text
    for section in sections(BUSY, WORDS):
        assert spoken(section.title) in text
        assert spoken(section.lines[0]) in text
    assert len(page.images) == 1


async def test_however_much_there_is_it_is_one_page() -> None:
    long = busy_digest("x" * 5_000 + " " + "W" * 200, seed=5)
    assert len(PdfReader(io.BytesIO(await as_pdf(long, WORDS, no_chart))).pages) == 1


async def test_the_page_has_every_line_and_a_table_of_the_charts_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.digest_page.draw", no_chart)
    html = await as_html(BUSY, WORDS)
    plain = re.sub(r"<[^>]+>", " ", html)
    unescaped = spoken(plain.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").replace("&amp;", "&"))
    for section in sections(BUSY, WORDS):
        for row in section.rows:
            assert spoken(row.label + row.text) in unescaped
    for name, cells in zip(HEAT.rows, HEAT.texts, strict=True):
        told = name + "".join(cell or WORDS("digest.few_short") for cell in cells)
        assert spoken(told) in unescaped
    assert "<svg" not in html


async def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = await as_html(BUSY, WORDS)
    assert "<svg" in html
    assert "&lt;b&gt;us&lt;/b&gt; &amp; when" in html
    assert not re.search(
        r"<script|<link|<img|<iframe|\son\w+=|style=\"|url\((?!#)|https?://(?!www\.w3\.org/2000/svg)", html
    )
    assert [int(level) for level in re.findall(r"<h(\d)", html)][:2] == [1, 2]
    assert 'lang="en"' in html
