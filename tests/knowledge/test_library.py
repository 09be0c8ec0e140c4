"""The library: never stale, one generation at a time, whatever becomes of the index."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge import indexing
from knowledge import library as library_module
from knowledge.documents import Source
from knowledge.embedding import Vectors
from knowledge.indexing import Indexer
from knowledge.library import Library
from knowledge.loaders import Limits
from knowledge.nearest import ExactNearest, Nearest, NearestError, Units
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, POWER, TRUST, FakeStore, ReadHere


@dataclass
class Nervous:
    """An index whose making can be held back and that can be broken. `served` counts how often it was made."""

    exact: ExactNearest = field(default_factory=ExactNearest)
    hold: asyncio.Event | None = None
    broken: bool = False
    served: int = 0
    closed: bool = False

    async def serve(self, units: Units) -> None:
        self.served += 1
        if self.hold is not None:
            await self.hold.wait()
        if self.broken:
            raise NearestError("broken")
        await self.exact.serve(units)

    async def query(
        self, vector: Vectors, count: int, files: Sequence[str] | None, of: Units | None = None
    ) -> NDArray[np.int64]:
        if self.broken or (self.hold is not None and not self.hold.is_set()):
            raise NearestError("broken")
        return await self.exact.query(vector, count, files)

    async def close(self) -> None:
        self.closed = True


@dataclass
class Home:
    folder: Path
    gone: set[str]
    embedder: FakeEmbedder
    nearest: Nervous
    library: Library

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / f"{name}.txt").write_text(f"A title\n\n{text}\n")

    async def files(self, question: str = "trust partners money", *, but: str = "") -> list[str]:
        """The files of what is found, best first."""
        found = await self.library.look_up(question, lambda source: source.file != but, 20)
        return [] if found is None else [hit.source.file for hit in found.hits]


def opened(folder: Path, gone: set[str], embedder: FakeEmbedder, nearest: Nearest) -> Library:
    async def removed() -> set[str]:
        return gone

    return Library(
        folders=lambda: [folder],
        removed=removed,
        indexer=Indexer(FakeStore(), embedder, Limits()),
        embedder=embedder,
        nearest=nearest,
    )


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Home]:
    monkeypatch.setattr(indexing, "load_all", ReadHere())
    monkeypatch.setattr(library_module, "_SETTLE_SECONDS", 0.0)
    gone: set[str] = set()
    embedder, nearest = FakeEmbedder(), Nervous()
    library = opened(tmp_path, gone, embedder, nearest)
    home = Home(folder=tmp_path, gone=gone, embedder=embedder, nearest=nearest, library=library)
    home.write(a=TRUST, b=MONEY)
    yield home
    await library.close()
    assert nearest.closed


async def test_nothing_is_found_before_the_first_refresh(home: Home) -> None:
    assert home.library.snapshot is None
    assert home.library.out_of_step()
    assert await home.library.look_up("trust", lambda _source: True, 20) is None


async def test_what_is_found_comes_with_its_generation(home: Home) -> None:
    shot = await home.library.refresh()
    found = await home.library.look_up("trust partners", lambda _source: True, 1)
    assert found is not None
    assert found.snapshot is shot
    assert [hit.source.file for hit in found.hits] == ["a.txt"]
    assert np.array_equal(found.vector, home.embedder.embed(["trust partners"])[0])


async def test_a_question_is_compared_word_by_word_with_what_is_found(home: Home) -> None:
    scores = []
    for tokens_name in ("", "words"):
        home.embedder.tokens_name = tokens_name
        home.write(a=TRUST + tokens_name, b=MONEY + tokens_name)
        await home.library.refresh()
        found = await home.library.look_up("partners", lambda _source: True, 2, also=["partners money"])
        assert found is not None
        scores.append([hit.score for hit in found.hits])
    assert scores[1][0] > scores[0][0] + 1, "every word of the question is met"


async def test_nothing_is_found_where_nothing_may_be_used(home: Home) -> None:
    await home.library.refresh()
    assert await home.library.look_up("trust", lambda _source: False, 20) is None


async def test_a_changed_file_is_not_used_until_it_is_read_again(home: Home) -> None:
    await home.library.refresh()
    assert await home.files() == ["a.txt", "b.txt"]
    home.write(a=POWER)
    assert await home.files() == ["b.txt"]
    shot = await home.library.refresh()
    assert await home.files(POWER) == ["a.txt", "b.txt"]
    assert TRUST not in "".join(volume.text for volume in shot.shelf.volumes)


async def test_a_file_that_vanished_is_not_used(home: Home) -> None:
    await home.library.refresh()
    (home.folder / "a.txt").unlink()
    assert await home.files() == ["b.txt"]
    await home.library.refresh()
    assert await home.files() == ["b.txt"]


async def test_a_file_whose_folder_is_gone_is_not_used(home: Home) -> None:
    await home.library.refresh()
    for path in (home.folder / "a.txt", home.folder / "b.txt"):
        path.unlink()
    home.folder.rmdir()
    home.folder.write_text("no folder any more")
    assert await home.files() == []
    assert home.library.out_of_step()
    home.folder.unlink()
    home.folder.mkdir()


async def test_a_file_that_is_touched_is_used_again_without_a_new_generation(home: Home) -> None:
    first = await home.library.refresh()
    (home.folder / "a.txt").touch()
    assert await home.files() == ["b.txt"]
    assert (await home.library.refresh()).shelf == first.shelf
    assert await home.files() == ["a.txt", "b.txt"]
    assert home.nearest.served == 1


async def test_a_file_that_was_taken_out_is_gone_after_a_refresh(home: Home) -> None:
    await home.library.refresh()
    home.gone.add("a.txt")
    await home.library.refresh()
    assert await home.files() == ["b.txt"]
    home.gone.clear()
    await home.library.refresh()
    assert await home.files() == ["a.txt", "b.txt"]


def _add(home: Home) -> None:
    home.write(c=POWER)


def _change(home: Home) -> None:
    home.write(a=POWER)


def _remove(home: Home) -> None:
    (home.folder / "a.txt").unlink()


def _name(home: Home) -> None:
    (home.folder / "library.yaml").write_text("documents: []")


@pytest.mark.parametrize("change", [_add, _change, _remove, _name])
async def test_every_change_puts_the_library_out_of_step(home: Home, change: Callable[[Home], None]) -> None:
    await home.library.refresh()
    assert not home.library.out_of_step()
    change(home)
    assert home.library.out_of_step()
    await home.library.refresh()
    assert not home.library.out_of_step()


async def test_the_old_generation_answers_until_the_new_one_is_whole(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await home.library.refresh()
    home.write(c=POWER)
    home.embedder.dies_at = 0
    with pytest.raises(OSError, match="killed"):
        await home.library.refresh()
    home.embedder.dies_at = None
    assert home.library.snapshot is first
    assert await home.files() == ["a.txt", "b.txt"]


async def test_searches_see_one_generation_while_it_is_changed(home: Home) -> None:
    """Each answer comes whole from the generation that it names."""
    await home.library.refresh()
    home.nearest.hold = asyncio.Event()
    home.nearest.hold.set()
    seen: set[int] = set()
    done = asyncio.Event()

    async def asking() -> None:
        while not done.is_set():
            found = await home.library.look_up("trust money power", lambda _source: True, 20)
            assert found is not None
            known = {id(entry.passage) for entry in found.snapshot.entries}
            assert all(id(hit.passage) in known for hit in found.hits)
            seen.add(found.snapshot.shelf.generation)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(asking())
        for number in range(5):
            home.write(c=f"{POWER} Edition {number}.")
            await home.library.refresh()
            await asyncio.sleep(0.01)
        done.set()
    assert max(seen) == 6
    assert len(seen) > 2


async def test_refreshes_at_the_same_time_do_the_work_once(home: Home) -> None:
    await asyncio.gather(*[home.library.refresh() for _ in range(3)])
    assert len(home.embedder.seen) == len(set(home.embedder.seen))
    assert home.nearest.served == 1


async def test_questions_are_answered_while_the_index_is_made(home: Home) -> None:
    home.nearest.hold = asyncio.Event()
    await home.library.refresh()
    assert await home.files() == ["a.txt", "b.txt"]
    home.nearest.hold.set()
    await home.library.indexed()
    assert await home.files() == ["a.txt", "b.txt"]
    await home.library.indexed()
    assert home.nearest.served == 1, "questions that came too early are no reason to make the index again"


async def test_a_command_that_ends_at_once_starts_no_index(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_module, "_SETTLE_SECONDS", 60.0)
    await home.library.refresh()
    assert await home.files() == ["a.txt", "b.txt"]
    await home.library.close()
    assert home.nearest.served == 0


async def test_a_newer_generation_does_not_wait_for_the_older_ones_index(home: Home) -> None:
    home.nearest.hold = asyncio.Event()
    await home.library.refresh()
    home.write(a=POWER)
    async with asyncio.timeout(2):
        await home.library.refresh()
    assert await home.files(POWER, but="b.txt") == ["a.txt"]


async def test_who_waits_for_an_index_is_not_stopped_with_it(home: Home) -> None:
    """A server's watch waits for it, while a command may have the library read again."""
    home.nearest.hold = asyncio.Event()
    await home.library.refresh()
    waiting = asyncio.create_task(home.library.indexed())
    await asyncio.sleep(0)
    home.write(a=POWER)
    await home.library.refresh()
    async with asyncio.timeout(2):
        await waiting


async def test_an_index_that_fails_is_made_again_but_not_at_every_question(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.library.refresh()
    await home.library.indexed()
    home.nearest.broken = True
    for _ in range(5):
        assert await home.files() == ["a.txt", "b.txt"]
        await home.library.indexed()
    assert home.nearest.served == 2
    home.nearest.broken = False
    monkeypatch.setattr(library_module, "_MEND_SECONDS", 0.0)
    home.library._mend_after = 0.0
    await home.files()
    await home.library.indexed()
    assert home.nearest.served == 3
    await home.files()
    await home.library.indexed()
    assert home.nearest.served == 3


@pytest.mark.parametrize("question", ["\ud800 trust", "trust\x00money", "信任", "trust " * 20_000])
async def test_whatever_was_typed_is_looked_up(home: Home, question: str) -> None:
    await home.library.refresh()
    assert await home.files(question)
    assert not any(0xD800 <= ord(each) <= 0xDFFF for text in home.embedder.seen for each in text)


async def test_an_empty_library_answers_nothing(home: Home) -> None:
    for path in home.folder.iterdir():
        path.unlink()
    shot = await home.library.refresh()
    await home.library.indexed()
    assert shot.entries == ()
    assert await home.files() == []


async def test_documents_are_chosen_by_what_is_known_of_them(home: Home) -> None:
    (home.folder / "library.yaml").write_text("documents: [{file: a.txt, audience: public}]")
    await home.library.refresh()

    def public(source: Source) -> bool:
        return source.audience == ("public",)

    found = await home.library.look_up("money savings budgets", public, 20)
    assert found is not None
    assert {hit.source.file for hit in found.hits} == {"a.txt"}


async def test_a_refresh_that_fails_is_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write(a=TRUST)
    await home.library.refresh()
    home.write(a=MONEY)
    with monkeypatch.context() as broken:
        broken.setattr(FakeStore, "publish", _failing)
        with pytest.raises(OSError, match="disk full"):
            await home.library.refresh()
    assert home.library.problem == "OSError"
    assert home.library.out_of_step()
    await home.library.refresh()
    assert (home.library.problem, "a.txt" in await home.files("money")) == ("", True)


async def _failing(*_arguments: object) -> None:
    raise OSError("disk full")


async def test_nothing_is_used_while_the_catalogue_has_changed(home: Home) -> None:
    home.write(a=TRUST)
    await home.library.refresh()
    (home.folder / "library.yaml").write_text("documents:\n  - file: a.txt\n    audience: council\n")
    assert await home.files() == []
    await home.library.refresh()
    assert sorted(await home.files()) == ["a.txt", "b.txt"]


async def test_other_wordings_are_searched_beside_the_question_under_the_same_rules(home: Home) -> None:
    await home.library.refresh()
    question = "partners finish something small"
    alone = await home.library.look_up(question, lambda source: True, 3)
    both = await home.library.look_up(question, lambda source: True, 3, also=[MONEY], near="b.txt")
    assert alone is not None
    assert both is not None
    assert [alone.hits[0].source.file, both.hits[0].source.file] == ["a.txt", "b.txt"]
    assert {hit.source.file for hit in both.hits} == {"a.txt", "b.txt"}
    narrow = await home.library.look_up(question, lambda source: source.file != "b.txt", 3, also=[MONEY])
    assert narrow is not None
    assert {hit.source.file for hit in narrow.hits} == {"a.txt"}
