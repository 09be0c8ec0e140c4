"""The desk: what the command line can ask of the library, whether it opened it itself or a server has it open."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from bot.answer_json import answer_json, curated_json
from bot.coaching.answers.asking import eligible
from bot.coaching.answers.curating import Curating
from bot.domain.errors import CoachError
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Audience, OrganisationId
from bot.store.partnerships import Partnerships
from knowledge.answering import Answerer, objection
from knowledge.catalogue import CatalogueError
from knowledge.documents import Source
from knowledge.embedding import WeightsError
from knowledge.indexing import Progress, say_nothing
from knowledge.library import Library
from knowledge.search import MayUse
from knowledge.shelf import Shelf
from knowledge.snapshot import Snapshot
from prompts import Words


@contextmanager
def in_words() -> Iterator[None]:
    """What is wrong with the library's own files, as a `CoachError`: it already says what to do."""
    try:
        yield
    except (CatalogueError, WeightsError) as error:
        raise CoachError(str(error)) from error


@dataclass(frozen=True, kw_only=True)
class View:
    """Whose eyes a question on the command line is asked with; both empty means the whole library."""

    partnership: str = ""
    organisation: str = ""


class Desk(Protocol):
    """The same calls on this process's own library and, over the local socket, on a running server's."""

    async def ask(self, question: str, view: View) -> dict[str, Any]:
        """The answer as `answer_json` gives it."""

    async def catalogue(self) -> dict[str, Any]:
        """The documents that are served and the files that were set aside."""

    async def refresh(self) -> dict[str, Any]:
        """Bring the index in step with the files; then as `catalogue`."""


@dataclass(frozen=True, kw_only=True)
class OwnDesk:
    """The desk of the process that holds the library."""

    library: Library
    answerer: Answerer
    partnerships: Partnerships
    words: Words
    curating: Curating | None = None
    progress: Progress = say_nothing

    async def ask(self, question: str, view: View) -> dict[str, Any]:
        """The answer as `answer_json` gives it; raises `CoachError` for an unknown partnership or organisation."""
        may_use = await self._may_use(view)
        started = time.perf_counter()
        from_leads = await self._from_leads(question, view, started)
        if from_leads is not None:
            return from_leads
        if await asyncio.to_thread(self.library.out_of_step):
            await self._refreshed()
        with in_words():
            evidence = await self.answerer.search(question, may_use)
        answer = await self.answerer.compose(evidence)
        return answer_json(answer, question, self.words, elapsed_ms=_since(started))

    async def _from_leads(self, question: str, view: View, started: float) -> dict[str, Any] | None:
        """What the leads say to a question themselves, where it is asked with a partner's eyes."""
        if self.curating is None or not (view.partnership or view.organisation) or objection(question) is not None:
            return None
        plan = await self.partnerships.find(view.partnership)
        with in_words():
            found = await self.curating.find(question, plan, _audience(plan, view.organisation))
        if found is None:
            return None
        return curated_json(found, plan, self.words, elapsed_ms=_since(started))

    async def catalogue(self) -> dict[str, Any]:
        """The documents that are served and the files that were set aside."""
        snapshot = self.library.snapshot or await self._refreshed()
        return catalogue_json(snapshot.shelf)

    async def refresh(self) -> dict[str, Any]:
        """Bring the index in step with the files; then as `catalogue`."""
        return catalogue_json((await self._refreshed()).shelf)

    async def _refreshed(self) -> Snapshot:
        with in_words():
            return await self.library.refresh(self.progress)

    async def _may_use(self, view: View) -> MayUse:
        if not view.partnership and not view.organisation:
            return _everything
        plan = await self.partnerships.find(view.partnership)
        return eligible(_audience(plan, view.organisation), plan.document_audiences)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _everything(_source: Source) -> bool:
    return True


def _audience(plan: PartnershipPlan, organisation: str) -> Audience:
    known = {item.id for item in plan.organisations}
    if not organisation:
        return Audience(organisations=frozenset(known))
    if organisation not in known:
        raise CoachError(f"“{organisation}” is not an organisation of {plan.name}. It has: {', '.join(sorted(known))}.")
    return Audience(organisations=frozenset({OrganisationId(organisation)}))


def catalogue_json(shelf: Shelf) -> dict[str, Any]:
    """The shelf as JSON: one object a document, and one a file that could not be read."""
    return {
        "generation": shelf.generation,
        "documents": [
            {
                "file": volume.source.file,
                "title": volume.source.title,
                "author": volume.source.author,
                "year": volume.source.year,
                "publisher": volume.source.publisher,
                "audience": list(volume.source.audience),
                "passages": sum(passage.ranked for passage in volume.passages),
                "notes": sum(passage.ranked and bool(passage.notes) for passage in volume.passages),
            }
            for volume in shelf.volumes
        ],
        "set_aside": [{"file": item.file, "reason": item.reason} for item in shelf.set_aside],
    }


def view_from(data: Mapping[str, Any]) -> View:
    """The view that came over the local socket."""
    return View(partnership=str(data.get("partnership", "")), organisation=str(data.get("organisation", "")))
