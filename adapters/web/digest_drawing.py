"""A digest as a page: complete in itself, without a script, and nothing in it loads anything."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.charts import Heat
from bot.coaching.digests.charts import heat_of
from bot.coaching.digests.sections import sections
from bot.coaching.digests.told import heading, opening, people
from bot.domain.cards import straight
from bot.domain.coverage import Coverage
from bot.domain.digest import Digest
from knowledge.triage.phrases import factor_names
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """The charts of a digest as SVG, "" for one that could not be drawn."""

    heat: str = ""
    grid: str = ""


@dataclass(frozen=True, kw_only=True)
class Map:
    """What is known over one window, as a table: for each matter a text for each organisation, None for unknown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class DigestDrawing:
    """Draws the pages of a digest in one language."""

    words: Words
    templates: Environment
    style: str

    @property
    def policy(self) -> str:
        """What browsers may do on these pages: draw them in their own style, and send their forms here."""
        hashed = base64.b64encode(hashlib.sha256(self.style.encode()).digest()).decode()
        return f"default-src 'none'; style-src 'sha256-{hashed}'; form-action 'self'; base-uri 'none'"

    def page(self, digest: Digest, pictures: Pictures, downloads: tuple[str, ...] = ()) -> str:
        """The digest with its charts; `downloads` are forms that it can be had in."""
        heat = heat_of(digest, self.words)
        return self._draw(
            "digest.html",
            title=heading(digest, self.words),
            opening=opening(digest, self.words),
            sections=sections(digest, self.words),
            heat=heat,
            table=tuple(self._table(heat)),
            # Drawn here, from numbers and the names of factors and organisations, which the drawing escapes.
            picture=Markup(pictures.heat),  # noqa: S704
            grid=Markup(pictures.grid),  # noqa: S704
            maps=[self._map(each, digest) for each in digest.insight.coverage],
            unknown=self.words("digest.coverage.unknown"),
            downloads=[(form, self.words(f"digest.page.download.{form}")) for form in downloads],
            texts=self._texts("on_page", "caption", "picture", "table", "matter", "note", "grid", "grid_caption"),
            note=self.words("digest.note"),
        )

    def gate(self, partnership: str, said: str = "") -> str:
        """The page on which a lead asks for a code and enters it; `said` is what became of the last attempt."""
        return self._draw(
            "digest_gate.html",
            title=self.words("digest.page.gate_title", partnership=partnership),
            message=self.words(f"digest.page.said.{said}") if said else "",
            texts=self._texts("gate_text", "send", "code", "open", "again"),
        )

    def refusal(self, sentence: str) -> str:
        """A page that says why there is nothing to see."""
        return self._draw("digest_refusal.html", title=self.words("digest.page.refused"), sentence=sentence)

    def _table(self, heat: Heat) -> Iterator[tuple[str, tuple[str, ...]]]:
        few = self.words("digest.few_short")
        total = tuple(heat.ladder[level - 1] if level else few for level in heat.total)
        yield self.words("digest.every_factor"), total
        for row, texts in zip(heat.rows, heat.texts, strict=True):
            yield row, tuple(text or few for text in texts)

    def _map(self, told: Coverage, digest: Digest) -> Map:
        names = {each.id: each.name for each in digest.plan.organisations}
        rows = (
            (factor_names()[factor], tuple(people(band, self.words) if band else None for band in bands))
            for factor, bands in zip(told.factors, told.bands, strict=True)
        )
        return Map(
            title=self.words(f"digest.page.map.{told.window}"),
            columns=tuple(names[each] for each in told.organisations),
            rows=tuple(rows),
        )

    def _texts(self, *names: str) -> dict[str, str]:
        return {name: self.words(f"digest.page.{name}") for name in names}

    def _draw(self, template: str, **values: object) -> str:
        page = self.templates.get_template(template)
        return page.render(
            lang=self.words("page.lang"),
            skip=self.words("digest.page.skip"),
            style=Markup(self.style),  # noqa: S704
            policy=self.policy,
            **values,
        )


def digest_drawing(words: Words) -> DigestDrawing:
    """A drawing in these words; a name that a template misspells is an error."""
    templates = Environment(
        loader=PackageLoader("adapters.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("adapters.web").joinpath("static", "digest.css").read_text(encoding="utf-8")
    return DigestDrawing(words=words, templates=templates, style=style)


def _shown(value: object) -> object:
    """Text as the page shows it: none of it turns the direction of what comes after."""
    return straight(value) if type(value) is str else value
