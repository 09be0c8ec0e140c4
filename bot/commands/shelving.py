"""`coach library`: what is in the library, and how documents come and go."""

import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from filecmp import cmp
from pathlib import Path
from typing import Any

from rich.table import Column, Table

from bot.bootstrap import added_folder, library_folders, main_store
from bot.commands.opening import open_desk
from bot.commands.screen import screen
from bot.desks.library import OwnDesk
from bot.domain.errors import CoachError
from bot.settings import Settings
from bot.store.library import StoredLibrary
from knowledge.catalogue import discover, file_name
from knowledge.loaders import Limits, Unreadable, load_all


async def add(settings: Settings, paths: Sequence[Path], *, replace: bool, as_json: bool) -> bool:
    """Copy documents beside the data and index them; a file that cannot be read is left out, with its reason.

    One that was added before under the same name is only replaced when told to.
    """
    _told_apart(paths)
    _new_here(settings, paths)
    tried = _tried(paths)
    replaced = _others(added_folder(settings), paths)
    if replaced and not replace:
        raise CoachError(f"{replaced[0]} was added before and says something else. Use --replace, or rename this one.")
    refused = [{"file": path.name, "reason": str(loaded)} for path, loaded in tried if _bad(loaded)]
    good = [path for path, loaded in tried if not _bad(loaded)]
    async with main_store(settings) as database:
        for path in good:
            if not _is_own(settings, path):
                _copy(path, added_folder(settings))
            await StoredLibrary(database).set_removed(path.name, removed=False)
    catalogue = await _refreshed(settings)
    added = [path.name for path in good]
    gone = [name for name in replaced if name in added]
    _report({"added": added, "replaced": gone, "refused": refused, **catalogue}, as_json=as_json)
    return not refused


async def remove(settings: Settings, file: str, *, as_json: bool) -> None:
    """Take a document out of the library; a file in COACH_LIBRARY_DIR is left where it is and no longer used."""
    folders = library_folders(settings)
    holding = [folder for folder in folders if file in {file_name(path, folder) for path in discover([folder])}]
    if not holding:
        raise CoachError(f"There is no document {file} in the library. `coach library list` shows what there is.")
    added = added_folder(settings)
    if added in holding:
        (added / file).unlink()
    if holding != [added]:
        async with main_store(settings) as database:
            await StoredLibrary(database).set_removed(file, removed=True)
    _report({"removed": [file], **await _refreshed(settings)}, as_json=as_json)


async def show(settings: Settings, *, as_json: bool) -> None:
    """List the documents that are served, and the files that were set aside."""
    async with open_desk(settings) as desk:
        _report(await desk.catalogue(), as_json=as_json)


async def check(settings: Settings, paths: Sequence[Path], *, as_json: bool) -> bool:
    """Say of each file whether it can be read; without files, bring the index in step and say what it holds."""
    if not paths:
        catalogue = await _refreshed(settings)
        _report(catalogue, as_json=as_json)
        return not catalogue["set_aside"]
    results = [
        {"file": str(path), "readable": not _bad(loaded), "reason": str(loaded) if _bad(loaded) else ""}
        for path, loaded in _tried(paths)
    ]
    if as_json:
        _print(results)
    for item in [] if as_json else results:
        screen().print(f"{item['file']}: {item['reason'] or 'can be read'}")
    return all(item["readable"] for item in results)


def _told_apart(paths: Sequence[Path]) -> None:
    """Raise `CoachError` where one of the files would take the place of another."""
    names = [path.name for path in paths]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CoachError(f"Two of the files are called {twice}. Rename one of them, or add one only.")


def _new_here(settings: Settings, paths: Sequence[Path]) -> None:
    """Raise `CoachError` for a hidden name, and for one that stands in the library folder with an audience."""
    own = settings.library_dir
    for path in paths:
        if path.name.startswith("."):
            raise CoachError(f"{path.name} begins with a dot, so it would be passed over. Rename it.")
        if own is not None and (own / path.name).exists() and not _is_own(settings, path):
            raise CoachError(f"{path.name} stands in {own} already. Replace it there: who may see it stays as it is.")


def _others(folder: Path, paths: Sequence[Path]) -> list[str]:
    """The names under which a folder holds another text than these files."""
    held = [(path, folder / path.name) for path in paths if (folder / path.name).is_file()]
    return [path.name for path, old in held if not cmp(path, old, shallow=False)]


def _is_own(settings: Settings, path: Path) -> bool:
    """Whether a file is the library folder's own: one that was taken out is put back, not copied."""
    own = settings.library_dir and settings.library_dir / path.name
    return own is not None and own.exists() and own.samefile(path)


def _copy(path: Path, folder: Path) -> None:
    # A copy under another name first: the library is never read half written.
    partial = folder / f".{path.name}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, partial)
        partial.replace(folder / path.name)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise CoachError(f"{path} cannot be copied to {folder} ({error.strerror}). Make room or correct it.") from error


def _bad(loaded: Any) -> bool:
    return isinstance(loaded, Unreadable)


def _tried(paths: Sequence[Path]) -> list[tuple[Path, Any]]:
    for path in paths:
        try:
            if not path.is_file():
                raise CoachError(f"There is no file {path}. Check the path.")
            path.open("rb").close()
        except OSError as error:
            raise CoachError(f"{path} may not be read ({error.strerror}). Let me read it, or name another.") from error
    return list(load_all(list(paths), limits=Limits()))


async def _refreshed(settings: Settings) -> dict[str, Any]:
    async with open_desk(settings) as desk:
        # A desk of our own was brought in step as it was opened; a server's may not have looked yet.
        return await (desk.catalogue() if isinstance(desk, OwnDesk) else desk.refresh())


def _report(catalogue: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        _print(catalogue)
        return
    console = screen()
    for word in ("added", "replaced", "removed"):
        for file in catalogue.get(word, []):
            console.print(f"{word.capitalize()}: {file}")
    table = Table("Title", "Author", "Year", "Audience", "Passages")
    # A name that is cut short cannot be typed to `remove`.
    table.columns.insert(0, Column("File", overflow="fold"))
    for item in catalogue["documents"]:
        audience = ", ".join(item["audience"])
        table.add_row(
            item["file"], item["title"], item["author"], str(item["year"] or ""), audience, str(item["passages"])
        )
    console.print(table, soft_wrap=False)
    for item in [*catalogue.get("refused", []), *catalogue["set_aside"]]:
        console.print(f"Set aside: {item['file']}. {item['reason']}")


def _print(data: Any) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
