"""A digest in words: its heading, its barriers and its figures as rows. `digests.sections` has all rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.coaching.barriers.handling_cards import age
from bot.domain.barriers import BarrierId
from bot.domain.digest import Digest, Figure, Line
from bot.domain.disclosure import ALL, Band, Measure
from bot.domain.partnership import FACTORS
from knowledge.triage.phrases import factor_names
from prompts import Words

#: In characters: how much of a barrier's wording stands in a row.
_WORDING = 140


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a section: what it is about, what is said of it, and the barrier that it opens, if any."""

    label: str
    text: str
    barrier: BarrierId | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """Rows under a heading; `empty` stands in their place where there are none."""

    id: str
    title: str
    rows: tuple[Row, ...]
    empty: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The rows as lines of text."""
        return tuple(f"{row.label}: {row.text}" for row in self.rows)


def heading(digest: Digest, words: Words) -> str:
    """Whose digest it is, and when it was made."""
    day = digest.made_at.astimezone(ZoneInfo(digest.plan.zone))
    return words("digest.title", partnership=digest.plan.name, day=words.day(day))


def opening(digest: Digest, words: Words) -> str:
    """The digest in two sentences, from its own numbers."""
    counts = {name: len(getattr(digest, name)) for name in ("new", "worse", "better", "closed")}
    said = words("digest.opening", **counts)
    return f"{said} {asked_for(digest, words)}".strip()


def asked_for(digest: Digest, words: Words) -> str:
    """What the digest was narrowed to, and the time that it covers."""
    scope = digest.scope
    names = {each.id: each.name for each in digest.plan.organisations}
    parts = [words(f"digest.window.{scope.weeks}")]
    parts += [names[scope.organisation]] if scope.organisation else []
    parts += [factor_names()[scope.factor]] if scope.factor else []
    return words("digest.asked_for", what=", ".join(parts))


def people(band: Band | None, words: Words) -> str:
    """A band as it is read; nothing tells why one is missing."""
    if band is None:
        return words("digest.few")
    if band.high is None:
        return words("digest.band.more", low=band.low)
    return words("digest.band.between", low=band.low, high=band.high)


def shortened(text: str, longest: int) -> str:
    """A text on one line: all of it, or its beginning up to the end of a word."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[:longest].rsplit(maxsplit=1)[0]}…"


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Puts the parts of one digest into words."""

    digest: Digest
    words: Words

    def decision(self, line: Line) -> Row:
        """A barrier that something must be decided about, and what."""
        return self._row(line, self.words(f"digest.decide.{line.why.value}"))

    def reasoned(self, line: Line) -> Row:
        """A barrier that got worse, and how."""
        return self._row(line, self.words(f"digest.why.{line.why.value}"))

    def ended(self, line: Line) -> Row:
        """A barrier that is closed: what was done, or why it will not be."""
        barrier = line.view.barrier
        told = self.words(f"digest.ended.{barrier.status.name.lower()}", because=barrier.because)
        return self._row(line, f"{told.rstrip(': ')}.".replace("..", "."))

    def line(self, line: Line) -> Row:
        """A barrier with its people, organisations, age and trend."""
        return self._row(line, "")

    def _row(self, line: Line, more: str) -> Row:
        barrier = line.view.barrier
        factor = factor_names()[barrier.factor]
        label = self.words("handling.title", label=barrier.label, factor=factor) if barrier.label else factor
        wordings = [each.wording for each in line.view.named] + ([line.view.own.wording] if line.view.own else [])
        quoted = self.words("digest.wording", wording=shortened(wordings[0], _WORDING)) if wordings else ""
        text = " ".join(part for part in (quoted, more, self._facts(line)) if part)
        return Row(label=label, text=text, barrier=barrier.id)

    def _facts(self, line: Line) -> str:
        names = {each.id: each.name for each in self.digest.plan.organisations}
        parts = [self.words(f"handling.status.{line.view.barrier.status.name.lower()}"), self._people(line)]
        parts += [", ".join(names.get(each, each) for each in line.organisations)] if line.organisations else []
        parts += [age(line.weeks_old, self.words)]
        parts += [self.words("digest.trend", trend=self._series(line.pattern.past))]
        return "; ".join(parts)

    def participation(self, figure: Figure) -> Row:
        """How many people of an organisation took part."""
        names: dict[str, str] = {each.id: each.name for each in self.digest.plan.organisations}
        return Row(label=names.get(figure.organisation, figure.organisation), text=people(figure.band, self.words))

    def patterns(self) -> Iterator[Row]:
        """For each factor of which anything can be said: people with open, new and closed barriers, and the trend."""
        for factor in (ALL, *FACTORS):
            figures = [each for each in self.digest.patterns if each.factor == factor]
            if any(each.band or any(each.past) for each in figures):
                yield Row(label=self._factor(factor), text=self._pattern(figures))

    def gaps(self) -> Iterator[Row]:
        """The questions that people passed on, by organisation."""
        names = {each.id: each.name for each in self.digest.plan.organisations}
        for gap in self.digest.gaps:
            yield Row(label=names.get(gap.organisation, gap.organisation), text=f"“{gap.question}”")

    def _people(self, line: Line) -> str:
        shown = self.words.count("digest.people", line.people)
        if not line.people:
            return self.words("digest.people.unnamed")
        return self.words("digest.people.and_unnamed", shown=shown) if line.view.unnamed else shown

    def _series(self, past: Sequence[Band | None]) -> str:
        if not any(past):
            return self.words("digest.few")
        return ", ".join(people(band, self.words) if band else self.words("digest.few_short") for band in past)

    def _pattern(self, figures: Sequence[Figure]) -> str:
        said: dict[Measure, Callable[[Figure], str]] = {
            Measure.OPEN: lambda each: f"{people(each.band, self.words)} ({self._series(each.past)})",
            Measure.RAISED: lambda each: people(each.band, self.words),
            Measure.CLOSED: lambda each: people(each.band, self.words),
        }
        return "; ".join(
            self.words(f"digest.measure.{each.measure.value}", people=said[each.measure](each)) for each in figures
        )

    def _factor(self, factor: str) -> str:
        return self.words("digest.every_factor") if factor == ALL else factor_names()[factor]
