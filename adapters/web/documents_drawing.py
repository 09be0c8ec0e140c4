"""A partnership's documents as pages: complete in themselves, without a script, in the digest's style."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from markupsafe import Markup

from adapters.web.digest_drawing import DigestDrawing, digest_drawing
from bot.coaching.library.documents import LARGEST, Shelved
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP
from prompts import Words

#: What a form may say of who sees a document besides these two.
SOME = "some"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A document as the page lists it."""

    file: str
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class DocumentsDrawing:
    """Draws the list, the page of one document, and the page that asks for a code."""

    drawing: DigestDrawing
    words: Words

    @property
    def policy(self) -> str:
        """What browsers may do on these pages."""
        return self.drawing.policy

    def listed(self, plan: PartnershipPlan, shelved: Sequence[Shelved], mark: str, said: str = "") -> str:
        """Every document, with a form that brings another; `said` is what became of the last change."""
        texts = ("text", "add", "file", "replace", "send", "change", "empty", "heading", "note")
        return self._draw(
            "documents.html",
            title=self.words("documents.title", partnership=plan.name),
            message=said,
            rows=[self._row(each, plan) for each in shelved],
            mark=mark,
            limit=self.words("documents.limit", size=LARGEST // 2**20),
            texts={name: self.words(f"documents.{name}") for name in texts},
        )

    def one(self, plan: PartnershipPlan, shelved: Shelved, mark: str, said: str = "") -> str:
        """One document, with the forms that say who sees it and that take it out."""
        texts = ("audience", "save", "remove", "remove_text", "back", "stays", "some")
        chosen = shelved.audience[0] if shelved.audience in ((PUBLIC,), (WHOLE_PARTNERSHIP,)) else SOME
        kinds = ((WHOLE_PARTNERSHIP, "whole"), (PUBLIC, "public"), (SOME, "some"))
        whole = chosen != SOME
        return self._draw(
            "document.html",
            title=shelved.title,
            message=said,
            row=self._row(shelved, plan),
            brought=shelved.brought,
            mark=mark,
            kinds=[(kind, self.words(f"documents.for.{name}"), kind == chosen) for kind, name in kinds],
            organisations=[(each.id, each.name, whole or each.id in shelved.audience) for each in plan.organisations],
            texts={name: self.words(f"documents.{name}") for name in texts},
        )

    def gate(self, partnership: str, said: str = "") -> str:
        """The page on which a lead asks for a code and enters it."""
        names = ("send", "code", "again")
        return self._draw(
            "digest_gate.html",
            title=self.words("documents.title", partnership=partnership),
            message=self.words(f"digest.page.said.{said}") if said else "",
            texts={
                "gate_text": self.words("documents.gate_text"),
                "open": self.words("documents.open"),
                **{name: self.words(f"digest.page.{name}") for name in names},
            },
        )

    def audience(self, shelved: Shelved, plan: PartnershipPlan) -> str:
        """Who sees a document, in words."""
        if shelved.audience in ((PUBLIC,), (WHOLE_PARTNERSHIP,)):
            return self.words("documents.for.public" if shelved.audience == (PUBLIC,) else "documents.for.whole")
        names = [each.name for each in plan.organisations if each.id in shelved.audience]
        return ", ".join(names) or self.words("documents.for.nobody")

    def _row(self, shelved: Shelved, plan: PartnershipPlan) -> Row:
        return Row(file=shelved.file, title=shelved.title, lines=tuple(self._lines(shelved, plan)))

    def _lines(self, shelved: Shelved, plan: PartnershipPlan) -> Iterator[tuple[str, str]]:
        words = self.words
        yield words("documents.line.file"), shelved.file.rpartition("/")[2]
        yield words("documents.line.audience"), self.audience(shelved, plan)
        yield words("documents.line.state"), self._state(shelved)
        if shelved.added is not None:
            yield words("documents.line.added"), words.day(shelved.added)

    def _state(self, shelved: Shelved) -> str:
        if shelved.served:
            length = self.words.count("documents.pages", shelved.pages) if shelved.pages else ""
            passages = self.words.count("documents.passages", shelved.passages)
            return self.words("documents.state.served", length=", ".join(each for each in (length, passages) if each))
        if shelved.reason:
            return self.words("documents.state.aside", reason=shelved.reason)
        return self.words("documents.state.waiting")

    def _draw(self, template: str, **values: object) -> str:
        drawing = self.drawing
        return drawing.templates.get_template(template).render(
            lang=self.words("page.lang"),
            skip=self.words("documents.skip"),
            style=Markup(drawing.style),  # noqa: S704 - our own file
            policy=drawing.policy,
            **values,
        )


def documents_drawing(words: Words) -> DocumentsDrawing:
    """A drawing in these words."""
    drawing = digest_drawing(words)
    more = files("adapters.web").joinpath("static", "documents.css").read_text(encoding="utf-8")
    return DocumentsDrawing(drawing=replace(drawing, style=drawing.style + more), words=words)
