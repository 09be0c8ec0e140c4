"""Indexing: only what changed is read and embedded, and a run that dies publishes nothing."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from bot.bootstrap import open_store
from bot.store.library import StoredLibrary
from knowledge import indexing, looking
from knowledge.documents import Note
from knowledge.indexing import Indexer
from knowledge.loaders import Limits
from knowledge.looking import Found, look, signature, watched
from knowledge.reading_notes import NoteFile, Placed, words_hash
from knowledge.shelf import LibraryStore
from knowledge.snapshot import Snapshot, entries_of
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, POWER, TRUST, FakeStore, ReadHere


@dataclass
class Home:
    """A folder of documents, a store, and everything that indexing touches."""

    folder: Path
    reader: ReadHere
    store: LibraryStore
    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)
    notes: list[NoteFile] = field(default_factory=list)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / f"{name}.txt").write_text(f"A title\n\n{text}\n")

    def note(self, name: str, text: str) -> None:
        """What somebody noted of the only passage of a document."""
        note = Note(gist="How trust grows.", questions=("why keep small promises",))
        placed = Placed(start=3, end=3, note=note, hash=words_hash(text))
        self.notes = [NoteFile(document=f"{name}.txt", sha256="", placed=(placed,))]

    def found(self) -> dict[str, Found]:
        return look([self.folder], [])

    async def index(self, found: Mapping[str, Found] | None = None) -> Snapshot:
        """One run, as a process of its own would do it."""
        self.reader.read.clear()
        self.embedder.seen.clear()
        indexer = Indexer(self.store, self.embedder, Limits())
        return await indexer.refresh(self.found() if found is None else found, self.notes)


def words(shot: Snapshot) -> str:
    return "\n".join(f"{entry.heading}\n{entry.source}" for entry in shot.entries)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LibraryStore]:
    if request.param == "memory":
        yield FakeStore()
        return
    async with open_store(f"sqlite+aiosqlite:///{tmp_path / 'store.sqlite'}") as database:
        yield StoredLibrary(database)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: LibraryStore) -> Home:
    return made(tmp_path, monkeypatch, store)


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose store is in memory."""
    return made(tmp_path, monkeypatch, FakeStore())


def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: LibraryStore) -> Home:
    folder, reader = tmp_path / "documents", ReadHere()
    folder.mkdir()
    monkeypatch.setattr(indexing, "load_all", reader)
    home = Home(folder=folder, reader=reader, store=store)
    home.write(a=TRUST, b=MONEY)
    return home


async def test_an_unchanged_library_is_neither_read_nor_embedded_again(home: Home) -> None:
    first = await home.index()
    assert home.reader.read == ["a.txt", "b.txt"]
    second = await home.index()
    assert (home.reader.read, home.embedder.seen) == ([], [])
    assert second.shelf == first.shelf
    assert second.units.fingerprint == first.units.fingerprint


async def test_the_text_of_a_changed_file_is_gone(home: Home) -> None:
    await home.index()
    home.write(a=POWER)
    shot = await home.index()
    assert home.reader.read == ["a.txt"]
    assert POWER in words(shot)
    assert TRUST not in words(shot)
    current = await home.store.current()
    assert current is not None
    assert current == shot.shelf
    assert TRUST not in "".join(volume.text for volume in current.volumes)


async def test_only_passages_that_are_new_are_embedded(home: Home) -> None:
    await home.index()
    home.write(a=f"{TRUST} {POWER}")
    await home.index()
    assert {TRUST, POWER} < set(home.embedder.seen), "a sentence is embedded where it stands"
    assert MONEY not in home.embedder.seen


async def test_a_passage_that_moves_is_not_embedded_again(home: Home) -> None:
    await home.index()
    (home.folder / "a.txt").rename(home.folder / "c.txt")
    shot = await home.index()
    assert (home.reader.read, home.embedder.seen) == (["c.txt"], [])
    assert {entry.source.file for entry in shot.entries} == {"b.txt", "c.txt"}


async def test_a_file_that_vanished_is_gone(home: Home) -> None:
    await home.index()
    (home.folder / "a.txt").unlink()
    shot = await home.index()
    assert (home.reader.read, home.embedder.seen) == ([], [])
    assert [volume.source.file for volume in shot.shelf.volumes] == ["b.txt"]
    assert TRUST not in words(shot)


async def test_what_the_catalogue_says_is_a_change(home: Home) -> None:
    await home.index()
    (home.folder / "library.yaml").write_text("documents: [{file: a.txt, title: A new name, audience: public}]\n")
    shot = await home.index()
    assert home.reader.read == ["a.txt"]
    source = shot.shelf.volumes[0].source
    assert (source.title, source.audience) == ("A new name", ("public",))
    (home.folder / "library.yaml").unlink()
    assert (await home.index()).shelf.volumes[0].source.audience == ("partnership",)


async def test_an_unreadable_file_is_set_aside_and_left_alone_until_it_changes(home: Home) -> None:
    (home.folder / "c.txt").write_bytes(b"\0\1\2")
    shot = await home.index()
    assert [(item.file, item.reason) for item in shot.shelf.set_aside] == [
        ("c.txt", "The file is no text. Save it as text.")
    ]
    assert len(shot.shelf.volumes) == 2
    assert (await home.index()).shelf == shot.shelf
    assert home.reader.read == []
    home.write(c=POWER)
    shot = await home.index()
    assert home.reader.read == ["c.txt"]
    assert shot.shelf.set_aside == ()
    assert POWER in words(shot)


async def test_two_files_with_the_same_words_are_both_kept(home: Home) -> None:
    home.write(b=TRUST)
    shot = await home.index()
    assert [volume.source.file for volume in shot.shelf.volumes] == ["a.txt", "b.txt"]
    assert (await home.index()).shelf == shot.shelf
    (home.folder / "a.txt").unlink()
    assert [volume.source.file for volume in (await home.index()).shelf.volumes] == ["b.txt"]


async def test_another_embedder_embeds_everything_and_reads_nothing(home: Home) -> None:
    await home.index()
    embedded = set(home.embedder.seen)
    home.embedder.name = "fake:2"
    await home.index()
    assert home.reader.read == []
    assert set(home.embedder.seen) == embedded


async def test_the_words_of_passages_and_notes_are_kept_with_them(home: Home) -> None:
    home.embedder.tokens_name = "words"
    home.note("a", TRUST)
    first = await home.index()
    assert all(len(each.own) for each in first.words)
    assert [len(each.notes) for each in first.words] == [1, 0]
    second = await home.index()
    assert home.embedder.seen == []
    for before, after in zip(first.words, second.words, strict=True):
        assert np.array_equal(before.own, after.own)
        assert all(map(np.array_equal, before.notes, after.notes))


async def test_a_store_from_before_words_were_kept_is_filled(home: Home) -> None:
    await home.index()
    home.embedder.tokens_name = "words"
    assert all(len(each.own) for each in (await home.index()).words)


async def test_another_way_of_cutting_reads_everything_again(quick: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    await quick.index()
    monkeypatch.setattr(indexing, "CUTTER", "next")
    await quick.index()
    assert quick.reader.read == ["a.txt", "b.txt"]
    assert quick.embedder.seen == []


@pytest.mark.parametrize("step", ["current", "vectors", "remember", "publish"])
async def test_a_run_that_dies_at_the_store_publishes_nothing(quick: Home, step: str) -> None:
    before = await quick.index()
    quick.write(a=POWER)
    store = quick.store
    assert isinstance(store, FakeStore)
    store.dies_at = step
    with pytest.raises(OSError, match="killed"):
        await quick.index()
    store.dies_at = ""
    assert await store.current() == before.shelf
    after = await quick.index()
    assert POWER in words(after)
    assert TRUST not in words(after)
    if step == "publish":
        assert quick.embedder.seen == []


async def test_a_run_that_dies_while_it_reads_publishes_nothing(quick: Home) -> None:
    quick.reader.dies_at = "b.txt"
    with pytest.raises(OSError, match="killed"):
        await quick.index()
    assert await quick.store.current() is None
    quick.reader.dies_at = ""
    assert len((await quick.index()).shelf.volumes) == 2


async def test_what_a_run_that_died_embedded_is_not_embedded_again(
    quick: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_BATCH", 1)
    quick.embedder.dies_at = 1
    with pytest.raises(OSError, match="killed"):
        await quick.index()
    done = list(quick.embedder.seen)
    assert TRUST in done
    assert await quick.store.current() is None
    quick.embedder.dies_at = None
    await quick.index()
    assert quick.embedder.seen
    assert not set(done) & set(quick.embedder.seen)


async def test_a_run_that_is_cancelled_publishes_nothing(quick: Home) -> None:
    run = asyncio.create_task(quick.index())
    await asyncio.sleep(0)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert await quick.store.current() is None


async def test_a_file_written_to_while_it_is_read_is_read_again(quick: Home) -> None:
    seen = quick.found()
    quick.write(a=POWER)
    await quick.index(seen)
    quick.write(a=TRUST)
    shot = await quick.index()
    assert TRUST in words(shot)
    assert POWER not in words(shot)


def test_of_two_folders_the_later_one_names_a_file(tmp_path: Path) -> None:
    for folder, files in (("one", ["a.txt", "b.txt"]), ("two", ["b.txt", "c.txt"])):
        (tmp_path / folder).mkdir()
        for file in files:
            (tmp_path / folder / file).write_text(folder)
    found = look([tmp_path / "one", tmp_path / "two"], ["c.txt"])
    assert {name: item.path.parent.name for name, item in found.items()} == {"a.txt": "one", "b.txt": "two"}


def test_each_folder_has_a_catalogue_of_its_own(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.txt").write_text("words")
    (tmp_path / "two" / "library.yaml").write_text("documents: [{file: two.txt, title: Named}]")
    found = look([tmp_path / "one", tmp_path / "two"], [])
    assert {name: list(item.overrides.documents) for name, item in found.items()} == {
        "one.txt": [],
        "two.txt": ["two.txt"],
    }


def test_a_file_that_may_not_be_opened_is_known_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("words")
    (tmp_path / "b.txt").write_text("words")
    opened = Path.open

    def guarded(path: Path, mode: str = "r") -> object:
        if path.name == "a.txt":
            raise PermissionError("closed")
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", guarded)
    closed = look([tmp_path], [])
    monkeypatch.undo()
    assert closed["b.txt"].version == look([tmp_path], [])["b.txt"].version
    assert closed["a.txt"].version != look([tmp_path], [])["a.txt"].version


def test_a_file_that_vanishes_while_it_is_looked_at_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b.txt").write_text("words")
    monkeypatch.setattr(looking, "discover", lambda folders: [tmp_path / "a.txt", tmp_path / "b.txt"])
    assert list(look([tmp_path], [])) == ["b.txt"]
    assert list(watched([tmp_path])) == [tmp_path / "b.txt"]


def test_a_change_shows_even_where_size_and_time_are_put_back(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")
    stat = path.stat()
    first = signature(path)
    # The clock of the file system ticks every few milliseconds.
    while path.stat().st_ctime_ns == stat.st_ctime_ns:
        path.write_text("behind")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_mtime_ns == stat.st_mtime_ns
    assert signature(path) != first


def test_every_passage_of_a_real_file_has_its_place(tmp_path: Path) -> None:
    """One run with nothing replaced but the embedder and the store."""
    (tmp_path / "a.md").write_text(f"# Trust\n\n{TRUST}\n\n## Money\n\n{MONEY}\n")
    store = FakeStore()
    shot = asyncio.run(Indexer(store, FakeEmbedder(), Limits()).refresh(look([tmp_path], [])))
    assert shot.entries == entries_of(shot.shelf)
    assert [(entry.passage.start, entry.passage.text) for entry in shot.entries] == [(3, TRUST), (7, MONEY)]


async def test_the_same_bytes_under_another_ending_are_another_document(home: Home) -> None:
    text = f"A title\n\n{TRUST}\n"
    for name in ("a.txt", "b.md"):
        (home.folder / name).write_text(text)
    first = await home.index()
    again = await home.index()
    assert {entry.source.file for entry in first.entries} == {entry.source.file for entry in again.entries}
    versions = {volume.version for volume in again.shelf.volumes}
    assert len(versions) == len(again.shelf.volumes)


async def test_a_name_that_no_database_keeps_is_set_aside(home: Home) -> None:
    (home.folder / os.fsdecode(b"caf\xe9.txt")).write_text("A title\n\nMoney was short.\n")
    shot = await home.index()
    assert [volume.source.file for volume in shot.shelf.volumes] == ["a.txt", "b.txt"]
    assert [item.file for item in shot.shelf.set_aside] == ["caf?.txt"]
