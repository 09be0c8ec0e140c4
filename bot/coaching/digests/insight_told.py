"""What replies tell leads, in words: numbers in bands, and of people only what they let be read."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.coaching.digests.told import Row, people, shortened
from bot.domain.coverage import Quiet
from bot.domain.digest import Digest
from bot.domain.disclosure import Band, Measure
from bot.domain.insight import Wish
from bot.domain.people import OrganisationId
from bot.domain.perception import PerceptionGap
from bot.domain.themes import Quote, Theme
from knowledge.triage.phrases import factor_names
from prompts import Words

#: In characters: how much of a reply, and of a practice, stands in a row.
_WORDING, _PRACTICE = 140, 300


@dataclass(frozen=True, kw_only=True)
class InsightTeller:
    """Puts the insights of one digest into rows."""

    digest: Digest
    words: Words

    def coverage(self) -> Iterator[Row]:
        """The map of the longest window, as far as anything is known; then what is unknown everywhere."""
        told = self.digest.insight.coverage[0]
        unknown = []
        for factor, bands in zip(told.factors, told.bands, strict=True):
            if not any(bands):
                unknown.append(factor_names()[factor])
                continue
            cells = zip(told.organisations, bands, strict=True)
            yield Row(label=factor_names()[factor], text="; ".join(self._cell(*each) for each in cells))
        if unknown and len(unknown) < len(told.factors):
            yield Row(label=self.words("digest.coverage.nowhere"), text=", ".join(unknown))

    def perception(self, gap: PerceptionGap) -> Row:
        """A difference with the figures that prove it, and how to begin to talk about it."""
        well, hard = (self._views(gap, each) for each in (gap.well_in, gap.hard_in))
        period = self.words(f"digest.window.{gap.window}")
        proof = self.words("digest.perceptions.proof", well=well, hard=hard, period=period, k=gap.k, m=gap.m)
        return Row(label=factor_names()[gap.factor], text=" ".join([proof, *self._conversation(gap.factor)]))

    def quiet(self, quiet: Quiet) -> Row:
        """An organisation of which nothing could be shown for long, and what may be done; nobody in it is meant."""
        form = "digest.quiet.longer" if quiet.longer else "digest.quiet.weeks"
        return Row(label=self._name(quiet.organisation), text=self.words.count(form, quiet.weeks))

    def theme(self, theme: Theme) -> Row:
        """A matter with its figures, and a few words of those who let them be read."""
        views = (Measure.REPLIED, Measure.WELL, Measure.MIXED, Measure.HARD)
        figures = "; ".join(
            self.words(f"digest.measure.{each.value}", people=people(theme.bands[each], self.words)) for each in views
        )
        said = " ".join(map(self._quote, theme.quotes))
        period = self.words("digest.themes.period", period=self.words(f"digest.window.{self.digest.insight.window}"))
        return Row(label=factor_names()[theme.factor], text=f"{period} {figures}. {said}".strip())

    def wish(self, wish: Wish) -> Row:
        """A matter that people want the board to talk about."""
        period = self.words(f"digest.window.{self.digest.insight.window}")
        return Row(label=factor_names()[wish.factor], text=f"{people(wish.band, self.words)}, {period}")

    def _cell(self, organisation: OrganisationId, band: Band | None) -> str:
        known = self.words("digest.coverage.unknown") if band is None else people(band, self.words)
        return f"{self._name(organisation)} {known}"

    def _views(self, gap: PerceptionGap, organisation: OrganisationId) -> str:
        figures = {
            each.value: people(gap.bands[organisation, each], self.words) for each in (Measure.WELL, Measure.HARD)
        }
        return self.words("digest.perceptions.views", organisation=self._name(organisation), **figures)

    def _conversation(self, factor: str) -> Iterator[str]:
        found = self.digest.conversations.get(factor)
        if found is None:
            return
        if found.questions:
            asked = " ".join(found.questions)
            yield self.words("digest.perceptions.ask", questions=asked)
        if found.practice:
            practice = shortened(found.practice, _PRACTICE)
            yield self.words("digest.perceptions.practice", source=found.source, practice=practice)

    def _quote(self, quote: Quote) -> str:
        text = self.words("digest.wording", wording=shortened(quote.text, _WORDING))
        if not quote.name or quote.organisation is None:
            return text
        return self.words(
            "digest.themes.named", wording=text, name=quote.name, organisation=self._name(quote.organisation)
        )

    def _name(self, organisation: OrganisationId) -> str:
        names: dict[str, str] = {each.id: each.name for each in self.digest.plan.organisations}
        return names.get(organisation, organisation)
