"""The charts of a digest, and the same in words for whoever does not see them."""

from collections.abc import Sequence

from bot.charts import Heat
from bot.charts_grid import Grid
from bot.coaching.digests.insight_told import InsightTeller
from bot.coaching.digests.told import people
from bot.domain.coverage import Coverage
from bot.domain.digest import Digest
from bot.domain.disclosure import Band, bands
from bot.domain.partnership import FACTORS
from knowledge.triage.phrases import factor_names
from prompts import Words


def heat_of(digest: Digest, words: Words) -> Heat:
    """The people with an open barrier by matter and week, and in all, as a chart."""
    ladder = _ladder(digest)
    rows = [digest.heat[factor] for factor in FACTORS]
    return Heat(
        title=words("digest.chart"),
        rows=tuple(factor_names()[factor] for factor in FACTORS),
        columns=tuple(week[5:] for week in digest.heat_weeks),
        levels=tuple(tuple(_level(band, ladder) for band in row) for row in rows),
        texts=tuple(tuple(people(band, words) if band else "" for band in row) for row in rows),
        total=tuple(_level(band, ladder) for band in digest.total),
        total_label=words("digest.chart_total"),
        ladder=tuple(people(band, words) for band in ladder if band),
    )


def heat_in_words(digest: Digest, words: Words) -> str:
    """The same for whoever does not see the picture."""
    said = [
        words("digest.chart_row", factor=factor_names()[factor], weeks=_weeks(digest, factor, words))
        for factor in FACTORS
        if any(digest.heat[factor])
    ]
    return " ".join([words("digest.chart") + ".", *(said or [words("digest.patterns.empty")])])


def _weeks(digest: Digest, factor: str, words: Words) -> str:
    told = zip(digest.heat_weeks, digest.heat[factor], strict=True)
    return ", ".join(f"{week[5:]} {people(band, words)}" for week, band in told if band)


def _level(band: Band | None, ladder: Sequence[Band | None]) -> int:
    """How high a band is, from 0 for none; those of another k stand where their lower end does."""
    return 0 if band is None else max(1, sum(step is not None and step.low <= band.low for step in ladder))


def _ladder(digest: Digest) -> Sequence[Band | None]:
    return [None, *bands(digest.plan.disclosure.k, digest.plan.disclosure.m)]


def grid_of(digest: Digest, words: Words) -> Grid:
    """How many replied about what from where in the longest window, as a chart; what is unknown is shown as that."""
    told: Coverage = digest.insight.coverage[0]
    names = {each.id: each.name for each in digest.plan.organisations}
    ladder = _ladder(digest)
    return Grid(
        title=words("digest.grid"),
        rows=tuple(factor_names()[factor] for factor in told.factors),
        columns=tuple(names[each] for each in told.organisations),
        levels=tuple(tuple(_level(band, ladder) for band in row) for row in told.bands),
        texts=tuple(tuple(people(band, words) if band else "" for band in row) for row in told.bands),
        ladder=tuple(people(band, words) for band in ladder if band),
        unknown=words("digest.grid_unknown"),
    )


def grid_in_words(digest: Digest, words: Words) -> str:
    """The same for whoever does not see the picture."""
    rows = [f"{row.label}: {row.text}." for row in InsightTeller(digest=digest, words=words).coverage()]
    return " ".join([words("digest.grid") + ".", *(rows or [words("digest.coverage.empty")])])
