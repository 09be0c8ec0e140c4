"""A digest as a file: Markdown, a table for a RAID log, or JSON. Each tells what chat and the page tell."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bot.coaching.digests import insight_files
from bot.coaching.digests.sections import sections
from bot.coaching.digests.told import heading, opening, people
from bot.domain.digest import Digest, Figure, Line
from bot.domain.disclosure import ALL
from knowledge.triage.phrases import factor_names
from prompts import Words

#: A spreadsheet takes what begins so for a formula. Source: owasp.org/www-community/attacks/CSV_Injection.
_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")
#: The columns of the table, by the names of their words.
_COLUMNS = (
    "section",
    "id",
    "type",
    "factor",
    "description",
    "status",
    "because",
    "organisations",
    "people",
    "weeks",
    "owner",
    "due",
    "trend",
)


def as_markdown(digest: Digest, words: Words) -> str:
    """The whole digest; what people wrote in it is plain text."""
    parts = [f"# {_plain(heading(digest, words))}", _plain(opening(digest, words))]
    for section in sections(digest, words):
        lines = [f"- {_plain(line)}" for line in section.lines] or [_plain(section.empty)]
        parts += [f"## {_plain(section.title)}", "\n".join(lines)]
    return "\n\n".join([*parts, _plain(words("digest.note"))]) + "\n"


def as_json(digest: Digest, words: Words) -> str:
    """Every section with its rows, and every figure with its band; null where there are too few to say."""
    told = {
        "partnership": digest.plan.id,
        "week": digest.week,
        "scope": asdict(digest.scope),
        "opening": opening(digest, words),
        "sections": [asdict(section) for section in sections(digest, words)],
        "patterns": [_figure(each) for each in digest.patterns],
        "participation": [_figure(each) for each in digest.participation],
        "insight": insight_files.told(digest),
        "heat": {"weeks": digest.heat_weeks, "factors": {name: _bands(row) for name, row in digest.heat.items()}},
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_csv(digest: Digest, words: Words) -> str:
    """A table of barriers and figures that a spreadsheet reads as text alone."""
    titles = [words(f"digest.column.{name}") for name in _COLUMNS]
    return harmless_table([titles, *([row.get(name, "") for name in _COLUMNS] for row in _table(digest, words))])


def harmless_table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV in which no cell is a formula. Source for the line ends: RFC 4180."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _table(digest: Digest, words: Words) -> Iterator[dict[str, str]]:
    titles = {section.id: section.title for section in sections(digest, words)}
    for name in ("decisions", "new", "worse", "better", "closed", "still"):
        for line in getattr(digest, name):
            yield {"section": titles[name], **_cells(line, digest, words)}
    for name in ("patterns", "participation"):
        for figure in getattr(digest, name):
            if figure.band or any(figure.past):
                yield {"section": titles[name], **_counts(figure, digest, words)}
    yield from insight_files.rows(digest, titles, words)
    for gap in digest.gaps:
        yield {"section": titles["gaps"], "description": gap.question, "organisations": gap.organisation}


def _cells(line: Line, digest: Digest, words: Words) -> dict[str, str]:
    barrier = line.view.barrier
    names = {each.id: each.name for each in digest.plan.organisations}
    leads = {lead.email: lead.name for lead in digest.plan.leads}
    return {
        "id": barrier.label,
        "type": words("digest.raid"),
        "factor": factor_names()[barrier.factor],
        "description": " / ".join(each.wording for each in line.view.named),
        "status": words(f"handling.status.{barrier.status.name.lower()}"),
        "because": barrier.because,
        "organisations": ", ".join(names.get(each, each) for each in line.organisations),
        "people": str(line.people),
        "weeks": str(line.weeks_old),
        "owner": leads.get(barrier.owner, ""),
        "due": barrier.due.isoformat() if barrier.due else "",
        "trend": ", ".join(people(band, words) for band in line.pattern.past),
    }


def _counts(figure: Figure, digest: Digest, words: Words) -> dict[str, str]:
    names: dict[str, str] = {each.id: each.name for each in digest.plan.organisations}
    everyone = words("digest.every_organisation")
    return {
        "type": words(f"digest.counted.{figure.measure.value}"),
        "factor": words("digest.every_factor") if figure.factor == ALL else factor_names()[figure.factor],
        "organisations": everyone if figure.organisation == ALL else names[figure.organisation],
        "people": people(figure.band, words),
        "trend": ", ".join(people(band, words) for band in figure.past),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return asdict(figure)


def _bands(row: tuple[Any, ...]) -> list[dict[str, Any] | None]:
    return [band and asdict(band) for band in row]


def _plain(text: str) -> str:
    """Text of which Markdown makes nothing but itself, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
