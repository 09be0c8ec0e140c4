"""The library's store: one generation, whole or not at all, and nothing left of what went out of it."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store.database import Database
from bot.store.library import StoredLibrary
from bot.store.tables import generation, passage, shelved, vector, volume
from knowledge.documents import Chapter, Passage, Role, Source, Unit
from knowledge.shelf import Digest, SetAside, Shelf, Volume, digest
from tests.bot.store.rows import rows

SECRET = "The harbour master keeps the ledger. " * 40  # long enough for pages of its own
SOURCE = Source(
    file="power.md",
    title="Sharing power",
    author="A. Writer",
    publisher="The project",
    year=2026,
    audience=("council", "housing"),
    chapters=(Chapter(start=1, title="One", author="B. Writer"), Chapter(start=40, title="Two", author="")),
)
PASSAGES = (
    Passage(file="power.md", ordinal=0, section=("Sharing power", "One"), text="Ask “who decides?”", start=3, end=9),
    Passage(file="power.md", ordinal=1, section=(), text="References", start=90, end=95, role=Role.BIBLIOGRAPHY),
    Passage(file="power.md", ordinal=2, section=(), text="Ask “who decides?”", start=97, end=97, twin_of=0),
)
POWER = Volume(source=SOURCE, version="v1", unit=Unit.LINE, text="Ask “who decides?” 🌊", passages=PASSAGES)


def _volume(file: str, text: str, version: str = "v1") -> Volume:
    page = Passage(file=file, ordinal=0, section=("Part",), text=text, start=1, end=2, unit=Unit.PAGE)
    source = Source(file=file, title=file)
    return Volume(source=source, version=version, unit=Unit.PAGE, text=text, passages=(page,))


def _shelf(*volumes: Volume, set_aside: tuple[SetAside, ...] = ()) -> Shelf:
    return Shelf(generation=0, cutter="1", volumes=volumes, set_aside=set_aside)


LEDGER = _volume("ledger.pdf", SECRET, "v-ledger")
BROKEN = SetAside(file="broken.pdf", version="v9", reason="It is not a PDF. Save it again.")


async def test_a_shelf_comes_back_as_it_was_published(database: Database) -> None:
    store = StoredLibrary(database)
    assert (await store.current(), await store.generation()) == (None, 0)
    published = await store.publish(_shelf(LEDGER, POWER, set_aside=(BROKEN,)), [])
    assert published.generation == 1
    assert await store.current() == published
    assert (await store.publish(_shelf(POWER), [])).generation == await store.generation() == 2
    assert (await store.current()) == replace(_shelf(POWER), generation=2)


async def test_a_document_under_two_names_or_with_the_same_text_is_no_trouble(database: Database) -> None:
    twin = replace(LEDGER, source=replace(LEDGER.source, file="copy.pdf"))
    copied = replace(twin, passages=tuple(replace(each, file="copy.pdf") for each in twin.passages))
    published = await StoredLibrary(database).publish(_shelf(copied, LEDGER), [])
    assert await StoredLibrary(database).current() == published


async def test_a_description_that_changed_is_served(database: Database) -> None:
    store = StoredLibrary(database)
    await store.publish(_shelf(POWER), [])
    described = replace(POWER, source=replace(SOURCE, title="Power, shared", audience=("public",)), version="v2")
    await store.publish(_shelf(described), [])
    current = await store.current()
    assert current is not None
    assert current.volumes == (described,)
    assert len(await rows(database, volume)) == 1


async def test_a_document_that_is_cut_anew_is_served_as_cut(database: Database) -> None:
    store = StoredLibrary(database)
    await store.publish(_shelf(POWER), [])
    recut = replace(_shelf(replace(POWER, passages=PASSAGES[:1])), cutter="2")
    assert await store.current() != await store.publish(recut, [])
    assert await store.current() == replace(recut, generation=2)


async def test_nothing_stays_of_what_is_no_longer_shelved(database: Database) -> None:
    store = StoredLibrary(database)
    kept, gone = digest("kept"), digest("gone")
    await store.remember("mini", {kept: b"1234", gone: b"5678"})
    await store.publish(_shelf(LEDGER, POWER), [kept, gone])
    await store.publish(_shelf(POWER), [kept])
    assert [row["id"] for row in await rows(database, generation)] == [2]
    assert [row["file"] for row in await rows(database, shelved)] == ["power.md"]
    assert {row["volume"] for row in await rows(database, passage)} == {"v1:1"}
    assert [row["digest"] for row in await rows(database, vector)] == [kept]


class HalfWay(Exception):
    """Publishing failed half-way."""


def _failing(digests: Iterable[Digest]) -> Iterator[Digest]:
    yield from digests
    raise HalfWay


@pytest.mark.parametrize("again", [1, 2])
async def test_publishing_that_fails_leaves_the_generation_before_it(database: Database, again: int) -> None:
    store = StoredLibrary(database)
    await store.remember("mini", {digest("kept"): b"1234"})
    before = await store.publish(_shelf(POWER), [digest("kept")])
    for _ in range(again):
        with pytest.raises(HalfWay):
            await store.publish(_shelf(LEDGER), _failing([]))
    assert await store.current() == before
    assert await store.vectors("mini", [digest("kept")]) == {digest("kept"): b"1234"}
    assert [row["id"] for row in await rows(database, volume)] == ["v1:1"]


async def test_a_reader_sees_one_generation_whole_while_the_next_is_published(database: Database) -> None:
    store = StoredLibrary(database)
    first = await store.publish(_shelf(POWER), [])
    seen, _ = await asyncio.gather(
        asyncio.gather(*(store.current() for _ in range(4))), store.publish(_shelf(LEDGER), [])
    )
    second = await store.current()
    assert all(each in (first, second) for each in seen)


async def test_shelves_published_at_once_are_generations_one_after_the_other(database: Database) -> None:
    shelves = [_shelf(POWER), _shelf(LEDGER), _shelf(LEDGER, POWER)]
    published = await asyncio.gather(*(StoredLibrary(database).publish(shelf, []) for shelf in shelves))
    assert sorted(each.generation for each in published) == [1, 2, 3]
    assert await StoredLibrary(database).current() == max(published, key=lambda each: each.generation)


async def test_the_same_shelf_published_by_many_at_once_is_one_generation(database: Database) -> None:
    published = await asyncio.gather(*(StoredLibrary(database).publish(_shelf(LEDGER), []) for _ in range(4)))
    assert {each.generation for each in published} == {1}
    assert len(await rows(database, generation)) == 1


async def test_vectors_remembered_by_many_at_once_are_kept(database: Database) -> None:
    keys = [digest(str(number)) for number in range(50)]
    kept = dict.fromkeys(keys, b"1234")
    orders = [kept, dict(reversed(kept.items())), kept, dict(reversed(kept.items()))]
    await asyncio.gather(*(StoredLibrary(database).remember("mini", order) for order in orders))
    assert await StoredLibrary(database).vectors("mini", keys) == kept


async def test_vectors_are_remembered_by_embedder(database: Database) -> None:
    store = StoredLibrary(database)
    many = {digest(str(number)): str(number).encode() for number in range(4100)}
    await store.remember("mini", many)
    await store.remember("other", {digest("1"): b"another"})
    await store.remember("mini", {digest("1"): b"better"})
    await store.remember("mini", {})
    found = await store.vectors("mini", [*many, digest("unknown")])
    assert found == {**many, digest("1"): b"better"}
    assert await store.vectors("other", list(many)) == {digest("1"): b"another"}
    assert await store.vectors("mini", []) == {}


async def test_a_file_taken_out_by_many_at_once_is_out(database: Database) -> None:
    await asyncio.gather(*(StoredLibrary(database).set_removed("a.md", removed=True) for _ in range(4)))
    assert await StoredLibrary(database).removed() == {"a.md"}


async def test_files_are_taken_out_and_put_back(database: Database) -> None:
    store = StoredLibrary(database)
    for _ in range(2):
        await store.set_removed("a.md", removed=True)
    await store.set_removed("b.md", removed=True)
    await store.set_removed("b.md", removed=False)
    await store.set_removed("never.md", removed=False)
    assert await store.removed() == {"a.md"}


def _on_disk(database: Database) -> bytes:
    path = Path(database.engine.url.database or "")
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def test_old_text_and_old_vectors_are_gone_from_disk(sqlite: Database) -> None:
    store, row = StoredLibrary(sqlite), b"\x5a\xa5" * 768
    await store.remember("mini", {digest("ledger"): row})
    await store.publish(_shelf(LEDGER, POWER), [digest("ledger")])
    assert b"harbour master" in _on_disk(sqlite)
    assert row in _on_disk(sqlite)
    await store.publish(_shelf(POWER), [])
    assert b"harbour master" not in _on_disk(sqlite)
    assert row[:64] not in _on_disk(sqlite)


async def test_old_text_is_gone_from_disk_although_somebody_was_reading(sqlite: Database) -> None:
    store = StoredLibrary(sqlite)
    await store.publish(_shelf(LEDGER, POWER), [])
    async with sqlite.reading() as connection:
        await connection.execute(select(volume.c.id))
        publishing = asyncio.create_task(store.publish(_shelf(POWER), []))
        while await store.generation() == 1:
            pass
    await publishing
    assert b"harbour master" not in _on_disk(sqlite)
