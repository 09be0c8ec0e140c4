"""A digest as pictures, as a page and on paper: drawn in a process of its own, and telling the same numbers."""

import io
import re
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from bot import charts
from bot.charts import Chart, ChartFailed, Charts, draw
from bot.coaching.digests.charts import grid_of, heat_of
from bot.coaching.digests.sections import sections
from bot.coaching.digests.told import heading, people
from bot.digest_page import as_html
from bot.digest_pdf import as_pdf
from knowledge.triage.phrases import factor_names
from prompts import words
from tests.bot.coaching.digests_at_hand import busy_digest

WORDS = words()
BUSY = busy_digest("Nobody tells <b>us</b> & when a budget moves ŵ")
HEAT = heat_of(BUSY, WORDS)


async def no_chart(_chart: Chart, _form: str) -> bytes:
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


async def test_what_is_unknown_is_hatched_in_the_map_and_said_in_its_words() -> None:
    grid = grid_of(BUSY, WORDS)
    drawn = (await draw(grid, "svg")).decode()
    root = ElementTree.fromstring(drawn)
    texts = [each.text for each in root.iter() if each.tag.endswith("text")]
    unknown = sum(not level for row in grid.levels for level in row)
    assert 0 < unknown < len(grid.rows) * len(grid.columns)
    hatched = [each for each in root.iter() if each.get("fill", "").startswith("url(#Grid-h")]
    assert len(hatched) == unknown + 1  # the last is in the key
    assert {*grid.rows, *grid.columns, *grid.ladder, grid.unknown} <= set(texts)
    known = Counter(text for row in grid.texts for text in row if text) + Counter(grid.ladder)
    assert Counter(text for text in texts if text in grid.ladder) == known
    assert not re.search(r"style|script|href=\"(?!#)|<!|xlink", drawn)


async def test_two_pictures_on_a_page_share_no_id() -> None:
    drawn = [(await draw(each, "svg")).decode() for each in (HEAT, grid_of(BUSY, WORDS))]
    first, second = (set(re.findall(r' id="([^"]+)"', each)) for each in drawn)
    assert not first & second
    for each in drawn:
        referred = set(re.findall(r'(?:url\(|href=")#([^)"]+)', each))
        assert referred <= set(re.findall(r' id="([^"]+)"', each))


async def test_the_same_chart_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    async def fake(chart: Chart, form: str) -> bytes:
        drawn.append(chart.title)
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
        for row in section.rows if section.id != "coverage" else ():
            assert spoken(row.label + row.text) in unescaped
    for shown in BUSY.insight.coverage:
        for factor, bands in zip(shown.factors, shown.bands, strict=True):
            said = [people(band, WORDS) if band else WORDS("digest.coverage.unknown") for band in bands]
            assert spoken(factor_names()[factor] + "".join(said)) in unescaped
    assert html.count("<details open>") == 1
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
