"""`coach backup` and `coach restore`: everything that an installation keeps, in one file and back."""

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bot.bootstrap import main_store, new_id, now
from bot.commands.screen import screen
from bot.domain.errors import CoachError
from bot.lock import sole_owner
from bot.settings import Settings, secret
from bot.store.backup import dump, is_empty, load
from bot.store.database import Database
from bot.store.migrations import NEWEST

#: What of the data folder is kept besides the database: the documents and the questions that were added.
_FOLDERS = ("library", "questions")
_MANIFEST, _SECRET, _TABLES = "manifest.json", "secret.key", "tables"


async def backup(settings: Settings, path: Path) -> None:
    """Write everything to a new file that its owner alone can read, while the server may be running."""
    async with main_store(settings) as database:
        with _new_file(path) as file:
            count = await _write(settings, database, file)
    screen().print(f"{count} rows are in {path}. It holds what partners wrote, and keys: store it as you store those.")


async def restore(settings: Settings, path: Path, *, replace: bool) -> None:
    """Bring an installation back from such a file, into an empty one unless it may `replace` what is there.

    The server must be stopped. Nothing is changed unless everything can be.
    """
    with _opened(path) as archive, sole_owner(settings.data_dir):
        made = _made(path, archive)
        async with main_store(settings) as database:
            if not replace and not (await is_empty(database) and not any(_files(settings.data_dir))):
                raise CoachError("There are data here already. Add --replace to put the backup in their place.")
            with _unpacked(settings.data_dir, archive) as files:
                counts = await load(database, _lines_in(archive))
                await database.truncate_log()
                _bring_files(settings, files, archive.read(_SECRET))
    screen().print(f"{sum(counts.values())} rows are back as they were at {made}. Start with `coach serve`.")
    screen().print("People who had everything of theirs erased since then are in it again: erase them again.")
    screen().print("Whoever was sent this week's question since then may be sent it again.")


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that is there once the block has ended, and not at all where it ends with an error."""
    if path.exists():
        raise CoachError(f"{path} is there already: name a new file.")
    partial = path.with_name(f".{path.name}.{new_id()}")
    try:
        with _private(partial) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise CoachError(f"{path} cannot be written ({error.strerror or error}): name another place.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _private(path: Path) -> BinaryIO:
    """A new file that its owner alone can read."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")  # noqa: PTH123


async def _write(settings: Settings, database: Database, file: BinaryIO) -> int:
    count, parts = 0, 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_MANIFEST, json.dumps({"tables": NEWEST, "made_at": f"{now():%Y-%m-%d %H:%M} UTC"}))
        archive.writestr(_SECRET, secret(settings))
        async for table, lines in dump(database):
            some = list(lines)
            archive.writestr(f"{_TABLES}/{table}/{parts:06}.jsonl", "\n".join(some))
            count, parts = count + len(some), parts + 1
        for each in _files(settings.data_dir):
            archive.write(each, each.relative_to(settings.data_dir).as_posix())
    return count


def _files(data_dir: Path) -> Iterator[Path]:
    for name in _FOLDERS:
        yield from sorted(each for each in (data_dir / name).rglob("*") if each.is_file())


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise CoachError(f"{path} cannot be read as a backup: name a file that `coach backup` wrote.") from error


def _made(path: Path, archive: zipfile.ZipFile) -> str:
    """When a backup was made; refuses what is damaged, none, or of another version."""
    try:
        damaged = archive.testzip()
        manifest = json.loads(archive.read(_MANIFEST))
        version, made = manifest["tables"], str(manifest["made_at"])
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise CoachError(f"{path} is no backup of the coach, or damaged: name another.") from error
    if damaged is not None:
        raise CoachError(f"{path} is damaged (at {damaged}): name another.")
    if version != NEWEST:
        raise CoachError(
            f"{path} has tables of version {version}, this coach of version {NEWEST}: restore it with the version of "
            "the coach that wrote it, and upgrade afterwards."
        )
    return made


def _lines_in(archive: zipfile.ZipFile) -> Callable[[str], Iterable[str]]:
    names = sorted(archive.namelist())

    def lines(table: str) -> Iterator[str]:
        for name in names:
            if PurePosixPath(name).parent == PurePosixPath(_TABLES, table):
                with archive.open(name) as part:
                    yield from TextIOWrapper(part, encoding="utf-8", newline="\n")

    return lines


@contextmanager
def _unpacked(data_dir: Path, archive: zipfile.ZipFile) -> Iterator[Path]:
    """The documents and questions of a backup beside those there: what has no room on the disk replaces nothing."""
    aside = data_dir / f".restoring-{new_id()}"
    try:
        aside.mkdir()
        for name in archive.namelist():
            if PurePosixPath(name).parts[0] in _FOLDERS:
                archive.extract(name, aside)
        yield aside
    except OSError as error:
        raise CoachError(f"{data_dir} cannot be written ({error.strerror or error}): make room there.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _bring_files(settings: Settings, files: Path, key: bytes) -> None:
    """The added documents and questions in the place of those there, and the key that signs."""
    for folder in _FOLDERS:
        shutil.rmtree(settings.data_dir / folder, ignore_errors=True)
        if (files / folder).exists():
            (files / folder).rename(settings.data_dir / folder)
    if settings.secret_key is None:
        path = settings.data_dir / _SECRET
        path.unlink(missing_ok=True)
        with _private(path) as file:
            file.write(key)
