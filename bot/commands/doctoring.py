"""`coach doctor`: what is configured, what is missing, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import STARTER, demo_file, library_folders, open_store, open_writer
from bot.commands.doctoring_slack import slack_finding, workspaces_finding
from bot.commands.findings import Finding, State
from bot.commands.screen import screen
from bot.domain.errors import SettingError
from bot.settings import Settings
from bot.store.database import Database
from bot.store.library import StoredLibrary
from bot.store.outbox import Outbox
from bot.store.partnerships import Partnerships
from bot.store.without_lead import without_lead
from knowledge.annotating import as_noted, lacking
from knowledge.catalogue import CatalogueError, discover, file_name, read_overrides
from knowledge.embedding import WeightsError
from knowledge.looking import look, read_notes
from knowledge.minilm import MINILM_SHA256, weights_sha256
from knowledge.shelf import Shelf, Volume

if TYPE_CHECKING:
    from knowledge.writing_langchain import LangChainWriter


async def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at every part; nothing is changed but the database's tables, which are brought up to date."""
    where = Finding(part="data folder", state=State.OK, says=f"{settings.data_dir.absolute()}.")
    parts = [where, *_library_folder(settings), _weights(settings), *[item async for item in _database(settings)]]
    return (*parts, *await _chroma(settings), *_platforms(settings), await _model(settings))


def _library_folder(settings: Settings) -> list[Finding]:
    try:
        folders = library_folders(settings)
        named = [name for folder in folders for name in (file_name(path, folder) for path in discover([folder]))]
        for folder in folders:
            read_overrides(folder)
    except CatalogueError as error:
        return [Finding(part="library folder", state=State.WRONG, says=str(error), do="Correct library.yaml.")]
    except (SettingError, OSError) as error:
        return [Finding(part="library folder", state=State.WRONG, says=str(error), do="Then run me again.")]
    if folders == [STARTER]:
        return [
            Finding(
                part="library folder",
                state=State.MISSING,
                says="No documents of your own: the starter library answers.",
                do="Set COACH_LIBRARY_DIR to the folder of your documents, or run `coach library add FILE`.",
            )
        ]
    where = " and ".join(str(folder) for folder in folders)
    return [Finding(part="library folder", state=State.OK, says=f"{where} ({len(set(named))} files).")]


def _weights(settings: Settings) -> Finding:
    if settings.embedder != "minilm":
        return Finding(part="embedder", state=State.OK, says=f"{settings.embedder}, by LangChain.")
    try:
        found = weights_sha256()
    except WeightsError as error:
        return Finding(part="embedder", state=State.WRONG, says=str(error), do="Run `make install`.")
    if found != MINILM_SHA256:
        says = f"The weights have sha256 {found}, which is not the published {MINILM_SHA256}."
        return Finding(part="embedder", state=State.WRONG, says=says, do="Remove .venv and run `make install`.")
    return Finding(part="embedder", state=State.OK, says=f"all-MiniLM-L6-v2, weights sha256 {found} as published.")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with asyncio.timeout(10), open_store(settings.database) as database:
            yield Finding(part="database", state=State.OK, says=f"{database.engine.dialect.name}, tables up to date.")
            shelf, removed = await StoredLibrary(database).current(), await StoredLibrary(database).removed()
            for finding in [_index(shelf), *await asyncio.to_thread(_notes, settings, shelf, removed)]:
                yield finding
            partnership = await _partnership(Partnerships(database))
            yield partnership
            for name, since in await without_lead(database):
                says = f"{name} has had no lead since {since}: digests have stopped, and check-ins pause."
                do = "Name a lead in its file and run `coach partnership apply FILE`."
                yield Finding(part="leads", state=State.WRONG, says=says, do=do)
            async for finding in workspaces_finding(settings, database):
                yield finding
            yield await (_demo_outbox(settings) if partnership.state is State.MISSING else _outbox(database))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        yield Finding(
            part="database",
            state=State.WRONG,
            says=f"The database does not answer ({type(error).__name__}).",
            do="Start it, or correct COACH_DATABASE_URL.",
        )


def _index(shelf: Shelf | None) -> Finding:
    if shelf is None:
        return Finding(
            part="index", state=State.MISSING, says="Nothing is indexed yet.", do="Run `coach library check`."
        )
    ranked = sum(passage.ranked for volume in shelf.volumes for passage in volume.passages)
    says = f"{len(shelf.volumes)} documents, {ranked} passages, generation {shelf.generation}."
    if not shelf.set_aside:
        return Finding(part="index", state=State.OK, says=says)
    aside = "; ".join(f"{item.file}: {item.reason}" for item in shelf.set_aside)
    return Finding(part="index", state=State.WRONG, says=f"{says} Set aside: {aside}", do="Mend or remove these files.")


async def _chroma(settings: Settings) -> list[Finding]:
    """Whether the Chroma server answers, where there is one."""
    if settings.chroma_url is None:
        return []
    from knowledge.chroma_nearest import unreachable

    reason = await unreachable(settings.chroma_url, settings.data_dir / "index")
    if not reason:
        return [Finding(part="chroma", state=State.OK, says="Reached.")]
    says = f"It does not answer ({reason}): exact search stands in."
    return [Finding(part="chroma", state=State.WRONG, says=says, do="Start it, or correct COACH_CHROMA_URL.")]


def _notes(settings: Settings, shelf: Shelf | None, removed: frozenset[str]) -> list[Finding]:
    """Which documents have no reading notes; nothing where there is no index, or the folder has its own finding."""
    try:
        folders = library_folders(settings)
        found, files = look(folders, removed), read_notes(folders)[0]
    except (CatalogueError, SettingError, OSError):
        return []
    volumes = as_noted(shelf, found, files) if shelf else ()
    ranked = [passage for volume in volumes for passage in volume.passages if passage.ranked]
    has = f"{sum(bool(passage.notes) for passage in ranked)} of {len(ranked)} passages have reading notes."
    bare = [volume.source.file for volume in volumes if _is_bare(volume)]
    if bare:
        says = f"{has} Documents without notes: {', '.join(bare)}."
        do = "Run `coach library annotate`, or write them by hand: see knowledge/notes/README.md."
        return [Finding(part="reading notes", state=State.MISSING, says=says, do=do)]
    return [Finding(part="reading notes", state=State.OK, says=has)] if volumes else []


def _is_bare(volume: Volume) -> bool:
    return bool(lacking(volume)) and not any(passage.notes for passage in volume.passages)


async def _partnership(partnerships: Partnerships) -> Finding:
    plans = await partnerships.all()
    if not plans:
        return Finding(
            part="partnership",
            state=State.MISSING,
            says="No partnership yet: `coach serve` opens the demo.",
            do='Make yours: `coach partnership new "NAME" --lead ADDRESS`, or `coach partnership apply FILE`.',
        )
    return Finding(part="partnership", state=State.OK, says=", ".join(plan.name for plan in plans) + ".")


async def _demo_outbox(settings: Settings) -> Finding:
    """The outbox that is in use while no partnership was applied."""
    if not demo_file(settings).is_file():
        return Finding(part="outbox", state=State.OK, says="The demo has not been opened.")
    async with open_store(f"sqlite+aiosqlite:///{demo_file(settings)}") as database:
        return await _outbox(database)


async def _outbox(database: Database) -> Finding:
    counts = await Outbox(database).counts()
    failed = counts.get("failed", 0)
    if failed:
        return Finding(part="outbox", state=State.WRONG, says=f"{failed} cards could not be posted.", do="See the log.")
    unknown = counts.get("unknown", 0)
    if unknown:
        says = f"{counts.get('pending', 0)} cards waiting. Of {unknown} notices nobody can tell whether they were sent."
        return Finding(part="outbox", state=State.OK, says=says, do="They are not sent again; the log names them.")
    return Finding(part="outbox", state=State.OK, says=f"{counts.get('pending', 0)} cards waiting.")


def _platforms(settings: Settings) -> list[Finding]:
    return [slack_finding(settings), _teams(settings)]


def _teams(settings: Settings) -> Finding:
    if settings.teams_app_id is None and settings.teams_development == "yes":
        says = "In development: a test client on this machine is let in, and nobody else."
        return Finding(part="teams", state=State.OK, says=says)
    if settings.teams_app_id is None:
        do = "See the README: register a bot, then TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID."
        return Finding(part="teams", state=State.MISSING, says="No TEAMS_APP_ID.", do=do)
    if settings.teams_app_password is None or settings.teams_tenant_id is None:
        do = "Set what is missing."
        return Finding(part="teams", state=State.WRONG, says="No TEAMS_APP_PASSWORD or TEAMS_TENANT_ID.", do=do)
    return Finding(part="teams", state=State.OK, says="Set up.")


async def _model(settings: Settings) -> Finding:
    if settings.model == "none":
        return Finding(
            part="model",
            state=State.MISSING,
            says="None: answers are put together from the documents' own sentences.",
            do="To have a model write them, set COACH_MODEL, for example openai:gpt-5-mini, and COACH_MODEL_KEY.",
        )
    try:
        problem = await model_problem(open_writer(settings))
    except SettingError as error:
        problem = str(error)
    if problem:
        return Finding(part="model", state=State.WRONG, says=f"{settings.model}: {problem}", do="See COACH_MODEL_URL.")
    return Finding(part="model", state=State.OK, says=f"{settings.model}, reached.")


async def model_problem(writer: "LangChainWriter | None") -> str:
    """Why the configured model cannot be reached, or nothing."""
    if writer is None or await writer.ping():
        return ""
    return "The model cannot be reached; answers are made without it until it can."


async def doctor(settings: Settings, *, as_json: bool) -> bool:
    """Print every finding; True when nothing needs attention."""
    findings = await examine(settings)
    console = screen()
    if as_json:
        console.print_json(data=[_plain(finding) for finding in findings])
    else:
        for finding in findings:
            _show(console, finding)
    return all(finding.state is not State.WRONG for finding in findings)


def _plain(finding: Finding) -> dict[str, Any]:
    return asdict(finding)


def _show(console: Console, finding: Finding) -> None:
    colours = {State.OK: "green", State.MISSING: "yellow", State.WRONG: "red"}
    console.print(f"{finding.part}: ", style="bold", end="")
    console.print(finding.state.value, style=colours[finding.state])
    console.print(f"  {finding.says}")
    if finding.do:
        console.print(f"  → {finding.do}")
