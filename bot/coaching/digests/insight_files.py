"""What replies tell leads, for programs: rows of a table, and JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from bot.coaching.digests.insight_told import InsightTeller
from bot.coaching.digests.told import people
from bot.domain.digest import Digest
from bot.domain.disclosure import Band
from bot.domain.people import OrganisationId
from bot.domain.perception import PerceptionGap
from bot.domain.themes import Theme
from knowledge.triage.phrases import factor_names
from prompts import Words


def rows(digest: Digest, titles: Mapping[str, str], words: Words) -> Iterator[dict[str, str]]:
    """The cells of the table, by the names of its columns; `titles` are those of the sections."""
    tell = InsightTeller(digest=digest, words=words)
    for theme in digest.insight.themes:
        for part in _theme(theme, digest, words):
            yield {"section": titles["themes"], "factor": factor_names()[theme.factor], **part}
    for gap in digest.insight.perceptions:
        row = tell.perception(gap)
        yield {"section": titles["perceptions"], "factor": row.label, "description": row.text}
    yield from _coverage(digest, titles["coverage"], words)
    for quiet in digest.insight.quiet:
        row = tell.quiet(quiet)
        yield {"section": titles["quiet"], "organisations": row.label, "description": row.text}
    for wish in digest.insight.agenda:
        counted = {"type": words("digest.counted.agenda"), "people": people(wish.band, words)}
        yield {"section": titles["agenda"], "factor": factor_names()[wish.factor], **counted}


def _theme(theme: Theme, digest: Digest, words: Words) -> Iterator[dict[str, str]]:
    names = _names(digest)
    for measure, band in theme.bands.items():
        yield {"type": words(f"digest.counted.{measure.value}"), "people": people(band, words)}
    for quote in theme.quotes:
        where = ", ".join(each for each in (quote.name, names.get(quote.organisation or "", "")) if each)
        yield {"description": quote.text, "organisations": where}


def _coverage(digest: Digest, title: str, words: Words) -> Iterator[dict[str, str]]:
    """Every cell of the longest window, unknown ones too; one row for a factor of which nothing is known."""
    told, names = digest.insight.coverage[0], _names(digest)
    counted, unknown = words("digest.counted.replied"), words("digest.coverage.unknown")
    for factor, bands in zip(told.factors, told.bands, strict=True):
        here = {"section": title, "type": counted, "factor": factor_names()[factor]}
        if not any(bands):
            yield {**here, "organisations": words("digest.every_organisation"), "people": unknown}
            continue
        for organisation, band in zip(told.organisations, bands, strict=True):
            said = people(band, words) if band else unknown
            yield {**here, "organisations": names[organisation], "people": said}


def told(digest: Digest) -> dict[str, Any]:
    """The same as data: bands with their bounds, null for what is unknown."""
    found = digest.insight
    return {
        "window": found.window,
        "coverage": [asdict(each) for each in found.coverage],
        "perceptions": [_perception(each, digest) for each in found.perceptions],
        "quiet": [asdict(each) for each in found.quiet],
        "themes": [
            {
                "factor": each.factor,
                "bands": {measure.value: _band(band) for measure, band in each.bands.items()},
                "quotes": [asdict(quote) for quote in each.quotes],
            }
            for each in found.themes
        ],
        "agenda": [asdict(each) for each in found.agenda],
    }


def _perception(gap: PerceptionGap, digest: Digest) -> dict[str, Any]:
    talk = digest.conversations.get(gap.factor)
    return {
        **{name: getattr(gap, name) for name in ("factor", "window", "well_in", "hard_in", "k", "m")},
        "figures": [
            {"organisation": organisation, "measure": measure.value, "band": _band(band)}
            for (organisation, measure), band in gap.bands.items()
        ],
        "conversation": None if talk is None else asdict(talk),
    }


def _band(band: Band | None) -> dict[str, int | None] | None:
    return None if band is None else {"low": band.low, "high": band.high}


def _names(digest: Digest) -> Mapping[str | OrganisationId, str]:
    return {each.id: each.name for each in digest.plan.organisations}
