"""Documents: what leads see of their partnership's library, who may see each, and how documents come and go.

A document that a lead brings lies in a folder of their partnership and organisation. To every other partnership of the
installation it is not there: its own audience is nobody, and only the bringing partnership's word opens it.
"""

import asyncio
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.coaching.check_ins.reply_saving import declining
from bot.coaching.commands import DOCUMENTS
from bot.coaching.directly import Act
from bot.coaching.library.links import DocumentLinks
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.coaching.settings.rhythm import check_lead
from bot.domain.cards import Card, Link, Paragraph
from bot.domain.errors import CoachError
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, Audience, OrganisationId
from bot.store.agreements import Agreements
from knowledge.catalogue import APART, discover, file_name
from knowledge.documents import Unit
from knowledge.loaders import SUPPORTED, Limits, Unreadable, load
from knowledge.shelf import Shelf, Volume
from prompts import Words

#: The action of the button that leads here.
SHOW = "documents"
#: In bytes: what a lead may bring in one file.
LARGEST = 20 * 2**20
_LONGEST_NAME = 90
#: Documents that the leads of one partnership may bring.
_MOST = 500
_PART = re.compile(r"[a-z0-9][a-z0-9_-]*")


class NotTaken(CoachError):
    """A change of the library that is not made; the lead is told `documents.refused.<reason>`.

    `said` is the loader's own sentence where a file cannot be read.
    """

    def __init__(self, reason: str, **values: str) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


@dataclass(frozen=True, kw_only=True)
class Shelved:
    """A document in front of a lead. `served` says that answers may draw on it, `reason` why it was set aside;
    neither, and it waits to be read. `brought` by a lead of the partnership, it can be taken out again."""

    file: str
    title: str
    audience: tuple[str, ...]
    served: bool = False
    reason: str = ""
    pages: int = 0
    passages: int = 0
    added: date | None = None
    brought: bool = False


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """A lead who looks after documents: of one organisation in one partnership."""

    plan: PartnershipPlan
    organisation: OrganisationId

    @property
    def folder(self) -> str:
        """Where what their organisation brings lies, below `own`."""
        return f"{self.own}{self.organisation}/"

    @property
    def own(self) -> str:
        """What the path of every document begins with that leads of their partnership brought."""
        return f"{APART}{self.plan.id}/"

    def sees(self, file: str, audience: tuple[str, ...]) -> bool:
        """Whether they may know of a document: their own organisation is among those who may see it."""
        return Audience(organisations=frozenset({self.organisation})).may_see(audience) or self.brought(file)

    def brought(self, file: str) -> bool:
        """Whether their organisation brought it."""
        return file.startswith(self.folder)


@dataclass(frozen=True, kw_only=True)
class Documents:
    """The use-case. `folder` is where documents that were added lie; `shelf` is what is served, None before the first.

    A document is parsed in a child process with limits before it is taken, and indexed soon after by whoever watches
    the folder.
    """

    folder: Path
    shelf: Callable[[], Shelf | None]
    agreements: Agreements
    links: DocumentLinks
    words: Words
    clock: Callable[[], datetime]
    restore: Callable[[str], Awaitable[None]]

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return declining({DOCUMENTS: self.show}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the button."""
        return declining({SHOW: self.show}, self.words)

    async def show(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The way to the page."""
        check_lead(recognised)
        url = self.link(recognised, incoming.received_at)
        return Card(
            title=self.words("documents.title", partnership=recognised.plan.name),
            paragraphs=(Paragraph(text=self.words("documents.text" if url else "documents.no_page")),),
            links=(Link(label=self.words("documents.open"), url=url),) if url else (),
        )

    def link(self, recognised: Recognised, at: datetime) -> str:
        """The address of the page for this lead; "" where no browser reaches the coach."""
        return self.links.page(recognised.plan.id, confirmed(recognised), at)

    async def seen_by_lead(self, recognised: Recognised) -> tuple[Shelved, ...]:
        """Every document that a lead may know of."""
        return await self.seen(Keeper(plan=recognised.plan, organisation=recognised.standing.organisation))

    async def seen(self, keeper: Keeper) -> tuple[Shelved, ...]:
        """Every document that this lead may know of, by title."""
        there = await asyncio.to_thread(self._there, keeper)
        found = [each for each in self._listed(keeper, there) if keeper.sees(each.file, each.audience)]
        return tuple(sorted(found, key=lambda each: (each.title.casefold(), each.file)))

    async def one(self, keeper: Keeper, file: str) -> Shelved:
        """One of these; raises `NotTaken` for any other."""
        for each in await self.seen(keeper):
            if each.file == file:
                return each
        raise NotTaken("unknown")

    async def add(self, keeper: Keeper, name: str, arrived: Path, *, replace: bool) -> str:
        """Take in a file that has arrived in full, and return its path in the library; raises `NotTaken`.

        One of the same name gives way where the lead has said so; who may see it stays.
        """
        file = f"{keeper.folder}{_proper(name)}"
        target = self.folder / file
        if not _PART.fullmatch(keeper.plan.id) or not _PART.fullmatch(keeper.organisation):
            raise NotTaken("name")
        there = await asyncio.to_thread(target.exists)
        if there and not replace:
            raise NotTaken("there", file=target.name)
        if len(await asyncio.to_thread(self._there, keeper)) >= _MOST:
            raise NotTaken("many", most=str(_MOST))
        try:
            await asyncio.to_thread(load, arrived, limits=Limits(file_bytes=LARGEST))
        except Unreadable as problem:
            raise NotTaken("unreadable", said=str(problem)) from problem
        await self.restore(file)
        if not there or file not in keeper.plan.document_audiences:
            # Before the file is there, so that nobody else sees it for a moment.
            await self.agreements.set_audience(keeper.plan.id, file, (WHOLE_PARTNERSHIP,), self.clock())
        await asyncio.to_thread(_put, arrived, target)
        return file

    async def set_audience(self, keeper: Keeper, file: str, audience: tuple[str, ...]) -> None:
        """Say who may see a document in this partnership; raises `NotTaken`. Other partnerships are not touched."""
        known = await self.one(keeper, file)
        ids = [each.id for each in keeper.plan.organisations]
        chosen = audience if audience in ((PUBLIC,), (WHOLE_PARTNERSHIP,)) else tuple(e for e in ids if e in audience)
        if not chosen or len(chosen) != len(set(audience)):
            raise NotTaken("nobody")
        if not Audience(organisations=frozenset({keeper.organisation})).may_see(chosen):
            raise NotTaken("not_own")
        await self.agreements.set_audience(keeper.plan.id, known.file, chosen, self.clock())

    async def remove(self, keeper: Keeper, file: str) -> None:
        """Delete a document that a lead brought; raises `NotTaken` for any other."""
        known = await self.one(keeper, file)
        if not known.brought:
            raise NotTaken("not_brought")
        with suppress(FileNotFoundError):
            await asyncio.to_thread((self.folder / known.file).unlink)
        await self.agreements.set_audience(keeper.plan.id, known.file, (), self.clock())

    def place_for(self, keeper: Keeper, new_id: str) -> Path:
        """Where a file arrives: hidden, so that nothing reads it before it is whole."""
        folder = self.folder / f".arriving-{keeper.plan.id}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / new_id

    def _there(self, keeper: Keeper) -> dict[str, date]:
        """The files on disk that leads of this partnership brought, with the day on which each came."""
        own = self.folder / keeper.own
        paths = discover([own]) if own.is_dir() else []
        days = {}
        for path in paths:
            with suppress(FileNotFoundError):
                days[file_name(path, self.folder)] = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        return days

    def _listed(self, keeper: Keeper, there: Mapping[str, date]) -> Iterator[Shelved]:
        shelf, audiences = self.shelf(), keeper.plan.document_audiences
        known = set()
        for volume in shelf.volumes if shelf else ():
            file = volume.source.file
            brought = file.startswith(keeper.own)
            if brought == file.startswith(APART) and (not brought or file in there):
                known.add(file)
                yield _shelved(volume, audiences.get(file, volume.source.audience), there.get(file), brought=brought)
        for problem in shelf.set_aside if shelf else ():
            if problem.file in there:
                known.add(problem.file)
                yield self._waiting(problem.file, audiences, there, problem.reason)
        yield from (self._waiting(file, audiences, there) for file in there if file not in known)

    def _waiting(
        self, file: str, audiences: Mapping[str, tuple[str, ...]], there: Mapping[str, date], reason: str = ""
    ) -> Shelved:
        name, audience = file.rpartition("/")[2], audiences.get(file, ())
        return Shelved(file=file, title=name, audience=audience, reason=reason, added=there[file], brought=True)


def _shelved(volume: Volume, audience: tuple[str, ...], added: date | None, *, brought: bool) -> Shelved:
    pages = max((each.end for each in volume.passages), default=0) if volume.unit is Unit.PAGE else 0
    return Shelved(
        file=volume.source.file,
        title=volume.source.title,
        audience=audience,
        served=True,
        pages=pages,
        passages=sum(each.ranked for each in volume.passages),
        added=added,
        brought=brought,
    )


def _proper(name: str) -> str:
    """The name under which a file is kept; raises `NotTaken` for one that cannot be."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2].strip()
    if Path(last).suffix.lower() not in SUPPORTED:
        raise NotTaken("kind", kinds=", ".join(sorted(SUPPORTED)))
    if not last.isprintable() or last.startswith((".", APART)) or not 0 < len(last.encode()) <= 2 * _LONGEST_NAME:
        raise NotTaken("name")
    return last


def _put(arrived: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    arrived.replace(target)
