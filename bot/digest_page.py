"""The digest as HTML, and what the routes of its page need."""

from dataclasses import dataclass

from adapters.web.digest_drawing import Pictures, digest_drawing
from adapters.web.digest_page import DigestPage, Download, Draw
from bot.charts import Chart, ChartFailed, Charts, draw
from bot.coaching.digests.charts import grid_of, heat_of
from bot.coaching.digests.files import as_csv
from bot.coaching.digests.opening import DigestOpening
from bot.digest_pdf import as_pdf
from bot.domain.digest import Digest
from prompts import Words

#: What spreadsheets take for UTF-8.
_MARK = "utf-8-sig"


async def as_html(digest: Digest, words: Words) -> str:
    """A document that is complete in itself; where the chart cannot be drawn, with its table alone."""
    return digest_drawing(words).page(digest, await _Drawn(words=words, charts=draw)(digest))


def digest_page(opening: DigestOpening, words: Words) -> DigestPage:
    """The page that a signed link leads to."""
    charts = Charts()

    async def csv(made: Digest) -> bytes:
        return as_csv(made, words).encode(_MARK)

    async def pdf(made: Digest) -> bytes:
        return await as_pdf(made, words, charts)

    return DigestPage(
        opening=opening,
        drawing=digest_drawing(words),
        pictures=_Drawn(words=words, charts=charts),
        draw=charts,
        downloads={"pdf": Download(kind="application/pdf", write=pdf), "csv": Download(kind="text/csv", write=csv)},
    )


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """A digest's charts as SVG, "" where one cannot be drawn."""

    words: Words
    charts: Draw

    async def __call__(self, digest: Digest) -> Pictures:
        heat, grid = heat_of(digest, self.words), grid_of(digest, self.words)
        return Pictures(heat=await self._svg(heat), grid=await self._svg(grid))

    async def _svg(self, chart: Chart) -> str:
        try:
            return (await self.charts(chart, "svg")).decode()
        except ChartFailed:
            return ""
