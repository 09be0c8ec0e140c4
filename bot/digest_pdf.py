"""The board pack: a digest on one printed page."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bot.charts import Chart, ChartFailed, draw
from bot.coaching.digests.charts import heat_of
from bot.coaching.digests.sections import sections
from bot.coaching.digests.told import heading, opening
from bot.domain.digest import Digest
from prompts import Words

_MARGIN_MM = 15
#: In points: what a frame keeps free on each side.
_PADDING = 6
#: So many rows of a section are printed at most, fewer where many sections are long; the page and the table have all.
_MOST_ROWS, _FEWEST_ROWS = 8, 3
Draw = Callable[[Chart, str], Awaitable[bytes]]
_LETTERS, _BOLD = "DejaVuSans", "DejaVuSans-Bold"


async def as_pdf(digest: Digest, words: Words, draw: Draw = draw) -> bytes:
    """One A4 page; where the chart cannot be drawn, without it."""
    try:
        chart = await draw(heat_of(digest, words), "png")
    except ChartFailed:
        chart = b""
    return await asyncio.to_thread(_printed, digest, words, chart)


def _printed(digest: Digest, words: Words, chart: bytes) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import KeepInFrame, SimpleDocTemplate

    _letters()
    written, margin = io.BytesIO(), _MARGIN_MM * mm
    width, height = A4[0] - 2 * margin, A4[1] - 2 * margin - 2 * _PADDING
    page = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=margin - _PADDING,
        rightMargin=margin - _PADDING,
        topMargin=margin,
        bottomMargin=margin,
        title=heading(digest, words),
        author=words("slack.app.name"),
        lang=words("page.lang"),
        invariant=True,
    )
    page.build([KeepInFrame(width, height, _fitting(digest, words, chart, (width, height)), mode="shrink")])
    return written.getvalue()


def _fitting(digest: Digest, words: Words, chart: bytes, size: tuple[float, float]) -> list[Any]:
    """The page with as many rows of each section as leave the letters their size; the fewest where none do."""
    width, height = size
    for rows in range(_MOST_ROWS, _FEWEST_ROWS - 1, -1):
        flow = list(_flow(digest, words, chart, width, rows))
        needed = sum(each.wrap(width, height)[1] + each.getSpaceBefore() + each.getSpaceAfter() for each in flow)
        if needed <= height:
            break
    return list(_flow(digest, words, chart, width, rows))


def _flow(digest: Digest, words: Words, chart: bytes, width: float, most: int) -> Iterator[Any]:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    top = ParagraphStyle("top", fontName=_BOLD, fontSize=15, leading=19, spaceAfter=2)
    heads = ParagraphStyle("heads", fontName=_BOLD, fontSize=9.5, leading=12, spaceBefore=5, spaceAfter=1)
    small = ParagraphStyle("small", fontName=_LETTERS, fontSize=7.5, leading=9.5)
    row = small.clone("row", leftIndent=8, bulletIndent=0, spaceAfter=1)
    yield Paragraph(escape(heading(digest, words)), top)
    yield Paragraph(escape(opening(digest, words)), small)
    for section in sections(digest, words):
        yield Paragraph(escape(section.title), heads)
        for line in section.lines[:most] or [section.empty]:
            yield Paragraph(escape(line), row, bulletText="•")
        left = len(section.lines) - most
        if left > 0:
            yield Paragraph(escape(words("digest.and_more", left=left)), row)
    yield from _picture(chart, width)
    yield Paragraph(escape(words("digest.note")), small.clone("note", spaceBefore=4))


def _picture(chart: bytes, width: float) -> Iterator[Any]:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image

    if chart:
        across, down = ImageReader(io.BytesIO(chart)).getSize()
        yield Image(io.BytesIO(chart), width=width, height=width * down / across)


def _letters() -> None:
    """Letters of more than western Europe, which a Welsh name needs: those that come with matplotlib."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ChartFailed("matplotlib is not installed")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    for name, file in ((_LETTERS, "DejaVuSans.ttf"), (_BOLD, "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
