"""The composition root: the only module that knows everyone, and what the parts are made of."""

import asyncio
import secrets
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.coaching.answers.curating import Curating
from bot.delivery.checkpoints import Point, Reached, die_at, pass_by
from bot.desks.library import OwnDesk
from bot.domain.errors import SettingError
from bot.lock import sole_owner
from bot.settings import Settings
from bot.store import migrations
from bot.store.curated import CuratedAnswers
from bot.store.database import Database, open_database
from bot.store.installation import installation_id
from bot.store.library import StoredLibrary
from bot.store.partnerships import Partnerships
from knowledge.answering import Answerer
from knowledge.embedding import Embedder, WeightsError
from knowledge.indexing import Indexer, Progress, say_nothing
from knowledge.library import Library
from knowledge.loaders import Limits
from knowledge.minilm import MiniLM
from knowledge.nearest import Index
from knowledge.writing import WriterError
from prompts import Words, words

if TYPE_CHECKING:
    from knowledge.writing_langchain import LangChainWriter

STARTER = Path(__file__).parent.parent / "knowledge" / "starter"


@dataclass(frozen=True, kw_only=True)
class Coach:
    """The opened parts of one installation."""

    settings: Settings
    database: Database
    store: StoredLibrary
    index: Index
    embedder: Embedder
    library: Library
    answerer: Answerer
    writer: "LangChainWriter | None"
    partnerships: Partnerships
    curating: Curating
    words: Words
    desk: OwnDesk


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new unguessable id."""
    return uuid.uuid4().hex


def pick(alphabet: str) -> str:
    """An unguessable character."""
    return secrets.choice(alphabet)


def library_folders(settings: Settings, *, starter: bool = True) -> list[Path]:
    """Where documents come from: the library folder, or the starter library where it is unset or empty, and
    what `coach library add` put beside the data.

    Raises `SettingError` when the library folder is gone, or empty where no `starter` may stand in: a share that is
    away for a moment must not empty the index.
    """
    own, added = settings.library_dir, added_folder(settings)
    if own is not None and (not own.is_dir() or (_empty(own) and not starter)):
        raise SettingError(f"COACH_LIBRARY_DIR is {own}, which is away or empty now: bring it back, or restart me.")
    folders = [STARTER if own is None or _empty(own) else own]
    return [*folders, added] if added.is_dir() else folders


def _empty(folder: Path) -> bool:
    try:
        return all(path.name.startswith(".") for path in folder.iterdir())
    except OSError as error:
        raise SettingError(
            f"COACH_LIBRARY_DIR is {folder}, which I may not read ({error.strerror}): let me, or correct the setting."
        ) from error


def added_folder(settings: Settings) -> Path:
    """Where `coach library add` puts documents."""
    return settings.data_dir / "library"


def demo_file(settings: Settings) -> Path:
    """Where the demo keeps what is its own."""
    return settings.data_dir / "demo" / "demo.sqlite"


def crash_point(settings: Settings) -> Reached:
    """Nothing, or in the crash tests the death of this process at a chosen point."""
    if settings.crash_at is None:
        return pass_by
    try:
        return die_at(Point(settings.crash_at))
    except ValueError:
        raise SettingError(
            f"COACH_CRASH_AT is “{settings.crash_at}”, which is not a point. Remove it: it is for the crash tests only."
        ) from None


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Database]:
    """A database with its tables at their newest version."""
    database = open_database(url)
    try:
        await migrations.upgrade(database)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def open_coach(settings: Settings, progress: Progress = say_nothing) -> AsyncIterator[Coach]:
    """Everything but the listeners; raises `AlreadyRunning` when another process holds the data directory."""
    async with AsyncExitStack() as stack:
        copy = _words(settings)
        stack.enter_context(sole_owner(settings.data_dir))
        database = await stack.enter_async_context(main_store(settings))
        store, embedder, index = StoredLibrary(database), _embedder(settings), await _nearest(settings, database)
        starter = settings.library_dir is None or (settings.library_dir.is_dir() and _empty(settings.library_dir))
        library = Library(
            folders=lambda: library_folders(settings, starter=starter),
            removed=store.removed,
            indexer=Indexer(store, embedder, Limits()),
            embedder=embedder,
            nearest=index,
        )
        stack.push_async_callback(library.close)
        await stack.enter_async_context(_loading(embedder))
        writer = open_writer(settings)
        answerer, partnerships = Answerer(library, writer, rewriter=writer), Partnerships(database)
        curating = _curating(settings, database, embedder)
        yield Coach(
            settings=settings,
            database=database,
            store=store,
            index=index,
            embedder=embedder,
            library=library,
            answerer=answerer,
            writer=writer,
            partnerships=partnerships,
            curating=curating,
            words=copy,
            desk=OwnDesk(
                library=library,
                answerer=answerer,
                partnerships=partnerships,
                words=copy,
                curating=curating,
                progress=progress,
            ),
        )


@asynccontextmanager
async def _loading(embedder: Embedder) -> AsyncIterator[None]:
    """Load the embedder while the library is being read: either takes a third of a second, on a core of its own."""

    async def load() -> None:
        # Whoever embeds something is told.
        with suppress(WeightsError):
            await asyncio.to_thread(embedder.load)

    loading = asyncio.create_task(load())
    try:
        yield
    finally:
        await loading


def main_store(settings: Settings) -> AbstractAsyncContextManager[Database]:
    """The installation's database; raises `SettingError` when it does not answer."""
    where = "COACH_DATA_DIR" if settings.database_url is None else "COACH_DATABASE_URL"
    return usable_store(settings.database, f"Start it or bring it back, or correct {where}.")


@asynccontextmanager
async def usable_store(url: str, advice: str) -> AsyncIterator[Database]:
    """`open_store`, with a `SettingError` that ends in `advice` in place of what drivers raise as many classes."""
    async with AsyncExitStack() as stack:
        try:
            database = await stack.enter_async_context(open_store(url))
        except Exception as error:
            raise SettingError(f"The database cannot be used ({type(error).__name__}). {advice}") from error
        yield database


def _words(settings: Settings) -> Words:
    try:
        return words(settings.locale)
    except FileNotFoundError:
        raise SettingError(
            f"COACH_LOCALE is “{settings.locale}”, but I have no words in that language. Remove it to use English."
        ) from None


def _embedder(settings: Settings) -> Embedder:
    if settings.embedder == "minilm":
        return MiniLM(settings.data_dir / "models")
    from knowledge.embedding_langchain import LangChainEmbedder

    try:
        return LangChainEmbedder(settings.embedder, key=_key(settings), url=settings.model_url)
    except Exception as error:  # every provider raises classes of its own
        raise SettingError(
            f"COACH_EMBEDDER is “{settings.embedder}”, which cannot be set up ({type(error).__name__}). "
            "Correct it, install LangChain's package for it, or set COACH_MODEL_KEY."
        ) from error


def _curating(settings: Settings, database: Database, embedder: Embedder) -> Curating:
    """The leads' answers. What counts as the same question was measured with MiniLM, so that is what tells it."""
    model = embedder if isinstance(embedder, MiniLM) else MiniLM(settings.data_dir / "models")
    return Curating(answers=CuratedAnswers(database), embed=model.embed)


async def _nearest(settings: Settings, database: Database) -> Index:
    from knowledge.chroma_nearest import ChromaProcess, ChromaServer

    folder = settings.data_dir / "index"
    if settings.chroma_url is None:
        return ChromaProcess(folder)
    return ChromaServer(settings.chroma_url, folder, await installation_id(database, new_id), time.time)


def open_writer(settings: Settings) -> "LangChainWriter | None":
    """The configured model, reached or not; raises `SettingError` when it cannot be set up as named."""
    if settings.model == "none":
        return None
    from knowledge.writing_langchain import LangChainWriter

    try:
        return LangChainWriter(settings.model, key=_key(settings), url=settings.model_url, marker=new_id)
    except WriterError as error:
        raise SettingError(f"COACH_MODEL: {error}") from None


def _key(settings: Settings) -> str | None:
    return settings.model_key.get_secret_value() if settings.model_key else None
